import { DateTime } from 'luxon';

import type { AppointmentRecord } from '../../records/appointment';
import { RecordError } from '../../records/record-error';
import type { FieldUpdate } from './field-table';
import { sameWindowsZone, windowsZoneOf, zoneOf } from './time-zone';
import { addDays, instantIn, localDay, localTime } from './wall-clock';
import { type WireNode, child, flag, text } from './wire-node';
import { instantOf, required } from './wire-values';
import { type XmlElement, element } from './xml-element';

/** When an appointment is, as its record says it. */
export type AppointmentTimes = Pick<AppointmentRecord, 'start' | 'end' | 'allDay' | 'timeZone'>;

const HALF_A_DAY_MS = 12 * 3_600_000;
/** ErrorCalendarDurationIsTooLong. */
const LONGEST_YEARS = 5;

/** Times of an item that was read. @throws MailboxFault `malformedAnswer` */
export function timesOf(item: WireNode, fallbackZone: string): AppointmentTimes & { unknownZone?: string } {
	const allDay = flag(item, 'IsAllDayEvent') ?? false;
	const zone = zoneOf(child(item, 'StartTimeZone'), fallbackZone);
	const start = required(instantOf(text(item, 'Start')), 'calendar:Start');
	const end = required(instantOf(text(item, 'End')), 'calendar:End');
	return { ...shownTimes({ start, end }, allDay, zone.timeZone), allDay, ...zone };
}

/** Start and end as a record has them: instants, or days for what lasts whole days. */
export function shownTimes({ start, end }: { start: string; end: string }, allDay: boolean, zone: string): { start: string; end: string } {
	if (!allDay) return { start, end };
	const first = nearestDay(start, zone);
	const last = nearestDay(end, zone);
	return { start: first, end: last > first ? last : addDays(first, 1) };
}

/**
 * The day whose midnight this is. Exchange snaps to midnight in the zone of whoever made the appointment; where that zone had to be guessed, the nearest midnight
 * is the one that was meant.
 */
export function nearestDay(instant: string, zone: string): string {
	return localDay(new Date(Date.parse(instant) + HALF_A_DAY_MS).toISOString(), zone);
}

/** The instant that a time of a record means. @throws RecordError */
export function wireInstant(value: string, allDay: boolean, zone: string, field: string): string {
	const pattern = allDay ? /^\d{4}-\d{2}-\d{2}$/ : /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?$/;
	const time = pattern.test(value) ? DateTime.fromISO(value, { zone }) : undefined;
	if (time?.isValid !== true) throw new RecordError(field, value, allDay ? 'a plain date, YYYY-MM-DD' : 'an RFC 3339 instant such as 2026-03-02T08:00:00Z');
	return instantIn(value, zone);
}

/** Start and end as instants, checked. @param of what they are fields of, for the error: `recurrence.exceptions.0.` @throws RecordError */
export function wireTimes({ start, end, allDay, timeZone }: AppointmentTimes, of = ''): { start: string; end: string } {
	// An unknown zone is refused before anything is read in it.
	windowsZoneOf(timeZone);
	const from = wireInstant(start, allDay, timeZone, `${of}start`);
	const to = allDay ? dayEnd(wireInstant(end, true, timeZone, `${of}end`), timeZone) : wireInstant(end, false, timeZone, `${of}end`);
	if (to < from || (allDay && to === from)) throw new RecordError(`${of}end`, end, `${allDay ? 'a day' : 'an instant'} ${allDay ? 'after' : 'not before'} the start (${start})`);
	const longest = DateTime.fromISO(from, { zone: 'utc' }).plus({ years: LONGEST_YEARS });
	if (DateTime.fromISO(to, { zone: 'utc' }) > longest) throw new RecordError(`${of}end`, end, `at most ${LONGEST_YEARS} years after the start`);
	return { start: from, end: to };
}

/**
 * The end of a day, given the first instant of the next one. Where the clocks skip its midnight, that one begins at one o'clock, which Exchange takes for a part of it and makes
 * another whole day of: then it is the last second before.
 */
function dayEnd(nextDay: string, zone: string): string {
	return localTime(nextDay, zone).endsWith('T00:00:00') ? nextDay : `${new Date(Date.parse(nextDay) - 1000).toISOString().slice(0, 19)}Z`;
}

/** The elements of new times. @throws RecordError */
export function timeElements(times: AppointmentTimes): { zones: XmlElement[]; instants: XmlElement[]; allDay: XmlElement } {
	const { start, end } = wireTimes(times);
	const id = windowsZoneOf(times.timeZone);
	return {
		zones: [element('StartTimeZone', [], { Id: id }), element('EndTimeZone', [], { Id: id })],
		instants: [element('Start', start), element('End', end)],
		allDay: element('IsAllDayEvent', String(times.allDay)),
	};
}

/** Times that changed, written all together: Exchange checks and snaps each against the others. The zone comes first, for days are days there. */
export function timeUpdates(times: AppointmentTimes): FieldUpdate[] {
	const { zones, instants, allDay } = timeElements(times);
	return [...zones, ...instants, allDay].map((set) => ({ path: { uri: `calendar:${set.name}` }, set }));
}

/** Whether both say the same. IANA names of one Windows zone are one zone to Exchange. */
export function sameTimes(one: AppointmentTimes, other: AppointmentTimes): boolean {
	return (
		one.allDay === other.allDay &&
		sameWindowsZone(one.timeZone, other.timeZone) &&
		sameMoment(one.start, other.start, one) &&
		sameMoment(one.end, other.end, one)
	);
}

function sameMoment(one: string, other: string, { allDay, timeZone }: AppointmentTimes): boolean {
	return one === other || (!allDay && instantIn(one, timeZone) === instantIn(other, timeZone));
}

/** The end that the pattern of a series gives the occurrence which it starts at `originalStart`: as much later on the clock as the series' own. */
export function patternEnd(series: AppointmentTimes, originalStart: string): string {
	if (series.allDay) return addDays(originalStart, daysBetween(series.start, series.end));
	const clock = (value: string): number => Date.parse(`${localTime(instantIn(value, series.timeZone), series.timeZone)}Z`);
	const length = clock(series.end) - clock(series.start);
	const start = instantIn(originalStart, series.timeZone);
	const end = instantIn(new Date(clock(originalStart) + length).toISOString().slice(0, 19), series.timeZone);
	// Of an hour that clocks show twice the second may be meant, which its first end comes before.
	return end < start ? `${new Date(Date.parse(start) + length).toISOString().slice(0, 19)}Z` : end;
}

function daysBetween(first: string, last: string): number {
	return Math.round((Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000);
}
