import { markRead, send } from '../mail/deliver.mts';
import { assignFrom, removeProperty } from '../properties/assign.mts';
import { appendTo } from '../properties/append.mts';
import { assignExtended, parseExtendedPath, parseExtendedProperty } from '../properties/extended.mts';
import { kindOf } from '../properties/kinds.mts';
import { SETTLED_BY_SENDING } from '../properties/messageProperties.mts';
import { parseShape, renderContext, renderItem, writable } from '../properties/shape.mts';
import type { Attachment, DetachedItem, Item } from '../store/item.mts';
import { flagOf, itemClassOf } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, isTrue, listOf } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element, leaf } from '../xml/write.mts';
import type { OperationContext } from './context.mts';
import { EwsError, schemaViolation } from './errors.mts';
import { occurrenceHandlers } from './occurrences.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { itemTarget, savedItemFolder } from './targets.mts';

/** What a write answers with: id and change key. */
export const ID_ONLY = parseShape(undefined, 'IdOnly');
const NO_CONFLICTS = element('m:ConflictResults', leaf('t:Count', 0));

/** Content whose change does not make the MIME an item came with untrue. */
const BESIDE_MIME: ReadonlySet<string> = new Set(['message:IsRead', 'item:Categories', 'item:Flag', 'item:ItemClass', 'item:ReminderIsSet', 'item:ReminderDueBy']);

/** A working copy: changes that fail half way leave the item as it was. */
export function draftOf(item: Item): DetachedItem {
	return { ...item, properties: { ...item.properties }, extended: { ...item.extended }, attachments: [...item.attachments] as Attachment[], ...(item.body && { body: { ...item.body } }) };
}

/** Applies one SetItemField, AppendToItemField or DeleteItemField; returns the path it concerned. */
export function applyChange(item: DetachedItem, change: XmlElement, context: OperationContext, mailbox: Mailbox): string {
	const parseContext = { exchange: context.exchange, mailbox, ...(context.timeZone !== undefined && { timeZone: context.timeZone }) };
	const action = change.name === 'SetItemField' ? 'Set' : change.name === 'AppendToItemField' ? 'Append' : change.name === 'DeleteItemField' ? 'Delete' : undefined;
	if (!action) throw schemaViolation(`The element 'Updates' has invalid child element '${change.name}'.`);
	const path = change.children[0];
	if (!path) throw schemaViolation(`The element '${change.name}' has incomplete content.`);
	const source = change.children[1]?.children ?? [];
	if (path.name === 'ExtendedFieldURI') {
		const extended = parseExtendedPath(path);
		if (action === 'Append') throw new EwsError('ErrorInvalidPropertyAppend', { messageXml: extended.xml });
		if (action === 'Delete') assignExtended(item, extended, undefined);
		else {
			const given = source.find(({ name }) => name === 'ExtendedProperty');
			if (!given || source.length !== 1) throw new EwsError('ErrorIncorrectUpdatePropertyCount');
			const { path: inside, value } = parseExtendedProperty(given);
			if (inside.key !== extended.key) throw new EwsError('ErrorUpdatePropertyMismatch');
			assignExtended(item, extended, value);
		}
		return extended.key;
	}
	const uri = path.attributes.FieldURI ?? '';
	const definition = writable(uri, item, action);
	if (!item.draft && item.kind === 'Message' && SETTLED_BY_SENDING.has(uri)) throw new EwsError('ErrorInvalidPropertyUpdateSentMessage', { messageXml: element('t:FieldURI', '', { FieldURI: uri }) });
	if (action === 'Delete') {
		removeProperty(item, definition, parseContext);
		return uri;
	}
	const given = source[0];
	if (!given || source.length !== 1) throw new EwsError('ErrorIncorrectUpdatePropertyCount');
	if (path.name === 'FieldURI' && given.name !== definition.element) throw new EwsError('ErrorUpdatePropertyMismatch', { text: 'The property requested does not match the property supplied.' });
	if (action === 'Append') appendTo(item, definition, given);
	else assignFrom(item, definition, given, parseContext);
	return uri;
}

/** Refuses a change that the request's ConflictResolution does not allow. */
export function checkConflict(target: { item: Item; givenChange: number | undefined }, resolution: string, touches: readonly string[]): void {
	const { item, givenChange } = target;
	if (resolution === 'AlwaysOverwrite') return;
	// Exchange wants to know what the client thinks it changes; read state alone is let through.
	if (givenChange === undefined) {
		if (resolution === 'NeverOverwrite' || touches.some((path) => path !== 'message:IsRead')) throw new EwsError('ErrorChangeKeyRequiredForWriteOperations');
		return;
	}
	// AutoResolve merges changes of different properties; this server has no per-property history and lets the later one win, as Exchange does for equal values.
	if (resolution === 'NeverOverwrite' && givenChange !== item.changeKey) throw new EwsError('ErrorIrresolvableConflict');
}

async function update(itemChange: XmlElement, request: XmlElement, context: OperationContext): Promise<Xml> {
	const target = itemTarget(itemChange.children[0], context);
	const { mailbox, item } = target;
	if (target.occurrence !== undefined) return success('UpdateItem', element('m:Items', occurrenceHandlers().update(item, target.occurrence, itemChange, request, mailbox, context)) + NO_CONFLICTS);
	const updates = listOf(itemChange, 'Updates');
	if (updates.length === 0) throw schemaViolation(`The element 'Updates' has incomplete content.`);
	const disposition = request.attributes.MessageDisposition;
	if (item.kind === 'Message' && !disposition) throw new EwsError('ErrorMessageDispositionRequired');
	const draft = draftOf(item);
	const wasRead = flagOf(item, 'message:IsRead');
	const changed = updates.map((change) => applyChange(draft, change, context, mailbox));
	checkConflict(target, request.attributes.ConflictResolution ?? 'AutoResolve', changed);
	const isRead = flagOf(draft, 'message:IsRead');
	draft.properties['message:IsRead'] = wasRead;
	const onlyRead = changed.every((path) => path === 'message:IsRead');
	if (!onlyRead) {
		kindOf(item.kind).beforeUpdate?.(draft as Item, changed, request, context);
		if (changed.some((path) => !BESIDE_MIME.has(path) && (path.startsWith('item:') || path.startsWith('message:'))) && !/^ipm\.note\.smime/i.test(itemClassOf(draft))) delete draft.mime;
		const { properties, extended, attachments, body, mime, draft: unsent } = draft;
		Object.assign(item, { properties, extended, attachments, draft: unsent });
		if (body) item.body = body;
		else delete item.body;
		if (mime) item.mime = mime;
		else delete item.mime;
		mailbox.touch(item, context.user.name);
	}
	markRead(context.exchange, mailbox, item, isRead, isTrue(request.attributes.SuppressReadReceipts));
	kindOf(item.kind).afterUpdate?.(item, changed, request, context);
	if (item.kind === 'Message' && (disposition === 'SendOnly' || disposition === 'SendAndSaveCopy')) {
		send(context.exchange, mailbox, { ...item, properties: item.properties });
		item.draft = false;
		item.properties['item:IsFromMe'] = true;
		if (disposition === 'SendOnly') mailbox.remove(item);
		else mailbox.move(item, savedItemFolder(request, context, 'sentitems').folder);
		return success('UpdateItem', element('m:Items') + NO_CONFLICTS);
	}
	return success('UpdateItem', element('m:Items', renderItem(item, ID_ONLY, renderContext(context, mailbox, { item }))) + NO_CONFLICTS);
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation
registerOperation('UpdateItem', (request, context) => {
	const resolution = request.attributes.ConflictResolution;
	if (!resolution) throw schemaViolation(`The required attribute 'ConflictResolution' is missing.`);
	if (!['NeverOverwrite', 'AutoResolve', 'AlwaysOverwrite'].includes(resolution)) throw schemaViolation(`The 'ConflictResolution' attribute is invalid - The value '${resolution}' is invalid.`);
	if (!child(request, 'ItemChanges')) throw schemaViolation(`The element 'UpdateItem' has incomplete content. List of possible elements expected: 'ItemChanges'.`);
	return eachItem('UpdateItem', listOf(request, 'ItemChanges'), context, (change) => update(change, request, context), element('m:Items') + NO_CONFLICTS);
});
