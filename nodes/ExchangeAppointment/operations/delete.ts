import { deleteOperation } from '../../shared/operations/delete-operation';

/** Appointments to the bin or away for good. */
export const deleteAppointment = deleteOperation('appointment', { one: 'appointment', article: 'an', many: 'appointments' });
