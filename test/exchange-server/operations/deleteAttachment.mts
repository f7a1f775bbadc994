import { listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { rootIds } from './rootItem.mts';
import { attachmentTarget } from './targets.mts';

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
