import { newMessageId, suppressReceipt } from '../mail/deliver.mts';
import { readProperties } from '../properties/assign.mts';
import { html, plainText } from '../properties/body.mts';
import { renderContext, renderItem } from '../properties/shape.mts';
import type { Address, Body, DetachedItem, Item } from '../store/item.mts';
import { addressesOf, addressOf, emptyItem, textOf } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { child } from '../xml/element.mts';
import type { OperationContext } from './context.mts';
import { saveOrSend } from './createItem.mts';
import { EwsError } from './errors.mts';
import { registerResponseObject } from './responseObjects.mts';
import { ID_ONLY } from './updateItem.mts';
import { itemTarget } from './targets.mts';

const NOT_PROPERTIES = new Set(['ReferenceItemId', 'NewBodyContent']);
const PR_ICON_INDEX = 'tag:4224';
const PR_LAST_VERB_EXECUTED = 'tag:4225';

/** What the three ways to answer a mail differ in; verb and icon are MAPI's (MS-OXOMSG 2.2.1.4). */
const WAYS = {
	ReplyToItem: { prefix: 'RE: ', verb: 102, icon: 261 },
	ReplyAllToItem: { prefix: 'RE: ', verb: 103, icon: 261 },
	ForwardItem: { prefix: 'FW: ', verb: 104, icon: 262 },
} as const;

function quoted(original: DetachedItem, own: Body): Body {
	const from = addressOf(original, 'message:From');
	const to = addressesOf(original, 'message:ToRecipients').map(({ name, address }) => name ?? address);
	const rows = [`From: ${from?.name ?? from?.address ?? ''}`, `To: ${to.join('; ')}`, `Subject: ${textOf(original, 'item:Subject') ?? ''}`];
	const body = original.body ?? { type: 'Text', content: '' };
	if (own.type === 'Text' && body.type === 'Text') return { type: 'Text', content: `${own.content}\r\n\r\n________________________________\r\n${rows.join('\r\n')}\r\n\r\n${plainText(body)}` };
	const head = rows.map((row) => `${row.replace(/&/g, '&amp;').replace(/</g, '&lt;')}<br>`).join('\r\n');
	return { type: 'HTML', content: `${html(own)}<hr>\r\n<div id="divRplyFwdMsg">${head}</div>\r\n${html(body)}` };
}

function readOwnBody(source: XmlElement): Body {
	const given = child(source, 'NewBodyContent');
	return { type: given?.attributes.BodyType === 'Text' ? 'Text' : 'HTML', content: given?.text ?? '' };
}

function recipients(original: DetachedItem, way: keyof typeof WAYS, self: string): Record<string, readonly Address[]> {
	if (way === 'ForwardItem') return {};
	const replyTo = addressesOf(original, 'message:ReplyTo');
	const from = addressOf(original, 'message:From');
	const senders = replyTo.length > 0 ? [...replyTo] : from ? [from] : [];
	if (way === 'ReplyToItem') return { 'message:ToRecipients': senders };
	const others = (path: string): Address[] => addressesOf(original, path).filter(({ address }) => address.toLowerCase() !== self);
	return { 'message:ToRecipients': [...senders, ...others('message:ToRecipients')], 'message:CcRecipients': others('message:CcRecipients') };
}

function answer(original: Item, way: keyof typeof WAYS, source: XmlElement, context: OperationContext): DetachedItem {
	const { prefix } = WAYS[way];
	const item = emptyItem('Message', 'IPM.Note');
	const messageId = textOf(original, 'message:InternetMessageId');
	const now = context.exchange.clock.now();
	Object.assign(item.properties, recipients(original, way, context.mailbox.address), {
		'item:Subject': prefix + (textOf(original, 'item:Subject') ?? '').replace(/^(?:re|aw|fw|fwd|wg):\s*/i, ''),
		'item:DateTimeReceived': now,
		'item:DateTimeSent': now,
		'message:IsRead': true,
		'message:InternetMessageId': newMessageId(context.mailbox),
		...(messageId && { 'item:InReplyTo': messageId, 'message:References': [textOf(original, 'message:References'), messageId].filter(Boolean).join(' ') }),
	});
	item.draft = true;
	if (way === 'ForwardItem') item.attachments = original.attachments.map((attachment) => ({ ...attachment, number: 0 }));
	readProperties(item, source, { exchange: context.exchange, mailbox: context.mailbox }, NOT_PROPERTIES);
	item.body ??= quoted(original, readOwnBody(source));
	return item;
}

// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-respond-to-email-messages-by-using-ews-in-exchange
for (const way of ['ReplyToItem', 'ReplyAllToItem', 'ForwardItem'] as const) {
	registerResponseObject(way, (source, request, context) => {
		const { mailbox, item: original, givenChange } = itemTarget(child(source, 'ReferenceItemId'), context);
		if (givenChange === undefined) throw new EwsError('ErrorChangeKeyRequired');
		if (original.draft) throw new EwsError('ErrorInvalidReferenceItem');
		if (!request.attributes.MessageDisposition) throw new EwsError('ErrorMessageDispositionRequired');
		const { item, target } = saveOrSend(answer(original, way, source, context), request, context);
		original.extended[PR_LAST_VERB_EXECUTED] = { type: 'Integer', value: String(WAYS[way].verb) };
		original.extended[PR_ICON_INDEX] = { type: 'Integer', value: String(WAYS[way].icon) };
		mailbox.touch(original, context.user.name);
		return item ? renderItem(item, ID_ONLY, renderContext(context, target, { item })) : '';
	});
}

registerResponseObject('SuppressReadReceipt', (source, _request, context) => {
	const { item } = itemTarget(child(source, 'ReferenceItemId'), context);
	suppressReceipt(item);
	return '';
});
