import { syncOperation } from '../../shared/operations/sync-operation';

/** Appointments of another system into Exchange. */
export const sync = syncOperation('appointment', { one: 'appointment', article: 'an', many: 'appointments' });
