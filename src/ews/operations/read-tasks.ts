import type { ItemResult } from '../../sync/fault';
import type { ReadOptions, StoredItem } from '../../sync/mailbox';
import { taskOf, taskPaths } from '../mapping/task';
import type { MailboxContext } from './mailbox-context';
import { SMALL_SIZES } from './answer-sizes';
import { readItems } from './read-items';

/** Tasks in full. */
export async function readTasks(context: MailboxContext, ids: readonly string[], options: ReadOptions): Promise<Array<ItemResult<StoredItem<'task'>>>> {
	return await readItems(
		context,
		ids,
		(version) => ({ paths: taskPaths(version), bodyType: 'Text' }),
		(item) => taskOf(item, options),
		SMALL_SIZES,
	);
}
