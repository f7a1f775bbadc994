import { getOperation } from '../../shared/operations/get-operation';

/** One appointment by its Exchange id. */
export const get = getOperation('appointment', { one: 'appointment', article: 'an' });
