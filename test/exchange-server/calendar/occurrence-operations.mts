import { applyChange, checkConflict, draftOf, ID_ONLY } from '../operations/updateItem.mts';
import { registerOccurrenceHandlers } from '../operations/occurrences.mts';
import { itemTarget, registerOccurrences } from '../operations/targets.mts';
import { kindOf } from '../properties/kinds.mts';
import { renderContext, renderItem } from '../properties/shape.mts';
import type { Item } from '../store/item.mts';
import { listOf } from '../xml/element.mts';
import { openOccurrence, readOccurrenceReference, removeOccurrence, saveOccurrence } from './occurrence-access.mts';

registerOccurrences(readOccurrenceReference);

/** GetItem, UpdateItem and DeleteItem on an id that means one occurrence. A change of it is a change of its master. */
registerOccurrenceHandlers({
	render: (master, key, shape, mailbox, context) => {
		const item = openOccurrence(master, key);
		return renderItem(item, shape, renderContext(context, mailbox, { item, bodyType: shape.bodyType }));
	},
	update: (master, key, itemChange, request, mailbox, context) => {
		const occurrence = draftOf(openOccurrence(master, key)) as Item;
		const changed = listOf(itemChange, 'Updates').map((change) => applyChange(occurrence, change, context, mailbox));
		checkConflict(itemTarget(itemChange.children[0], context), request.attributes['ConflictResolution'] ?? 'AutoResolve', changed);
		const kind = kindOf('CalendarItem');
		kind.beforeUpdate?.(occurrence, changed, request, context);
		saveOccurrence(mailbox, master, occurrence);
		kind.afterUpdate?.(occurrence, changed, request, context);
		const item = openOccurrence(master, key);
		return renderItem(item, ID_ONLY, renderContext(context, mailbox, { item }));
	},
	remove: (master, key, request, mailbox, context) => {
		kindOf('CalendarItem').beforeDelete?.(openOccurrence(master, key), request, context);
		removeOccurrence(mailbox, master, key);
	},
});
