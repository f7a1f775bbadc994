import type { FolderState, PendingItem } from './cursor';
import { strongerEvent } from './stronger-event';

/**
 * An item that is to be read. What it was to become before it stays, where that says more: who was never told of an item is not told that it was changed. One that was gone is
 * looked for once more.
 *
 * @param first see {@link PendingItem}; an item that was changed after the first listing is news whatever its date
 */
export function toBeRead(before: PendingItem | undefined, event: PendingItem['event'], first = false): PendingItem {
	const item: PendingItem = { attempts: 0, ...before, event: strongerEvent(before?.event, event) };
	delete item.gone;
	if (first) item.first = true;
	else delete item.first;
	return item;
}

/** As {@link toBeRead}, of a change on a page of the folder. */
export function listed(state: FolderState, before: PendingItem | undefined, event: PendingItem['event'], first: boolean): PendingItem {
	const item = toBeRead(before, event, first);
	if (before === undefined && state.listedAnew === true) item.mayBeTold = true;
	return item;
}

/** Nobody was told yet that the item is there. */
export function isUntold(pending: PendingItem | undefined): boolean {
	return pending?.event === 'created' && pending.again !== true && pending.mayBeTold !== true;
}

/** Ids of the items that are still to be read. */
export function idsToRead({ pending = {} }: FolderState): string[] {
	return Object.keys(pending).filter((id) => pending[id]?.gone !== true);
}

/** Ids of the items that were gone when they were read. */
export function idsOfGone({ pending = {} }: FolderState): string[] {
	return Object.keys(pending).filter((id) => pending[id]?.gone === true);
}
