import { isAsWritten } from '../as-written';
import { binFolderIds } from '../bin-folders';
import type { Folder, FoundItem, StoredItem } from '../mailbox';
import { originalFirst, outsideBin } from '../original-first';
import { ownStamp, parseStamp, type Stamp, stampPrefix } from '../stamp';
import type { AccountPull } from './account-pull';
import type { FolderState } from './cursor';
import { forgetRival, isAsRemembered, isRival, rememberRival } from './rivals-seen';
import { remember, shortId } from './short-id';

/** So many copies are remembered. */
const REMEMBERED_COPIES = 2_000;

/** A stamped item, and where it stands among those that carry its stamp. */
interface Placed {
	item: StoredItem;
	stamp: Stamp;
	/** What was found outside Deleted Items, the original in front. */
	found: readonly FoundItem[];
	/** Its original lies in Deleted Items. */
	isLeftBehind: boolean;
	/** RFC 3339, UTC. */
	createdAt: string | undefined;
}

/**
 * Tells the originals from other items that carry their stamp: a second item that passed for the original would carry its changes to the wrong record.
 *
 * A user's *copy* is an item of its own: Exchange copies our property along with everything else, so it has the original's nonce. What has another nonce is a
 * *rival*: push created it for the same record, on another worker, or with a request that Exchange carried out after the client had given up. It is an echo and
 * no event, until a user changes it: from then on it is what a copy is.
 *
 * @param items of one folder that are new to it, or were rivals when they were read the last time
 * @returns when the server created those that carry a stamp, by id (RFC 3339, UTC)
 */
export async function findCopies(pull: AccountPull, state: FolderState, items: readonly StoredItem[]): Promise<ReadonlyMap<string, string>> {
	const copies = new Set<string>();
	const judged = await placed(pull, items);
	for (const one of judged) {
		switch (natureOf(pull, state, one)) {
			case 'original':
				forgetRival(state, one.item.reference.id);
				break;
			case 'rival':
				rememberRival(state, one.item);
				break;
			case 'copy': {
				const pending = state.pending?.[one.item.reference.id];
				// Nobody has heard of it.
				if (pending !== undefined && isRival(state, one.item.reference.id)) pending.event = 'created';
				forgetRival(state, one.item.reference.id);
				copies.add(copyMark(one.item.reference.id, one.stamp));
				break;
			}
		}
	}
	forgetCopies(pull, judged.flatMap(({ item, stamp }) => marksOf(item.reference.id, stamp)));
	if (copies.size > 0) pull.state.copies = remember(pull.state.copies ?? [], [...copies], REMEMBERED_COPIES);
	return new Map(judged.flatMap(({ item, createdAt }) => (createdAt === undefined ? [] : [[item.reference.id, createdAt]])));
}

async function placed(pull: AccountPull, items: readonly StoredItem[]): Promise<Placed[]> {
	const stamped = items.flatMap((item) => {
		const stamp = ownStamp(item.stamp, pull.connector.connectorId);
		return stamp === undefined || stamp.externalId === '' ? [] : [{ item, stamp }];
	});
	if (stamped.length === 0) return [];
	const folders = await pull.mailbox.folders();
	const bin = binFolderIds(folders);
	const kinds = new Set<Folder['holds']>(items.map((item) => item.record.kind));
	const folderIds = folders.filter((folder) => kinds.has(folder.holds) || bin.has(folder.id)).map((folder) => folder.id);
	const found = await pull.mailbox.findStamped([...new Set(stamped.map(({ stamp }) => stampPrefix(stamp.key)))], folderIds);
	const byKey = new Map<string, FoundItem[]>();
	for (const one of found) {
		const key = parseStamp(one.stamp)?.key ?? '';
		const ofKey = byKey.get(key);
		if (ofKey === undefined) byKey.set(key, [one]);
		else ofKey.push(one);
	}
	return stamped.map((one) => {
		const { id } = one.item.reference;
		const all = originalFirst(byKey.get(one.stamp.key) ?? []);
		const outside = outsideBin(all, bin);
		const itself = all.find(({ reference }) => reference.id === id);
		return { ...one, found: outside, isLeftBehind: !bin.has(one.item.folderId) && itself !== undefined && !outside.includes(itself), createdAt: itself?.createdAt };
	});
}

function natureOf(pull: AccountPull, state: FolderState, { item, stamp, found, isLeftBehind }: Placed): 'original' | 'copy' | 'rival' {
	if (isLeftBehind) return 'copy';
	const { id } = item.reference;
	const [first] = found;
	const original = parseStamp(first?.stamp);
	if (first === undefined || original === undefined || first.reference.id === id) return 'original';
	// Once it was told as an item of its own, it stays one.
	if (original.nonce === stamp.nonce || isCopy(pull, id, stamp)) return 'copy';
	const times = found.find(({ reference }) => reference.id === id);
	return isAsWritten(item.record, [stamp, original], times) || isAsRemembered(state, item) ? 'rival' : 'copy';
}

function isCopy(pull: AccountPull, id: string, stamp: Stamp): boolean {
	return marksOf(id, stamp).some((mark) => pull.state.copies?.includes(mark) === true);
}

/**
 * What a copy is remembered by: with its nonce, as push gives it another one when the other system has made a record of it. From then on its stamp is its own.
 */
function copyMark(id: string, { nonce }: Stamp): string {
	return shortId(`${id} ${nonce}`);
}

/** Cursors of earlier versions have the id alone. */
function marksOf(id: string, stamp: Stamp): string[] {
	return [copyMark(id, stamp), shortId(id)];
}

/** What passed for a copy while two workers created the same record may be the one that stayed. */
function forgetCopies(pull: AccountPull, judgedAnew: readonly string[]): void {
	const rest = pull.state.copies?.filter((copy) => !judgedAnew.includes(copy));
	if (rest === undefined || rest.length === 0) delete pull.state.copies;
	else pull.state.copies = rest;
}

/** The stamp of this connector on an item that is the original. */
export function originalStamp(pull: AccountPull, item: StoredItem): Stamp | undefined {
	const stamp = ownStamp(item.stamp, pull.connector.connectorId);
	return stamp !== undefined && isCopy(pull, item.reference.id, stamp) ? undefined : stamp;
}
