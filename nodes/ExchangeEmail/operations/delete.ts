import { deleteOperation } from '../../shared/operations/delete-operation';

/** Emails to the bin or away for good. */
export const deleteEmail = deleteOperation('email', { one: 'email', article: 'an', many: 'emails' });
