import { MailboxFault } from '../fault';
import type { ChangePage } from '../mailbox';
import type { AccountPull } from './account-pull';
import type { AccountState, FolderState, PendingItem, WatchedFolder } from './cursor';
import { takeDelete } from './deletes';
import { drainPending, type Tried } from './drain-pending';
import { isSinceDate } from './first-run';
import { askForPage, FolderPages, TooManyDeletes } from './folder-pages';
import { changeMark, decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import { takeDeleteBack, takeDueDeletes } from './held-deletes';
import { FolderNews, type NewsOfItem } from './listing';
import { idsOfGone, idsToRead, listed } from './pending-items';
import { placeOf, takeFormerDeletes } from './replaced-folder';
import { resync } from './resync';
import { UnclearItems } from './unclear-items';
import { reportFlood } from './waiting-folder';

/**
 * Begins the listing of a folder from now on with its first page. Done with all folders before one of them is gone through, which may take its time: what comes into the
 * others meanwhile is new there, too.
 *
 * @throws MailboxFault; then it begins when it is pulled
 */
export async function beginFolder(pull: AccountPull, folder: WatchedFolder): Promise<void> {
	const state = pull.state.folders[folder.id] ?? { caughtUp: false };
	const news = new FolderNews(pull, folder, state);
	if (!news.isBaseline || state.syncState !== undefined) return;
	const page = await askForPage(pull, folder, news, undefined, pull.room.events);
	await news.begin(page);
	const known: KnownIds | undefined = folder.kind === 'email' ? undefined : new Map();
	takePage(pull, folder, state, known, page, new Map(), news);
	if (known !== undefined) state.knownIds = encodeKnownIds(known);
	news.keep();
	if (page.complete) endListing(state, page.askedAt);
	pull.state.folders[folder.id] = state;
}

/**
 * Pulls one folder as far as there is room. Changes `state` to what has been handed over, never past it.
 *
 * @throws MailboxFault when a request failed as a whole: what was read before it is in the pull's events, and `state` stands right behind it.
 */
export async function pullFolder(pull: AccountPull, folder: WatchedFolder): Promise<void> {
	const state = (pull.state.folders[folder.id] ??= { caughtUp: false });
	state.place = placeOf(folder);
	const before = structuredClone(state);
	const eventsBefore = pull.events.length;
	const deletesBefore = pull.deletes.length;
	const outcomesBefore = pull.outcomes.length;
	const newEchoesBefore = pull.newEchoes.length;
	const { places, restored, exclusions } = pull.state;
	const tried: Tried = new Map();
	try {
		if (state.relisting !== undefined || !(await drainUnlessLost(pull, folder, state, tried))) await resync(pull, folder, state, tried);
		takeDueDeletes(pull, folder, state);
		// It waits for the operator, and nothing for it.
		if (state.stopped !== undefined) pull.undrained.delete(folder.id);
	} catch (error) {
		if (!(error instanceof TooManyDeletes)) takeDueDeletes(pull, folder, state);
		const flood = floodFrom(error);
		const returned = pull.events.length - eventsBefore;
		pull.events.length = eventsBefore;
		pull.deletes.length = deletesBefore;
		pull.outcomes.length = outcomesBefore;
		pull.newEchoes.length = newEchoesBefore;
		pull.room.events += returned;
		pull.summary.emitted -= returned;
		if (before.stopped === undefined) reportFlood(pull, folder, flood.message);
		pull.undrained.delete(folder.id);
		pull.state.folders[folder.id] = { ...before, stopped: 'tooManyDeletes' };
		takeMemoryBack(pull.state, { places, restored, exclusions });
	}
}

/** What the account has learned of items is to be told once more; these fields are replaced, never changed in place. */
type LearnedMemory = { [K in 'places' | 'restored' | 'exclusions']: AccountState[K] | undefined };

function takeMemoryBack(state: AccountState, before: LearnedMemory): void {
	delete state.places;
	delete state.restored;
	delete state.exclusions;
	Object.assign(state, Object.fromEntries(Object.entries(before).filter(([, value]) => value !== undefined)));
}

/** False: the server has lost the sync state. */
async function drainUnlessLost(pull: AccountPull, folder: WatchedFolder, state: FolderState, tried: Tried): Promise<boolean> {
	try {
		if (await drain(pull, folder, state, tried)) {
			takeFormerDeletes(pull, folder, state);
			pull.undrained.delete(folder.id);
		}
		if (state.stopped !== undefined) delete state.stopped;
		return true;
	} catch (error) {
		return isNotLost(error, state);
	}
}

/** False: the sync state is lost. @throws whatever else it is */
function isNotLost(error: unknown, state: FolderState): false {
	if (error instanceof MailboxFault && error.reason === 'syncStateLost' && state.syncState !== undefined) return false;
	throw error;
}

function floodFrom(error: unknown): TooManyDeletes {
	if (error instanceof TooManyDeletes) return error;
	throw error;
}

/** True: the folder is drained, nothing waits for room. */
async function drain(pull: AccountPull, folder: WatchedFolder, state: FolderState, tried: Tried): Promise<boolean> {
	const known = folder.kind === 'email' ? undefined : decodeKnownIds(state.knownIds);
	const news = new FolderNews(pull, folder, state);
	const pages = new FolderPages(pull, folder, state, news);
	const left = new Set<string>();
	const unclear = new UnclearItems(pull, folder, state);
	const goneBefore = idsOfGone(state);
	let knownChanged = false;
	try {
		for (let completeAt: number | undefined; ; ) {
			if (completeAt === undefined) pages.askAhead();
			await drainPending(pull, folder, state, { tried, left, unclear });
			if (hasPending(state, left, unclear)) break;
			if (completeAt !== undefined) {
				endListing(state, completeAt);
				// The server has told all that there is to tell of them.
				for (const id of goneBefore) if (state.pending?.[id]?.gone === true) delete state.pending[id];
				await unclear.settle();
				return true;
			}
			const page = await pages.next();
			if (page === undefined) break;
			await news.begin(page);
			knownChanged ||= page.changes.length > 0;
			takePage(pull, folder, state, known, page, tried, news);
			if (page.complete) completeAt = page.askedAt;
		}
		pull.summary.moreToCome = true;
		await unclear.settle();
		return false;
	} finally {
		if (known !== undefined && knownChanged) state.knownIds = encodeKnownIds(known);
		news.keep();
		await pages.settled();
	}
}

/** All that had changed when the last page was asked for has come. */
function endListing(state: FolderState, at: number): void {
	// What waits all the same is to be judged by the look before, whenever it can be read.
	for (const pending of Object.values(state.pending ?? {})) pending.lookedAt ??= state.lookedAt ?? 0;
	state.caughtUp = true;
	state.lookedAt = at;
	delete state.listing;
	delete state.listedAnew;
}

/** Whether a change is in what was just read: an item that had waited and was changed meanwhile, or whose folder is listed anew. */
function isRead(state: FolderState, tried: Tried, change: NewsOfItem): boolean {
	return change.type !== 'readState' && state.pending?.[change.id] === undefined && tried.get(change.id)?.changeKey === change.changeKey;
}

/** Items that wait for room. Those that were tried and failed wait for the next poll and do not hold up the folder, nor do those that are left to a push. */
function hasPending(state: FolderState, left: ReadonlySet<string>, unclear: UnclearItems): boolean {
	return idsToRead(state).some((id) => state.pending?.[id]?.attempts === 0 && !left.has(id) && !unclear.has(id));
}

function takePage(pull: AccountPull, folder: WatchedFolder, state: FolderState, known: KnownIds | undefined, page: ChangePage, tried: Tried, news: FolderNews): void {
	const first = isSinceDate(pull.options, state);
	const pending: Record<string, PendingItem> = { ...state.pending };
	for (const change of page.changes) {
		if (change.type === 'deleted') {
			takeDelete(pull, folder, state, pending, change.id);
			known?.delete(change.id);
			continue;
		}
		takeDeleteBack(state, change.id);
		if (change.type !== 'readState') known?.set(change.id, changeMark(change.changeKey));
		const event = news.eventOf(change);
		if (event !== undefined && !isRead(state, tried, change)) pending[change.id] = listed(state, pending[change.id], event, first);
	}
	state.pending = pending;
	state.syncState = page.syncState;
}
