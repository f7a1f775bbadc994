import { createHash } from 'node:crypto';
import { address, addresses, base64, boolean, text } from './define.mts';
import type { PropertyDefinition } from './definition.mts';
import { conversationTopic, ITEM_PROPERTIES } from './itemProperties.mts';

/** What MessageType adds to ItemType, in the schema's order. */
export const MESSAGE_ONLY: readonly PropertyDefinition[] = [
	address('message:Sender', 'Sender'),
	addresses('message:ToRecipients', 'ToRecipients'),
	addresses('message:CcRecipients', 'CcRecipients'),
	addresses('message:BccRecipients', 'BccRecipients'),
	boolean('message:IsReadReceiptRequested', 'IsReadReceiptRequested', { value: (item) => item.properties['message:IsReadReceiptRequested'] === true }),
	boolean('message:IsDeliveryReceiptRequested', 'IsDeliveryReceiptRequested', { value: (item) => item.properties['message:IsDeliveryReceiptRequested'] === true }),
	base64('message:ConversationIndex', 'ConversationIndex', {
		readOnly: true,
		value: (item) => Buffer.concat([Buffer.from([1, 1, 0xd0, 0, 0, 0]), createHash('md5').update(conversationTopic(item)).digest()]).toString('base64'),
	}),
	text('message:ConversationTopic', 'ConversationTopic', { readOnly: true, value: conversationTopic }),
	address('message:From', 'From'),
	text('message:InternetMessageId', 'InternetMessageId'),
	boolean('message:IsRead', 'IsRead', { value: (item) => item.properties['message:IsRead'] === true }),
	boolean('message:IsResponseRequested', 'IsResponseRequested'),
	text('message:References', 'References', { inTables: false }),
	addresses('message:ReplyTo', 'ReplyTo'),
	address('message:ReceivedBy', 'ReceivedBy', { readOnly: true, inTables: false }),
	address('message:ReceivedRepresenting', 'ReceivedRepresenting', { readOnly: true, inTables: false }),
];

/** A message: everything of ItemType and MessageType. */
export const MESSAGE_PROPERTIES: readonly PropertyDefinition[] = [...ITEM_PROPERTIES, ...MESSAGE_ONLY];

/** Properties that are settled once a message was sent (ErrorInvalidPropertyUpdateSentMessage). */
export const SETTLED_BY_SENDING: ReadonlySet<string> = new Set([
	'message:Sender',
	'message:ToRecipients',
	'message:CcRecipients',
	'message:BccRecipients',
	'message:IsReadReceiptRequested',
	'message:IsDeliveryReceiptRequested',
	'message:From',
	'message:InternetMessageId',
	'message:IsResponseRequested',
	'message:References',
	'message:ReplyTo',
]);
