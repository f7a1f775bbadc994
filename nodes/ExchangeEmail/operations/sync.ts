import { syncOperation } from '../../shared/operations/sync-operation';

/** Emails of another system into Exchange. */
export const sync = syncOperation('email', { one: 'email', article: 'an', many: 'emails' });
