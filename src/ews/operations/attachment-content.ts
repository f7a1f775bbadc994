import { safeAttachmentName } from '../../mime/attachment-name';
import { MailboxFault } from '../../sync/fault';
import type { AttachmentContent } from '../../records/email';
import { type WireNode, bytes, child, elements, flag, text } from '../mapping/wire-node';
import { required } from '../mapping/wire-values';

const NOTHING = Buffer.alloc(0);

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
				content: contentIn(node, 'Content', streamed) ?? NOTHING,
			};
		}
		case 'ItemAttachment': {
			const item = elements(node).find(({ node: inner }) => child(inner, 'MimeContent') !== undefined)?.node;
			return {
				...described(node, /\.eml$/i.test(name) ? name : `${name || 'message'}.eml`, 'message/rfc822'),
				content: required(contentIn(item, 'MimeContent', streamed), 'item:MimeContent of the attached message'),
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

function contentIn(node: WireNode | undefined, name: string, streamed: Buffer | undefined): Buffer | undefined {
	if (streamed === undefined) return bytes(node, name);
	const left = child(node, name)?.[name] ?? '';
	if (typeof left === 'string' && left.trim() === '') return streamed;
	throw new MailboxFault({ reason: 'malformedAnswer', scope: 'item', retry: { can: false }, message: 'The content of the attachment is not base64 alone.' });
}
