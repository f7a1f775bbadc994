import { type AccountPull, report } from './account-pull';
import type { WatchedFolder } from './cursor';

/** A folder of so many items that is found empty, or in whose place another one lies, is not believed to be meant. */
export const LOOKS_EMPTY_FROM = 10;

const ELSE_RESTORE = 'else restore the items and name the folder under "Read Folders Again".';

/** Whether the operator is asked before all that was in a folder counts as deleted. */
export function asksFirst({ options: { maxDeletesPerPoll } }: AccountPull, deletes: number): boolean {
	return maxDeletesPerPoll > 0 && (deletes >= LOOKS_EMPTY_FROM || deletes > maxDeletesPerPoll);
}

/** Tells once that a folder waits because of a flood of deletes. */
export function reportFlood(pull: AccountPull, folder: WatchedFolder, deletes: string): void {
	const { maxDeletesPerPoll } = pull.options;
	reportWaiting(pull, folder, `${deletes} or more items were deleted at once, more than the ${maxDeletesPerPoll} allowed per poll. If that is meant, raise "Max Deletes per Poll"; ${ELSE_RESTORE}`);
}

/** Tells once that a folder waits because it looks empty after its sync state was lost. */
export function reportEmpty(pull: AccountPull, folder: WatchedFolder, deletes: string): void {
	reportWaiting(pull, folder, `the server has lost its sync state, and it looks empty: ${deletes} items would be deleted. If that is meant, set "Max Deletes per Poll" to 0 (no limit) for a poll; ${ELSE_RESTORE}`);
}

/** Tells once that a folder waits because it lies in the place of another one. */
export function reportReplaced(pull: AccountPull, folder: WatchedFolder, deletes: string): void {
	reportWaiting(
		pull,
		folder,
		`it is another folder than before, as in a new mailbox or where one was created anew under its name, and the ${deletes} items of the old one would be deleted. If that is meant, set "Max Deletes per Poll" to 0 (no limit) for a poll: everything in the new one comes, then the deletes of the old one. To begin anew without deletes, name it under "Read Folders Again". When the old one is back, it goes on by itself.`,
	);
}

/** Tells once that a subfolder waits because it is gone. @param place where it lies now, if anywhere */
export function reportGone(pull: AccountPull, folder: WatchedFolder, place: string | undefined, deletes: string): void {
	const gone = place === undefined ? 'it was deleted' : `it lies in ${place} now`;
	reportWaiting(pull, folder, `${gone}, and the ${deletes} items that it had would be deleted. If that is meant, set "Max Deletes per Poll" to 0 (no limit) for a poll. When it is back in its place, it goes on by itself.`);
}

function reportWaiting(pull: AccountPull, { path, kind }: WatchedFolder, why: string): void {
	report(pull, { outcome: 'failed', kind, code: 'TooManyDeletes', message: `${path} waits: ${why}` });
}
