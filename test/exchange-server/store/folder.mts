import type { ExtendedValue, Item } from './item.mts';

/** The element a folder is written as. */
export type FolderKind = 'Folder' | 'CalendarFolder' | 'ContactsFolder' | 'SearchFolder' | 'TasksFolder';

/** What happened to an item that is no longer in the folder. */
export interface Tombstone {
	readonly number: number;
	readonly appeared: number;
	readonly changeKey: number;
	readonly position: number;
}

/** One line of a folder's change log. A line whose item has moved on to a later position is stale and skipped. */
export interface LogLine {
	readonly position: number;
	readonly item?: Item;
	readonly gone?: Tombstone;
}

/** A folder: its items by number, and the log that answers "what changed since". */
export interface Folder {
	readonly number: number;
	/** Number of its parent; the root has none. */
	parent: number | undefined;
	displayName: string;
	folderClass: string;
	kind: FolderKind;
	/** `inbox`, `deleteditems` …, where it is one of those. */
	distinguished?: string;
	extended: Record<string, ExtendedValue>;
	changeKey: number;
	/** Change numbers of its own life, for SyncFolderHierarchy. */
	appeared: number;
	position: number;
	unread: number;
	/** How many of its items are folder-associated and so not counted. */
	hidden: number;
	items: Map<number, Item>;
	log: LogLine[];
	/** Log length at which stale lines are dropped next. */
	compactAt: number;
}

/** The index of the first log line after a position: the log is ordered by position. */
export function firstAfter(log: readonly LogLine[], position: number): number {
	let low = 0;
	let high = log.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		const line = log[middle];
		if (line && line.position > position) high = middle;
		else low = middle + 1;
	}
	return low;
}

/** True for a line that still tells the truth. */
export function isCurrent(folder: Folder, line: LogLine): boolean {
	return line.gone !== undefined || (line.item !== undefined && line.item.position === line.position && folder.items.get(line.item.number) === line.item);
}

/** Drops stale lines once the log has doubled, so that appending stays cheap in the long run. Tombstones stay. */
export function compactLog(folder: Folder): void {
	if (folder.log.length < folder.compactAt) return;
	folder.log = folder.log.filter((line) => isCurrent(folder, line));
	folder.compactAt = 2 * folder.log.length + 1_000;
}
