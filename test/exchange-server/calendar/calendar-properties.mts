import { boolean, instant, integer, property, text, address } from '../properties/define.mts';
import type { PropertyDefinition, RenderContext } from '../properties/definition.mts';
import { ITEM_PROPERTIES } from '../properties/itemProperties.mts';
import { changeKey, itemId, occurrenceId } from '../store/ids.mts';
import type { DetachedItem, PropertyValue, StructuredValue } from '../store/item.mts';
import { flagOf, instantOf, textOf } from '../store/item.mts';
import { element, leaf, type Xml } from '../xml/write.mts';
import { EwsError, schemaViolation } from '../operations/errors.mts';
import { attendeeProperty, attendeesOf } from './attendee.mts';
import { formatDuration, formatInstant, formatWallClock, MILLISECONDS_PER_MINUTE, parseDateTime } from './civil-date.mts';
import { lastSlot } from './recurrence-expansion.mts';
import { readRecurrence, writeRecurrence } from './recurrence-xml.mts';
import { isMaster, OCCURRENCE_DAY, occurrenceAt, occurrenceKey, occurrences, seriesOf, spanOf, zoneOfItem, type Occurrence } from './series.mts';
import { toInstant, toWallClock } from './time-zone.mts';
import { readTimeZone, writeItemZone } from './time-zone-xml.mts';

/** A time a client wrote without a zone; the item's hooks turn it into an instant. */
export interface LocalTime extends StructuredValue {
	readonly structure: 'localTime';
	readonly wallClock: number;
}

const READ_ONLY = { readOnly: true } as const;
const ON_REQUEST = { onlyOnRequest: true, inTables: false } as const;
const EXCEPTION_CLASS = /^IPM\.OLE\.CLASS\./i;

/** AppointmentState bits (MS-OXOCAL 2.2.1.10). */
export const MEETING = 1;
export const RECEIVED = 2;
export const CANCELLED = 4;

export function appointmentState(item: DetachedItem): number {
	const stored = item.properties['calendar:AppointmentState'];
	return typeof stored === 'number' ? stored : attendeesOf(item).length > 0 ? MEETING : 0;
}

/** Single, Occurrence, Exception or RecurringMaster. */
export function calendarItemType(item: DetachedItem): string {
	if (item.properties[OCCURRENCE_DAY] !== undefined) return EXCEPTION_CLASS.test(textOf(item, 'item:ItemClass') ?? '') ? 'Exception' : 'Occurrence';
	return isMaster(item) ? 'RecurringMaster' : 'Single';
}

function timeProperty(path: string, name: string): PropertyDefinition {
	return instant(path, name, {
		parse: (source): PropertyValue => {
			const read = parseDateTime(source.text);
			if (!read) throw schemaViolation(`The '${name}' element is invalid - The value '${source.text}' is invalid according to its datatype 'dateTime'.`);
			if (read.offsetMinutes === undefined) return { structure: 'localTime', wallClock: read.wallClock } satisfies LocalTime;
			return new Date(read.wallClock - read.offsetMinutes * MILLISECONDS_PER_MINUTE);
		},
	});
}

function zoneProperty(path: string, name: string): PropertyDefinition {
	return property(path, name, 'Structured', {
		inTables: false,
		render: (item) => writeItemZone(`t:${name}`, zoneOfItem(item, path)),
		parse: (source) => readTimeZone(source),
	});
}

function occurrenceInfo(name: string, occurrence: Occurrence | undefined, context: RenderContext): Xml {
	if (!context.item || !occurrence) return '';
	const id = occurrenceId(context.mailbox.guid, context.item.number, occurrenceKey(occurrence.day));
	return element(
		name,
		element('t:ItemId', '', { Id: id, ChangeKey: changeKey(context.mailbox.guid, context.item.changeKey) }) +
			leaf('t:Start', formatInstant(occurrence.start)) +
			leaf('t:End', formatInstant(occurrence.end)) +
			leaf('t:OriginalStart', formatInstant(occurrence.originalStart)),
	);
}

function firstOccurrence(item: DetachedItem): Occurrence | undefined {
	const series = seriesOf(item);
	return series && occurrences(series).next().value;
}

function lastOccurrence(item: DetachedItem): Occurrence | undefined {
	const series = seriesOf(item);
	let index = series ? lastSlot(series.recurrence)?.index ?? 0 : 0;
	for (; series && index > 0; index--) {
		const deleted = new Set(series.deletions.map((deletion) => deletion.day));
		const occurrence = occurrenceAt({ ...series, deletions: [] }, index);
		if (!deleted.has(occurrence.day)) return occurrence;
	}
	return undefined;
}

function modifiedOccurrences(item: DetachedItem, context: RenderContext): Xml {
	const series = seriesOf(item);
	if (!series || series.exceptions.length === 0) return '';
	const days = new Set(series.exceptions.map((exception) => exception.day));
	let written = '';
	for (const occurrence of occurrences(series)) {
		if (days.delete(occurrence.day)) written += occurrenceInfo('t:Occurrence', occurrence, context);
		if (days.size === 0) break;
	}
	return written === '' ? '' : element('t:ModifiedOccurrences', written);
}

function deletedOccurrences(item: DetachedItem): Xml {
	const series = seriesOf(item);
	if (!series || series.deletions.length === 0) return '';
	const starts = series.deletions.map((deletion) => toInstant(series.zone, deletion.day * 86_400_000 + series.startOffset)).sort((a, b) => a - b);
	return element('t:DeletedOccurrences', starts.map((start) => element('t:DeletedOccurrence', leaf('t:Start', formatInstant(start)))).join(''));
}

function durationOf(item: DetachedItem): string | undefined {
	if (!instantOf(item, 'calendar:Start') || !instantOf(item, 'calendar:End')) return undefined;
	const { start, end } = spanOf(item);
	return formatDuration(Math.round((end - start) / MILLISECONDS_PER_MINUTE));
}

function wallClockText(item: DetachedItem, path: 'calendar:Start' | 'calendar:End'): string | undefined {
	const at = instantOf(item, path);
	return at && `${formatWallClock(toWallClock(zoneOfItem(item, `${path}TimeZone`), at.getTime()))}Z`;
}

type Render = (item: DetachedItem, context: RenderContext) => Xml;
const ofMaster =
	(render: Render): Render =>
	(item, context) =>
		isMaster(item) ? render(item, context) : '';

/** UID and what goes with it. */
export const ICALENDAR_PROPERTIES: readonly PropertyDefinition[] = [
	// Structured and without a value: a restriction or sort order cannot name it, as on Exchange (clients search by PidLidGlobalObjectId).
	property('calendar:UID', 'UID', 'Structured', {
		render: (item) => {
			const uid = textOf(item, 'calendar:UID');
			return uid === undefined ? '' : leaf('t:UID', uid);
		},
		parse: (source) => source.text,
		// Exchange takes a UID at birth and never changes it.
		assign: (item, value) => {
			const before = textOf(item, 'calendar:UID');
			if (before !== undefined && value !== before) throw new EwsError('ErrorInvalidPropertySet', { messageXml: element('t:FieldURI', '', { FieldURI: 'calendar:UID' }) });
			if (value !== undefined) item.properties['calendar:UID'] = value;
		},
	}),
	instant('calendar:RecurrenceId', 'RecurrenceId', { ...READ_ONLY, value: (item) => instantOf(item, 'calendar:OriginalStart') }),
	instant('calendar:DateTimeStamp', 'DateTimeStamp', READ_ONLY),
];

/** The fields that calendar items and meeting requests share, each in its place of the schema. */
export const SCHEDULE_PROPERTIES: readonly PropertyDefinition[] = [
	timeProperty('calendar:Start', 'Start'),
	timeProperty('calendar:End', 'End'),
	instant('calendar:OriginalStart', 'OriginalStart', READ_ONLY),
	boolean('calendar:IsAllDayEvent', 'IsAllDayEvent', { value: (item) => flagOf(item, 'calendar:IsAllDayEvent') }),
	text('calendar:LegacyFreeBusyStatus', 'LegacyFreeBusyStatus', { value: (item) => textOf(item, 'calendar:LegacyFreeBusyStatus') ?? 'Busy' }),
	text('calendar:Location', 'Location'),
	text('calendar:When', 'When'),
	boolean('calendar:IsMeeting', 'IsMeeting', { ...READ_ONLY, value: (item) => (appointmentState(item) & MEETING) !== 0 }),
	boolean('calendar:IsCancelled', 'IsCancelled', { ...READ_ONLY, value: (item) => (appointmentState(item) & CANCELLED) !== 0 }),
	boolean('calendar:IsRecurring', 'IsRecurring', { ...READ_ONLY, value: (item) => item.properties[OCCURRENCE_DAY] !== undefined }),
	boolean('calendar:MeetingRequestWasSent', 'MeetingRequestWasSent', { ...READ_ONLY, value: (item) => flagOf(item, 'calendar:MeetingRequestWasSent') }),
	boolean('calendar:IsResponseRequested', 'IsResponseRequested', { value: (item) => item.properties['calendar:IsResponseRequested'] !== false }),
	text('calendar:CalendarItemType', 'CalendarItemType', { ...READ_ONLY, value: calendarItemType }),
	text('calendar:MyResponseType', 'MyResponseType', { ...READ_ONLY, value: (item) => textOf(item, 'calendar:MyResponseType') ?? 'Organizer' }),
	address('calendar:Organizer', 'Organizer', READ_ONLY),
	attendeeProperty('calendar:RequiredAttendees', 'RequiredAttendees'),
	attendeeProperty('calendar:OptionalAttendees', 'OptionalAttendees'),
	attendeeProperty('calendar:Resources', 'Resources'),
	integer('calendar:ConflictingMeetingCount', 'ConflictingMeetingCount', { ...READ_ONLY, inTables: false, value: () => 0 }),
	integer('calendar:AdjacentMeetingCount', 'AdjacentMeetingCount', { ...READ_ONLY, inTables: false, value: () => 0 }),
	text('calendar:Duration', 'Duration', { ...READ_ONLY, value: durationOf }),
	text('calendar:TimeZone', 'TimeZone', { ...READ_ONLY, value: (item) => zoneOfItem(item).name }),
	instant('calendar:AppointmentReplyTime', 'AppointmentReplyTime', READ_ONLY),
	integer('calendar:AppointmentSequenceNumber', 'AppointmentSequenceNumber', { ...READ_ONLY, value: (item) => item.properties['calendar:AppointmentSequenceNumber'] ?? 0 }),
	integer('calendar:AppointmentState', 'AppointmentState', { ...READ_ONLY, value: appointmentState }),
	property('calendar:Recurrence', 'Recurrence', 'Structured', {
		inTables: false,
		render: ofMaster((item, { serverVersion }) => {
			const series = seriesOf(item);
			return series ? writeRecurrence(series.recurrence, series.zone, serverVersion) : '';
		}),
		parse: (source) => ({ structure: 'recurrence', ...readRecurrence(source) }),
	}),
	property('calendar:FirstOccurrence', 'FirstOccurrence', 'Structured', {
		...READ_ONLY,
		inTables: false,
		render: ofMaster((item, context) => occurrenceInfo('t:FirstOccurrence', firstOccurrence(item), context)),
	}),
	property('calendar:LastOccurrence', 'LastOccurrence', 'Structured', {
		...READ_ONLY,
		inTables: false,
		render: ofMaster((item, context) => occurrenceInfo('t:LastOccurrence', lastOccurrence(item), context)),
	}),
	property('calendar:ModifiedOccurrences', 'ModifiedOccurrences', 'Structured', { ...READ_ONLY, inTables: false, render: ofMaster(modifiedOccurrences) }),
	property('calendar:DeletedOccurrences', 'DeletedOccurrences', 'Structured', { ...READ_ONLY, inTables: false, render: ofMaster(deletedOccurrences) }),
	zoneProperty('calendar:StartTimeZone', 'StartTimeZone'),
	zoneProperty('calendar:EndTimeZone', 'EndTimeZone'),
	integer('calendar:ConferenceType', 'ConferenceType', { value: (item) => item.properties['calendar:ConferenceType'] ?? 0 }),
	boolean('calendar:AllowNewTimeProposal', 'AllowNewTimeProposal', { value: (item) => item.properties['calendar:AllowNewTimeProposal'] !== false }),
	boolean('calendar:IsOnlineMeeting', 'IsOnlineMeeting', { value: (item) => flagOf(item, 'calendar:IsOnlineMeeting') }),
	text('calendar:MeetingWorkspaceUrl', 'MeetingWorkspaceUrl'),
	text('calendar:NetShowUrl', 'NetShowUrl'),
	property('calendar:EnhancedLocation', 'EnhancedLocation', 'Structured', {
		...ON_REQUEST,
		...READ_ONLY,
		render: (item) => element('t:EnhancedLocation', leaf('t:DisplayName', textOf(item, 'calendar:Location') ?? '')),
	}),
	text('calendar:StartWallClock', 'StartWallClock', { ...ON_REQUEST, ...READ_ONLY, value: (item) => wallClockText(item, 'calendar:Start') }),
	text('calendar:EndWallClock', 'EndWallClock', { ...ON_REQUEST, ...READ_ONLY, value: (item) => wallClockText(item, 'calendar:End') }),
	text('calendar:StartTimeZoneId', 'StartTimeZoneId', { ...READ_ONLY, onlyOnRequest: true, value: (item) => zoneOfItem(item).id }),
	text('calendar:EndTimeZoneId', 'EndTimeZoneId', { ...READ_ONLY, onlyOnRequest: true, value: (item) => zoneOfItem(item, 'calendar:EndTimeZone').id }),
];

/** The id of an occurrence says which one it is; its change key is its master's. */
const ITEM_ID = property('item:ItemId', 'ItemId', 'Structured', {
	...READ_ONLY,
	render: (content, { item, mailbox }) => (item ? element('t:ItemId', '', { Id: idOf(content, item.number, mailbox.guid), ChangeKey: changeKey(mailbox.guid, item.changeKey) }) : ''),
	value: (content, { item, mailbox }) => item && idOf(content, item.number, mailbox.guid),
});

function idOf(content: DetachedItem, number: number, mailbox: string): string {
	const day = content.properties[OCCURRENCE_DAY];
	return typeof day === 'number' ? occurrenceId(mailbox, number, occurrenceKey(day)) : itemId(mailbox, number);
}

function isOrganizer(item: DetachedItem): boolean {
	return (appointmentState(item) & RECEIVED) === 0;
}

const ANSWERS = '<t:AcceptItem/><t:TentativelyAcceptItem/><t:DeclineItem/><t:ReplyToItem/><t:ReplyAllToItem/><t:ForwardItem/>';

const RESPONSE_OBJECTS = property('item:ResponseObjects', 'ResponseObjects', 'Structured', {
	...READ_ONLY,
	inTables: false,
	render: (item) => {
		if ((appointmentState(item) & MEETING) === 0) return element('t:ResponseObjects', '<t:ForwardItem/>');
		return element('t:ResponseObjects', isOrganizer(item) ? '<t:CancelCalendarItem/><t:ReplyToItem/><t:ReplyAllToItem/><t:ForwardItem/>' : ANSWERS);
	},
});

/** ItemType's part with the id and the response objects of calendar items. */
function itemPart(): PropertyDefinition[] {
	return ITEM_PROPERTIES.map((each) => (each.path === ITEM_ID.path ? ITEM_ID : each.path === RESPONSE_OBJECTS.path ? RESPONSE_OBJECTS : each));
}

/** Everything of CalendarItemType in the schema's order. */
export const CALENDAR_PROPERTIES: readonly PropertyDefinition[] = [
	...itemPart(),
	...ICALENDAR_PROPERTIES,
	...SCHEDULE_PROPERTIES,
	text('calendar:IntendedFreeBusyStatus', 'IntendedFreeBusyStatus', { ...ON_REQUEST, ...READ_ONLY }),
	boolean('calendar:IsOrganizer', 'IsOrganizer', { ...READ_ONLY, value: isOrganizer }),
];

/** Paths of the Default shape (Microsoft's page on BaseShape: calendar items). */
export const CALENDAR_DEFAULT_SHAPE: readonly string[] = [
	'item:ItemId',
	'item:ParentFolderId',
	'item:Subject',
	'item:HasAttachments',
	'calendar:Start',
	'calendar:End',
	'calendar:LegacyFreeBusyStatus',
	'calendar:Location',
	'calendar:CalendarItemType',
	'calendar:Organizer',
	'item:Sensitivity',
];
