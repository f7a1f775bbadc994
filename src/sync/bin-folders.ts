import type { Folder } from './mailbox';

/** Ids of the folders in the bin: Deleted Items and everything below it. */
export function binFolderIds(folders: readonly Folder[]): Set<string> {
	const bin = new Set(folders.filter((folder) => folder.role === 'deletedItems').map((folder) => folder.id));
	for (let grown = true; grown; ) {
		const below = folders.filter((folder) => bin.has(folder.parentId) && !bin.has(folder.id));
		for (const folder of below) bin.add(folder.id);
		grown = below.length > 0;
	}
	return bin;
}
