import type { AppointmentRecord, Recurrence, SeriesException } from './appointment';
import { canonicalCategories, canonicalInstant, canonicalLine, canonicalSubject, canonicalText, uniqueSorted } from './canonical-fields';
import { canonicalRule } from './canonical-recurrence';
import type { CanonicalFields, CanonicalValue } from './canonical-value';
import { recordErrorFrom } from './record-error';
import { parsedRule, ruleText } from './recurrence-rule';
import { firstOccurrence, lastDayOf, type SeriesAnchor, wallClock } from './series-occurrences';
import { windowsZone } from './time-zone';

/**
 * What of an appointment counts as its content. The zone of a single one does not, as Exchange gives it back under another name; of a timed series
 * it does, as its Windows zone. A series starts with its first occurrence, to which Exchange moves it.
 */
export function canonicalAppointment(appointment: AppointmentRecord): CanonicalFields {
	const { recurrence, allDay } = appointment;
	const series = recurrence === undefined ? undefined : canonicalSeries(appointment, recurrence);
	return {
		kind: appointment.kind,
		subject: canonicalSubject(appointment.subject),
		start: series?.start ?? time(appointment.start, allDay),
		end: series?.end ?? time(appointment.end, allDay),
		allDay,
		location: canonicalLine(appointment.location),
		text: canonicalText(appointment.text),
		busyStatus: appointment.busyStatus,
		importance: appointment.importance,
		sensitivity: appointment.sensitivity,
		reminderMinutes: appointment.reminderMinutes,
		categories: canonicalCategories(appointment.categories),
		cancelled: appointment.cancelled,
		series: series === undefined ? null : series.fields,
	};
}

function time(value: string, allDay: boolean): string {
	return allDay ? value : canonicalInstant(value);
}

function canonicalSeries(appointment: AppointmentRecord, recurrence: Recurrence): { start: string; end: string; fields: CanonicalFields } {
	const { allDay } = appointment;
	const anchor: SeriesAnchor = { start: time(appointment.start, allDay), allDay, timeZone: appointment.timeZone };
	const length = Date.parse(appointment.end) - Date.parse(appointment.start);
	const { rrule, start } = anchoredRule(recurrence.rrule, anchor);
	return {
		start,
		end: later(start, length, allDay),
		fields: {
			rrule,
			timeZone: allDay ? null : (windowsZone(appointment.timeZone) ?? appointment.timeZone),
			exceptions: canonicalExceptions(appointment, recurrence.exceptions, length),
			deleted: uniqueSorted(recurrence.deleted.map((original) => time(original, allDay))),
		},
	};
}

/** Whether two appointments recur by the same rule, however it is spelt; neither by any counts as the same. */
export function recurAlike(one: AppointmentRecord, other: AppointmentRecord): boolean {
	const ruleOf = (appointment: AppointmentRecord): CanonicalValue => (appointment.recurrence === undefined ? null : (canonicalSeries(appointment, appointment.recurrence).fields['rrule'] ?? null));
	return ruleOf(one) === ruleOf(other);
}

/** A rule that nobody can read still has a form: its text. Nothing that is hashed may fail an item. */
function anchoredRule(text: string, anchor: SeriesAnchor): { rrule: string; start: string } {
	try {
		const rule = parsedRule(text, (until) => lastDayOf(until, anchor));
		const start = firstOccurrence(rule, anchor) ?? anchor.start;
		const clock = wallClock(start, anchor);
		return { rrule: clock === undefined ? ruleText(rule) : ruleText(canonicalRule(rule, clock)), start };
	} catch (error) {
		recordErrorFrom(error);
		return { rrule: text.trim().toUpperCase(), start: anchor.start };
	}
}

/** Exceptions by original start, each with what differs from its series; one that differs in nothing is none. */
function canonicalExceptions(series: AppointmentRecord, exceptions: readonly SeriesException[], length: number): CanonicalFields {
	const form: CanonicalFields = {};
	for (const exception of exceptions) {
		const original = time(exception.originalStart, series.allDay);
		const { allDay = series.allDay } = exception;
		const start = exception.start === undefined ? original : time(exception.start, allDay);
		const end = exception.end === undefined ? later(start, length, allDay) : time(exception.end, allDay);
		const differing = changes([
			['allDay', allDay, series.allDay],
			['start', start, original],
			['end', end, later(original, length, series.allDay)],
			['subject', canonicalSubject(exception.subject ?? series.subject), canonicalSubject(series.subject)],
			['location', canonicalLine(exception.location ?? series.location), canonicalLine(series.location)],
			['text', canonicalText(exception.text ?? series.text), canonicalText(series.text)],
			['busyStatus', exception.busyStatus ?? series.busyStatus, series.busyStatus],
			['reminderMinutes', exception.reminderMinutes === undefined ? series.reminderMinutes : exception.reminderMinutes, series.reminderMinutes],
		]);
		if (Object.keys(differing).length > 0) form[original] = differing;
	}
	return form;
}

function changes(fields: ReadonlyArray<readonly [name: string, own: CanonicalValue, seriesOwn: CanonicalValue]>): CanonicalFields {
	return Object.fromEntries(fields.filter(([, own, seriesOwn]) => own !== seriesOwn).map(([name, own]) => [name, own]));
}

function later(start: string, length: number, allDay: boolean): string {
	const end = Date.parse(start) + length;
	if (Number.isNaN(end)) return start;
	const text = new Date(end).toISOString();
	return allDay ? text.slice(0, 10) : canonicalInstant(text);
}
