import { writtenMark } from '../as-written';
import type { StoredItem } from '../mailbox';
import type { FolderState } from './cursor';

/** So many of a folder are remembered; one that is forgotten passes for its record's item when a user changes it. */
const REMEMBERED_RIVALS = 100;

/** Notes an item that push created for a record beside another one, and what it holds: nobody is told of it, nor that it goes. */
export function rememberRival(state: FolderState, item: StoredItem): void {
	const rivals = (state.rivals ??= {});
	rivals[item.reference.id] ??= writtenMark(item.record);
	const ids = Object.keys(rivals);
	for (const id of ids.slice(0, -REMEMBERED_RIVALS)) delete rivals[id];
}

/** Whether nobody was told of the item, because another one stands for its record. */
export function isRival(state: FolderState, id: string): boolean {
	return state.rivals?.[id] !== undefined;
}

/** Whether a remembered rival still holds what it held at first. */
export function isAsRemembered(state: FolderState, item: StoredItem): boolean {
	return state.rivals?.[item.reference.id] === writtenMark(item.record);
}

/** It is gone, or is no rival any more. True: it was one. */
export function forgetRival(state: FolderState, id: string): boolean {
	if (!isRival(state, id)) return false;
	delete state.rivals?.[id];
	if (Object.keys(state.rivals ?? {}).length === 0) delete state.rivals;
	return true;
}

/** The rivals of a folder are judged anew: where the item that stood for their record is gone, they take its place. Returns whether there are any. */
export function judgeRivalsAnew(state: FolderState): boolean {
	const ids = Object.keys(state.rivals ?? {});
	for (const id of ids) (state.pending ??= {})[id] = { event: 'created', attempts: state.pending[id]?.attempts ?? 0, again: true };
	return ids.length > 0;
}
