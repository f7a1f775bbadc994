import type { Folder } from '../mailbox';
import type { AccountState, WatchedFolder } from './cursor';
import { formerFolder } from './replaced-folder';

/**
 * Notes which of the watched folders came to lie below one that was watched before. What is in them came there since the trigger began, whatever the first run says: emails that
 * a user has moved into a new subfolder would else be told as deleted alone.
 *
 * @param before what the same watches named at the last look
 * @param all folders of the mailbox
 */
export function noteNewFolders(state: AccountState, before: readonly WatchedFolder[], watched: readonly WatchedFolder[], all: readonly Folder[]): void {
	const knownBefore = new Set(before.map(({ id }) => id));
	const parents = new Map(all.map(({ id, parentId }) => [id, parentId]));
	for (const folder of watched) {
		if (knownBefore.has(folder.id) || state.folders[folder.id] !== undefined || formerFolder(state, folder, watched) !== undefined) continue;
		if (liesBelow(knownBefore, parents, folder.id)) state.folders[folder.id] = { caughtUp: false, firstRun: { from: 'beginning' } };
	}
}

function liesBelow(folders: ReadonlySet<string>, parents: ReadonlyMap<string, string>, id: string): boolean {
	const passed = new Set<string>();
	for (let parent = parents.get(id); parent !== undefined && !passed.has(parent); parent = parents.get(parent)) {
		if (folders.has(parent)) return true;
		passed.add(parent);
	}
	return false;
}
