import { parseFileOrItemAttachment } from '../properties/attachmentInput.mts';
import { attachmentId } from '../store/ids.mts';
import { child, listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { rootIds } from './rootItem.mts';
import { itemTarget } from './targets.mts';

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
