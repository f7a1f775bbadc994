import { withoutUndefined } from './accepted-forms';
import type { AppointmentRecord, OccurrenceTimes, Recurrence, SeriesException } from './appointment';
import { type AppointmentTimes, atClock, daysBetween, wholeDays } from './moved-times';
import { daysAfter, localTimeOf } from './point-in-time';
import { RecordError } from './record-error';
import { parsedRule, ruleText } from './recurrence-rule';
import { lastDayOf, startsInStep, startsOutsideSeries } from './series-occurrences';

/**
 * The recurrence of a series that is given other times. Its rule stays, and so do its changed and its deleted occurrences, each on its day, or, where another zone
 * alone is given, each in its place, as that day is another one there, and so is the last of a rule that ends with a day; a changed one that had been moved stays where it was moved to. Those before the new start are no part of
 * the series any more.
 *
 * @throws RecordError where the series has no occurrence any more on the day of a changed one: what was changed would be lost
 */
export function movedSeries(stored: AppointmentRecord, recurrence: Recurrence, times: AppointmentTimes): Recurrence {
	if (isSame(stored, times)) return recurrence;
	const firstDay = dayIn(times.start, times);
	const isInAnotherZoneAlone = !stored.allDay && !times.allDay && stored.start === times.start && stored.timeZone !== times.timeZone;
	const { rrule, starts } = isInAnotherZoneAlone ? inAnotherZone(stored, recurrence, times) : { rrule: recurrence.rrule, starts: startsOnTheirDays(stored, recurrence, times) };
	const exceptions = recurrence.exceptions.flatMap((exception) => {
		const start = starts.get(exception.originalStart);
		const day = start === undefined ? dayIn(exception.originalStart, stored) : dayIn(start, times);
		if (day < firstDay) return [];
		if (start === undefined) throw new RecordError('start', times.start, `such that the series still has an occurrence on ${day}, which was changed in Exchange`);
		const moved = movedException(exception, start, stored, times);
		// Of what differed in its time of day alone nothing is left once it is all day.
		return Object.keys(moved).length === 1 ? [] : [moved];
	});
	const deleted = recurrence.deleted.flatMap((originalStart) => starts.get(originalStart) ?? []).filter((start) => dayIn(start, times) >= firstDay);
	return { rrule, exceptions, deleted };
}

function originalStarts({ exceptions, deleted }: Recurrence): string[] {
	return [...exceptions.map(({ originalStart }) => originalStart), ...deleted];
}

/** The rule of a series in another zone, with as many occurrences, and the start that it has for each changed or deleted one: the same moment, but for days on which the clocks are changed. */
function inAnotherZone(stored: AppointmentRecord, recurrence: Recurrence, times: AppointmentTimes): { rrule: string; starts: ReadonlyMap<string, string> } {
	const rule = parsedRule(recurrence.rrule, (until) => lastDayOf(until, stored));
	const later = daysBetween(dayIn(stored.start, stored), dayIn(times.start, times));
	const { until } = rule;
	const there = until === undefined || later === 0 ? rule : { ...rule, until: compactDay(daysAfter(`${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6)}`, later)) };
	return { rrule: there === rule ? recurrence.rrule : ruleText(there), starts: startsInStep({ rule, anchor: stored }, { rule: there, anchor: times }, originalStarts(recurrence)) };
}

/** A day as UNTIL has it. */
function compactDay(day: string): string {
	return day.replaceAll('-', '');
}

/** The start that the moved series has for each changed or deleted occurrence, on its day; absent where it has none there. */
function startsOnTheirDays(stored: AppointmentRecord, recurrence: Recurrence, times: AppointmentTimes): ReadonlyMap<string, string> {
	const clock = clockOf(times);
	const rule = parsedRule(recurrence.rrule, (until) => lastDayOf(until, times));
	const slots = originalStarts(recurrence).map((originalStart) => {
		const day = dayIn(originalStart, stored);
		return [originalStart, times.allDay ? day : (atClock(day, clock, times.timeZone) ?? originalStart)] as const;
	});
	const outside = new Set(startsOutsideSeries(rule, times, slots.map(([, start]) => start)));
	return new Map(slots.filter(([, start]) => !outside.has(start)));
}

function isSame(one: AppointmentTimes, other: AppointmentTimes): boolean {
	return one.allDay === other.allDay && one.timeZone === other.timeZone && one.start === other.start && one.end === other.end;
}

/** Day of a start in the zone of its series. */
function dayIn(start: string, { allDay, timeZone }: AppointmentTimes): string {
	return allDay ? start : (localTimeOf(start, timeZone)?.slice(0, 10) ?? start.slice(0, 10));
}

/** Time of day at which a series starts. */
function clockOf({ start, allDay, timeZone }: AppointmentTimes): string {
	return allDay ? '00:00:00' : (localTimeOf(start, timeZone)?.slice(11) ?? '00:00:00');
}

/** @param originalStart the start that its moved series gives it */
function movedException(exception: SeriesException, originalStart: string, stored: AppointmentRecord, times: AppointmentTimes): SeriesException {
	const { originalStart: before, allDay, start, end, ...rest } = exception;
	if (allDay !== undefined) return { ...rest, originalStart, ...timesInItsForm({ allDay, start, end }, originalStart, times) };
	if (start === undefined && end === undefined) return { originalStart, ...rest };
	return { ...rest, originalStart, ...withoutUndefined(ownTimes({ before, start, end }, originalStart, stored, times)) };
}

/** Times of an exception that has another form than its series had: they stay. Once the series has that form, too, it is an exception like others. */
function timesInItsForm({ allDay, start, end }: { allDay: boolean; start: string; end: string }, originalStart: string, times: AppointmentTimes): OccurrenceTimes {
	if (allDay !== times.allDay) return { allDay, start, end };
	const patternEnd = allDay ? daysAfter(originalStart, daysBetween(times.start, times.end)) : instantAfter(originalStart, Date.parse(times.end) - Date.parse(times.start));
	return start === originalStart && end === patternEnd ? {} : { start, end };
}

/** Times of an occurrence of its own; undefined: those of its series. */
interface OwnTimes {
	start: string | undefined;
	end: string | undefined;
}

function ownTimes({ before, start, end }: OwnTimes & { before: string }, originalStart: string, stored: AppointmentRecord, times: AppointmentTimes): OwnTimes {
	if (stored.allDay === times.allDay) {
		// One that lasts longer or shorter, but was not moved, starts with its series.
		if (start !== undefined || end === undefined || times.allDay) return { start, end };
		return { start, end: instantAfter(originalStart, Date.parse(end) - Date.parse(before)) };
	}
	const from = start ?? before;
	if (times.allDay) {
		const days = wholeDays({ start: from, end: end ?? instantAfter(from, Date.parse(stored.end) - Date.parse(stored.start)) }, times.timeZone);
		if (days === undefined) return { start, end };
		const isMoved = days.start !== originalStart;
		const isLonger = days.end !== daysAfter(days.start, daysBetween(times.start, times.end));
		return { start: isMoved ? days.start : undefined, end: isMoved || isLonger ? days.end : undefined };
	}
	// Days have no time of day: it starts when its series does, and lasts as long, unless it had other days.
	const clock = clockOf(times);
	const days = daysBetween(stored.start, stored.end);
	const own = end === undefined ? days : daysBetween(from, end);
	const movedTo = start === undefined ? undefined : atClock(start, clock, times.timeZone);
	return { start: movedTo, end: own === days ? undefined : atClock(daysAfter(from, own), clock, times.timeZone) };
}

function instantAfter(start: string, milliseconds: number): string {
	return `${new Date(Date.parse(start) + milliseconds).toISOString().slice(0, 19)}Z`;
}
