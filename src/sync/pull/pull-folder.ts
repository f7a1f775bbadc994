import type { RecordKind } from '../../records/common-fields';
import { MailboxFault } from '../fault';
import type { ChangePage } from '../mailbox';
import { type AccountPull, countExclusion, hasRoom, originOf } from './account-pull';
import { isLeftOutAsRestored } from './bin';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import { firstRunFilter, isBaselineOnly } from './first-run';
import { changeMark, decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import { beginReading, handOver, type Judged, judgeReading, type Reading } from './read-pending';
import type { PullEvent } from './pull-types';
import { placeOf, takeFormerDeletes } from './replaced-folder';
import { resync } from './resync';
import { forgetRival } from './rivals-seen';
import { shortId } from './short-id';
import { UnclearItems } from './unclear-items';
import { strongerEvent } from './stronger-event';
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
	const placesBefore = pull.state.places;
	try {
		for (const [id, permanent] of Object.entries(state.deletesAgain ?? {})) pull.deletes.push(deleteEvent(pull, folder, id, permanent));
		delete state.deletesAgain;
		if (await drain(pull, folder, state)) takeFormerDeletes(pull, folder, state);
		if (state.stopped !== undefined) delete state.stopped;
		state.lookedAt = pull.options.now();
	} catch (error) {
		if (error instanceof MailboxFault && error.reason === 'syncStateLost') {
			await resync(pull, folder, state);
			return;
		}
		const flood = floodFrom(error);
		const returned = pull.events.length - eventsBefore;
		pull.events.length = eventsBefore;
		pull.deletes.length = deletesBefore;
		pull.outcomes.length = outcomesBefore;
		pull.room.events += returned;
		pull.summary.emitted -= returned;
		if (before.stopped === undefined) reportFlood(pull, folder, flood.message);
		pull.state.folders[folder.id] = { ...before, stopped: 'tooManyDeletes' };
		if (placesBefore !== undefined) pull.state.places = placesBefore;
		else delete pull.state.places;
	}
}

function floodFrom(error: unknown): TooManyDeletes {
	if (error instanceof TooManyDeletes) return error;
	throw error;
}

/** True: the folder is drained, nothing waits for room. */
async function drain(pull: AccountPull, folder: WatchedFolder, state: FolderState): Promise<boolean> {
	const known = folder.kind === 'email' ? undefined : decodeKnownIds(state.knownIds);
	const isWanted = await firstRunFilter(pull, folder, state);
	const tried = new Set<string>();
	const unclear = new UnclearItems(pull, folder, state);
	let deletes = 0;
	let knownChanged = false;
	let nextPage: Promise<ChangePage> | undefined;
	try {
		for (let complete = false; ; ) {
			await drainPending(pull, folder, state, tried, unclear);
			if (hasPending(state, unclear) || !hasRoom(pull)) break;
			if (complete) {
				state.caughtUp = true;
				await unclear.settle();
				return true;
			}
			const page = await (nextPage ?? askForPage(pull, folder, state, state.syncState));
			nextPage = undefined;
			deletes += page.changes.filter((change) => change.type === 'deleted').length;
			assertNoFlood(pull, deletes);
			knownChanged ||= page.changes.length > 0;
			takePage(pull, folder, state, known, page, isWanted);
			complete = page.complete;
			// The next page's ids are on their way while this page's items are read; should it not be taken, the state has not moved.
			if (!complete && pull.room.events > Object.keys(state.pending ?? {}).length) {
				nextPage = askForPage(pull, folder, state, page.syncState);
				nextPage.catch(() => undefined);
			}
		}
		pull.summary.moreToCome = true;
		await unclear.settle();
		return false;
	} finally {
		if (known !== undefined && knownChanged) state.knownIds = encodeKnownIds(known);
		await nextPage?.catch(() => undefined);
	}
}

function askForPage(pull: AccountPull, folder: WatchedFolder, state: FolderState, syncState: string | undefined): Promise<ChangePage> {
	const baseline = !state.caughtUp && isBaselineOnly(pull.options, state);
	const size = baseline ? LARGEST_PAGE : Math.max(1, Math.min(LARGEST_PAGE, pull.room.events));
	return pull.mailbox.changes(folder.id, syncState, size);
}

/** Reads what is pending, each item once: what fails now is tried again at the next poll. */
async function drainPending(pull: AccountPull, folder: WatchedFolder, state: FolderState, tried: Set<string>, unclear: UnclearItems): Promise<void> {
	const ids = Object.keys(state.pending ?? {}).filter((id) => !tried.has(id));
	const readings: Reading[] = [];
	const judged: Judged[] = [];
	let taken = 0;
	let readingsAtOnce = READINGS_AT_FIRST;
	const readAhead = (): void => {
		while (readings.length < readingsAtOnce && taken < ids.length && hasRoom(pull)) {
			// Events that items may become which are on their way already.
			const reserved = sum(readings.map((reading) => reading.ids.length)) + sum(judged.map(({ items }) => items.length));
			const left = Math.max(0, Math.min(ids.length - taken, pull.room.events - reserved));
			// Half of what is left at most: behind the last ones there is nothing to do while their attachments come.
			const batch = ids.slice(taken, taken + Math.min(left, READ_FIRST + taken, READ_AT_ONCE[folder.kind], Math.max(READ_FIRST, Math.ceil(left / 2))));
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
			for (const id of reading.ids) tried.add(id);
			await Promise.allSettled([reading.results]);
			readingsAtOnce = Math.min(READINGS, readingsAtOnce + 1);
			readAhead();
			const [judging] = await Promise.allSettled([judgeReading(pull, folder, state, reading)]);
			readings.shift();
			if (judging.status === 'fulfilled') {
				judged.push(judging.value);
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

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

/** Items that wait for room. Those that were tried and failed wait for the next poll and do not hold up the folder. */
function hasPending(state: FolderState, unclear: UnclearItems): boolean {
	return Object.entries(state.pending ?? {}).some(([id, item]) => item.attempts === 0 && !unclear.has(id));
}

function assertNoFlood(pull: AccountPull, deletes: number): void {
	const { maxDeletesPerPoll } = pull.options;
	if (maxDeletesPerPoll > 0 && deletes > maxDeletesPerPoll) throw new TooManyDeletes(String(deletes));
}

function takePage(pull: AccountPull, folder: WatchedFolder, state: FolderState, known: KnownIds | undefined, page: ChangePage, isWanted: (id: string) => boolean): void {
	const baselineOnly = !state.caughtUp && isBaselineOnly(pull.options, state);
	const pending: Record<string, PendingItem> = { ...state.pending };
	for (const change of page.changes) {
		if (change.type === 'created' || change.type === 'updated') known?.set(change.id, changeMark(change.changeKey));
		if (change.type === 'deleted') {
			takeDelete(pull, folder, state, pending, change.id);
			known?.delete(change.id);
		} else if (!baselineOnly && isWanted(change.id)) {
			pending[change.id] = { attempts: 0, ...pending[change.id], event: strongerEvent(pending[change.id]?.event, change.type) };
		}
	}
	state.pending = pending;
	state.syncState = page.syncState;
	if (page.complete && baselineOnly) state.caughtUp = true;
}

/** A delete of an item that nobody has heard of, or of an excluded series, is none. */
export function takeDelete(pull: AccountPull, folder: WatchedFolder, state: FolderState, pending: Record<string, PendingItem>, id: string): void {
	const short = shortId(id);
	const series = state.series?.[short];
	const unheardOf = forgetRival(state, id) || (pending[id]?.event === 'created' && pending[id]?.again !== true);
	delete pending[id];
	delete state.series?.[short];
	delete state.diverged?.[short];
	if (series?.excluded !== undefined) {
		countExclusion(pull, series.excluded);
		return;
	}
	if (unheardOf || isLeftOutAsRestored(pull, id) || (!state.caughtUp && state.syncState === undefined)) return;
	pull.deletes.push(deleteEvent(pull, folder, id, series !== undefined && series.pattern !== ''));
}

/** Rule `series-deleted-permanently`: `permanent` is for series only. */
function deleteEvent(pull: AccountPull, folder: WatchedFolder, exchangeId: string, permanent: boolean): PullEvent {
	return {
		envelope: {
			event: 'deleted',
			...originOf(pull, folder),
			exchangeId,
			permanent,
		},
		attachments: [],
	};
}
