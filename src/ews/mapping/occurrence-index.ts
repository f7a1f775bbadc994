import { RRule, datetime } from 'rrule';

import type { AppointmentRecord } from '../../records/appointment';
import { RecordError } from '../../records/record-error';
import { wireInstant } from './appointment-times';
import { recurrencePatternOf, rruleOf } from './rrule';
import { localDay } from './wall-clock';

/**
 * Which occurrence of a series starts at `originalStart`, counted from 1 over the whole pattern, deleted ones included (EWS `InstanceIndex`).
 * Counted in days of the series' zone, so that the change of the clocks does not matter.
 * @param field of the record, for the error
 * @throws RecordError where the pattern has no such occurrence
 */
export function occurrenceIndex(series: AppointmentRecord, originalStart: string, field: string): number {
	const { allDay, timeZone, recurrence } = series;
	const day = allDay ? originalStart : localDay(wireInstant(originalStart, false, timeZone, field), timeZone);
	const pattern = recurrencePatternOf(recurrence?.rrule ?? '', series.start, timeZone);
	const from = midnight(pattern.range.startDate);
	const options = RRule.parseString(rruleOf(pattern));
	const days = new RRule({ ...options, dtstart: from, ...(pattern.range.end.type === 'date' ? { until: midnight(pattern.range.end.date) } : {}) }).between(
		from,
		midnight(day),
		true,
	);
	const last = days.at(-1);
	if (last === undefined || last.getTime() !== midnight(day).getTime()) throw new RecordError(field, originalStart, 'the start that the series gives one of its occurrences');
	return days.length;
}

function midnight(day: string): Date {
	return datetime(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10)));
}
