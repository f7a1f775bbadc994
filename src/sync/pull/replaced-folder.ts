import { type AccountPull, report } from './account-pull';
import type { AccountState, FolderPlace, FolderState, WatchedFolder } from './cursor';
import { takeDelete } from './deletes';
import { isBaselineOnly } from './first-run';
import { decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import { OVERLAP_MS } from './listing';
import { isUntold } from './pending-items';
import { asksFirst, reportReplaced } from './waiting-folder';

/** A folder that was watched at a place where another one lies now. */
interface FormerFolder {
	id: string;
	state: FolderState;
}

/** Where a folder lies, without what it is. */
export function placeOf({ path, kind, role }: FolderPlace): FolderPlace {
	return { path, kind, ...(role !== undefined && { role }) };
}

/** Whether two folders lie, one after the other, at the same place: they have the same role, or the same path. */
function isSamePlace(one: FolderPlace | undefined, other: FolderPlace): boolean {
	if (one === undefined || one.kind !== other.kind) return false;
	return (one.role !== undefined && one.role === other.role) || one.path.toLowerCase() === other.path.toLowerCase();
}

/** The folder that lay where this one is found for the first time: its mailbox was replaced by a new one, or a user created a folder anew under its name. */
export function formerFolder({ folders }: AccountState, folder: WatchedFolder, watched: readonly WatchedFolder[]): FormerFolder | undefined {
	if (folders[folder.id] !== undefined) return undefined;
	const [last] = Object.entries(folders)
		.filter(([id, { place }]) => isSamePlace(place, folder) && !watched.some((one) => one.id === id))
		.toSorted(([, one], [, other]) => (other.lookedAt ?? 0) - (one.lookedAt ?? 0));
	return last === undefined ? undefined : { id: last[0], state: last[1] };
}

/**
 * Lets a folder take the place of the one that lay there before, where there was one.
 *
 * Calendars and tasks: all that was known is gone, and what lies there now is new, as after a flood of deletes; with as much as makes an empty folder unlikely,
 * the operator is asked first. Mail folders have no known ids, so that nothing is deleted: the new folder is read.
 *
 * @returns false: it waits for the operator's word
 */
export function takePlace(pull: AccountPull, folder: WatchedFolder, watched: readonly WatchedFolder[]): boolean {
	const former = formerFolder(pull.state, folder, watched);
	if (former === undefined) return true;
	return folder.kind === 'email' ? takePlaceOfMails(pull, folder, former) : takePlaceOfItems(pull, folder, former);
}

function takePlaceOfItems(pull: AccountPull, folder: WatchedFolder, { id, state: former }: FormerFolder): boolean {
	const told = toldIds(pull, former);
	if (asksFirst(pull, told.size)) {
		if (former.stopped !== 'replaced') reportReplaced(pull, folder, String(told.size));
		former.stopped = 'replaced';
		return false;
	}
	const { caughtUp, lookedAt, series, deletesAgain } = former;
	pull.state.folders[folder.id] = {
		caughtUp,
		...(lookedAt !== undefined && { lookedAt }),
		...(series !== undefined && { series }),
		...(deletesAgain !== undefined && { deletesAgain }),
		...(told.size > 0 && { formerIds: encodeKnownIds(told) }),
	};
	delete pull.state.folders[id];
	return true;
}

/** What the other system may have heard of. */
export function toldIds(pull: AccountPull, state: FolderState): KnownIds {
	const { knownIds, pending, rivals, caughtUp } = state;
	if (!caughtUp && isBaselineOnly(pull.options, state)) return new Map();
	const known = decodeKnownIds(knownIds);
	for (const [id, item] of Object.entries(pending ?? {})) if (isUntold(item)) known.delete(id);
	for (const id of Object.keys(rivals ?? {})) known.delete(id);
	return known;
}

/** Reports the items of the former folder as deleted: after all of this one was handed over, so that one that lies in both shows as moved. */
export function takeFormerDeletes(pull: AccountPull, folder: WatchedFolder, state: FolderState): void {
	for (const id of decodeKnownIds(state.formerIds).keys()) takeDelete(pull, folder, state, {}, id);
	delete state.formerIds;
}

/** The former state stays, as its database may come back: then that folder goes on where it was. */
function takePlaceOfMails(pull: AccountPull, folder: WatchedFolder, { id, state: former }: FormerFolder): true {
	const { firstRun } = pull.options;
	const { deletesAgain, lookedAt } = former;
	delete former.deletesAgain;
	// "From now on" was said of a time that is long past: what came in since the last look is still new.
	const since = firstRun.from === 'now' && former.caughtUp && lookedAt !== undefined ? { from: 'date' as const, date: new Date(lookedAt - OVERLAP_MS).toISOString() } : undefined;
	pull.state.folders[folder.id] = { caughtUp: false, replaces: id, ...(since !== undefined && { firstRun: since }), ...(deletesAgain !== undefined && { deletesAgain }) };
	const from = { beginning: 'from the beginning', date: 'from the date of the first run', now: since === undefined ? 'from now on' : 'for emails that came in since the last look' }[firstRun.from];
	report(pull, {
		outcome: 'skipped',
		kind: folder.kind,
		message: `${folder.path} is another folder than before, as in a new mailbox: it is read ${from}; emails that only the old one has are not reported as deleted.`,
	});
	return true;
}
