import { EwsError } from '../operations/errors.mts';
import type { DetachedItem, StructuredValue } from '../store/item.mts';
import { flagOf, instantOf } from '../store/item.mts';
import { attendeesOf } from './attendee.mts';
import type { LocalTime } from './calendar-properties.mts';
import { dayOf, midnightOf, MILLISECONDS_PER_DAY, MILLISECONDS_PER_MINUTE, type DayNumber } from './civil-date.mts';
import { mirrorToMapi } from './mapi-mirror.mts';
import { normalised, smallestGapDays } from './recurrence-expansion.mts';
import { refusing } from './recurrence-xml.mts';
import { DELETIONS, EXCEPTIONS, OCCURRENCE_DAY, seriesOf, spanOf, zoneOfItem, type StoredRecurrence } from './series.mts';
import { storedZone } from './time-zone-xml.mts';
import { toInstant, toWallClock } from './time-zone.mts';
import { zoneOfContext } from './time-zone-context.mts';

/** Five years, leap days included (ErrorCalendarDurationIsTooLong). */
const LONGEST = (5 * 365 + 2) * MILLISECONDS_PER_DAY;
const BASIS = 'series:Basis';

function resolveLocalTime(item: DetachedItem, path: 'calendar:Start' | 'calendar:End', contextZone: string | undefined): void {
	const value = item.properties[path];
	if (typeof value !== 'object' || (value as StructuredValue).structure !== 'localTime') return;
	const zonePath = `${path}TimeZone`;
	const zone = item.properties[zonePath] || item.properties['calendar:StartTimeZone'] ? zoneOfItem(item, zonePath) : zoneOfContext(contextZone);
	item.properties[path] = new Date(toInstant(zone, (value as LocalTime).wallClock));
}

/** An end that is written counts by what its clock shows; one that stands there already is the end of its day, also where the clocks skip midnight. */
function snapToMidnights(item: DetachedItem, changed: readonly string[]): void {
	const { start, end } = spanOf(item);
	const [startZone, endZone] = [zoneOfItem(item), zoneOfItem(item, 'calendar:EndTimeZone')];
	const firstDay = dayOf(toWallClock(startZone, start));
	const wallEnd = toWallClock(endZone, end);
	const midnight = midnightOf(dayOf(wallEnd));
	const isMidnight = wallEnd === midnight || (!changed.includes('calendar:End') && toInstant(endZone, midnight) === end);
	const endDay = isMidnight ? dayOf(wallEnd) : dayOf(wallEnd) + 1;
	item.properties['calendar:Start'] = new Date(toInstant(startZone, midnightOf(firstDay)));
	item.properties['calendar:End'] = new Date(toInstant(endZone, midnightOf(Math.max(endDay, firstDay + 1))));
}

function checkSpan(item: DetachedItem): void {
	const { start, end } = spanOf(item);
	if (end < start) throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', { text: 'EndDate is earlier than StartDate' });
	if (end - start > LONGEST) throw new EwsError('ErrorCalendarDurationIsTooLong', { text: 'Duration is too long.' });
}

function shifted(recurrence: StoredRecurrence, startDate: DayNumber): StoredRecurrence {
	return { ...recurrence, range: { ...recurrence.range, startDate } };
}

/** Puts the master on the first occurrence: the date from the range, the time of day from start and end. */
function anchor(item: DetachedItem, recurrence: StoredRecurrence): void {
	const zone = zoneOfItem(item);
	const { start, end } = spanOf(item);
	const wallStart = toWallClock(zone, start);
	const [offset, length] = [wallStart - midnightOf(dayOf(wallStart)), toWallClock(zone, end) - wallStart];
	const settled = refusing(() => normalised({ pattern: recurrence.pattern, range: recurrence.range }));
	const gap = smallestGapDays(settled);
	if (gap !== undefined && length > gap * MILLISECONDS_PER_DAY) {
		throw new EwsError('ErrorOccurrenceTimeSpanTooBig', { text: 'The occurrence time span is too big: occurrences would overlap.' });
	}
	const first = midnightOf(settled.range.startDate) + offset;
	item.properties['calendar:Recurrence'] = { structure: 'recurrence', ...settled } satisfies StoredRecurrence;
	item.properties['calendar:Start'] = new Date(toInstant(zone, first));
	item.properties['calendar:End'] = new Date(toInstant(zone, first + length));
}

/** What exceptions hang on: once it changes they are dropped. */
function basisOf(item: DetachedItem): string {
	const series = seriesOf(item);
	return series ? JSON.stringify([series.recurrence, series.startOffset, series.endOffset, series.zone.id]) : '';
}

function settleSeries(item: DetachedItem, changed: readonly string[]): void {
	const recurrence = item.properties['calendar:Recurrence'] as StoredRecurrence | undefined;
	if (recurrence && item.properties[OCCURRENCE_DAY] === undefined) {
		const moved = changed.includes('calendar:Start') && !changed.includes('calendar:Recurrence');
		anchor(item, moved ? shifted(recurrence, dayOf(toWallClock(zoneOfItem(item), spanOf(item).start))) : recurrence);
	}
	const basis = basisOf(item);
	if (item.properties[BASIS] === basis) return;
	delete item.properties[EXCEPTIONS];
	delete item.properties[DELETIONS];
	if (basis === '') delete item.properties[BASIS];
	else item.properties[BASIS] = basis;
}

/**
 * Brings an item into the form Exchange keeps it in: times without a zone resolved, all-day items on midnights of the zone they were made in,
 * a series on its first occurrence, exceptions dropped when what they hang on has changed. `changed` are the paths a request wrote.
 * @throws EwsError ErrorCalendarEndDateIsEarlierThanStartDate, ErrorCalendarDurationIsTooLong, ErrorOccurrenceTimeSpanTooBig,
 *   ErrorRecurrenceHasNoOccurrence, ErrorCalendarInvalidPropertyValue
 */
export function settle(item: DetachedItem, changed: readonly string[], contextZone?: string): void {
	for (const path of ['calendar:Start', 'calendar:End'] as const) resolveLocalTime(item, path, contextZone);
	item.properties['calendar:StartTimeZone'] ??= item.properties['calendar:EndTimeZone'] ?? storedZone(zoneOfContext(contextZone));
	item.properties['calendar:EndTimeZone'] ??= item.properties['calendar:StartTimeZone'];
	if (!instantOf(item, 'calendar:Start') || !instantOf(item, 'calendar:End')) {
		throw new EwsError('ErrorCalendarInvalidPropertyValue', { text: 'A calendar item needs a start and an end.' });
	}
	checkSpan(item);
	if (flagOf(item, 'calendar:IsAllDayEvent')) snapToMidnights(item, changed);
	checkSpan(item);
	settleSeries(item, changed);
	if (attendeesOf(item).length === 0 && item.properties['calendar:AppointmentState'] === 1) delete item.properties['calendar:AppointmentState'];
	if (flagOf(item, 'item:ReminderIsSet')) item.properties['item:ReminderDueBy'] = new Date(spanOf(item).start);
	else delete item.properties['item:ReminderDueBy'];
	if (flagOf(item, 'item:ReminderIsSet')) {
		const minutes = item.properties['item:ReminderMinutesBeforeStart'];
		item.properties['item:ReminderNextTime'] = new Date(spanOf(item).start - (typeof minutes === 'number' ? minutes : 0) * MILLISECONDS_PER_MINUTE);
	} else delete item.properties['item:ReminderNextTime'];
	mirrorToMapi(item);
}
