import type { FolderChange } from '../mailbox';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import type { FirstRun, PullOptions } from './pull-types';

/** Where the first listing of a folder begins. */
export function firstRunOf(options: PullOptions, state?: FolderState): FirstRun {
	return state?.firstRun ?? options.firstRun;
}

/** "From now on": the first listing is read for its state alone, no item of it. */
export function isBaselineOnly(options: PullOptions, state?: FolderState): boolean {
	return firstRunOf(options, state).from === 'now';
}

/** Whether the listing of a folder since a date is under way: what it brings is judged by its date. */
export function isSinceDate(options: PullOptions, state: FolderState): boolean {
	return !state.caughtUp && firstRunOf(options, state).from === 'date';
}

/**
 * Whether a change of a first listing since a date is worth reading: the page says when a mail was received, so that the history before costs no more than
 * its pages; calendars and tasks are read and judged by their content, and so is a mail of which the page does not say it.
 */
export function isOfFirstRun(options: PullOptions, folder: WatchedFolder, state: FolderState, change: FolderChange): boolean {
	const firstRun = firstRunOf(options, state);
	if (state.caughtUp || firstRun.from !== 'date' || folder.kind !== 'email') return true;
	return change.type === 'deleted' || change.type === 'readState' || change.arrivedAt === undefined || Date.parse(change.arrivedAt) >= Date.parse(firstRun.date);
}

/** Whether an item is judged by the date of a first run: it came with the first listing, and may have waited to be read since that came to its end. */
export function isJudgedByDate(options: PullOptions, state: FolderState, pending: PendingItem): boolean {
	return isSinceDate(options, state) || (pending.first === true && firstRunOf(options, state).from === 'date');
}
