import { randomUUID } from 'node:crypto';

import type { EmailRecord } from '../../records/email';
import { RecordError } from '../../records/record-error';
import type { ItemReference, OutgoingEmail } from '../../sync/mailbox';
import { outgoingEmail } from '../mapping/new-email';
import { referenceOf } from '../mapping/stored-item';
import { type XmlElement, element } from '../mapping/xml-element';
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

/** What is to become of a mail that is sent. */
export function sendingDisposition(saveCopyIn: string | undefined): string {
	return saveCopyIn === undefined ? 'SendOnly' : 'SendAndSaveCopy';
}

/** Where its copy goes. */
export function savedCopy(folder: string | undefined): XmlElement[] {
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
