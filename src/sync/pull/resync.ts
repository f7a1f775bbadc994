import { faultFrom } from '../fault';
import type { FolderChange } from '../mailbox';
import { type AccountPull, hasRoom, report } from './account-pull';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import { takeDelete } from './deletes';
import { isSinceDate } from './first-run';
import { LARGEST_PAGE } from './folder-pages';
import { changeMark, decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import { takeDeleteBack } from './held-deletes';
import { FolderNews, OVERLAP_MS } from './listing';
import type { Tried } from './drain-pending';
import { toBeRead } from './pending-items';
import { LOOKS_EMPTY_FROM, reportEmpty, reportFlood } from './waiting-folder';

/**
 * Finds out what changed although the server has forgotten the sync state (`ErrorInvalidSyncStateData`, a mailbox that was moved or restored
 * from a backup): goes through the folder anew, ids only, in as many polls as it takes.
 *
 * Calendars and tasks are compared with the ids that are remembered: creates, updates and deletes come out exactly. Of mail folders no ids are
 * kept: what was changed since the last look is read, and deletes of the time between are not seen.
 *
 * @param tried what this poll has read before it was found
 */
export async function resync(pull: AccountPull, folder: WatchedFolder, state: FolderState, tried: Tried): Promise<void> {
	pull.summary.moreToCome = true;
	if (folder.kind === 'email') {
		await beginAgain(pull, folder, state, tried);
		return;
	}
	const items = await listAnew(pull, folder, state);
	if (items === undefined || !compareByIds(pull, folder, state, items.items)) return;
	state.syncState = items.syncState;
	delete state.stopped;
}

/** The next poll begins with the first page. A first listing is nothing but that; later only what has changed since the last look is news. */
async function beginAgain(pull: AccountPull, folder: WatchedFolder, state: FolderState, tried: Tried): Promise<void> {
	// A server that calls every state void, or is out of order, has lost nothing.
	await pull.mailbox.changes(folder.id, undefined, 1);
	delete state.syncState;
	state.listedAnew = true;
	if (!state.caughtUp) return;
	const seen = decodeKnownIds(state.listing?.seen);
	for (const [id, { changeKey }] of tried) if (changeKey !== undefined && state.pending?.[id] === undefined) seen.set(id, changeMark(changeKey));
	const since = state.listing?.since ?? (state.lookedAt === undefined ? 0 : state.lookedAt - OVERLAP_MS);
	state.listing = { since, seen: encodeKnownIds(seen) };
	report(pull, {
		outcome: 'skipped',
		kind: folder.kind,
		message: `The server has lost the sync state of ${folder.path}: emails changed since the last look are read again; emails deleted in between cannot be told.`,
	});
}

/** Undefined: it is not at its end, the next poll goes on. */
async function listAnew(pull: AccountPull, folder: WatchedFolder, state: FolderState): Promise<{ items: KnownIds; syncState: string } | undefined> {
	const before = state.relisting;
	const items = decodeKnownIds(before?.items);
	const baseline = BaselineNews.of(pull, folder, state);
	delete state.relisting;
	for (let syncState = before?.syncState; ; ) {
		try {
			const page = await pull.mailbox.changes(folder.id, syncState, LARGEST_PAGE, baseline === undefined ? undefined : folder.kind);
			syncState = page.syncState;
			for (const change of page.changes) {
				baseline?.take(change);
				note(items, change);
			}
			baseline?.keep();
			if (page.complete) return { items, syncState };
		} catch (error) {
			// It was lost once more, in the middle: the next poll begins again.
			const fault = faultFrom(error);
			if (fault.reason === 'syncStateLost' && syncState !== undefined) return undefined;
			if (syncState !== undefined) state.relisting = { syncState, items: encodeKnownIds(items) };
			throw fault;
		}
		if (!hasRoom(pull)) {
			state.relisting = { syncState, items: encodeKnownIds(items) };
			return undefined;
		}
	}
}

/** It was lost while all that was there was only noted: what of it came since is told by its times, page by page. */
class BaselineNews {
	readonly #state: FolderState;
	readonly #news: FolderNews;
	readonly #known: KnownIds;

	private constructor(state: FolderState, news: FolderNews) {
		this.#state = state;
		this.#news = news;
		this.#known = decodeKnownIds(state.knownIds);
	}

	/** Undefined: the folder is read, all that is unknown in it is news. */
	static of(pull: AccountPull, folder: WatchedFolder, state: FolderState): BaselineNews | undefined {
		const news = new FolderNews(pull, folder, state);
		return news.isBaseline ? new BaselineNews(state, news) : undefined;
	}

	take(change: FolderChange): void {
		if (change.type === 'deleted' || change.type === 'readState') return;
		const mark = changeMark(change.changeKey);
		const before = this.#known.get(change.id);
		if (before === mark) return;
		this.#known.set(change.id, mark);
		const event = before === undefined ? this.#news.eventOf(change) : 'updated';
		if (event !== undefined) (this.#state.pending ??= {})[change.id] = toBeRead(this.#state.pending?.[change.id], event);
	}

	/** Brings what was taken into the folder's state. */
	keep(): void {
		this.#state.knownIds = encodeKnownIds(this.#known);
		this.#news.keep();
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
	const first = isSinceDate(pull.options, state);
	const pending: Record<string, PendingItem> = { ...state.pending };
	for (const [id, mark] of items) {
		takeDeleteBack(state, id);
		const before = known.get(id);
		if (before !== mark) pending[id] = toBeRead(pending[id], before === undefined ? 'created' : 'updated', first);
	}
	for (const id of gone) takeDelete(pull, folder, state, pending, id);
	state.pending = pending;
	state.knownIds = encodeKnownIds(items);
	return true;
}
