import type { AppointmentRecord, OccurrenceChange, OccurrenceTimes, Recurrence, SeriesException } from '../../records/appointment';
import { withoutMeetingMetadata } from '../../records/meeting-metadata';
import type { AppointmentFacts } from '../../rules/facts';
import type { ReadOptions, StoredItem } from '../../sync/mailbox';
import type { ServerVersion } from '../transport/connection-settings';
import { APPOINTMENT_FIELDS } from './appointment-fields';
import { nearestDay, patternEnd, shownTimes, timesOf } from './appointment-times';
import { pathsOf, readFields } from './field-table';
import { sameText } from './plain-body';
import type { PropertyPath } from './property-path';
import { patternFingerprint } from './pattern-fingerprint';
import { seriesPatternOf } from './recurrence-pattern';
import { rruleOf } from './rrule';
import { STORED_PATHS, storedItem } from './stored-item';
import { type WireNode, attribute, child, children, flag, integer, text } from './wire-node';
import { instantOf } from './wire-values';

const TIME_PATHS: readonly PropertyPath[] = [
	{ uri: 'calendar:Start' },
	{ uri: 'calendar:End' },
	{ uri: 'calendar:IsAllDayEvent' },
	{ uri: 'calendar:StartTimeZone' },
];

const SERIES_AND_FACT_PATHS: readonly PropertyPath[] = [
	{ uri: 'calendar:CalendarItemType' },
	{ uri: 'calendar:Recurrence' },
	{ uri: 'calendar:ModifiedOccurrences' },
	{ uri: 'calendar:DeletedOccurrences' },
	{ uri: 'calendar:IsMeeting' },
	{ uri: 'calendar:AppointmentState' },
	{ uri: 'calendar:MeetingRequestWasSent' },
];

/** The properties of an appointment or a series to ask for, with body type Text. */
export function appointmentPaths(version: ServerVersion): PropertyPath[] {
	return [...STORED_PATHS, ...TIME_PATHS, ...SERIES_AND_FACT_PATHS, ...pathsOf(APPOINTMENT_FIELDS, version)];
}

/** The properties of an exception of a series to ask for: what it may say differently. */
export function occurrencePaths(version: ServerVersion): PropertyPath[] {
	return [...TIME_PATHS, ...pathsOf(APPOINTMENT_FIELDS, version)];
}

/** `calendar:AppointmentState` (MS-OXOCAL 2.2.1.10). */
const STATE = { meeting: 0x1, received: 0x2, cancelled: 0x4 } as const;

/** Ids of the modified occurrences of a series, in the order of the answer. */
export function modifiedOccurrenceIds(item: WireNode): string[] {
	return modifiedOccurrences(item).flatMap((occurrence) => attribute(child(occurrence, 'ItemId'), 'Id') ?? []);
}

function modifiedOccurrences(item: WireNode): WireNode[] {
	return children(child(item, 'ModifiedOccurrences'), 'Occurrence');
}

/**
 * An appointment or series as it was read with {@link appointmentPaths}.
 * @param exceptions the modified occurrences by id, as they were read with {@link occurrencePaths}
 * @throws MailboxFault `malformedAnswer`
 */
export function appointmentOf(item: WireNode, exceptions: ReadonlyMap<string, WireNode>, options: ReadOptions): StoredItem<'appointment'> {
	const { unknownZone, ...times } = timesOf(item, options.timeZone);
	const state = integer(item, 'AppointmentState') ?? 0;
	const isMeeting = flag(item, 'IsMeeting') ?? (state & STATE.meeting) !== 0;
	const record: AppointmentRecord = {
		kind: 'appointment',
		key: '',
		subject: '',
		location: '',
		text: '',
		busyStatus: 'busy',
		importance: 'normal',
		sensitivity: 'normal',
		reminderMinutes: null,
		cancelled: false,
		categories: [],
		...readFields(APPOINTMENT_FIELDS, item, options),
		...times,
	};
	if ((state & STATE.cancelled) !== 0) record.cancelled = true;
	const series = isMaster(item) ? seriesPatternOf(child(item, 'Recurrence')) : undefined;
	if (series !== undefined) {
		record.recurrence = recurrenceOf(rruleOf(series), item, record, exceptions, options);
	}
	const told = isMeeting && options.stripMeetingMetadata === true ? withoutMeetingMetadata(record) : record;
	const facts: AppointmentFacts = {
		kind: 'appointment',
		isMeeting,
		isOrganizer: isMeeting && (state & STATE.received) === 0,
		isSeries: isMaster(item),
		// One that was put back to what the series says is an exception to Exchange alone, and stays one.
		exceptionCount: told.recurrence?.exceptions.length ?? 0,
		pattern: series === undefined ? '' : patternFingerprint(series),
		...(unknownZone === undefined ? {} : { unknownZone }),
	};
	return { ...storedItem(item), record: told, facts };
}

function isMaster(item: WireNode): boolean {
	return text(item, 'CalendarItemType') === 'RecurringMaster';
}

function recurrenceOf(rrule: string, item: WireNode, series: AppointmentRecord, exceptions: ReadonlyMap<string, WireNode>, options: ReadOptions): Recurrence {
	const slot = (instant: string | undefined): string => (series.allDay ? nearestDay(instant ?? '', series.timeZone) : (instant ?? ''));
	const changed = modifiedOccurrences(item).flatMap((occurrence): SeriesException[] => {
		const node = exceptions.get(attribute(child(occurrence, 'ItemId'), 'Id') ?? '');
		const originalStart = instantOf(text(occurrence, 'OriginalStart'));
		if (originalStart === undefined) return [];
		const change = node === undefined ? occurrenceTimes(occurrence, series.allDay, series) : changeOf(node, series, options);
		const exception = { originalStart: slot(originalStart), ...withoutOwn(change, slot(originalStart), series) };
		// Put back to what the series says, it is an exception to Exchange alone.
		return Object.keys(exception).length === 1 ? [] : [exception];
	});
	const deleted = children(child(item, 'DeletedOccurrences'), 'DeletedOccurrence').flatMap((occurrence) => {
		const start = instantOf(text(occurrence, 'Start'));
		return start === undefined ? [] : [slot(start)];
	});
	return {
		rrule,
		exceptions: changed.sort((one, other) => (one.originalStart < other.originalStart ? -1 : 1)),
		deleted: [...new Set(deleted)].sort(),
	};
}

/** Times of an exception. The list of exceptions, which is all there is where one could not be read, does not say whether it lasts whole days: then it is what its series is. */
function occurrenceTimes(node: WireNode, allDay: boolean, series: AppointmentRecord): OccurrenceTimes {
	const start = instantOf(text(node, 'Start'));
	const end = instantOf(text(node, 'End'));
	if (start === undefined || end === undefined) return {};
	return { ...(allDay === series.allDay ? {} : { allDay }), ...shownTimes({ start, end }, allDay, series.timeZone) };
}

function changeOf(node: WireNode, series: AppointmentRecord, options: ReadOptions): OccurrenceChange {
	const own = readFields(APPOINTMENT_FIELDS, node, options);
	const change: OccurrenceChange = occurrenceTimes(node, flag(node, 'IsAllDayEvent') ?? series.allDay, series);
	if (own.subject !== undefined) change.subject = own.subject;
	if (own.location !== undefined) change.location = own.location;
	if (own.text !== undefined) change.text = own.text;
	if (own.busyStatus !== undefined) change.busyStatus = own.busyStatus;
	if (own.reminderMinutes !== undefined) change.reminderMinutes = own.reminderMinutes;
	return change;
}

/** The changes that say something else than the series does. */
function withoutOwn(change: OccurrenceChange, originalStart: string, series: AppointmentRecord): OccurrenceChange {
	const differing: OccurrenceChange = differingTimes(change, originalStart, series);
	if (change.subject !== undefined && change.subject !== series.subject) differing.subject = change.subject;
	if (change.location !== undefined && change.location !== series.location) differing.location = change.location;
	if (change.text !== undefined && !sameText(change.text, series.text)) differing.text = change.text;
	if (change.busyStatus !== undefined && change.busyStatus !== series.busyStatus) differing.busyStatus = change.busyStatus;
	if (change.reminderMinutes !== undefined && change.reminderMinutes !== series.reminderMinutes) differing.reminderMinutes = change.reminderMinutes;
	return differing;
}

function differingTimes(change: OccurrenceTimes, originalStart: string, series: AppointmentRecord): OccurrenceTimes {
	if (change.allDay !== undefined) return { allDay: change.allDay, start: change.start, end: change.end };
	const { start, end } = change;
	const isMoved = start !== undefined && start !== originalStart;
	// Of one that was moved the end stands, too, also where it is the one of its series: without it, it would be as long as the others (checkRecurrence).
	const hasOwnEnd = end !== undefined && (isMoved || end !== patternEnd(series, originalStart));
	return { ...(isMoved && { start }), ...(hasOwnEnd && { end }) };
}
