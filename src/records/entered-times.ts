import { truth } from './accepted-forms';
import type { AppointmentRecord } from './appointment';
import { movedSeries } from './moved-series';
import { movedTimes } from './moved-times';
import { dayOf } from './point-in-time';
import { ianaZone } from './time-zone';

/**
 * The day that is meant by what is entered for an appointment that is all day: date pickers and expressions always give a time with it. A value without zone says its
 * own day; any other is on the day that it is in the zone, unless it is midnight as it is written.
 *
 * @param zone IANA or Windows name
 * @returns the value itself where it is no time, which the check of the record refuses by name
 */
export function enteredDay(value: unknown, zone: string): unknown {
	return dayOf(value, ianaZone(zone) ?? zone) ?? value;
}

/**
 * An appointment or series with changes, to be checked as a record: times that belong together change together ({@link movedTimes}), and a series keeps its
 * exceptions ({@link movedSeries}) unless it gets another recurrence.
 *
 * @param changes fields of a record, in any form that is accepted for them
 * @throws RecordError
 */
export function changedAppointment(stored: AppointmentRecord, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const merged = { ...stored, ...changes };
	const timeZone = changes['timeZone'] === undefined ? stored.timeZone : ianaZone(String(changes['timeZone']));
	const allDay = truth(stored.allDay).safeParse(changes['allDay']);
	if (timeZone === undefined || !allDay.success) return merged;
	const times = movedTimes(stored, { start: changes['start'], end: changes['end'], allDay: allDay.data, timeZone });
	if (times === undefined) return merged;
	const recurrence = stored.recurrence === undefined || changes['recurrence'] !== undefined ? {} : { recurrence: movedSeries(stored, stored.recurrence, times) };
	return { ...merged, ...times, ...recurrence };
}
