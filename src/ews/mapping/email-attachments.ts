import { safeAttachmentNames } from '../../mime/attachment-name';
import type { EmailAttachment } from '../../records/email';
import { MailboxFault } from '../../sync/fault';
import { type WireNode, attribute, child, elements, flag, integer, text } from './wire-node';

/**
 * Where the bytes of an attachment are to be had. EWS's own ids are base64 and hold no colon; what is made from an item (the invitation of a meeting
 * request, the parts inside an encrypted mail) is named by the item's id.
 */
export type AttachmentHandle = { from: 'attachment'; id: string } | { from: 'invitation'; itemId: string } | { from: 'mime'; itemId: string; index: number };

/** A handle as text, for {@link EmailAttachment.attachmentId}. */
export function handleText(handle: AttachmentHandle): string {
	switch (handle.from) {
		case 'attachment':
			return handle.id;
		case 'invitation':
			return `invitation:${handle.itemId}`;
		case 'mime':
			return `mime:${handle.index}:${handle.itemId}`;
	}
}

/** The handle of a text that {@link handleText} made. */
export function handleOf(handle: string): AttachmentHandle {
	const made = /^(?:(invitation)|mime:(\d+)):(.+)$/s.exec(handle);
	if (made?.[3] === undefined) return { from: 'attachment', id: handle };
	return made[2] === undefined ? { from: 'invitation', itemId: made[3] } : { from: 'mime', itemId: made[3], index: Number(made[2]) };
}

/** Exchange Online takes 250 in one message; servers that are configured otherwise were never seen near this. */
const MOST_ATTACHMENTS = 1_000;

/** `item:Attachments` without bytes. Names are safe and each stands once. @throws MailboxFault `tooLarge` */
export function attachmentsOf(item: WireNode): EmailAttachment[] {
	const found = elements(child(item, 'Attachments')).flatMap(({ name, node }) => {
		const type = typeOf(name);
		return type === undefined ? [] : [attachmentOf(type, node)];
	});
	if (found.length > MOST_ATTACHMENTS) {
		throw new MailboxFault({ reason: 'tooLarge', scope: 'item', retry: { can: false }, message: `The email has ${found.length} attachments, at most ${MOST_ATTACHMENTS} are taken in.` });
	}
	return withSafeNames(found);
}

/** The same attachments under names that can be written to a disk, each only once. */
export function withSafeNames(attachments: readonly EmailAttachment[]): EmailAttachment[] {
	const names = safeAttachmentNames(attachments);
	return attachments.map((attachment, index) => ({ ...attachment, name: names[index] ?? attachment.name }));
}

function typeOf(element: string): EmailAttachment['type'] | undefined {
	switch (element) {
		case 'FileAttachment':
			return 'file';
		case 'ItemAttachment':
			return 'message';
		case 'ReferenceAttachment':
			return 'reference';
		default:
			return undefined;
	}
}

function attachmentOf(type: EmailAttachment['type'], node: WireNode): EmailAttachment {
	const name = text(node, 'Name') ?? '';
	const contentType = (text(node, 'ContentType') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
	const attachment: EmailAttachment = {
		name: type === 'message' && !/\.eml$/i.test(name) ? `${name || 'message'}.eml` : name,
		contentType: type === 'message' ? 'message/rfc822' : contentType === '' ? 'application/octet-stream' : contentType,
		size: integer(node, 'Size') ?? 0,
		type,
		inline: flag(node, 'IsInline') ?? false,
	};
	const contentId = (text(node, 'ContentId') ?? '').trim().replace(/^<|>$/g, '');
	if (contentId !== '') attachment.contentId = contentId;
	const id = attribute(child(node, 'AttachmentId'), 'Id');
	if (id !== undefined && type !== 'reference') attachment.attachmentId = handleText({ from: 'attachment', id });
	const url = text(node, 'AttachLongPathName');
	if (type === 'reference' && url !== undefined && url !== '') attachment.url = url;
	return attachment;
}
