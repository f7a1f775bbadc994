import type { AccountPull } from './account-pull';
import type { FolderState, WatchedFolder } from './cursor';
import type { FirstRun, PullOptions } from './pull-types';

/** Longest listing of a first run from a date. */
const LONGEST_LISTING = 1_000_000;

/** Where the first listing of a folder begins. */
export function firstRunOf(options: PullOptions, state?: FolderState): FirstRun {
	return state?.firstRun ?? options.firstRun;
}

/** "From now on": the first listing is read for its state alone, no item of it. */
export function isBaselineOnly(options: PullOptions, state?: FolderState): boolean {
	return firstRunOf(options, state).from === 'now';
}

/**
 * Which items of a first listing are read at all. Since a date, a mail folder is asked for the ids of the mails from that date on, so that the
 * history before it costs its ids only; calendars and tasks are read and decided by their content.
 */
export async function firstRunFilter(pull: AccountPull, folder: WatchedFolder, state: FolderState): Promise<(id: string) => boolean> {
	const firstRun = firstRunOf(pull.options, state);
	if (state.caughtUp || firstRun.from !== 'date' || folder.kind !== 'email') return () => true;
	const listed = await pull.mailbox.list(folder.kind, folder.id, { receivedAfter: firstRun.date }, LONGEST_LISTING);
	const ids = new Set(listed.map((item) => item.reference.id));
	return (id) => ids.has(id);
}
