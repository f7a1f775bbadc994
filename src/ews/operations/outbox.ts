import { randomUUID } from 'node:crypto';

import type { EmailRecord } from '../../records/email';
import { RecordError } from '../../records/record-error';
import type { ItemReference, OutgoingEmail } from '../../sync/mailbox';
import { outgoingEmail } from '../mapping/new-email';
import { referenceOf } from '../mapping/stored-item';
import { type WireNode, attribute, child, elements } from '../mapping/wire-node';
import { type XmlElement, element, present } from '../mapping/xml-element';
import { callOne } from './call';
import { faultOf, mimeOf } from './create-items';
import { distinguishedFolder } from './folders';
import { folderId, itemId } from './item-shape';
import type { MailboxContext } from './mailbox-context';
import { onlyItem } from './read-items';

/** Sends a mail at once; its copy goes to Sent Items unless said otherwise. */
export async function sendEmail(context: MailboxContext, mail: OutgoingEmail): Promise<void> {
	const item = await outgoing(context, mail);
	await callOne(context, { name: 'CreateItem', repeatable: false }, () => ({
		attributes: { MessageDisposition: sendingDisposition(mail.saveCopyIn) },
		body: [...savedCopy(mail.saveCopyIn), element('Items', [item])],
	}));
}

/** Keeps a mail as a draft, in Drafts unless said otherwise. */
export async function createDraft(context: MailboxContext, mail: OutgoingEmail, folder?: string): Promise<ItemReference> {
	const item = await composed(context, mail);
	const message = await callOne(context, { name: 'CreateItem', repeatable: false }, () => ({
		attributes: { MessageDisposition: 'SaveOnly' },
		body: [
			element('SavedItemFolderId', [folder === undefined ? distinguishedFolder(context, 'drafts') : folderId(folder)]),
			element('Items', [item]),
		],
	}));
	return referenceOf(onlyItem(message));
}

/** Sends a draft as it stands. The change key must be the current one (ErrorChangeKeyRequired, ErrorStaleObject). */
export async function sendDraft(context: MailboxContext, reference: ItemReference, saveCopyIn?: string): Promise<void> {
	await callOne(context, { name: 'SendItem', repeatable: false }, () => ({
		attributes: { SaveItemToFolder: saveCopyIn === undefined ? 'false' : 'true' },
		body: [element('ItemIds', [itemId(reference.id, reference.changeKey)]), ...savedCopy(saveCopyIn)],
	}));
}

/** How a mail answers or hands on another one. */
export type ResponseKind = 'ReplyToItem' | 'ReplyAllToItem' | 'ForwardItem';

/**
 * Replies to or forwards a mail: Exchange quotes the original below the new text. Without attachments in one request; with attachments by way of a draft,
 * for a response object cannot carry any (ResponseObjectType has no Attachments).
 */
export async function respond(context: MailboxContext, kind: ResponseKind, reference: ItemReference, mail: OutgoingEmail): Promise<void> {
	const item = responseElement(kind, reference, mail);
	if (mail.attachments.length === 0) {
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
	let draft = referenceOf(onlyItem(created));
	for (const attachment of mail.attachments) {
		const message = await callOne(context, { name: 'CreateAttachment', repeatable: false }, () => ({
			body: [element('ParentItemId', [], { Id: draft.id }), element('Attachments', [fileAttachment(attachment)])],
		}));
		draft = rootReference(message, draft);
	}
	await sendDraft(context, draft, mail.saveCopyIn);
}

function responseElement(kind: ResponseKind, reference: ItemReference, mail: OutgoingEmail): XmlElement {
	const { record } = mail;
	if (kind === 'ForwardItem' && record.to.length + record.cc.length + record.bcc.length === 0)
		throw faultOf(new RecordError('to', record.to, 'at least one recipient to forward the mail to'));
	const recipients = (name: string, list: typeof record.to): XmlElement | undefined =>
		list.length === 0
			? undefined
			: element(
					name,
					list.map((one) => element('Mailbox', [element('Name', one.name || one.address), element('EmailAddress', one.address)])),
				);
	return element(
		kind,
		present(
			record.subject === '' ? undefined : element('Subject', record.subject),
			recipients('ToRecipients', record.to),
			recipients('CcRecipients', record.cc),
			recipients('BccRecipients', record.bcc),
			element('ReferenceItemId', [], { Id: reference.id, ChangeKey: reference.changeKey }),
			record.html === undefined
				? element('NewBodyContent', record.text ?? '', { BodyType: 'Text' })
				: element('NewBodyContent', record.html, { BodyType: 'HTML' }),
		),
	);
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

function sendingDisposition(saveCopyIn: string | undefined): string {
	return saveCopyIn === undefined ? 'SendOnly' : 'SendAndSaveCopy';
}

function savedCopy(folder: string | undefined): XmlElement[] {
	return folder === undefined ? [] : [element('SavedItemFolderId', [folderId(folder)])];
}

async function outgoing(context: MailboxContext, mail: OutgoingEmail): Promise<XmlElement> {
	const { record } = mail;
	if (record.mime === undefined && record.to.length + record.cc.length + record.bcc.length === 0)
		throw faultOf(new RecordError('to', record.to, 'at least one recipient'));
	return await composed(context, mail);
}

/** A new mail has an identity of its own and is of now: a Message-ID derived from its content would make two mails with the same words one. */
async function composed(context: MailboxContext, { record, attachments }: OutgoingEmail): Promise<XmlElement> {
	const domain = context.connection.access.address.split('@')[1] ?? 'localhost';
	const fresh: EmailRecord = {
		...record,
		key: record.key === '' ? `<${randomUUID()}@${domain}>` : record.key,
		sentAt: record.sentAt ?? new Date().toISOString(),
	};
	return outgoingEmail(record, await mimeOf(fresh, attachments, context.allowReadReceipts));
}
