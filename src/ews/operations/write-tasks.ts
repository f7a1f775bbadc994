import type { ItemResult } from '../../sync/fault';
import type { ItemEdit, ItemReference, NewItem } from '../../sync/mailbox';
import { newTask, taskUpdates } from '../mapping/task';
import { sizeOf } from '../mapping/xml-element';
import { createDrafts, drafted } from './create-items';
import type { MailboxContext } from './mailbox-context';
import { inSlices } from './sliced';
import { updateItems, withStamp } from './update-items';

/** Tasks into their folders. */
export async function createTasks(context: MailboxContext, items: ReadonlyArray<NewItem<'task'>>): Promise<Array<ItemResult<ItemReference>>> {
	const drafts = await inSlices(items, ({ record, folderId, stamp }) =>
		drafted(() => ({
			folderId,
			bytes: sizeOf(newTask(record, stamp, 'Exchange2016')),
			write: (version) => newTask(record, stamp, version),
		})),
	);
	return await createDrafts(context, 'task', drafts);
}

/** Tasks: the fields that differ, and the stamp. */
export async function updateTasks(context: MailboxContext, edits: ReadonlyArray<ItemEdit<'task'>>): Promise<Array<ItemResult<ItemReference>>> {
	return await updateItems(
		context,
		'task',
		edits.map(({ stored, record, stamp, ifChanged }) => ({
			reference: stored.reference,
			ifChanged,
			updates: (version) => withStamp(taskUpdates(stored.record, record, version), stamp),
		})),
	);
}
