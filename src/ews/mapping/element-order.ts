import type { XmlElement } from './xml-element';

/** The elements that are written, in the order in which types.xsd wants them: those of ItemType first, then those of the kind. */
const ITEM = [
	'MimeContent',
	'ItemClass',
	'Subject',
	'Sensitivity',
	'Body',
	'Attachments',
	'Categories',
	'Importance',
	'ReminderDueBy',
	'ReminderIsSet',
	'ReminderNextTime',
	'ReminderMinutesBeforeStart',
	'ExtendedProperty',
	'Culture',
	'Flag',
];

const MESSAGE = [
	'ToRecipients',
	'CcRecipients',
	'BccRecipients',
	'IsReadReceiptRequested',
	'IsDeliveryReceiptRequested',
	'From',
	'IsRead',
	'ReplyTo',
];

const CALENDAR_ITEM = [
	'UID',
	'Start',
	'End',
	'IsAllDayEvent',
	'LegacyFreeBusyStatus',
	'Location',
	'IsResponseRequested',
	'RequiredAttendees',
	'OptionalAttendees',
	'Recurrence',
	'StartTimeZone',
	'EndTimeZone',
];

const TASK = ['ActualWork', 'CompleteDate', 'DueDate', 'PercentComplete', 'StartDate', 'Status', 'TotalWork'];

const ORDER: ReadonlyMap<string, number> = new Map([...ITEM, ...MESSAGE, ...CALENDAR_ITEM, ...TASK].map((name, index) => [name, index]));

/** Elements of one item in the order of the schema: Exchange answers ErrorSchemaValidation to any other. */
export function inSchemaOrder(elements: readonly XmlElement[]): XmlElement[] {
	return [...elements].sort((one, other) => rank(one) - rank(other));
}

function rank(item: XmlElement): number {
	const found = ORDER.get(item.name);
	if (found === undefined) throw new RangeError(`Element ${item.name} has no place in the order of the schema`);
	return found;
}
