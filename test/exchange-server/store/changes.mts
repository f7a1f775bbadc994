import type { Folder } from './folder.mts';
import { firstAfter, isCurrent } from './folder.mts';
import type { Item } from './item.mts';
import type { Mailbox } from './mailbox.mts';
import type { SyncState } from './syncState.mts';

/** One net difference between a client's state and the folder. */
export type ItemChange =
	| { readonly type: 'Create' | 'Update' | 'ReadFlagChange'; readonly item: Item }
	| { readonly type: 'Delete'; readonly number: number; readonly changeKey: number };

export interface ChangePage {
	readonly changes: readonly ItemChange[];
	readonly state: SyncState;
	/** Nothing is left after this page. */
	readonly last: boolean;
}

/**
 * The next page of net differences of a folder, oldest change first, as Incremental Change Synchronization gives them:
 * an item the client was never given is a Create however often it changed; one it was given and that is gone is a Delete; one
 * that came and went in between is nothing.
 */
export function changesSince(mailbox: Mailbox, folder: Folder, state: SyncState, max: number, options: { associated: boolean; ignored: ReadonlySet<number> }): ChangePage {
	const changes: ItemChange[] = [];
	const { given } = state;
	let position = state.position;
	let last = true;
	for (let index = firstAfter(folder.log, state.position); index < folder.log.length; index += 1) {
		const line = folder.log[index];
		if (!line) break;
		const change = isCurrent(folder, line) ? changeOf(line.item, line.gone, state, options) : undefined;
		if (change) {
			if (changes.length === max) {
				last = false;
				break;
			}
			changes.push(change);
			if (change.type === 'Create') given.add(change.item.number);
			if (change.type === 'Delete') given.delete(change.number);
		}
		position = line.position;
	}
	return { changes, last, state: { position, roundStart: last ? position : state.roundStart, readAt: mailbox.lastChange, given } };
}

function changeOf(item: Item | undefined, gone: { number: number; changeKey: number } | undefined, state: SyncState, options: { associated: boolean; ignored: ReadonlySet<number> }): ItemChange | undefined {
	if (gone) return state.given.has(gone.number) ? { type: 'Delete', number: gone.number, changeKey: gone.changeKey } : undefined;
	if (!item || options.ignored.has(item.number) || (item.associated && !options.associated)) return undefined;
	if (!state.given.has(item.number)) return { type: 'Create', item };
	return { type: isOnlyReadState(item, state) ? 'ReadFlagChange' : 'Update', item };
}

/** Whether the client has seen the item's content and only its read state is news. */
function isOnlyReadState(item: Item, state: SyncState): boolean {
	if (item.readChanged === 0) return false;
	if (item.contentChanged <= state.roundStart) return true;
	// Within a round of pages: handed out on an earlier page, and read only after that page was made.
	return item.contentChanged <= state.position && item.readChanged > state.readAt;
}
