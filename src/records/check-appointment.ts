import { z } from 'zod';
import { body, categories, line, oneOf, readShape, refuseOtherKind, truth, wholeNumber, withoutUndefined, zoneOf } from './accepted-forms';
import type { AppointmentRecord } from './appointment';
import { BUSY_STATES, checkRecurrence, MOST_REMINDER_MINUTES } from './check-recurrence';
import { ADDRESSES } from './mail-addresses';
import { dateOf, daysAfter, FIRST_YEAR, instantOf, isPlainDate, LAST_YEAR } from './point-in-time';
import { RecordError } from './record-error';

/** Longest iCalendar UID, in characters. */
const LONGEST_UID = 4000;

const SHAPE = z.object({
	key: line('', LONGEST_UID).transform((key) => key.trim()),
	subject: line(''),
	allDay: truth(undefined),
	location: line(''),
	text: body(''),
	busyStatus: oneOf(BUSY_STATES, undefined),
	importance: oneOf(['low', 'normal', 'high'], 'normal'),
	sensitivity: oneOf(['normal', 'personal', 'private', 'confidential'], 'normal'),
	reminderMinutes: wholeNumber(null, 0, MOST_REMINDER_MINUTES),
	categories,
	cancelled: truth(false),
	participants: ADDRESSES.several,
	type: oneOf(['appointment', 'absence'], undefined),
});

/**
 * Makes an appointment record of what a builder sends. Defaults: all day where `start` is a plain date and `allDay` is not given; one day long where an all-day
 * appointment has no end; busy, or free if all day (as Outlook has it); normal importance and sensitivity; no reminder. Times without
 * offset are read in the record's `timeZone`, else in the connector's. A timed appointment must say its end.
 *
 * @param context.timeZone IANA or Windows name, for a record without one
 * @throws RecordError
 */
export function checkAppointment(input: Record<string, unknown>, context: { timeZone: string }): AppointmentRecord {
	refuseOtherKind(input, 'appointment');
	const timeZone = zoneOf(input.timeZone, context.timeZone);
	const { participants, busyStatus, allDay: sentAllDay, ...read } = readShape(SHAPE, input);
	const allDay = sentAllDay ?? (isPlainDate(input.start) && (isAbsent(input.end) || isPlainDate(input.end)));
	const { start, end } = allDay ? dates(input, timeZone) : instants(input, timeZone);
	const recurrence = checkRecurrence(input.recurrence, { start, end, allDay, timeZone });
	return withoutUndefined({
		kind: 'appointment' as const,
		...read,
		start,
		end,
		allDay,
		timeZone,
		busyStatus: busyStatus ?? (allDay ? ('free' as const) : ('busy' as const)),
		recurrence,
		participants: isAbsent(input.participants) ? undefined : participants,
	});
}

function dates(input: Record<string, unknown>, timeZone: string): { start: string; end: string } {
	const expected = `a date such as 2026-03-02 without time, as the appointment is all day, in the years ${FIRST_YEAR} to ${LAST_YEAR}`;
	const start = dateOf(input.start, timeZone);
	if (start === undefined) throw new RecordError('start', input.start ?? undefined, expected);
	const end = isAbsent(input.end) ? daysAfter(start, 1) : dateOf(input.end, timeZone);
	if (end === undefined) throw new RecordError('end', input.end, expected);
	if (end <= start) throw new RecordError('end', end, `after start ${start}: an all-day appointment ends with the day after its last one`);
	return { start, end };
}

function instants(input: Record<string, unknown>, timeZone: string): { start: string; end: string } {
	const start = time(input, 'start', timeZone);
	const end = time(input, 'end', timeZone);
	if (end < start) throw new RecordError('end', end, `not before start ${start}`);
	return { start, end };
}

function time(input: Record<string, unknown>, name: 'start' | 'end', timeZone: string): string {
	const instant = instantOf(input[name], timeZone);
	if (instant !== undefined) return instant;
	throw new RecordError(
		name,
		isAbsent(input[name]) ? undefined : input[name],
		`a time such as 2026-03-02T09:00:00+01:00, or a local time without offset, in the years ${FIRST_YEAR} to ${LAST_YEAR}; an all-day appointment has plain dates and allDay: true`,
	);
}

function isAbsent(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}
