import type { Folder } from '../mailbox';
import { type AccountPull, hasRoom, report } from './account-pull';
import type { AccountState, FolderState, WatchedFolder } from './cursor';
import { takeDelete } from './deletes';
import { takeDueDeletes } from './held-deletes';
import { toldIds } from './replaced-folder';
import { asksFirst, reportGone } from './waiting-folder';

/**
 * So many of an account are remembered, as they may come back: from Deleted Items, or with their database. Those of mails go first, and of these and the others those that
 * have been gone for longest.
 */
const REMEMBERED_GONE = 100;

/** A subfolder that was watched and is not found any more. */
interface GoneFolder {
	folder: WatchedFolder;
	state: FolderState;
	/** Since when, milliseconds since 1970. */
	since: number;
}

/**
 * Notes which subfolders of watched folders do not lie there any more: somebody has deleted or moved them. What a configuration names is never one of them, see `watchedFolders`.
 *
 * Of mails no ids are kept, so that nothing can be deleted; that they are gone is said once. Calendars and task folders of a few items are reported as deleted item by item
 * ({@link takeGoneFolders}); with as much as in a folder that another one has replaced, the operator is asked first, once.
 *
 * @param unwatched ids of folders that are remembered and were not found
 * @param all folders of the mailbox, to say where they lie now
 */
export function noteGoneFolders(pull: AccountPull, unwatched: readonly string[], all: readonly Folder[]): void {
	const { state, options } = pull;
	const news = unwatched.filter((id) => state.folders[id]?.gone === undefined);
	for (const id of news) {
		const folder = state.folders[id];
		// A cursor of old does not say what it was.
		if (folder?.place === undefined) delete state.folders[id];
		else folder.gone = options.now();
	}
	const waiting = untoldOf(pull);
	const asks = asksFirst(pull, waiting.reduce((sum, { ids }) => sum + ids.length, 0));
	for (const { folder } of goneFolders(state)) {
		if (!news.includes(folder.id)) continue;
		const place = all.find(({ id }) => id === folder.id)?.path;
		const ids = waiting.find((one) => one.folder.id === folder.id)?.ids ?? [];
		if (folder.kind === 'email') reportGoneMails(pull, folder, place);
		else if (asks && ids.length > 0) reportGone(pull, folder, place, String(ids.length));
	}
	forgetOldest(pull);
}

/** Folders that are back go on where they were. */
export function noteBack(state: AccountState, watched: readonly WatchedFolder[]): void {
	for (const { id } of watched) delete state.folders[id]?.gone;
}

/**
 * Reports the items of calendars and task folders that are gone as deleted, where that needs no word of the operator or has it. Only when everything else has been read:
 * what somebody moved out of them before is to show as moved.
 */
export function takeGoneFolders(pull: AccountPull): void {
	if (!hasRoom(pull)) return;
	for (const { folder, state } of goneFolders(pull.state)) takeDueDeletes(pull, folder, state);
	const waiting = untoldOf(pull);
	if (asksFirst(pull, waiting.reduce((sum, { ids }) => sum + ids.length, 0))) return;
	for (const { folder, state, since, ids } of waiting) {
		for (const id of ids) takeDelete(pull, folder, state, {}, id);
		const { place, caughtUp, lookedAt } = state;
		// Should it come back, all that is in it is new to the other system, whatever the first run says. Until then it is where lost deletes would be due again.
		pull.state.folders[folder.id] = { caughtUp, gone: since, ...(place !== undefined && { place }), ...(lookedAt !== undefined && { lookedAt }) };
	}
}

function goneFolders({ folders }: AccountState): GoneFolder[] {
	return Object.entries(folders).flatMap(([id, state]) => {
		const { gone, place } = state;
		return gone === undefined || place === undefined ? [] : [{ folder: { id, ...place }, state, since: gone }];
	});
}

/** Items of which the other system has not been told yet that they are gone. */
function untoldOf(pull: AccountPull): Array<GoneFolder & { ids: string[] }> {
	return goneFolders(pull.state)
		.filter(({ folder }) => folder.kind !== 'email')
		.map((gone) => ({ ...gone, ids: [...toldIds(pull, gone.state).keys()] }))
		.filter(({ ids }) => ids.length > 0);
}

function reportGoneMails(pull: AccountPull, { path, kind }: WatchedFolder, place: string | undefined): void {
	report(pull, {
		outcome: 'skipped',
		kind,
		message: `${path} is gone: ${place === undefined ? 'it was deleted' : `it lies in ${place} now`}. The emails in it are not reported as deleted, as their ids are not kept. Should it come back, it goes on where it was.`,
	});
}

function forgetOldest(pull: AccountPull): void {
	const untold = new Set(untoldOf(pull).map(({ folder }) => folder.id));
	const oldestFirst = goneFolders(pull.state).toSorted((one, other) => Number(untold.has(one.folder.id)) - Number(untold.has(other.folder.id)) || one.since - other.since);
	for (const { folder } of oldestFirst.slice(0, Math.max(0, oldestFirst.length - REMEMBERED_GONE))) delete pull.state.folders[folder.id];
}
