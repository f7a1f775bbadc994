import { type AccountPull, type AccountPullBase } from './account-pull';
import type { FolderState, WatchedFolder } from './cursor';
import { deleteEvent } from './deletes';

/** Deletes are held back no longer than this: there may be a folder that does not come to rest for hours. */
const LONGEST_HELD_MS = 10 * 60_000;

/**
 * Keeps the deletes of this poll in the cursor while something of their kind is still to come from the account: what was moved shows as created only then, and told as
 * deleted before it would be gone from the other system, with all that it knows beyond the record. Not for ever, as a delete that comes late says the other system what is not there.
 */
export function holdDeletesBack({ state, deletes, options, undrained }: AccountPullBase): void {
	const kinds = new Set(undrained.values());
	const isHeld = ({ envelope }: (typeof deletes)[number]): boolean => kinds.has(envelope.kind) && state.folders[envelope.folderId] !== undefined;
	const held = deletes.filter(isHeld);
	const now = options.now();
	const since = state.deletesHeldSince === undefined || state.deletesHeldSince > now ? now : state.deletesHeldSince;
	if (held.length === 0 || now - since >= LONGEST_HELD_MS) {
		delete state.deletesHeldSince;
		return;
	}
	state.deletesHeldSince = since;
	for (const { envelope } of held) {
		const folder = state.folders[envelope.folderId];
		if (folder !== undefined) (folder.deletesAgain ??= {})[envelope.exchangeId] = envelope.permanent === true;
	}
	deletes.splice(0, deletes.length, ...deletes.filter((event) => !isHeld(event)));
}

/** Deletes that were held back, or were lost, are due with those of this poll. */
export function takeDueDeletes(pull: AccountPull, folder: WatchedFolder, state: FolderState): void {
	for (const [id, permanent] of Object.entries(state.deletesAgain ?? {})) pull.deletes.push(deleteEvent(pull, folder, id, permanent));
	delete state.deletesAgain;
}

/** An item is there again under its id, as from a backup: its delete is due no more. */
export function takeDeleteBack(state: FolderState, id: string): void {
	if (state.deletesAgain?.[id] === undefined) return;
	delete state.deletesAgain[id];
	if (Object.keys(state.deletesAgain).length === 0) delete state.deletesAgain;
}
