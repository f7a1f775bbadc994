import { syncOperation } from '../../shared/operations/sync-operation';

/** Tasks of another system into Exchange. */
export const sync = syncOperation('task', { one: 'task', article: 'a', many: 'tasks' });
