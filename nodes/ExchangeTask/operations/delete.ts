import { deleteOperation } from '../../shared/operations/delete-operation';

/** Tasks to the bin or away for good. */
export const deleteTask = deleteOperation('task', { one: 'task', article: 'a', many: 'tasks' });
