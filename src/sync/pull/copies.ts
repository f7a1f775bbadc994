import { createdFirst } from '../created-first';
import type { Folder, StoredItem } from '../mailbox';
import { ownStamp, type Stamp, stampPrefix } from '../stamp';
import type { AccountPull } from './account-pull';
import { remember, shortId } from './short-id';

/** So many copies are remembered. */
const REMEMBERED_COPIES = 2_000;

/**
 * Tells a user's copies of stamped items from the originals: Exchange copies our property along with everything else, and a copy that passed
 * for the original would carry its changes to the wrong record. Of several items with one stamp, the one created first is the original.
 */
export async function findCopies(pull: AccountPull, created: readonly StoredItem[]): Promise<void> {
	const stamped = new Map<string, string>();
	for (const item of created) {
		const stamp = ownStamp(item.stamp, pull.connector.connectorId);
		if (stamp !== undefined && stamp.externalId !== '') stamped.set(item.reference.id, stampPrefix(stamp.key));
	}
	if (stamped.size === 0) return;
	const folders = await pull.mailbox.folders();
	const kinds = new Set<Folder['holds']>(created.map((item) => item.record.kind));
	const folderIds = folders.filter((folder) => kinds.has(folder.holds) && folder.role !== 'deletedItems').map((folder) => folder.id);
	const found = await pull.mailbox.findStamped([...new Set(stamped.values())], folderIds);

	const originals = new Map<string, string>();
	for (const { reference, stamp } of found.toSorted(createdFirst)) {
		const prefix = stamp?.split('|').slice(0, 2).join('|');
		if (prefix !== undefined && !originals.has(`${prefix}|`)) originals.set(`${prefix}|`, reference.id);
	}
	const copies = [...stamped].filter(([id, prefix]) => (originals.get(prefix) ?? id) !== id).map(([id]) => shortId(id));
	forgetCopies(pull, [...stamped.keys()].map(shortId));
	if (copies.length > 0) pull.state.copies = remember(pull.state.copies ?? [], copies, REMEMBERED_COPIES);
}

/** What passed for a copy while two workers created the same record may be the one that stayed. */
function forgetCopies(pull: AccountPull, judgedAnew: readonly string[]): void {
	const rest = pull.state.copies?.filter((copy) => !judgedAnew.includes(copy));
	if (rest === undefined || rest.length === 0) delete pull.state.copies;
	else pull.state.copies = rest;
}

/** The stamp of this connector on an item that is no copy. */
export function originalStamp(pull: AccountPull, item: StoredItem): Stamp | undefined {
	const stamp = ownStamp(item.stamp, pull.connector.connectorId);
	return stamp !== undefined && pull.state.copies?.includes(shortId(item.reference.id)) === true ? undefined : stamp;
}
