import type { StoredItem } from '../mailbox';
import type { AccountPull } from './account-pull';
import { remember, shortId } from './short-id';
import { faultFrom } from '../fault';

/** So many of the newest identities in the bin are remembered. */
const REMEMBERED_IDENTITIES = 2_000;
/** So many restored items stay left out. */
const REMEMBERED_RESTORED = 2_000;
const PAGE = 512;

/** What an item is recognised by when it comes back: its search key stays with the bytes, its key stands in where there is none. */
export function binIdentity(item: { key?: string; searchKey?: string }): string | undefined {
	const identity = item.searchKey ?? item.key;
	return identity === undefined || identity === '' ? undefined : shortId(identity);
}

/** Begins to watch Deleted Items: what lies there already was never synced and needs no memory. */
export async function beginBin(pull: AccountPull, binId: string): Promise<void> {
	if (pull.state.bin !== undefined) return;
	const { syncState } = await binChanges(pull, binId, undefined);
	pull.state.bin = { syncState, identities: [] };
}

/**
 * Learns what came into Deleted Items. Asked only when something was deleted from a watched folder: an item that was never watched is new when
 * it leaves the bin, and an idle poll costs nothing for it.
 */
export async function lookIntoBin(pull: AccountPull, binId: string): Promise<void> {
	const bin = pull.state.bin;
	if (bin === undefined) return beginBin(pull, binId);
	const { ids, syncState } = await binChanges(pull, binId, bin.syncState);
	const identities: string[] = [];
	for (const result of await pull.mailbox.identify(ids)) {
		// An item that has left the bin since is not in it: its fault says no more than that.
		const identity = result.ok ? binIdentity(result.value) : undefined;
		if (identity !== undefined) identities.push(identity);
	}
	pull.state.bin = { syncState, identities: remember(bin.identities, identities, REMEMBERED_IDENTITIES) };
}

/** Whether an item has been seen in Deleted Items before. */
export function wasInBin(pull: AccountPull, item: StoredItem): boolean {
	const identity = binIdentity({ key: item.record.key, ...(item.searchKey !== undefined && { searchKey: item.searchKey }) });
	return identity !== undefined && pull.state.bin?.identities.includes(identity) === true;
}

/** Leaves a restored item out from now on. */
export function leaveRestoredOut(pull: AccountPull, id: string): void {
	pull.state.restored = remember(pull.state.restored ?? [], [shortId(id)], REMEMBERED_RESTORED);
}

/** Whether an item was restored and stays left out. */
export function isLeftOutAsRestored(pull: AccountPull, id: string): boolean {
	return pull.state.restored?.includes(shortId(id)) === true;
}

async function binChanges(pull: AccountPull, binId: string, since: string | undefined): Promise<{ ids: string[]; syncState: string }> {
	const ids = new Set<string>();
	let syncState = since;
	for (;;) {
		try {
			const page = await pull.mailbox.changes(binId, syncState, PAGE);
			for (const change of page.changes) {
				if (change.type === 'deleted') ids.delete(change.id);
				else ids.add(change.id);
			}
			syncState = page.syncState;
			if (page.complete) return { ids: since === undefined ? [] : [...ids], syncState };
		} catch (error) {
			const fault = faultFrom(error);
			if (fault.reason !== 'syncStateLost' || syncState === undefined) throw fault;
			// What is in the bin now stands for what came into it: to remember too much only leaves out what lies in the bin anyway.
			syncState = undefined;
			ids.clear();
		}
	}
}
