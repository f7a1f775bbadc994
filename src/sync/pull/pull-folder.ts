import type { RecordKind } from '../../records/common-fields';
import { MailboxFault } from '../fault';
import type { ChangePage } from '../mailbox';
import { type AccountPull, hasRoom } from './account-pull';
import type { AccountState, FolderState, PendingItem, WatchedFolder } from './cursor';
import { isUntold, takeDelete } from './deletes';
import { isSinceDate } from './first-run';
import { changeMark, decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import { takeDeleteBack, takeDueDeletes } from './held-deletes';
import { FolderNews, type NewsOfItem } from './listing';
import { beginReading, handOver, type Judged, judgeReading, type Reading } from './read-pending';
import { placeOf, takeFormerDeletes } from './replaced-folder';
import { resync } from './resync';
import { firstStep } from './small-steps';
import { UnclearItems } from './unclear-items';
import { toBeRead } from './stronger-event';
import { reportFlood } from './waiting-folder';

/** Largest page that Exchange gives (`MaxChangesReturned`, messages.xsd). */
export const LARGEST_PAGE = 512;
/** So many items are read at once, mails with their long bodies fewer: what is under way stands in memory. The mailbox splits them into requests of its own. */
const READ_AT_ONCE: Readonly<Record<RecordKind, number>> = { email: 50, appointment: 100, task: 100 };
/** So many at first, then twice as many each time: the sooner some of them come, the sooner there is something to do. */
const READ_FIRST = 10;
/** So many reads are under way at the same time: with fewer, server and client wait for each other in turn. */
const READINGS = 4;
/** So many at first, then one more with each that has come: what many ask for at once comes at once, while nothing is there to do. */
const READINGS_AT_FIRST = 2;
/** So many, read and judged, may wait for their attachments while those behind them are judged. */
const JUDGED_AHEAD = 3;

/** A flood of deletes that nobody confirmed: the folder keeps the state it had before. */
class TooManyDeletes extends Error {}

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
	const asked = askForPage(pull, folder, news, undefined);
	const page = await asked.page;
	await news.begin(page);
	const known: KnownIds | undefined = folder.kind === 'email' ? undefined : new Map();
	takePage(pull, folder, state, known, page, new Map(), news);
	if (known !== undefined) state.knownIds = encodeKnownIds(known);
	news.keep();
	if (page.complete) endListing(state, asked.askedAt);
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

/** A page of changes, and when it was asked for. */
interface AskedPage {
	askedAt: number;
	page: Promise<ChangePage>;
}

/** True: the folder is drained, nothing waits for room. */
async function drain(pull: AccountPull, folder: WatchedFolder, state: FolderState, tried: Tried): Promise<boolean> {
	const known = folder.kind === 'email' ? undefined : decodeKnownIds(state.knownIds);
	const news = new FolderNews(pull, folder, state);
	const left = new Set<string>();
	const unclear = new UnclearItems(pull, folder, state);
	let deletes = 0;
	let knownChanged = false;
	let nextPage: AskedPage | undefined;
	try {
		for (let completeAt: number | undefined; ; ) {
			await drainPending(pull, folder, state, tried, left, unclear);
			if (hasPending(state, left, unclear)) break;
			if (completeAt !== undefined) {
				endListing(state, completeAt);
				await unclear.settle();
				return true;
			}
			if (!hasRoom(pull)) break;
			const asked: AskedPage = nextPage ?? askForPage(pull, folder, news, state.syncState);
			const page = await asked.page;
			nextPage = undefined;
			await news.begin(page);
			deletes += page.changes.filter((change) => change.type === 'deleted').length;
			assertNoFlood(pull, deletes);
			knownChanged ||= page.changes.length > 0;
			takePage(pull, folder, state, known, page, tried, news);
			if (page.complete) completeAt = asked.askedAt;
			// The next page's ids are on their way while this page's items are read; should it not be taken, the state has not moved.
			else if (pull.room.events > Object.keys(state.pending ?? {}).length) {
				nextPage = askForPage(pull, folder, news, page.syncState);
				nextPage.page.catch(() => undefined);
			}
		}
		pull.summary.moreToCome = true;
		await unclear.settle();
		return false;
	} finally {
		if (known !== undefined && knownChanged) state.knownIds = encodeKnownIds(known);
		news.keep();
		await nextPage?.page.catch(() => undefined);
	}
}

function askForPage({ mailbox, options, room }: AccountPull, folder: WatchedFolder, news: FolderNews, syncState: string | undefined): AskedPage {
	const size = news.isMostlyOld ? LARGEST_PAGE : Math.max(1, Math.min(LARGEST_PAGE, room.events));
	return { askedAt: options.now(), page: mailbox.changes(folder.id, syncState, size, news.described) };
}

/** All that had changed when the last page was asked for has come. */
function endListing(state: FolderState, at: number): void {
	// What waits all the same is to be judged by the look before, whenever it can be read.
	for (const pending of Object.values(state.pending ?? {})) pending.lookedAt ??= state.lookedAt ?? 0;
	state.caughtUp = true;
	state.lookedAt = at;
	delete state.listing;
}

/** Reads what is pending, each item once: what fails now is tried again at the next poll. */
async function drainPending(pull: AccountPull, folder: WatchedFolder, state: FolderState, tried: Tried, left: Set<string>, unclear: UnclearItems): Promise<void> {
	const ids = Object.keys(state.pending ?? {}).filter((id) => !tried.has(id));
	const readings: Reading[] = [];
	const judged: Judged[] = [];
	let taken = 0;
	const readFirst = firstStep(pull.state, READ_FIRST);
	let readingsAtOnce = firstStep(pull.state, READINGS_AT_FIRST);
	const readAhead = (): void => {
		while (readings.length < readingsAtOnce && taken < ids.length && hasRoom(pull)) {
			// Events that items may become which are on their way already.
			const reserved = sum(readings.map((reading) => reading.ids.length)) + sum(judged.map(({ items }) => items.length));
			const fitting = Math.max(0, Math.min(ids.length - taken, pull.room.events - reserved));
			// Half of what is left at most: behind the last ones there is nothing to do while their attachments come.
			const batch = ids.slice(taken, taken + Math.min(fitting, readFirst + taken, READ_AT_ONCE[folder.kind], Math.max(readFirst, Math.ceil(fitting / 2))));
			if (batch.length === 0) return;
			taken += batch.length;
			readings.push(beginReading(pull, folder, batch));
		}
	};
	const handOverFirst = async (): Promise<void> => {
		const [first] = judged;
		if (first !== undefined) await handOver(pull, folder, state, first);
		judged.shift();
	};
	try {
		for (readAhead(); readings.length > 0 || judged.length > 0; readAhead()) {
			const [reading] = readings;
			if (reading === undefined || judged.length === JUDGED_AHEAD) {
				await handOverFirst();
				continue;
			}
			for (const id of reading.ids) tried.set(id, {});
			const wereFirst = new Set(reading.ids.filter((id) => state.caughtUp && state.pending?.[id]?.first === true));
			const untold = reading.ids.filter((id) => isUntold(state.pending?.[id]));
			await Promise.allSettled([reading.results]);
			readingsAtOnce = Math.min(READINGS, readingsAtOnce + 1);
			readAhead();
			const [judging] = await Promise.allSettled([judgeReading(pull, folder, state, reading)]);
			readings.shift();
			if (judging.status === 'fulfilled') {
				judged.push(judging.value);
				for (const id of judging.value.left) left.add(id);
				// Left out for its date, it is news all the same when it was changed since.
				for (const { id, changeKey } of judging.value.read) if (!wereFirst.has(id)) tried.set(id, { changeKey });
				for (const id of untold) if (state.pending?.[id] === undefined && tried.get(id)?.changeKey === undefined) tried.set(id, { vanished: true });
				continue;
			}
			// What was read before is handed over, whatever became of this.
			while (judged.length > 0) await handOverFirst();
			unclear.take(judging.reason);
		}
	} finally {
		await Promise.allSettled([...judged.map(({ attachments }) => attachments.settled()), ...readings.map(({ results }) => results)]);
	}
	if (Object.keys(state.pending ?? {}).length === 0) delete state.pending;
}

/** The items that one poll has read or tried to read: with the change key that they had; `vanished`: it was gone before anybody was told of it. */
export type Tried = Map<string, { changeKey?: string; vanished?: true }>;

/** Whether a change is in what was just read: an item that had waited and was changed meanwhile, or whose folder is listed anew. */
function isRead(state: FolderState, tried: Tried, change: NewsOfItem): boolean {
	return change.type !== 'readState' && state.pending?.[change.id] === undefined && tried.get(change.id)?.changeKey === change.changeKey;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

/** Items that wait for room. Those that were tried and failed wait for the next poll and do not hold up the folder, nor do those that are left to a push. */
function hasPending(state: FolderState, left: ReadonlySet<string>, unclear: UnclearItems): boolean {
	return Object.entries(state.pending ?? {}).some(([id, item]) => item.attempts === 0 && !left.has(id) && !unclear.has(id));
}

function assertNoFlood(pull: AccountPull, deletes: number): void {
	const { maxDeletesPerPoll } = pull.options;
	if (maxDeletesPerPoll > 0 && deletes > maxDeletesPerPoll) throw new TooManyDeletes(String(deletes));
}

function takePage(pull: AccountPull, folder: WatchedFolder, state: FolderState, known: KnownIds | undefined, page: ChangePage, tried: Tried, news: FolderNews): void {
	const first = isSinceDate(pull.options, state);
	const pending: Record<string, PendingItem> = { ...state.pending };
	for (const change of page.changes) {
		if (change.type === 'deleted') {
			if (tried.get(change.id)?.vanished !== true) takeDelete(pull, folder, state, pending, change.id);
			known?.delete(change.id);
			continue;
		}
		takeDeleteBack(state, change.id);
		if (change.type !== 'readState') known?.set(change.id, changeMark(change.changeKey));
		const event = news.eventOf(change);
		if (event !== undefined && !isRead(state, tried, change)) pending[change.id] = toBeRead(pending[change.id], event, first);
	}
	state.pending = pending;
	state.syncState = page.syncState;
}
