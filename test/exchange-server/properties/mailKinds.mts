import { element, leaf } from '../xml/write.mts';
import type { StructuredValue } from '../store/item.mts';
import { boolean, instant, property, text } from './define.mts';
import type { PropertyDefinition } from './definition.mts';
import { ITEM_PROPERTIES } from './itemProperties.mts';
import { registerKind } from './kinds.mts';
import { MESSAGE_PROPERTIES } from './messageProperties.mts';

const ITEM_DEFAULT = ['item:ItemId', 'item:Subject', 'item:Sensitivity', 'item:ResponseObjects', 'item:HasAttachments', 'item:IsAssociated', 'item:Attachments', 'item:Body', 'item:DateTimeCreated', 'item:Size', 'item:DateTimeSent'] as const;

/** The Default shape of a message. */
export const MESSAGE_DEFAULT: readonly string[] = [
	...ITEM_DEFAULT,
	'message:From',
	'message:ToRecipients',
	'message:CcRecipients',
	'message:IsRead',
	'message:IsReadReceiptRequested',
	'message:IsDeliveryReceiptRequested',
	'message:InternetMessageId',
	'message:References',
];

const EMAIL_KEYS = ['EmailAddress1', 'EmailAddress2', 'EmailAddress3'] as const;

const CONTACT_ONLY: readonly PropertyDefinition[] = [
	text('contacts:FileAs', 'FileAs'),
	text('contacts:DisplayName', 'DisplayName'),
	text('contacts:GivenName', 'GivenName'),
	text('contacts:CompanyName', 'CompanyName'),
	property('contacts:EmailAddresses', 'EmailAddresses', 'Structured', {
		inTables: false,
		render: (item) => {
			const value = item.properties['contacts:EmailAddresses'] as StructuredValue | undefined;
			if (!value) return '';
			return element('t:EmailAddresses', EMAIL_KEYS.flatMap((key) => (typeof value[key] === 'string' ? [leaf('t:Entry', value[key], { Key: key })] : [])).join(''));
		},
		parse: (source) => ({ structure: 'emailAddresses', ...Object.fromEntries(source.children.map((entry) => [entry.attributes.Key ?? '', entry.text])) }),
	}),
	text('contacts:JobTitle', 'JobTitle'),
	text('contacts:Surname', 'Surname'),
];

/** What MeetingMessageType adds to MessageType. */
export const MEETING_MESSAGE_ONLY: readonly PropertyDefinition[] = [
	property('meeting:AssociatedCalendarItemId', 'AssociatedCalendarItemId', 'Structured', {
		readOnly: true,
		inTables: false,
		value: (item) => item.properties['meeting:AssociatedCalendarItemId'],
		render: (item) => {
			const id = item.properties['meeting:AssociatedCalendarItemId'];
			return typeof id === 'string' ? element('t:AssociatedCalendarItemId', '', { Id: id }) : '';
		},
	}),
	boolean('meeting:IsDelegated', 'IsDelegated', { readOnly: true, value: () => false }),
	boolean('meeting:IsOutOfDate', 'IsOutOfDate', { readOnly: true, value: (item) => item.properties['meeting:IsOutOfDate'] === true }),
	boolean('meeting:HasBeenProcessed', 'HasBeenProcessed', { readOnly: true, value: (item) => item.properties['meeting:HasBeenProcessed'] === true }),
	text('meeting:ResponseType', 'ResponseType', { readOnly: true, value: (item) => item.properties['meeting:ResponseType'] ?? 'NoResponseReceived' }),
	// Structured without a value: no restriction may name it (see calendar/calendar-properties.mts).
	property('calendar:UID', 'UID', 'Structured', {
		inTables: false,
		render: (item) => {
			const uid = item.properties['calendar:UID'];
			return typeof uid === 'string' ? leaf('t:UID', uid) : '';
		},
		parse: (source) => source.text,
	}),
	instant('calendar:RecurrenceId', 'RecurrenceId', { inTables: false, readOnly: true }),
	instant('calendar:DateTimeStamp', 'DateTimeStamp', { inTables: false, readOnly: true }),
];

/** A meeting request as mail: the few calendar facts every reader asks for. */
export const MEETING_REQUEST_ONLY: readonly PropertyDefinition[] = [
	text('meetingRequest:MeetingRequestType', 'MeetingRequestType', { readOnly: true, value: (item) => item.properties['meetingRequest:MeetingRequestType'] ?? 'NewMeetingRequest' }),
	text('meetingRequest:IntendedFreeBusyStatus', 'IntendedFreeBusyStatus', { readOnly: true, value: (item) => item.properties['meetingRequest:IntendedFreeBusyStatus'] ?? 'Busy' }),
	instant('calendar:Start', 'Start', { readOnly: true }),
	instant('calendar:End', 'End', { readOnly: true }),
	boolean('calendar:IsAllDayEvent', 'IsAllDayEvent', { readOnly: true }),
	text('calendar:Location', 'Location', { readOnly: true }),
	boolean('calendar:IsMeeting', 'IsMeeting', { readOnly: true, value: () => true }),
	boolean('calendar:IsRecurring', 'IsRecurring', { readOnly: true }),
];

/** Registers the kinds found in mail folders. Importing this file does it. */
registerKind({ kind: 'Item', itemClass: 'IPM.Item', properties: ITEM_PROPERTIES, defaultShape: ITEM_DEFAULT }, []);
registerKind({ kind: 'Message', itemClass: 'IPM.Note', properties: MESSAGE_PROPERTIES, defaultShape: MESSAGE_DEFAULT }, ['IPM.Note', 'REPORT']);
registerKind({ kind: 'PostItem', itemClass: 'IPM.Post', properties: [...ITEM_PROPERTIES], defaultShape: ITEM_DEFAULT }, ['IPM.Post']);
registerKind({ kind: 'Contact', itemClass: 'IPM.Contact', properties: [...ITEM_PROPERTIES, ...CONTACT_ONLY], defaultShape: [...ITEM_DEFAULT, ...CONTACT_ONLY.map(({ path }) => path)] }, ['IPM.Contact']);
registerKind({ kind: 'DistributionList', itemClass: 'IPM.DistList', properties: [...ITEM_PROPERTIES, text('contacts:DisplayName', 'DisplayName'), text('contacts:FileAs', 'FileAs')], defaultShape: ITEM_DEFAULT }, ['IPM.DistList']);
registerKind({ kind: 'MeetingMessage', itemClass: 'IPM.Schedule.Meeting', properties: [...MESSAGE_PROPERTIES, ...MEETING_MESSAGE_ONLY], defaultShape: MESSAGE_DEFAULT }, ['IPM.Schedule.Meeting']);
registerKind({ kind: 'MeetingRequest', itemClass: 'IPM.Schedule.Meeting.Request', properties: [...MESSAGE_PROPERTIES, ...MEETING_MESSAGE_ONLY, ...MEETING_REQUEST_ONLY], defaultShape: MESSAGE_DEFAULT }, ['IPM.Schedule.Meeting.Request']);
registerKind({ kind: 'MeetingResponse', itemClass: 'IPM.Schedule.Meeting.Resp.Pos', properties: [...MESSAGE_PROPERTIES, ...MEETING_MESSAGE_ONLY], defaultShape: MESSAGE_DEFAULT }, ['IPM.Schedule.Meeting.Resp']);
registerKind({ kind: 'MeetingCancellation', itemClass: 'IPM.Schedule.Meeting.Canceled', properties: [...MESSAGE_PROPERTIES, ...MEETING_MESSAGE_ONLY], defaultShape: MESSAGE_DEFAULT }, ['IPM.Schedule.Meeting.Canceled']);
