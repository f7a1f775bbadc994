import { addressKey } from '../../records/ascii-domain';
import { RecordError } from '../../records/record-error';
import { MailboxFault, faultFrom, withRemark } from '../../sync/fault';
import type { ItemReference, OutgoingEmail } from '../../sync/mailbox';
import type { FieldUpdate } from '../mapping/field-table';
import { categoriesElement } from '../mapping/item-fields';
import { referenceOf } from '../mapping/stored-item';
import { type WireNode, attribute, child, elements } from '../mapping/wire-node';
import { IMPORTANCE, wireWord } from '../mapping/wire-values';
import { type XmlElement, element, present } from '../mapping/xml-element';
import { callOne, valueOf } from './call';
import { faultOf } from './create-items';
import { deleteItems } from './delete-items';
import { distinguishedFolder } from './folders';
import type { MailboxContext } from './mailbox-context';
import { savedCopy, sendDraft, sendingDisposition } from './outbox';
import { onlyItem } from './read-items';
import { updateItems } from './update-items';

/** How a mail answers or hands on another one. */
export type ResponseKind = 'ReplyToItem' | 'ReplyAllToItem' | 'ForwardItem';

/**
 * Replies to or forwards a mail: Exchange quotes the original below the new text. In one request where a response object can carry all of it (types.xsd,
 * SmartResponseType); attachments, importance, categories and another address for replies come in by way of a draft.
 */
export async function respond(context: MailboxContext, kind: ResponseKind, reference: ItemReference, mail: OutgoingEmail): Promise<void> {
	const item = responseElement(context, kind, reference, mail);
	const updates = beyondResponse(mail);
	if (mail.attachments.length === 0 && updates.length === 0) {
		await callOne(context, { name: 'CreateItem', repeatable: false }, () => ({
			attributes: { MessageDisposition: sendingDisposition(mail.saveCopyIn) },
			body: [...savedCopy(mail.saveCopyIn), element('Items', [item])],
		}));
		return;
	}
	const created = await callOne(context, { name: 'CreateItem', repeatable: false }, () => ({
		attributes: { MessageDisposition: 'SaveOnly' },
		body: [element('SavedItemFolderId', [distinguishedFolder(context, 'drafts')]), element('Items', [item])],
	}));
	const draft = referenceOf(onlyItem(created));
	let complete: ItemReference;
	try {
		complete = await completed(context, draft, updates, mail.attachments);
	} catch (error) {
		throw await withoutDraft(context, draft, faultFrom(error));
	}
	try {
		await sendDraft(context, complete, mail.saveCopyIn);
	} catch (error) {
		const fault = faultFrom(error);
		// A draft that may be on its way is nobody's to delete.
		throw fault.outcomeUnknown ? withRemark(fault, 'If it was not sent, its draft lies in Drafts.') : await withoutDraft(context, draft, fault);
	}
}

function responseElement(context: MailboxContext, kind: ResponseKind, reference: ItemReference, { record }: OutgoingEmail): XmlElement {
	if (kind === 'ForwardItem' && record.to.length + record.cc.length + record.bcc.length === 0)
		throw faultOf(new RecordError('to', record.to, 'at least one recipient to forward the mail to'));
	// The mailbox itself is the sender where none is named.
	const from = record.from !== undefined && addressKey(record.from.address) === addressKey(context.connection.access.address) ? undefined : record.from;
	return element(
		kind,
		present(
			record.subject === '' ? undefined : element('Subject', record.subject),
			addresses('ToRecipients', record.to),
			addresses('CcRecipients', record.cc),
			addresses('BccRecipients', record.bcc),
			// Rule read-receipts.
			record.readReceipt && context.allowReadReceipts ? element('IsReadReceiptRequested', 'true') : undefined,
			addresses('From', from === undefined ? [] : [from]),
			element('ReferenceItemId', [], { Id: reference.id, ChangeKey: reference.changeKey }),
			record.html === undefined
				? element('NewBodyContent', record.text ?? '', { BodyType: 'Text' })
				: element('NewBodyContent', record.html, { BodyType: 'HTML' }),
		),
	);
}

/** What a response object has no place for, as changes of its draft. */
function beyondResponse({ record }: OutgoingEmail): FieldUpdate[] {
	const updates: FieldUpdate[] = [];
	const categories = categoriesElement(record.categories);
	const replyTo = addresses('ReplyTo', record.replyTo);
	if (record.importance !== 'normal') updates.push({ path: { uri: 'item:Importance' }, set: element('Importance', wireWord(IMPORTANCE, record.importance)) });
	if (categories !== undefined) updates.push({ path: { uri: 'item:Categories' }, set: categories });
	if (replyTo !== undefined) updates.push({ path: { uri: 'message:ReplyTo' }, set: replyTo });
	return updates;
}

function addresses(name: string, list: OutgoingEmail['record']['to']): XmlElement | undefined {
	if (list.length === 0) return undefined;
	return element(
		name,
		list.map((one) => element('Mailbox', [element('Name', one.name || one.address), element('EmailAddress', one.address)])),
	);
}

/** The draft with all that belongs to it, ready to be sent. */
async function completed(context: MailboxContext, draft: ItemReference, updates: readonly FieldUpdate[], attachments: OutgoingEmail['attachments']): Promise<ItemReference> {
	let reference = valueOf((await updateItems(context, 'email', [{ reference: draft, updates: () => updates, ifChanged: 'overwrite' }]))[0]);
	for (const attachment of attachments) {
		const message = await callOne(context, { name: 'CreateAttachment', repeatable: false }, () => ({
			body: [element('ParentItemId', [], { Id: reference.id }), element('Attachments', [fileAttachment(attachment)])],
		}));
		reference = rootReference(message, reference);
	}
	return reference;
}

function fileAttachment(attachment: OutgoingEmail['attachments'][number]): XmlElement {
	return element(
		'FileAttachment',
		present(
			element('Name', attachment.name),
			element('ContentType', attachment.contentType),
			attachment.contentId === undefined ? undefined : element('ContentId', attachment.contentId),
			element('IsInline', String(attachment.inline)),
			element('Content', attachment.content),
		),
	);
}

/** A new attachment gives its item a new change key (`RootItemChangeKey` of the attachment's id). */
function rootReference(message: WireNode, draft: ItemReference): ItemReference {
	const attachment = elements(child(message, 'Attachments'))[0]?.node;
	const changeKey = attribute(child(attachment, 'AttachmentId'), 'RootItemChangeKey');
	return changeKey === undefined ? draft : { id: draft.id, changeKey };
}

/** The fault of an answer that was not sent. Its draft goes: whoever runs the operation again would leave one more each time. */
async function withoutDraft(context: MailboxContext, draft: ItemReference, fault: MailboxFault): Promise<MailboxFault> {
	try {
		valueOf((await deleteItems(context, 'email', [draft.id], 'permanently'))[0]);
	} catch (error) {
		const undeleted = faultFrom(error);
		if (undeleted.reason === 'gone') return withRemark(fault, 'Its draft is not in Drafts any more.');
		return withRemark(fault, `Nothing was sent; its draft lies in Drafts and could not be deleted: ${undeleted.message}`);
	}
	return withRemark(fault, 'Nothing was sent, and its draft was deleted.');
}
