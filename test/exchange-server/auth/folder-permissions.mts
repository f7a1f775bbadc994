import type { OperationContext } from '../operations/context.mts';
import { EwsError } from '../operations/errors.mts';
import type { User } from '../store/exchange.mts';
import type { Folder } from '../store/folder.mts';
import type { Mailbox } from '../store/mailbox.mts';

/** `reviewer` reads, `author` creates too, `editor` does all that is done to items. */
export type FolderPermission = 'reviewer' | 'author' | 'editor';

const CHANGES = /^(?:Create|Update|Delete|Move|Send|Empty|MarkAll)/;
const permissions = new WeakMap<Mailbox, Map<string, Map<number, FolderPermission>>>();

/** Gives a user a right to one folder of somebody's mailbox, as the owner does in Outlook; undefined takes it away. */
export function permitFolder(mailbox: Mailbox, folder: Folder, user: string, permission: FolderPermission | undefined): void {
	const ofMailbox = permissions.get(mailbox) ?? new Map<string, Map<number, FolderPermission>>();
	const ofUser = ofMailbox.get(user.toLowerCase()) ?? new Map<number, FolderPermission>();
	if (permission === undefined) ofUser.delete(folder.number);
	else ofUser.set(folder.number, permission);
	if (ofUser.size === 0) ofMailbox.delete(user.toLowerCase());
	else ofMailbox.set(user.toLowerCase(), ofUser);
	permissions.set(mailbox, ofMailbox);
}

/** Whether a user may see anything of a mailbox that is not open to them as a whole. */
export function seesSomeFolder(mailbox: Mailbox, user: User): boolean {
	return permissions.get(mailbox)?.has(user.address) ?? false;
}

/** Refuses what the user may not do in a folder: one they may not see is not there. @throws EwsError */
export function checkFolderPermission(context: OperationContext, mailbox: Mailbox, folder: number | undefined, notThere: string): void {
	if (mailbox === context.mailbox || context.exchange.mayOpen(context.user, mailbox)) return;
	const permission = folder === undefined ? undefined : permissions.get(mailbox)?.get(context.user.address)?.get(folder);
	if (permission === undefined) throw new EwsError(notThere);
	if (permission === 'editor' || !CHANGES.test(context.operation)) return;
	const creates = context.operation.startsWith('Create');
	if (permission === 'author' && creates) return;
	throw new EwsError(creates ? 'ErrorCreateItemAccessDenied' : 'ErrorAccessDenied');
}
