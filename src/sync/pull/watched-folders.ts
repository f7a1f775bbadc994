import type { RecordKind } from '../../records/common-fields';
import { RecordError } from '../../records/record-error';
import { faultFrom } from '../fault';
import type { Folder, Mailbox } from '../mailbox';
import { type AccountPull, report } from './account-pull';
import type { WatchedFolder } from './cursor';
import { noteBack, noteGoneFolders } from './gone-folders';
import { noteNewFolders } from './new-folders';
import type { Watch } from './pull-types';
import { formerFolder } from './replaced-folder';

/** How long a resolution is believed: subfolders come and go. */
const RESOLVED_FOR_MS = 60 * 60_000;
const RESOLVED_WITH_SUBFOLDERS_FOR_MS = 5 * 60_000;

/**
 * The folders that the watches name, from memory where they have not changed, so that an idle poll asks only what changed in them.
 *
 * A folder that is not there is reported and left out; the others go on. A subfolder that is gone is told of, see gone-folders.ts.
 *
 * @throws RecordError when a folder is named that holds something else in this mailbox than it is watched for (rule `contacts-not-supported`).
 */
export async function watchedFolders(pull: AccountPull): Promise<WatchedFolder[]> {
	const { watches, now } = pull.options;
	const signature = JSON.stringify(watches);
	const remembered = pull.state.watched;
	const believedFor = watches.some((watch) => watch.includeSubfolders) ? RESOLVED_WITH_SUBFOLDERS_FOR_MS : RESOLVED_FOR_MS;
	if (remembered?.signature === signature && now() - remembered.at < believedFor && now() >= remembered.at) return remembered.folders;

	const folders = new Map<string, WatchedFolder>();
	let allThere = true;
	for (const watch of watches) {
		const { found, missing } = await foldersOf(pull, watch);
		allThere &&= !missing;
		for (const folder of found) folders.set(folder.id, { id: folder.id, path: folder.path, kind: watch.kind, ...(folder.role !== undefined && { role: folder.role }) });
	}
	const bin = await pull.mailbox.folder({ by: 'role', role: 'deletedItems' });
	pull.state.watched = { signature, at: now(), folders: [...folders.values()], binId: bin.id };
	noteBack(pull.state, pull.state.watched.folders);
	if (remembered?.signature === signature) noteNewFolders(pull.state, remembered.folders, pull.state.watched.folders, await pull.mailbox.folders());
	if (allThere) await leaveUnwatched(pull, pull.state.watched.folders, remembered?.signature === signature);
	return pull.state.watched.folders;
}

/**
 * What is remembered and not found is forgotten where the configuration was changed; where it is the same, somebody has deleted or moved a subfolder.
 *
 * A folder that is missing may come back (from Deleted Items, or with its database): forgotten, all that is in it would be new. So while one of them lies in the
 * place of another, nothing is forgotten or gone: the mailbox may be a new one in which others are missing, too.
 */
async function leaveUnwatched(pull: AccountPull, watched: readonly WatchedFolder[], asBefore: boolean): Promise<void> {
	const { state } = pull;
	if (watched.some((folder) => formerFolder(state, folder, watched) !== undefined)) return;
	const kept = new Set(watched.flatMap(({ id }) => [id, state.folders[id]?.replaces]));
	const unwatched = Object.keys(state.folders).filter((id) => !kept.has(id));
	if (unwatched.length === 0) return;
	if (asBefore) noteGoneFolders(pull, unwatched, await pull.mailbox.folders());
	else for (const id of unwatched) delete state.folders[id];
}

/** Has the folders looked up again at the next poll. */
export function forgetWatchedFolders(pull: AccountPull): void {
	if (pull.state.watched !== undefined) pull.state.watched.at = 0;
}

async function foldersOf(pull: AccountPull, watch: Watch): Promise<{ found: Folder[]; missing: boolean }> {
	const found: Folder[] = [];
	let missing = false;
	for (const reference of watch.folders) {
		try {
			const folder = await pull.mailbox.folder(reference);
			assertHolds(folder, watch.kind);
			found.push(folder);
			if (watch.includeSubfolders) found.push(...(await subfolders(pull.mailbox, folder, watch.kind)));
		} catch (error) {
			const fault = faultFrom(error);
			if (fault.reason !== 'gone') throw fault;
			missing = true;
			report(pull, { outcome: 'failed', kind: watch.kind, message: `A folder to watch is not there: ${fault.message} Choose it again in the trigger.`, ...(fault.code && { code: fault.code }) });
		}
	}
	return { found, missing };
}

async function subfolders(mailbox: Mailbox, top: Folder, kind: RecordKind): Promise<Folder[]> {
	const all = await mailbox.folders(true);
	const below = new Set([top.id]);
	// A listing may name a child before its parent; each pass reaches one level deeper.
	for (let grown = true; grown; ) {
		const children = all.filter((folder) => below.has(folder.parentId) && !below.has(folder.id));
		for (const folder of children) below.add(folder.id);
		grown = children.length > 0;
	}
	return all.filter((folder) => folder.id !== top.id && below.has(folder.id) && folder.holds === kind && folder.role === undefined);
}

function assertHolds(folder: Folder, kind: RecordKind): void {
	if (folder.holds === kind) return;
	if (folder.holds === 'contact') {
		throw new RecordError('folders', folder.path, 'a folder of emails, appointments or tasks: contacts are not synced (rule contacts-not-supported)');
	}
	throw new RecordError('folders', folder.path, `a folder that holds ${kind}s; this one holds ${folder.holds === 'other' ? 'something else' : `${folder.holds}s`}`);
}
