import { randomUUID } from 'node:crypto';
import type { INodeProperties } from 'n8n-workflow';

import type { Mailbox, OutgoingEmail } from '../../../src/sync/mailbox';
import { enteredChoice, EnteredOptions } from '../parameters/entered-options';
import { categoriesOption, importanceOption } from '../parameters/field-options';
import { attachmentContents, attachmentsParameter } from './binary-attachments';
import type { OperationCall } from './operation';

/** Whom an email goes to. */
export const recipientsParameter: INodeProperties = {
	displayName: 'To',
	name: 'to',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. anna@example.com, Bob <bob@example.com>',
	description: 'Recipients, separated by commas',
};

/** What an email says. */
export const subjectParameter: INodeProperties = { displayName: 'Subject', name: 'subject', type: 'string', default: '', placeholder: 'e.g. Your order' };

const formatParameter: INodeProperties = {
	displayName: 'Email Format',
	name: 'format',
	type: 'options',
	options: [
		{ name: 'HTML', value: 'html' },
		{ name: 'Text', value: 'text' },
	],
	default: 'text',
	description: 'How the message is written',
};

/** Format and text of an email. */
export const messageParameters: INodeProperties[] = [
	formatParameter,
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 5 },
		default: '',
		description: 'What the email says, in the chosen format',
	},
	attachmentsParameter('Leave empty to attach nothing'),
];

/** Whether Sent Items get what is sent. */
export const saveCopyParameter: INodeProperties = {
	displayName: 'Save a Copy in Sent Items',
	name: 'saveCopy',
	type: 'boolean',
	default: true,
	description: 'Whether a copy of the sent email is kept',
};

const outgoingFields: INodeProperties[] = [
	{ displayName: 'BCC', name: 'bcc', type: 'string', default: '', placeholder: 'e.g. carla@example.com', description: 'Blind copies, separated by commas' },
	categoriesOption,
	{ displayName: 'CC', name: 'cc', type: 'string', default: '', placeholder: 'e.g. carla@example.com', description: 'Copies, separated by commas' },
	{ displayName: 'From', name: 'from', type: 'string', default: '', placeholder: 'e.g. Sales <sales@example.com>', description: 'Another sender; needs the right Send As or Send on Behalf in Exchange' },
	importanceOption,
	{
		displayName: 'Read Receipt',
		name: 'readReceipt',
		type: 'boolean',
		default: false,
		description: 'Whether to ask for a read receipt, unless the credential leaves that to Exchange',
	},
	{ displayName: 'Reply To', name: 'replyTo', type: 'string', default: '', description: 'Where answers go, separated by commas' },
];

/** Further fields of an email that is sent or drafted. */
export function outgoingOptions(withCopy: boolean): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...outgoingFields, ...(withCopy ? [saveCopyParameter] : [])],
	};
}

/** The email that the parameters of one input item describe. @throws RecordError, SettingsError, NodeOperationError, MailboxFault */
export async function outgoingEmail(call: OperationCall, mailbox: Mailbox, item: number): Promise<OutgoingEmail> {
	const { functions, connector } = call;
	const options = new EnteredOptions([...outgoingFields, saveCopyParameter], functions.getNodeParameter('options', item, {}));
	const given: unknown = functions.getNodeParameter('message', item, '');
	// The record refuses what is no text, and takes what an expression has left undefined for none: as words it would be sent.
	const message = typeof given === 'number' || typeof given === 'boolean' ? String(given) : given;
	const { from = '', ...fields } = options.given(['from', 'cc', 'bcc', 'replyTo', 'importance', 'categories']);
	const format = enteredChoice(formatParameter, functions.getNodeParameter('format', item, 'text'), ['html', 'text']);
	const { checkedRecord } = await import('../../../src/records/checked-record');
	const record = checkedRecord(
		'email',
		{
			// A Message-ID of its own: two emails with the same words are still two emails.
			key: `<${randomUUID()}@${mailbox.address.split('@')[1] ?? 'localhost'}>`,
			sentAt: new Date(),
			subject: functions.getNodeParameter('subject', item, ''),
			to: functions.getNodeParameter('to', item, ''),
			...fields,
			from: from === '' || from === null ? mailbox.address : from,
			// Rule read-receipts: where Exchange requests them, nobody else does.
			readReceipt: options.isOn('readReceipt') === true && connector.settings.readReceiptsRequestedBy === 'otherSystem',
			...(format === 'html' ? { html: message } : { text: message }),
		},
		{ timeZone: connector.settings.timeZone, now: Date.now() },
	);
	return {
		record,
		attachments: await attachmentContents(functions, item, undefined),
		...(options.isOn('saveCopy') === false ? {} : { saveCopyIn: (await mailbox.folder({ by: 'role', role: 'sentItems' })).id }),
	};
}
