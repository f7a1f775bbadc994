import { EwsError } from '../operations/errors.mts';
import type { Body, DetachedItem, ExtendedValue, PropertyValue, StructuredValue } from '../store/item.mts';
import { instantOf } from '../store/item.mts';
import { dayOf, formatDay, midnightOf, parseDay, type DayNumber, type Instant } from './civil-date.mts';
import { slotAt, slotOn, slots, type Slot } from './recurrence-expansion.mts';
import type { Recurrence } from './recurrence-pattern.mts';
import { zoneOfStored } from './time-zone-xml.mts';
import { toInstant, toWallClock, UTC_ZONE, type TimeZone } from './time-zone.mts';

/** The recurrence as a calendar item stores it. */
export interface StoredRecurrence extends StructuredValue, Recurrence {
	readonly structure: 'recurrence';
}

/** What one occurrence says differently from its series. */
export interface StoredException extends StructuredValue {
	readonly structure: 'exception';
	/** Date the pattern gives it, in the series' zone. */
	readonly day: DayNumber;
	readonly properties: Record<string, PropertyValue>;
	/** Paths that the series has and this occurrence has not. */
	readonly removed: readonly string[];
	readonly extended: Record<string, ExtendedValue>;
	readonly body?: Body;
}

export interface StoredDeletion extends StructuredValue {
	readonly structure: 'deletedOccurrence';
	readonly day: DayNumber;
}

/** Paths under which a master keeps what no EWS property of its own holds. */
export const EXCEPTIONS = 'series:Exceptions';
export const DELETIONS = 'series:Deletions';
/** On the virtual item of an occurrence: its original date. */
export const OCCURRENCE_DAY = 'occurrence:Day';

/** A series taken out of its master. */
export interface Series {
	readonly recurrence: Recurrence;
	readonly zone: TimeZone;
	/** Milliseconds from an occurrence's midnight to its start and to its end, on the clock of the zone. */
	readonly startOffset: number;
	readonly endOffset: number;
	readonly exceptions: readonly StoredException[];
	readonly deletions: readonly StoredDeletion[];
}

/** One occurrence, an exception included. */
export interface Occurrence extends Slot {
	readonly originalStart: Instant;
	readonly start: Instant;
	readonly end: Instant;
	readonly exception?: StoredException;
}

function storedRecurrence(item: DetachedItem): StoredRecurrence | undefined {
	const value = item.properties['calendar:Recurrence'];
	return typeof value === 'object' && (value as StructuredValue).structure === 'recurrence' ? (value as StoredRecurrence) : undefined;
}

export function isMaster(item: DetachedItem): boolean {
	return storedRecurrence(item) !== undefined && item.properties[OCCURRENCE_DAY] === undefined;
}

export function exceptionsOf(item: DetachedItem): readonly StoredException[] {
	return (item.properties[EXCEPTIONS] as readonly StoredException[] | undefined) ?? [];
}

export function deletionsOf(item: DetachedItem): readonly StoredDeletion[] {
	return (item.properties[DELETIONS] as readonly StoredDeletion[] | undefined) ?? [];
}

/** The zone an item was made in. */
export function zoneOfItem(item: DetachedItem, path = 'calendar:StartTimeZone'): TimeZone {
	return zoneOfStored(item.properties[path]) ?? zoneOfStored(item.properties['calendar:StartTimeZone']) ?? UTC_ZONE;
}

export function spanOf(item: DetachedItem): { start: Instant; end: Instant } {
	const [start, end] = [instantOf(item, 'calendar:Start'), instantOf(item, 'calendar:End')];
	if (!start || !end) throw new RangeError('A calendar item without start and end was stored');
	return { start: start.getTime(), end: end.getTime() };
}

/** The series behind a master; undefined for any other item. */
export function seriesOf(item: DetachedItem): Series | undefined {
	const recurrence = storedRecurrence(item);
	if (!recurrence || !isMaster(item)) return undefined;
	const zone = zoneOfItem(item);
	const { start, end } = spanOf(item);
	const wallStart = toWallClock(zone, start);
	const midnight = midnightOf(dayOf(wallStart));
	return {
		recurrence: { pattern: recurrence.pattern, range: recurrence.range },
		zone,
		startOffset: wallStart - midnight,
		endOffset: toWallClock(zone, end) - midnight,
		exceptions: exceptionsOf(item),
		deletions: deletionsOf(item),
	};
}

function occurrenceOf(series: Series, slot: Slot): Occurrence {
	const originalStart = toInstant(series.zone, midnightOf(slot.day) + series.startOffset);
	const plainEnd = toInstant(series.zone, midnightOf(slot.day) + series.endOffset);
	const exception = series.exceptions.find((candidate) => candidate.day === slot.day);
	const [start, end] = [exception?.properties['calendar:Start'], exception?.properties['calendar:End']];
	return {
		...slot,
		originalStart,
		start: start instanceof Date ? start.getTime() : originalStart,
		end: end instanceof Date ? end.getTime() : plainEnd,
		...(exception ? { exception } : {}),
	};
}

export function isDeleted(series: Series, day: DayNumber): boolean {
	return series.deletions.some((deletion) => deletion.day === day);
}

/** The occurrences in the order of the pattern, deleted ones left out. Endless for a series without an end. */
export function* occurrences(series: Series): Generator<Occurrence> {
	const deleted = new Set(series.deletions.map((deletion) => deletion.day));
	for (const slot of slots(series.recurrence)) if (!deleted.has(slot.day)) yield occurrenceOf(series, slot);
}

function notDeleted(series: Series, slot: Slot): Occurrence {
	if (isDeleted(series, slot.day)) throw new EwsError('ErrorCalendarOccurrenceIsDeletedFromRecurrence', { text: 'The occurrence was deleted from the recurrence.' });
	return occurrenceOf(series, slot);
}

/**
 * The occurrence at a place of the pattern (InstanceIndex, from 1, deleted ones counted).
 * @throws EwsError ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange, ErrorCalendarOccurrenceIsDeletedFromRecurrence
 */
export function occurrenceAt(series: Series, index: number): Occurrence {
	const slot = slotAt(series.recurrence, index);
	if (!slot) throw new EwsError('ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange', { text: 'Occurrence index is out of recurrence range.' });
	return notDeleted(series, slot);
}

/**
 * The occurrence that the pattern puts on a date.
 * @throws EwsError ErrorItemNotFound where the pattern puts none, ErrorCalendarOccurrenceIsDeletedFromRecurrence
 */
export function occurrenceOn(series: Series, day: DayNumber): Occurrence {
	const slot = slotOn(series.recurrence, day);
	if (!slot) throw new EwsError('ErrorItemNotFound');
	return notDeleted(series, slot);
}

/** Occurrences that overlap a span of time, moved ones where they were moved to, ordered by start. */
export function occurrencesBetween(series: Series, from: Instant, to: Instant): Occurrence[] {
	const found: Occurrence[] = [];
	const pending = new Set(series.exceptions.map((exception) => exception.day));
	const deleted = new Set(series.deletions.map((deletion) => deletion.day));
	// Zones are at most a day away from UTC: slots outside of these days need no look at the zone.
	const firstDay = dayOf(from - series.endOffset) - 2;
	const lastDay = dayOf(to) + 2;
	for (const slot of slots(series.recurrence)) {
		if (slot.day > lastDay && pending.size === 0) break;
		const isException = pending.delete(slot.day);
		if (deleted.has(slot.day) || (!isException && (slot.day < firstDay || slot.day > lastDay))) continue;
		const occurrence = occurrenceOf(series, slot);
		if (overlaps(occurrence, from, to)) found.push(occurrence);
	}
	return found.sort((a, b) => a.start - b.start);
}

/** Half-open on both sides; an item without length counts where it starts. */
export function overlaps(span: { start: Instant; end: Instant }, from: Instant, to: Instant): boolean {
	return span.start < to && (span.end > from || (span.start === span.end && span.start >= from));
}

/** Key of an occurrence inside its id. */
export function occurrenceKey(day: DayNumber): string {
	return formatDay(day);
}

export function dayOfKey(key: string): DayNumber | undefined {
	return parseDay(key);
}

/** Classes an occurrence and an exception are served under. */
const OCCURRENCE_CLASS = 'IPM.Appointment.Occurrence';
const EXCEPTION_CLASS = 'IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}';
const ONLY_MASTERS = ['calendar:Recurrence', EXCEPTIONS, DELETIONS, 'series:Basis'];

/** The content of one occurrence as an item of its own: the master's, and what the exception says differently. */
export function contentOfOccurrence(master: DetachedItem, occurrence: Occurrence): DetachedItem {
	const { exception } = occurrence;
	const properties: Record<string, PropertyValue> = { ...master.properties, ...exception?.properties };
	for (const path of [...ONLY_MASTERS, ...(exception?.removed ?? [])]) delete properties[path];
	properties['calendar:Start'] = new Date(occurrence.start);
	properties['calendar:End'] = new Date(occurrence.end);
	properties['item:ItemClass'] = exception ? EXCEPTION_CLASS : OCCURRENCE_CLASS;
	properties['calendar:OriginalStart'] = new Date(occurrence.originalStart);
	properties[OCCURRENCE_DAY] = occurrence.day;
	if (properties['item:ReminderDueBy'] !== undefined) properties['item:ReminderDueBy'] = new Date(occurrence.start);
	delete properties['item:ReminderNextTime'];
	const body = exception?.body ?? master.body;
	return {
		kind: master.kind,
		properties,
		extended: { ...master.extended, ...exception?.extended },
		...(body ? { body: { ...body } } : {}),
		attachments: [],
		draft: false,
	};
}

const OF_THE_OCCURRENCE_ALONE = new Set([OCCURRENCE_DAY, 'calendar:OriginalStart', 'item:ItemClass', 'item:ReminderDueBy', 'item:ReminderNextTime']);

function same(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

/** What an edited occurrence says differently from its series; `plain` is the occurrence as the series alone makes it. */
export function exceptionFrom(plain: DetachedItem, occurrence: Occurrence, edited: DetachedItem): StoredException {
	const properties: Record<string, PropertyValue> = {};
	for (const [path, value] of Object.entries(edited.properties)) {
		if (!OF_THE_OCCURRENCE_ALONE.has(path) && !same(value, plain.properties[path])) properties[path] = value;
	}
	const { start, end } = spanOf(edited);
	const before = occurrence.exception?.properties;
	if (before?.['calendar:Start']) properties['calendar:Start'] = new Date(start);
	if (before?.['calendar:End']) properties['calendar:End'] = new Date(end);
	const removed = Object.keys(plain.properties).filter((path) => edited.properties[path] === undefined && !OF_THE_OCCURRENCE_ALONE.has(path));
	const extended = Object.fromEntries(Object.entries(edited.extended).filter(([key, value]) => !same(value, plain.extended[key])));
	const bodyDiffers = edited.body !== undefined && !same(edited.body, plain.body);
	return { structure: 'exception', day: occurrence.day, properties, removed, extended, ...(bodyDiffers && edited.body ? { body: edited.body } : {}) };
}

/** The occurrence as the pattern alone makes it. */
export function withoutException(series: Series, day: DayNumber): Occurrence {
	return occurrenceOn({ ...series, exceptions: [], deletions: [] }, day);
}

/**
 * Refuses an occurrence that would stand on the day of its neighbour or jump over it (MS-OXOCAL 3.1.4.6).
 * @throws EwsError ErrorOccurrenceCrossingBoundary
 */
export function checkNeighbours(series: Series, occurrence: Occurrence, start: Instant): void {
	const dayThere = (instant: Instant): DayNumber => dayOf(toWallClock(series.zone, instant));
	const moved = dayThere(start);
	let previous: Occurrence | undefined;
	let next: Occurrence | undefined;
	for (const candidate of occurrences(series)) {
		if (candidate.index < occurrence.index) previous = candidate;
		if (candidate.index > occurrence.index) {
			next = candidate;
			break;
		}
	}
	if ((previous && moved <= dayThere(previous.start)) || (next && moved >= dayThere(next.start))) {
		throw new EwsError('ErrorOccurrenceCrossingBoundary', { text: 'Modified occurrence is crossing or overlapping adjacent occurrence.' });
	}
}
