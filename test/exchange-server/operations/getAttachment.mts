import { mimeOf } from '../mail/compose.mts';
import { attachmentXml } from '../properties/attachment.mts';
import { parseShape, renderContext, renderItem } from '../properties/shape.mts';
import { base64Text } from '../xml/deferred.mts';
import { child, listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import type { Xml } from '../xml/write.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { attachmentTarget } from './targets.mts';

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
			if (attachment.type === 'file') content = element('t:Content', base64Text(attachment.content));
			if (attachment.type === 'item') {
				const mime = shape.mime ? await mimeOf(attachment.item) : undefined;
				content = renderItem(attachment.item, shape, renderContext(context, mailbox, { mime, bodyType: shape.bodyType }));
			}
			return success('GetAttachment', element('m:Attachments', attachmentXml(attachment, item, mailbox, content)));
		},
		element('m:Attachments'),
	);
});
