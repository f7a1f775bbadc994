import type { AppointmentRecord } from './appointment';
import type { EmailRecord } from './email';
import type { RecordKind } from './common-fields';
import type { TaskRecord } from './task';

/** Which record belongs to which kind. */
export interface RecordsByKind {
	email: EmailRecord;
	appointment: AppointmentRecord;
	task: TaskRecord;
}

/** The record of a kind. */
export type RecordOf<K extends RecordKind> = RecordsByKind[K];

/** The neutral JSON of one email, appointment or task. */
export type ExchangeRecord = RecordsByKind[RecordKind];
