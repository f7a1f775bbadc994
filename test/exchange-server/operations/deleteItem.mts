import { noteDeletion } from '../mail/deliver.mts';
import { kindOf } from '../properties/kinds.mts';
import { isTrue, listOf } from '../xml/element.mts';
import { schemaViolation } from './errors.mts';
import { occurrenceHandlers } from './occurrences.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { itemTarget } from './targets.mts';

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation
registerOperation('DeleteItem', (request, context) => {
	const type = request.attributes.DeleteType;
	if (type !== 'HardDelete' && type !== 'SoftDelete' && type !== 'MoveToDeletedItems') throw schemaViolation(`The 'DeleteType' attribute is invalid - The value '${type ?? ''}' is invalid.`);
	return eachItem('DeleteItem', listOf(request, 'ItemIds'), context, (id) => {
		const { mailbox, item, occurrence } = itemTarget(id, context);
		if (occurrence !== undefined) {
			occurrenceHandlers().remove(item, occurrence, request, mailbox, context);
			return success('DeleteItem');
		}
		if (kindOf(item.kind).beforeDelete?.(item, request, context)) return success('DeleteItem');
		noteDeletion(context.exchange, mailbox, item, isTrue(request.attributes.SuppressReadReceipts));
		const folder = mailbox.folderOf(item);
		if (type === 'HardDelete' || folder.distinguished?.startsWith('recoverableitems')) mailbox.remove(item);
		else if (type === 'SoftDelete' || folder.distinguished === 'deleteditems') mailbox.move(item, mailbox.folderNamed('recoverableitemsdeletions'), { keepChangeKey: true });
		else mailbox.move(item, mailbox.folderNamed('deleteditems'), { keepChangeKey: true });
		return success('DeleteItem');
	});
});
