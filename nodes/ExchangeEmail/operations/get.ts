import { getOperation } from '../../shared/operations/get-operation';

/** One email by its Exchange id. */
export const get = getOperation('email', { one: 'email', article: 'an' });
