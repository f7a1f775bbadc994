import type { RecordKind } from '../../records/common-fields';
import type { ItemResult } from '../../sync/fault';
import type { ItemEdit, NewItem, ReadOptions, StoredItem, WriteResult } from '../../sync/mailbox';
import { createEmails } from './create-items';
import type { MailboxContext } from './mailbox-context';
import { readAppointments } from './read-appointments';
import { readEmails } from './read-emails';
import { readTasks } from './read-tasks';
import { updateEmails } from './update-items';
import { createAppointments, updateAppointments } from './write-appointments';
import { createTasks, updateTasks } from './write-tasks';

interface KindOperations<K extends RecordKind> {
	read(context: MailboxContext, ids: readonly string[], options: ReadOptions): Promise<Array<ItemResult<StoredItem<K>>>>;
	create(context: MailboxContext, items: ReadonlyArray<NewItem<K>>): Promise<WriteResult[]>;
	update(context: MailboxContext, edits: ReadonlyArray<ItemEdit<K>>): Promise<WriteResult[]>;
}

const KINDS: { readonly [K in RecordKind]: KindOperations<K> } = {
	email: { read: readEmails, create: createEmails, update: updateEmails },
	appointment: { read: readAppointments, create: createAppointments, update: updateAppointments },
	task: { read: readTasks, create: createTasks, update: updateTasks },
};

/** Items of a kind in full. */
export async function readKind<K extends RecordKind>(
	context: MailboxContext,
	kind: K,
	ids: readonly string[],
	options: ReadOptions,
): Promise<Array<ItemResult<StoredItem<K>>>> {
	return ids.length === 0 ? [] : await KINDS[kind].read(context, ids, options);
}

/** New items of a kind. */
export async function createItems<K extends RecordKind>(context: MailboxContext, kind: K, items: ReadonlyArray<NewItem<K>>): Promise<WriteResult[]> {
	return items.length === 0 ? [] : await KINDS[kind].create(context, items);
}

/** Changed items of a kind. */
export async function updateKind<K extends RecordKind>(context: MailboxContext, kind: K, edits: ReadonlyArray<ItemEdit<K>>): Promise<WriteResult[]> {
	return edits.length === 0 ? [] : await KINDS[kind].update(context, edits);
}
