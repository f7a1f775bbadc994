import type { Attachment, Item } from '../store/item.mts';
import { attachmentId } from '../store/ids.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { sizeOf } from './itemProperties.mts';
import type { Xml } from '../xml/write.mts';
import { dateTime, element, leaf, optionalLeaf } from '../xml/write.mts';

/** Bytes of an attachment as Exchange reports them. */
export function attachmentSize(attachment: Attachment): number {
	return attachment.type === 'file' ? attachment.content.length : attachment.type === 'item' ? sizeOf(attachment.item) : 0;
}

/** An attachment's element: what it is, with `content` (already written) where GetAttachment delivers it. */
export function attachmentXml(attachment: Attachment, root: Item, mailbox: Mailbox, content: Xml = ''): Xml {
	const id = element('t:AttachmentId', '', { Id: attachmentId(mailbox.guid, root.number, attachment.number) });
	const common =
		id +
		leaf('t:Name', attachment.name) +
		optionalLeaf('t:ContentType', attachment.contentType) +
		optionalLeaf('t:ContentId', attachment.contentId) +
		optionalLeaf('t:ContentLocation', attachment.contentLocation) +
		leaf('t:Size', attachmentSize(attachment)) +
		leaf('t:LastModifiedTime', dateTime(attachment.lastModified)) +
		leaf('t:IsInline', attachment.isInline);
	switch (attachment.type) {
		case 'file':
			return element('t:FileAttachment', common + leaf('t:IsContactPhoto', false) + content);
		case 'item':
			return element('t:ItemAttachment', common + content);
		case 'reference':
			return element('t:ReferenceAttachment', common + leaf('t:AttachLongPathName', attachment.url));
		default:
			return attachment satisfies never;
	}
}
