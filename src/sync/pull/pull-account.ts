import { RecordError } from '../../records/record-error';
import { faultFrom, isUnexpected, MailboxFault, REFUSED } from '../fault';
import type { Mailbox } from '../mailbox';
import { type AccountPull, type AccountPullBase, hasRoom, report } from './account-pull';
import { pauseAccount, pauseOfAccount, PAUSE_AFTER_FAULT_MS } from './account-pause';
import { beginBin, giveUpLook, lookAfterDeletes, makeUpForLook, noteBinDue } from './bin';
import type { WatchedFolder } from './cursor';
import { takeGoneFolders } from './gone-folders';
import { holdDeletesBack } from './held-deletes';
import { forgetMessageIds } from './message-ids';
import { beginPlaces } from './own-places';
import { beginFolder, pullFolder } from './pull-folder';
import { takePlace } from './replaced-folder';
import { judgeRivalsAnew } from './rivals-seen';
import { leaveOutMovedDeletes } from './series-memory';
import { noteStep } from './small-steps';
import { forgetWatchedFolders, watchedFolders } from './watched-folders';

/**
 * Pulls one account. A fault of one folder is reported and does not hold up the others; one of the account ends its part of this poll and keeps what
 * was pulled before.
 *
 * @returns the fault that ended it, if one did; its cause is a RecordError where a setting does not suit this mailbox, such as a folder that holds something else here.
 */
export async function pullAccount(base: AccountPullBase, open: () => Promise<Mailbox>): Promise<MailboxFault | undefined> {
	const { state, options } = base;
	const pausedUntil = pauseOfAccount(state, options.now());
	if (pausedUntil !== undefined) {
		base.summary.pausedUntil[base.link.mailbox] = new Date(pausedUntil).toISOString();
		return undefined;
	}
	try {
		await pullOpened({ ...base, mailbox: await open() });
		noteStep(base, undefined);
		return undefined;
	} catch (error) {
		return error instanceof RecordError ? refusedBy(base, error) : endedBy(base, faultFrom(error));
	} finally {
		leaveOutMovedDeletes(base);
		holdDeletesBack(base);
		forgetMessageIds(state);
	}
}

async function pullOpened(pull: AccountPull): Promise<void> {
	beginPlaces(pull);
	const folders = await watchedFolders(pull);
	const binId = pull.state.watched?.binId ?? '';
	await beginBin(pull, binId);
	const missedLook = await makeUpForLook(pull, binId);
	try {
		const ready = fromNext(pull, inTheirPlaces(pull, folders));
		await beginFolders(pull, ready);
		noteNext(pull, await pullFolders(pull, ready));
		takeGoneFolders(pull);
		if (pull.deletes.length > 0) await pullFolders(pull, [...new Set([...takeMovedAnew(pull), ...withRivals(pull, folders)])]);
	} finally {
		if (pull.deletes.length > 0) noteBinDue(pull);
	}
	if (pull.deletes.length > 0) await lookAfterDeletes(pull, binId);
	else if (missedLook !== undefined) giveUpLook(pull, missedLook);
}

/** The folders that are pulled: all but those that wait because they lie in the place of others. These are looked up again at the next poll, as the old ones may be back. */
function inTheirPlaces(pull: AccountPull, folders: readonly WatchedFolder[]): readonly WatchedFolder[] {
	const ready = folders.filter((folder) => takePlace(pull, folder, folders));
	if (ready.length < folders.length) forgetWatchedFolders(pull);
	return ready;
}

/** Those first that the last poll did not come to. */
function fromNext({ state }: AccountPull, folders: readonly WatchedFolder[]): readonly WatchedFolder[] {
	const next = Math.max(0, folders.findIndex(({ id }) => id === state.nextFolder));
	return [...folders.slice(next), ...folders.slice(0, next)];
}

function noteNext({ state }: AccountPull, next: WatchedFolder | undefined): void {
	if (next === undefined) delete state.nextFolder;
	else state.nextFolder = next.id;
}

/** The folder is gone; or its id is one of a mailbox that was replaced, which a server may call one that it does not have. */
function mayBeAtAnotherPlace({ scope, reason }: MailboxFault): boolean {
	return (scope === 'folder' && reason === 'gone') || (scope === 'account' && reason === 'accessDenied');
}

/** One that cannot be begun is when it is pulled, or the fault that comes then is told. */
async function beginFolders(pull: AccountPull, folders: readonly WatchedFolder[]): Promise<void> {
	if (folders.length < 2) return;
	for (const folder of folders) if (hasRoom(pull)) await faultOf(beginFolder(pull, folder));
}

/** @returns the first that there was no room for */
async function pullFolders(pull: AccountPull, folders: readonly WatchedFolder[]): Promise<WatchedFolder | undefined> {
	for (const { id, kind } of folders) pull.undrained.set(id, kind);
	for (const folder of folders) {
		if (!hasRoom(pull)) {
			pull.summary.moreToCome = true;
			return folder;
		}
		const fault = await faultOf(pullFolder(pull, folder));
		if (fault === undefined) continue;
		if (mayBeAtAnotherPlace(fault)) forgetWatchedFolders(pull);
		if (fault.scope !== 'folder' || !pull.options.continueOnError) throw fault;
		// Nobody knows for how long.
		if (!fault.retry.can) pull.undrained.delete(folder.id);
		report(pull, { outcome: 'failed', kind: folder.kind, message: `${folder.path} could not be pulled: ${fault.message}`, ...(fault.code !== undefined && { code: fault.code }) });
	}
	return undefined;
}

/**
 * A stamped item that a user moved looks like one that push has just created, and its old id is deleted: dropped as an echo it would be lost to the
 * other system. Which of the deletes belongs to it no id tells, so with deletes in the same poll those new echoes are handed over of which it is not known
 * where they lay before.
 *
 * @returns the folders to be pulled once more for them
 */
function takeMovedAnew(pull: AccountPull): WatchedFolder[] {
	const folders = new Set<WatchedFolder>();
	const kinds = new Set(pull.deletes.map(({ envelope }) => envelope.kind));
	for (const { folder, id } of pull.newEchoes.splice(0).filter(({ folder: { kind } }) => kinds.has(kind))) {
		const state = pull.state.folders[folder.id];
		if (state === undefined) continue;
		(state.pending ??= {})[id] = { event: 'created', attempts: 0, again: true };
		pull.summary.seen--;
		pull.summary.echoes--;
		folders.add(folder);
	}
	return [...folders];
}

/** A user who sees an item twice may have deleted the one that the other system knows: its rival takes its place, as if it had been moved. */
function withRivals(pull: AccountPull, folders: readonly WatchedFolder[]): WatchedFolder[] {
	return folders.filter(({ id }) => {
		const state = pull.state.folders[id];
		return state !== undefined && judgeRivalsAnew(state);
	});
}

function endedBy(pull: AccountPullBase, fault: MailboxFault): MailboxFault {
	const { state, options } = pull;
	noteStep(pull, fault);
	// The poll's time was over before the server had answered.
	if (fault.reason === 'aborted') pull.summary.moreToCome = true;
	if (fault.reason === 'throttled' && fault.retry.can) pause(pull, fault.retry.afterMs, fault.message);
	else if (!options.continueOnError && isUnexpected(fault)) pause(pull, PAUSE_AFTER_FAULT_MS, fault.message);
	// Rule logon-limit: shown, not remembered, as another password ends the pause at once.
	else if (fault.reason === 'logonRefused' && fault.retry.can) pull.summary.pausedUntil[pull.link.mailbox] = new Date(options.now() + fault.retry.afterMs).toISOString();
	report(pull, {
		outcome: 'failed',
		message: `${pull.link.mailbox} could not be pulled: ${fault.message}${state.pausedUntil === undefined ? '' : ` It pauses until ${new Date(state.pausedUntil).toISOString()}.`}`,
		...(fault.code !== undefined && { code: fault.code }),
		...(state.pausedUntil !== undefined && fault.reason !== 'throttled' && { rule: 'continue-on-error' as const }),
	});
	return fault;
}

/** The others go on: each mailbox has its own folders. */
function refusedBy(pull: AccountPullBase, refusal: RecordError): MailboxFault {
	const message = `${pull.link.mailbox} could not be pulled: ${refusal.message}`;
	report(pull, { outcome: 'failed', message, code: REFUSED });
	return new MailboxFault({ reason: 'badRequest', scope: 'account', retry: { can: false }, message, code: REFUSED }, { cause: refusal });
}

function pause(pull: AccountPullBase, ms: number, reason: string): void {
	const until = pauseAccount(pull.state, pull.options.now(), ms, reason);
	pull.summary.pausedUntil[pull.link.mailbox] = new Date(until).toISOString();
}

async function faultOf(done: Promise<void>): Promise<MailboxFault | undefined> {
	try {
		await done;
		return undefined;
	} catch (error) {
		return faultFrom(error);
	}
}
