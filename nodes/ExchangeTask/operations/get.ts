import { getOperation } from '../../shared/operations/get-operation';

/** One task by its Exchange id. */
export const get = getOperation('task', { one: 'task', article: 'a' });
