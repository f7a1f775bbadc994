import { mimeOf } from '../mail/compose.mts';
import { parseShape, renderContext, renderItem, requireChild, wantsMime } from '../properties/shape.mts';
import { listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { registerOperation } from './registry.mts';
import { renderOccurrence } from './occurrences.mts';
import { eachItem, success } from './response.mts';
import { itemTarget } from './targets.mts';

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation
registerOperation('GetItem', (request, context) => {
	const shape = parseShape(requireChild(request, 'ItemShape'));
	return eachItem(
		'GetItem',
		listOf(request, 'ItemIds'),
		context,
		async (id) => {
			const { mailbox, item, occurrence } = itemTarget(id, context);
			if (occurrence !== undefined) return success('GetItem', element('m:Items', renderOccurrence(item, occurrence, shape, mailbox, context)));
			const mime = wantsMime(shape) ? await mimeOf(item) : undefined;
			return success('GetItem', element('m:Items', renderItem(item, shape, renderContext(context, mailbox, { item, mime, bodyType: shape.bodyType }))));
		},
		element('m:Items'),
	);
});
