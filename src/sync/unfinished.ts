import type { FoundItem } from './mailbox';
import type { Stamp } from './stamp';

/** So long push may take for one item, with all waiting, and the clocks of its machine and of the server may differ: what was modified later somebody else has changed. */
export const LONGEST_WRITE_MS = 60 * 60_000;

/** So long a poll leaves an unfinished item to the push that is to write the rest: even where that comes once a night. */
const LONGEST_WAIT_MS = 24 * 60 * 60_000;

/** The stamp while its item is being written in several requests, from now on. */
export function unfinished(stamp: Stamp, now: number): Stamp {
	return { ...stamp, unfinishedSince: Math.floor(now / 1000) };
}

/**
 * Whether an item is what push was about to write, in part or as a whole, and nobody else has changed it, as far as that can be told: the worker ended, or the server
 * was away, so that nobody noted what it holds. Where push itself noted what it had to leave, its content tells (`storedHash`).
 */
export function isLeftUnfinished({ unfinishedSince, storedHash }: Stamp, { lastModifiedAt }: Pick<FoundItem, 'lastModifiedAt'>): boolean {
	if (unfinishedSince === undefined || storedHash !== '' || lastModifiedAt === undefined) return false;
	return Date.parse(lastModifiedAt) - unfinishedSince * 1000 < LONGEST_WRITE_MS;
}

/** Whether the stamp says which pattern push has written, if any: while an item is unfinished and nothing was noted of it, another one may be push's own. */
export function knowsPattern({ unfinishedSince, storedHash }: Stamp): boolean {
	return unfinishedSince === undefined || storedHash !== '';
}

/** Whether a poll leaves the item to the next push. Where that has not come within a day, what stands in Exchange is handed over, as it may be a user's. */
export function waitsForPush(stamp: Stamp, item: Pick<FoundItem, 'lastModifiedAt'>, now: number): boolean {
	// A clock that was set back must not make it wait for years.
	return isLeftUnfinished(stamp, item) && Math.abs(now - (stamp.unfinishedSince ?? 0) * 1000) < LONGEST_WAIT_MS;
}
