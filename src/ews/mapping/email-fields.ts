import { isFlagAsSaid } from '../../records/email-flag';
import { normalisedMessageId } from '../../records/email-key';
import type { EmailFlag, EmailRecord } from '../../records/email';
import { type AnyField } from './field-table';
import { CATEGORIES_FIELD, IMPORTANCE_FIELD, SENSITIVITY_FIELD, SUBJECT_FIELD } from './item-fields';
import { READ_RECEIPT_REQUESTED } from './mapi-properties';
import { mapiElement } from './property-path';
import { type WireNode, child, flag, text } from './wire-node';
import { addressOf, addressesOf, dateOf, instantOf, recordWord, wireWord } from './wire-values';
import { dayOf } from './wall-clock';
import { element, present, type XmlElement } from './xml-element';

/** EWS `t:FlagStatusType`. */
const FLAG_STATUS: Readonly<Record<string, EmailFlag['status']>> = { NotFlagged: 'notFlagged', Flagged: 'flagged', Complete: 'complete' };

/**
 * The fields of an email, property by property. Body, attachments and S/MIME are read by email.ts; a new email is written as MIME, so that its sender,
 * dates and recipients stay: none of them can be set through EWS's own properties.
 */
export const EMAIL_FIELDS: ReadonlyArray<AnyField<EmailRecord>> = [
	{
		name: 'key',
		path: { uri: 'message:InternetMessageId' },
		direction: 'read',
		read: (item) => normalisedMessageId(text(item, 'InternetMessageId')),
	},
	SUBJECT_FIELD,
	{ name: 'from', path: { uri: 'message:From' }, direction: 'read', read: (item) => addressOf(child(item, 'From')) },
	{ name: 'sender', path: { uri: 'message:Sender' }, direction: 'read', read: senderOf },
	{ name: 'to', path: { uri: 'message:ToRecipients' }, direction: 'read', read: (item) => addressesOf(child(item, 'ToRecipients')) },
	{ name: 'cc', path: { uri: 'message:CcRecipients' }, direction: 'read', read: (item) => addressesOf(child(item, 'CcRecipients')) },
	{ name: 'bcc', path: { uri: 'message:BccRecipients' }, direction: 'read', read: (item) => addressesOf(child(item, 'BccRecipients')) },
	{ name: 'replyTo', path: { uri: 'message:ReplyTo' }, direction: 'read', read: (item) => addressesOf(child(item, 'ReplyTo')) },
	{ name: 'sentAt', path: { uri: 'item:DateTimeSent' }, direction: 'read', read: (item) => instantOf(text(item, 'DateTimeSent')) },
	{ name: 'receivedAt', path: { uri: 'item:DateTimeReceived' }, direction: 'read', read: (item) => instantOf(text(item, 'DateTimeReceived')) },
	{
		name: 'isRead',
		path: { uri: 'message:IsRead' },
		direction: 'both',
		read: (item) => flag(item, 'IsRead') ?? true,
		write: (record) => element('IsRead', String(record.isRead)),
	},
	IMPORTANCE_FIELD,
	{ ...SENSITIVITY_FIELD, direction: 'read' },
	{
		name: 'flag',
		path: { uri: 'item:Flag' },
		direction: 'both',
		since: 'Exchange2013',
		read: (item, context) => flagOf(child(item, 'Flag'), context.timeZone),
		write: (record) => flagElement(record.flag),
		same: (stored, said) => stored !== undefined && said !== undefined && isFlagAsSaid(stored, said),
	},
	CATEGORIES_FIELD,
	{
		name: 'readReceipt',
		path: { uri: 'message:IsReadReceiptRequested' },
		direction: 'read',
		read: (item) => flag(item, 'IsReadReceiptRequested') ?? false,
	},
];

/** Takes the request for a receipt off an item, for servers that cannot suppress one while marking as read (Exchange 2010). */
export const NO_READ_RECEIPT = { path: READ_RECEIPT_REQUESTED, set: mapiElement(READ_RECEIPT_REQUESTED, 'false') };

function senderOf(item: WireNode): EmailRecord['sender'] {
	const from = addressOf(child(item, 'From'));
	const sender = addressOf(child(item, 'Sender'));
	if (sender === undefined || sender.address.toLowerCase() === from?.address.toLowerCase()) return undefined;
	return sender;
}

function flagOf(node: WireNode | undefined, timeZone: string): EmailFlag {
	const result: EmailFlag = { status: recordWord(FLAG_STATUS, text(node, 'FlagStatus'), 'notFlagged') };
	const startDate = dayOf(text(node, 'StartDate'), timeZone);
	const dueDate = dayOf(text(node, 'DueDate'), timeZone);
	const completeDate = dayOf(text(node, 'CompleteDate'), timeZone);
	if (result.status === 'flagged' && startDate !== undefined) result.startDate = startDate;
	if (result.status === 'flagged' && dueDate !== undefined) result.dueDate = dueDate;
	if (result.status === 'complete' && completeDate !== undefined) result.completeDate = completeDate;
	return result;
}

/**
 * `item:Flag`. Exchange answers ErrorInvalidArgument to a date of another status, and to one of the two days of a flag alone (MS-OXWSCORE 2.2.4.23): one that is
 * missing is the other. A day of completion it keeps as it is told; without one it enters its present day.
 */
export function flagElement(value: EmailFlag): XmlElement {
	const date = (name: string, day: string | undefined): XmlElement | undefined =>
		dateOf(day) === undefined ? undefined : element(name, `${dateOf(day)}T00:00:00Z`);
	return element(
		'Flag',
		present(
			element('FlagStatus', wireWord(FLAG_STATUS, value.status)),
			value.status === 'flagged' ? date('StartDate', value.startDate ?? value.dueDate) : undefined,
			value.status === 'flagged' ? date('DueDate', value.dueDate ?? value.startDate) : undefined,
			value.status === 'complete' ? date('CompleteDate', value.completeDate) : undefined,
		),
	);
}
