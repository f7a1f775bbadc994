import { mimeOf } from '../mail/compose.mts';
import { attachmentXml } from '../properties/attachment.mts';
import { parseFileOrItemAttachment } from '../properties/attachmentInput.mts';
import { parseShape, renderContext, renderItem } from '../properties/shape.mts';
import { attachmentId, changeKey, itemId } from '../store/ids.mts';
import type { Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { child, listOf } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element } from '../xml/write.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { attachmentTarget, itemTarget } from './targets.mts';

/** The item attachments hang on, as attribute pair of their ids. */
function rootIds(mailbox: Mailbox, item: Item): { RootItemId: string; RootItemChangeKey: string } {
	return { RootItemId: itemId(mailbox.guid, item.number), RootItemChangeKey: changeKey(mailbox.guid, item.changeKey) };
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getattachment-operation
registerOperation('GetAttachment', (request, context) => {
	const shape = parseShape(child(request, 'AttachmentShape'));
	return eachItem(
		'GetAttachment',
		listOf(request, 'AttachmentIds'),
		context,
		async (id) => {
			const { mailbox, item, attachment } = attachmentTarget(id, context);
			let content: Xml = '';
			if (attachment.type === 'file') content = element('t:Content', attachment.content.toString('base64'));
			if (attachment.type === 'item') {
				const mime = shape.mime ? await mimeOf(attachment.item) : undefined;
				content = renderItem(attachment.item, shape, renderContext(context, mailbox, { mime, bodyType: shape.bodyType }));
			}
			return success('GetAttachment', element('m:Attachments', attachmentXml(attachment, item, mailbox, content)));
		},
		element('m:Attachments'),
	);
});

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/createattachment-operation
registerOperation('CreateAttachment', (request, context) =>
	eachItem(
		'CreateAttachment',
		listOf(request, 'Attachments'),
		context,
		async (source) => {
			const { mailbox, item } = itemTarget(child(request, 'ParentItemId'), context);
			const attachment = await parseFileOrItemAttachment(source, context, mailbox);
			attachment.number = mailbox.nextNumber();
			item.attachments = [...item.attachments, attachment];
			delete item.mime;
			mailbox.touch(item, context.user.name);
			const id = element('t:AttachmentId', '', { Id: attachmentId(mailbox.guid, item.number, attachment.number), ...rootIds(mailbox, item) });
			return success('CreateAttachment', element('m:Attachments', element(attachment.type === 'file' ? 't:FileAttachment' : 't:ItemAttachment', id)));
		},
		element('m:Attachments'),
	),
);

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteattachment-operation
registerOperation('DeleteAttachment', (request, context) =>
	eachItem('DeleteAttachment', listOf(request, 'AttachmentIds'), context, (id) => {
		const { mailbox, item, attachment } = attachmentTarget(id, context);
		if (!item.attachments.includes(attachment)) throw new EwsError('ErrorItemNotFound');
		item.attachments = item.attachments.filter((each) => each !== attachment);
		delete item.mime;
		mailbox.touch(item, context.user.name);
		return success('DeleteAttachment', element('m:RootItemId', '', rootIds(mailbox, item)));
	}),
);
