import type { PendingItem } from './cursor';
import type { PullEventType } from './pull-types';

/** What says more about an item comes later. */
const STRENGTH: readonly PullEventType[] = ['readState', 'updated', 'created', 'deleted'];

/** Of two events of one item, which may be on two pages or be due once more, the one that says most about it; the later where they say the same. */
export function strongerEvent<Before extends PullEventType, After extends PullEventType>(before: Before | undefined, after: After): Before | After {
	return before !== undefined && STRENGTH.indexOf(before) > STRENGTH.indexOf(after) ? before : after;
}

/**
 * An item that is to be read. What it was to become before it stays, where that says more: who was never told of an item is not told that it was changed.
 *
 * @param first see {@link PendingItem}; an item that was changed after the first listing is news whatever its date
 */
export function toBeRead(before: PendingItem | undefined, event: PendingItem['event'], first = false): PendingItem {
	const item: PendingItem = { attempts: 0, ...before, event: strongerEvent(before?.event, event) };
	if (first) item.first = true;
	else delete item.first;
	return item;
}
