import { markRead } from '../mail/deliver.mts';
import { childText, isTrue, listOf } from '../xml/element.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderTarget } from './targets.mts';

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/markallitemsasread-operation
registerOperation('MarkAllItemsAsRead', (request, context) =>
	eachItem('MarkAllItemsAsRead', listOf(request, 'FolderIds'), context, (id) => {
		const { mailbox, folder } = folderTarget(id, context);
		for (const item of [...folder.items.values()]) markRead(context.exchange, mailbox, item, isTrue(childText(request, 'ReadFlag')), isTrue(childText(request, 'SuppressReadReceipts')));
		return success('MarkAllItemsAsRead');
	}),
);
