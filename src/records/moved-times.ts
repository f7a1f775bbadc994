import type { AppointmentRecord } from './appointment';
import { dayBegunAt, dayOf, daysAfter, instantOf, localTimeOf } from './point-in-time';

/** When an appointment is; days or instants, as {@link AppointmentRecord} has them. */
export type AppointmentTimes = Pick<AppointmentRecord, 'start' | 'end' | 'allDay' | 'timeZone'>;

/** New times in any form that is accepted for them; what is absent stays. */
export interface NewTimes {
	readonly start?: unknown;
	readonly end?: unknown;
	readonly allDay: boolean;
	/** IANA name. */
	readonly timeZone: string;
}

/**
 * The times of an appointment that is given new ones. A start alone moves the end along, so that the length stays: of a timed appointment the time that passes, of
 * one that is or was all day its days. All day is every day of which a timed appointment had some part; timed is from midnight to midnight.
 *
 * @returns undefined where a new one is no time, or no day, of the years that there are
 */
export function movedTimes(stored: AppointmentTimes, wanted: NewTimes): AppointmentTimes | undefined {
	const { allDay, timeZone } = wanted;
	const read = (value: unknown): string | undefined => (allDay ? dayOf(value, timeZone) : instantOf(value, timeZone));
	const kept = inForm(stored, wanted);
	const start = wanted.start === undefined ? kept?.start : read(wanted.start);
	if (kept === undefined || start === undefined) return undefined;
	const end = wanted.end === undefined ? endOf(start, kept, stored, wanted) : read(wanted.end);
	return end === undefined ? undefined : { start, end, allDay, timeZone };
}

/** The stored times as days, or as instants. */
function inForm(stored: AppointmentTimes, { allDay, timeZone }: NewTimes): { start: string; end: string } | undefined {
	if (stored.allDay === allDay) return stored;
	if (allDay) return wholeDays(stored, timeZone);
	const start = atClock(stored.start, '00:00:00', timeZone);
	const end = atClock(stored.end, '00:00:00', timeZone);
	return start === undefined || end === undefined ? undefined : { start, end };
}

/** All days of which a span of time has some part, the end exclusive. */
export function wholeDays({ start, end }: { start: string; end: string }, timeZone: string): { start: string; end: string } | undefined {
	const first = localTimeOf(start, timeZone)?.slice(0, 10);
	const last = localTimeOf(end, timeZone)?.slice(0, 10);
	if (first === undefined || last === undefined) return undefined;
	return { start: first, end: dayBegunAt(end, timeZone) === last && last > first ? last : daysAfter(last, 1) };
}

/** The instant at which clocks of a zone show this time on this day. */
export function atClock(day: string, clock: string, timeZone: string): string | undefined {
	return instantOf(`${day}T${clock}`, timeZone);
}

/** How many days later. */
export function daysBetween(first: string, last: string): number {
	return Math.round((Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000);
}

function endOf(start: string, kept: { start: string; end: string }, stored: AppointmentTimes, { start: given, allDay, timeZone }: NewTimes): string | undefined {
	if (given === undefined) return kept.end;
	if (allDay) return daysAfter(start, daysBetween(kept.start, kept.end));
	if (!stored.allDay) return instantOf(new Date(Date.parse(start) + Date.parse(stored.end) - Date.parse(stored.start)).toISOString(), timeZone);
	const local = localTimeOf(start, timeZone);
	return local === undefined ? undefined : atClock(daysAfter(local.slice(0, 10), daysBetween(stored.start, stored.end)), local.slice(11), timeZone);
}
