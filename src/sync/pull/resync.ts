import type { FolderChange } from '../mailbox';
import { type AccountPull, report } from './account-pull';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import { isBaselineOnly } from './first-run';
import { changeMark, decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import { LARGEST_PAGE, takeDelete } from './pull-folder';
import { LOOKS_EMPTY_FROM, reportEmpty, reportFlood } from './waiting-folder';

/** Mails changed this long before the last look are read again after a lost sync state: clocks differ. */
const OVERLAP_MS = 5 * 60_000;
const LONGEST_LISTING = 1_000_000;

/**
 * Finds out what changed although the server has forgotten the sync state (`ErrorInvalidSyncStateData`, a mailbox that was moved or restored
 * from a backup): lists the folder anew, ids only, and compares.
 *
 * Calendars and tasks are compared with the ids that are remembered: creates, updates and deletes come out exactly. Of mail folders no ids are
 * kept: what was changed since the last look is read, and deletes of the time between are not seen.
 */
export async function resync(pull: AccountPull, folder: WatchedFolder, state: FolderState): Promise<void> {
	const { items, syncState } = await listAnew(pull, folder);
	if (!(await compared(pull, folder, state, items))) return;
	state.syncState = syncState;
	delete state.stopped;
	state.lookedAt = pull.options.now();
	pull.summary.moreToCome = true;
}

/** False: nothing follows from the listing, and the folder is looked at again at the next poll. */
async function compared(pull: AccountPull, folder: WatchedFolder, state: FolderState, items: KnownIds): Promise<boolean> {
	if (folder.kind === 'email') return await compareByTime(pull, folder, state, items);
	return !state.caughtUp && isBaselineOnly(pull.options, state) ? takeAsBaseline(state, items) : compareByIds(pull, folder, state, items);
}

async function listAnew(pull: AccountPull, folder: WatchedFolder): Promise<{ items: KnownIds; syncState: string }> {
	const items: KnownIds = new Map();
	let syncState: string | undefined;
	for (;;) {
		const page = await pull.mailbox.changes(folder.id, syncState, LARGEST_PAGE);
		for (const change of page.changes) note(items, change);
		syncState = page.syncState;
		if (page.complete) return { items, syncState };
	}
}

function note(items: KnownIds, change: FolderChange): void {
	switch (change.type) {
		case 'created':
		case 'updated':
			items.set(change.id, changeMark(change.changeKey));
			break;
		case 'deleted':
			items.delete(change.id);
			break;
		case 'readState':
			break;
	}
}

/** False: the first listing begins again. */
async function compareByTime(pull: AccountPull, folder: WatchedFolder, state: FolderState, items: KnownIds): Promise<boolean> {
	const pending: Record<string, PendingItem> = {};
	const since = state.lookedAt === undefined ? undefined : new Date(state.lookedAt - OVERLAP_MS).toISOString();
	if (!state.caughtUp && since === undefined) {
		// It was lost before the first listing was through: that one begins again.
		delete state.syncState;
		return false;
	}
	const changed = await pull.mailbox.list(folder.kind, folder.id, since === undefined ? {} : { modifiedAfter: since }, LONGEST_LISTING);
	// Who is told of new mails alone must not miss those that came in meanwhile.
	const arrived = new Set(since === undefined ? [] : (await pull.mailbox.list(folder.kind, folder.id, { receivedAfter: since }, LONGEST_LISTING)).map(({ reference }) => reference.id));
	for (const { reference } of changed) {
		if (items.has(reference.id)) pending[reference.id] = { event: arrived.has(reference.id) ? 'created' : 'updated', attempts: 0 };
	}
	state.pending = { ...state.pending, ...pending };
	report(pull, {
		outcome: 'skipped',
		kind: folder.kind,
		message: `The server has lost the sync state of ${folder.path}: ${changed.length} emails changed since the last look are read again; emails deleted in between cannot be told.`,
	});
	return true;
}

/** It was lost while all that was there was only noted: that is done now. */
function takeAsBaseline(state: FolderState, items: KnownIds): true {
	state.knownIds = encodeKnownIds(items);
	state.caughtUp = true;
	return true;
}

/** False: the folder waits, because too much seems to be gone. */
function compareByIds(pull: AccountPull, folder: WatchedFolder, state: FolderState, items: KnownIds): boolean {
	const known = decodeKnownIds(state.knownIds);
	const gone = [...known.keys()].filter((id) => !items.has(id));
	const { maxDeletesPerPoll } = pull.options;
	// The state is lost and nothing is left: that looks like a new mailbox in the place of the old one, which a restore is about to fill.
	const looksEmpty = items.size === 0 && gone.length >= LOOKS_EMPTY_FROM;
	if (maxDeletesPerPoll > 0 && (looksEmpty || gone.length > maxDeletesPerPoll)) {
		if (state.stopped === undefined) (looksEmpty ? reportEmpty : reportFlood)(pull, folder, String(gone.length));
		state.stopped = 'tooManyDeletes';
		return false;
	}
	const pending: Record<string, PendingItem> = { ...state.pending };
	for (const [id, mark] of items) {
		const before = known.get(id);
		if (before === mark) continue;
		pending[id] = { event: before === undefined ? 'created' : 'updated', attempts: 0 };
	}
	for (const id of gone) takeDelete(pull, folder, state, pending, id);
	state.pending = pending;
	state.knownIds = encodeKnownIds(items);
	return true;
}
