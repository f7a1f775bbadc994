import type { OperationContext } from '../operations/context.mts';
import { readItem } from '../operations/createItem.mts';
import { schemaViolation } from '../operations/errors.mts';
import type { Attachment } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import { childText, isTrue } from '../xml/element.mts';

const COMMON = new Set(['AttachmentId', 'Name', 'ContentType', 'ContentId', 'ContentLocation', 'AttachmentOriginalUrl', 'Size', 'LastModifiedTime', 'IsInline']);

/** Reads a FileAttachment or ItemAttachment of a request. */
export async function parseFileOrItemAttachment(source: XmlElement, context: OperationContext, mailbox: Mailbox): Promise<Attachment> {
	const contentType = childText(source, 'ContentType');
	const contentId = childText(source, 'ContentId');
	const contentLocation = childText(source, 'ContentLocation');
	const common = {
		number: 0,
		name: childText(source, 'Name') ?? '',
		isInline: isTrue(childText(source, 'IsInline')),
		lastModified: context.exchange.clock.now(),
		...(contentType !== undefined && { contentType }),
		...(contentId !== undefined && { contentId }),
		...(contentLocation !== undefined && { contentLocation }),
	};
	if (source.name === 'FileAttachment') return { ...common, type: 'file', content: Buffer.from(childText(source, 'Content') ?? '', 'base64') };
	if (source.name !== 'ItemAttachment') throw schemaViolation(`The element 'Attachments' has invalid child element '${source.name}'.`);
	const inner = source.children.find(({ name }) => !COMMON.has(name));
	if (!inner) throw schemaViolation(`The element 'ItemAttachment' has incomplete content.`);
	return { ...common, type: 'item', item: await readItem(inner, context, mailbox) };
}
