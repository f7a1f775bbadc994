import { changesSince } from '../store/changes.mts';
import type { ItemChange } from '../store/changes.mts';
import { changeKey, decodeId, itemId } from '../store/ids.mts';
import { flagOf } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { decodeSyncState, encodeSyncState, initialState, itemScope } from '../store/syncState.mts';
import { child, childText, listOf } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element, leaf } from '../xml/write.mts';
import type { ItemShape } from '../properties/shape.mts';
import { parseShape, renderContext, renderItem, requireChild } from '../properties/shape.mts';
import type { OperationContext } from './context.mts';
import { EwsError, schemaViolation } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderIn } from './targets.mts';

const MAX_CHANGES = 512;

function renderChange(change: ItemChange, mailbox: Mailbox, shape: ItemShape, context: OperationContext): Xml {
	if (change.type === 'Delete') return element('t:Delete', element('t:ItemId', '', { Id: itemId(mailbox.guid, change.number), ChangeKey: changeKey(mailbox.guid, change.changeKey) }));
	const { item } = change;
	if (change.type === 'ReadFlagChange') {
		return element('t:ReadFlagChange', element('t:ItemId', '', { Id: itemId(mailbox.guid, item.number), ChangeKey: changeKey(mailbox.guid, item.changeKey) }) + leaf('t:IsRead', flagOf(item, 'message:IsRead')));
	}
	return element(`t:${change.type}`, renderItem(item, shape, renderContext(context, mailbox, { item, bodyType: shape.bodyType, table: true })));
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation
registerOperation('SyncFolderItems', (request, context) =>
	eachItem(
		'SyncFolderItems',
		[request],
		context,
		() => {
			const max = Number(childText(request, 'MaxChangesReturned'));
			if (!Number.isInteger(max) || max < 1 || max > MAX_CHANGES) {
				throw schemaViolation(`The 'http://schemas.microsoft.com/exchange/services/2006/messages:MaxChangesReturned' element is invalid - The value '${childText(request, 'MaxChangesReturned') ?? ''}' is invalid according to its datatype 'MaxSyncChangesReturnedType'.`);
			}
			const shape = parseShape(requireChild(request, 'ItemShape'));
			const { mailbox, folder } = folderIn(child(request, 'SyncFolderId'), context, 'ErrorSyncFolderNotFound');
			const given = childText(request, 'SyncState');
			const state = given ? decodeSyncState(given, mailbox, itemScope(folder)) : initialState();
			if (!state) throw new EwsError('ErrorInvalidSyncStateData');
			const ignored = new Set(listOf(request, 'Ignore').map((id) => decodeId(id.attributes.Id ?? '')?.number ?? 0));
			const page = changesSince(mailbox, folder, state, max, { associated: childText(request, 'SyncScope') === 'NormalAndAssociatedItems', ignored });
			return success(
				'SyncFolderItems',
				leaf('m:SyncState', encodeSyncState(page.state, mailbox, itemScope(folder))) +
					leaf('m:IncludesLastItemInRange', page.last) +
					element('m:Changes', page.changes.map((change) => renderChange(change, mailbox, shape, context)).join('')),
			);
		},
		// Exchange sends an empty state along with an error.
		element('m:SyncState') + leaf('m:IncludesLastItemInRange', true),
	),
);
