import type { AppointmentRecord, SeriesException } from '../../records/appointment';
import { RecordError } from '../../records/record-error';
import { BUSY_STATUS } from './appointment-fields';
import { type AppointmentTimes, patternEnd, sameTimes, wireTimes } from './appointment-times';
import type { FieldUpdate } from './field-table';
import { occurrenceIndex } from './occurrence-index';
import { PLAIN_BODY, plainBody, sameText } from './plain-body';
import { instantIn, localDay } from './wall-clock';
import { wireWord } from './wire-values';
import { element } from './xml-element';

/** What is to be done to one occurrence of a series. */
export interface OccurrenceEdit {
	/** EWS `InstanceIndex`, from 1. */
	readonly index: number;
	readonly updates: FieldUpdate[];
}

/** The changes of a series' occurrences: those to write, and those to delete, by index. */
export interface SeriesEdits {
	readonly changed: OccurrenceEdit[];
	readonly deleted: number[];
}

/**
 * What must be done to the occurrences of a series so that those that are `stored` become those of `record`: only what differs, so that a changed
 * exception touches that occurrence alone. An exception that the record does not have any more is put back to what the series says.
 * @param stored the series as Exchange has it once its own fields are written
 * @throws RecordError
 */
export function seriesEdits(stored: AppointmentRecord, record: AppointmentRecord): SeriesEdits {
	const wanted = exceptionsOf(record);
	const present = exceptionsOf(stored);
	const deleted = new Set((stored.recurrence?.deleted ?? []).map((start) => dayOf(record, start)));
	const changed: Array<OccurrenceEdit & { later: boolean }> = [];
	for (const key of new Set([...wanted.keys(), ...present.keys()])) {
		const exception = wanted.get(key);
		const originalStart = exception?.value.originalStart ?? present.get(key)?.value.originalStart ?? key;
		if (exception === undefined && deletedIn(record, key)) continue;
		const field = exception === undefined ? 'recurrence' : `recurrence.exceptions.${exception.place}`;
		if (exception !== undefined && deleted.has(key))
			throw new RecordError(`${field}.originalStart`, originalStart, 'the start of an occurrence that has not been deleted in Exchange');
		const before = effective(stored, present.get(key)?.value, originalStart);
		const after = effective(record, exception?.value, originalStart);
		const updates = occurrenceUpdates(before, after, field);
		const later = instantIn(after.start, after.timeZone) > instantIn(before.start, before.timeZone);
		if (updates.length > 0) changed.push({ index: occurrenceIndex(record, originalStart, `${field}.originalStart`), updates, later });
	}
	const toDelete = (record.recurrence?.deleted ?? []).flatMap((start, place) =>
		deleted.has(dayOf(record, start)) ? [] : [occurrenceIndex(record, start, `recurrence.deleted.${place}`)],
	);
	return { changed: inMovingOrder(changed), deleted: toDelete };
}

/** Those that move back from the front, those that move on from the end: no occurrence may pass or meet its neighbour (MS-OXOCAL 3.1.4.6). */
function inMovingOrder(edits: ReadonlyArray<OccurrenceEdit & { later: boolean }>): OccurrenceEdit[] {
	const back = edits.filter(({ later }) => !later).sort((one, other) => one.index - other.index);
	const on = edits.filter(({ later }) => later).sort((one, other) => other.index - one.index);
	return [...back, ...on].map(({ index, updates }) => ({ index, updates }));
}

/** Exceptions by the day they stand for, with their place in the record. */
function exceptionsOf(series: AppointmentRecord): Map<string, { value: SeriesException; place: number }> {
	return new Map((series.recurrence?.exceptions ?? []).map((value, place) => [dayOf(series, value.originalStart), { value, place }]));
}

function deletedIn(series: AppointmentRecord, key: string): boolean {
	return (series.recurrence?.deleted ?? []).some((start) => dayOf(series, start) === key);
}

/** What an occurrence is known by, however its start is said: its day, as a series has one on a day at most. Of an hour that clocks show twice Exchange means the other one. */
function dayOf({ allDay, timeZone }: AppointmentRecord, start: string): string {
	return allDay ? start.slice(0, 10) : localDay(instantIn(start, timeZone), timeZone);
}

/** What of an occurrence may be another than its series has it. */
type Occurrence = AppointmentTimes & Pick<AppointmentRecord, 'subject' | 'location' | 'text' | 'busyStatus' | 'reminderMinutes'>;

/** What an occurrence looks like: its own where it has some, else the series'. */
function effective(series: AppointmentRecord, exception: SeriesException | undefined, originalStart: string): Occurrence {
	return {
		subject: exception?.subject ?? series.subject,
		start: exception?.start ?? originalStart,
		end: exception?.end ?? patternEnd(series, originalStart),
		allDay: exception?.allDay ?? series.allDay,
		timeZone: series.timeZone,
		location: exception?.location ?? series.location,
		text: exception?.text ?? series.text,
		busyStatus: exception?.busyStatus ?? series.busyStatus,
		reminderMinutes: exception?.reminderMinutes === undefined ? series.reminderMinutes : exception.reminderMinutes,
	};
}

function occurrenceUpdates(stored: Occurrence, wanted: Occurrence, field: string): FieldUpdate[] {
	const updates: FieldUpdate[] = [];
	if (stored.subject !== wanted.subject) updates.push({ path: { uri: 'item:Subject' }, set: element('Subject', wanted.subject) });
	if (!sameText(stored.text, wanted.text)) updates.push({ path: PLAIN_BODY, set: plainBody(wanted.text) });
	updates.push(...timesOfOccurrence(stored, wanted, field));
	if (stored.location !== wanted.location) updates.push({ path: { uri: 'calendar:Location' }, set: element('Location', wanted.location) });
	if (stored.busyStatus !== wanted.busyStatus)
		updates.push({ path: { uri: 'calendar:LegacyFreeBusyStatus' }, set: element('LegacyFreeBusyStatus', wireWord(BUSY_STATUS, wanted.busyStatus)) });
	if (stored.reminderMinutes !== wanted.reminderMinutes)
		updates.push(
			{ path: { uri: 'item:ReminderIsSet' }, set: element('ReminderIsSet', String(wanted.reminderMinutes !== null)) },
			...(wanted.reminderMinutes === null
				? []
				: [{ path: { uri: 'item:ReminderMinutesBeforeStart' }, set: element('ReminderMinutesBeforeStart', String(wanted.reminderMinutes)) }]),
		);
	return updates;
}

/** Times that changed, all together, so that neither is before the other in between. The pattern and the zone are the series' own (Exchange refuses them here). @throws RecordError */
function timesOfOccurrence(stored: Occurrence, wanted: Occurrence, field: string): FieldUpdate[] {
	const { start, end } = wireTimes(wanted, `${field}.`);
	return [
		...(sameTimes(stored, wanted) ? [] : [{ path: { uri: 'calendar:Start' }, set: element('Start', start) }, { path: { uri: 'calendar:End' }, set: element('End', end) }]),
		...(stored.allDay !== wanted.allDay ? [{ path: { uri: 'calendar:IsAllDayEvent' }, set: element('IsAllDayEvent', String(wanted.allDay)) }] : []),
	];
}
