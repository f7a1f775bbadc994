import type { AppointmentRecord } from '../../records/appointment';
import { RecordError } from '../../records/record-error';
import type { ServerVersion } from '../transport/connection-settings';
import { APPOINTMENT_FIELDS } from './appointment-fields';
import { sameTimes, timeElements, timeUpdates } from './appointment-times';
import { inSchemaOrder } from './element-order';
import { type FieldUpdate, differences, writeFields } from './field-table';
import { mapiElement } from './property-path';
import { recurrenceElement } from './recurrence-pattern';
import { recurrencePatternOf, rruleOf } from './rrule';
import { STAMP } from './stamp-property';
import { instantIn, localDay } from './wall-clock';
import { type XmlElement, element, present } from './xml-element';

/**
 * `t:CalendarItem` of a new appointment: nobody is invited, whatever `participants` says (rule `meeting-as-appointment`). The exceptions of a series
 * cannot be part of it.
 * @param attendees only for a meeting that is really sent: whom the server is to ask
 * @throws RecordError
 */
export function newAppointment(record: AppointmentRecord, stamp: string | undefined, version: ServerVersion, attendees: readonly XmlElement[] = []): XmlElement {
	const { zones, instants, allDay } = timeElements(record);
	return element(
		'CalendarItem',
		inSchemaOrder([
			...writeFields(APPOINTMENT_FIELDS, record, version),
			...present(record.key === '' ? undefined : element('UID', record.key), seriesElement(record), stamp === undefined ? undefined : mapiElement(STAMP, stamp)),
			...instants,
			...zones,
			allDay,
			...attendees,
		]),
	);
}

function seriesElement({ recurrence, start, timeZone }: AppointmentRecord): XmlElement | undefined {
	return recurrence === undefined ? undefined : recurrenceElement(recurrencePatternOf(recurrence.rrule, start, timeZone));
}

/** What must be written to an appointment, or to the master of a series, and whether that makes Exchange drop the exceptions of a series. */
export interface AppointmentUpdates {
	readonly updates: FieldUpdate[];
	/** The times or the pattern of a series are written: exceptions and deletions have to be looked at again. */
	readonly rewritesSeries: boolean;
}

/** The fields that differ. @throws RecordError */
export function appointmentUpdates(stored: AppointmentRecord, record: AppointmentRecord, version: ServerVersion): AppointmentUpdates {
	const updates = differences(APPOINTMENT_FIELDS, stored, record, version);
	const timesDiffer = !sameTimes(stored, record);
	const patternDiffers = !samePattern(stored, record) || restoresOccurrences(stored, record);
	const series = record.recurrence !== undefined;
	// A series that starts at another time recurs from another day; an appointment that becomes a series needs its zone with it.
	if (timesDiffer || (patternDiffers && series)) updates.push(...timeUpdates(record));
	if (patternDiffers || (timesDiffer && series)) {
		const set = seriesElement(record);
		updates.push(set === undefined ? { path: { uri: 'calendar:Recurrence' } } : { path: { uri: 'calendar:Recurrence' }, set });
	}
	return { updates, rewritesSeries: series && (timesDiffer || patternDiffers) };
}

function samePattern(stored: AppointmentRecord, record: AppointmentRecord): boolean {
	return canonicalRule(stored) === canonicalRule(record);
}

function canonicalRule({ recurrence, start, timeZone }: AppointmentRecord): string | undefined {
	return recurrence === undefined ? undefined : canonicalRrule(recurrence.rrule, start, timeZone);
}

/** The spelling in which a rule comes back from Exchange. @throws RecordError for a rule that Exchange cannot hold */
export function canonicalRrule(rrule: string, start: string, timeZone: string): string {
	return rruleOf(recurrencePatternOf(rrule, start, timeZone));
}

/** Whether occurrences that are deleted are to be there again: Exchange gives them back only when the pattern is made anew. At another time of day an occurrence is the same one. */
export function restoresOccurrences(stored: AppointmentRecord, record: AppointmentRecord): boolean {
	const deleted = new Set((record.recurrence?.deleted ?? []).map((start) => slotDay(record, start)));
	return record.recurrence !== undefined && (stored.recurrence?.deleted ?? []).some((start) => !deleted.has(slotDay(stored, start)));
}

/** The day on which a series has the occurrence that it starts then. */
function slotDay({ allDay, timeZone }: AppointmentRecord, start: string): string {
	return allDay ? start : localDay(instantIn(start, timeZone), timeZone);
}

/** Refuses a record that cannot be written, before anything is. @throws RecordError */
export function checkAppointment(record: AppointmentRecord): void {
	timeElements(record);
	if (record.recurrence === undefined) return;
	seriesElement(record);
	const changed = new Set<string>();
	for (const [index, { originalStart }] of record.recurrence.exceptions.entries()) {
		const field = `recurrence.exceptions.${index}.originalStart`;
		if (changed.has(originalStart)) throw new RecordError(field, originalStart, 'the start of an occurrence that no other exception is about');
		if (record.recurrence.deleted.includes(originalStart)) throw new RecordError(field, originalStart, 'the start of an occurrence that is not deleted');
		changed.add(originalStart);
	}
}
