import { newMessageId, send } from '../mail/deliver.mts';
import { parseMime } from '../mail/parse.mts';
import { parseFileOrItemAttachment } from '../properties/attachmentInput.mts';
import { readProperties } from '../properties/assign.mts';
import { isKnownKind, kindOf } from '../properties/kinds.mts';
import { parseShape, renderContext, renderItem } from '../properties/shape.mts';
import type { DetachedItem, Item, ItemKind } from '../store/item.mts';
import { emptyItem } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, childText, listOf } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element } from '../xml/write.mts';
import type { OperationContext } from './context.mts';
import { EwsError, schemaViolation } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { responseObjectNamed } from './responseObjects.mts';
import { savedItemFolder } from './targets.mts';

const HANDLED_HERE = new Set(['MimeContent', 'Attachments']);

const ID_ONLY = parseShape(undefined, 'IdOnly');

/** Reads an item element of a request into an item: MIME first, then what stands beside it. */
export async function readItem(source: XmlElement, context: OperationContext, mailbox: Mailbox): Promise<DetachedItem> {
	if (!isKnownKind(source.name)) throw schemaViolation(`The element 'Items' has invalid child element '${source.name}'.`);
	const now = context.exchange.clock.now();
	const mimeText = childText(source, 'MimeContent');
	const parseContext = { exchange: context.exchange, mailbox, ...(context.timeZone !== undefined && { timeZone: context.timeZone }) };
	let item: DetachedItem;
	if (mimeText !== undefined) {
		const mime = Buffer.from(mimeText, 'base64');
		if (mime.length === 0 && mimeText.trim() !== '') throw new EwsError('ErrorMimeContentInvalidBase64String');
		item = await parseMime(mime, now);
	} else {
		item = emptyItem(source.name, kindOf(source.name).itemClass);
	}
	// A message is born unsent and, its writer having seen it, read (MS-OXCMSG, initial PidTagMessageFlags).
	item.draft = isMail(item);
	item.properties['message:IsRead'] = true;
	readProperties(item, source, parseContext, HANDLED_HERE);
	for (const attachment of listOf(source, 'Attachments')) item.attachments.push(await parseFileOrItemAttachment(attachment, context, mailbox));
	item.properties['item:DateTimeReceived'] ??= now;
	item.properties['item:DateTimeSent'] ??= now;
	if (isMail(item)) {
		item.properties['message:InternetMessageId'] ??= newMessageId(mailbox);
		if (!item.properties['message:From'] && !item.draft) item.properties['message:From'] = context.exchange.addressOf(mailbox);
	}
	return item;
}

function isMail(item: DetachedItem): boolean {
	return item.kind === 'Message' || item.kind.startsWith('Meeting');
}

async function create(source: XmlElement, request: XmlElement, context: OperationContext): Promise<Xml> {
	const disposition = request.attributes.MessageDisposition;
	const answer = responseObjectNamed(source.name);
	if (answer) return success('CreateItem', element('m:Items', await answer(source, request, context)));
	const item = await readItem(source, context, context.mailbox);
	if (item.kind === 'Message' && !disposition) throw new EwsError('ErrorMessageDispositionRequired');
	kindOf(item.kind).beforeCreate?.(item, request, context);
	const { item: saved, target } = saveOrSend(item, request, context);
	if (!saved || isSending(item, request)) return success('CreateItem', element('m:Items'));
	kindOf(item.kind).afterCreate?.(saved, request, context);
	return success('CreateItem', element('m:Items', renderItem(saved, ID_ONLY, renderContext(context, target, { item: saved }))));
}

function isSending(item: DetachedItem, request: XmlElement): boolean {
	const disposition = request.attributes.MessageDisposition;
	return item.kind === 'Message' && (disposition === 'SendOnly' || disposition === 'SendAndSaveCopy');
}

const HOMES: Partial<Record<ItemKind, string>> = { CalendarItem: 'calendar', Task: 'tasks', Contact: 'contacts', DistributionList: 'contacts' };

/** Does with a new item what MessageDisposition says; returns what was stored of it and where. */
export function saveOrSend(item: DetachedItem, request: XmlElement, context: OperationContext): { item: Item | undefined; target: Mailbox } {
	const sends = isSending(item, request);
	const target = savedItemFolder(request, context, sends ? 'sentitems' : (HOMES[item.kind] ?? 'drafts'));
	if (!sends) return { item: target.mailbox.add(item, target.folder), target: target.mailbox };
	item.draft = false;
	item.properties['message:IsRead'] = true;
	item.properties['message:From'] ??= context.exchange.addressOf(context.mailbox);
	item.properties['message:Sender'] = context.exchange.addressOf(context.mailbox);
	send(context.exchange, context.mailbox, item);
	item.properties['item:IsFromMe'] = true;
	return { item: request.attributes.MessageDisposition === 'SendAndSaveCopy' ? target.mailbox.add(item, target.folder) : undefined, target: target.mailbox };
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation
registerOperation('CreateItem', (request, context) => {
	if (!child(request, 'Items')) throw schemaViolation(`The element 'CreateItem' has incomplete content. List of possible elements expected: 'Items'.`);
	// The order of MessageDisposition's values is the schema's; another value never reaches an item.
	const disposition = request.attributes.MessageDisposition;
	if (disposition !== undefined && !['SaveOnly', 'SendOnly', 'SendAndSaveCopy'].includes(disposition)) throw schemaViolation(`The 'MessageDisposition' attribute is invalid - The value '${disposition}' is invalid.`);
	return eachItem('CreateItem', listOf(request, 'Items'), context, (source) => create(source, request, context), element('m:Items'));
});
