import { safeAttachmentName } from '../../mime/attachment-name';
import { MailboxFault } from '../../sync/fault';
import type { AttachmentContent } from '../../sync/mailbox';
import { type WireNode, child, elements, flag, text } from '../mapping/wire-node';
import { required } from '../mapping/wire-values';

/**
 * One attachment of GetAttachmentResponseMessage.
 * @param streamed its bytes where they were handed on before the message was read; nothing of them is left in it then
 * @throws MailboxFault
 */
export function contentOf(message: WireNode, streamed?: Buffer): AttachmentContent {
	const found = elements(child(message, 'Attachments'))[0];
	const node = required(found?.node, 'Attachments');
	const name = text(node, 'Name') ?? '';
	switch (found?.name) {
		case 'FileAttachment': {
			const contentType = (text(node, 'ContentType') ?? '').split(';')[0]?.trim().toLowerCase() || 'application/octet-stream';
			return {
				...described(node, name, contentType),
				// An empty file has an empty element, or none at all.
				content: bytesOf(text(node, 'Content') ?? '', streamed),
			};
		}
		case 'ItemAttachment': {
			const item = elements(node).find(({ node: inner }) => child(inner, 'MimeContent') !== undefined)?.node;
			return {
				...described(node, /\.eml$/i.test(name) ? name : `${name || 'message'}.eml`, 'message/rfc822'),
				content: bytesOf(streamed === undefined ? required(text(item, 'MimeContent'), 'item:MimeContent of the attached message') : (text(item, 'MimeContent') ?? ''), streamed),
			};
		}
		default:
			throw new MailboxFault({
				reason: 'itemRefused',
				scope: 'item',
				retry: { can: false },
				message: 'This attachment is a link to a file in the cloud: Exchange does not have its bytes.',
			});
	}
}

function described(node: WireNode, name: string, contentType: string): Omit<AttachmentContent, 'content'> {
	const contentId = (text(node, 'ContentId') ?? '').trim().replace(/^<|>$/g, '');
	return {
		name: safeAttachmentName(name, contentType),
		contentType,
		...(contentId === '' ? {} : { contentId }),
		inline: flag(node, 'IsInline') ?? false,
	};
}

function bytesOf(base64: string, streamed: Buffer | undefined): Buffer {
	if (streamed === undefined) return Buffer.from(base64, 'base64');
	if (base64.trim() === '') return streamed;
	throw new MailboxFault({ reason: 'malformedAnswer', scope: 'item', retry: { can: false }, message: 'The content of the attachment is not base64 alone.' });
}
