import type { FaultReason, FaultScope, RetryAdvice } from '../../../src/sync/fault';

/**
 * A MailboxFault as the nodes see it. The connector is a bundle of its own with classes of its own, so a fault is known by its shape and not
 * by `instanceof`.
 */
export interface FaultShape extends Error {
	reason: FaultReason;
	scope: FaultScope;
	retry: RetryAdvice;
	code?: string;
	httpStatus?: number;
}

/** Whether an error is a MailboxFault. */
export function isFault(error: unknown): error is FaultShape {
	return error instanceof Error && error.name === 'MailboxFault' && 'reason' in error && 'retry' in error;
}

/** Whether an error says that a record cannot be taken as it is. */
export function isRecordRefusal(error: unknown): error is Error & { field: string; value: string; expected: string } {
	return error instanceof Error && error.name === 'RecordError' && 'field' in error && 'value' in error && 'expected' in error;
}

/** Whether an error says that a record or a setting cannot be taken as it is. */
export function isRefusal(error: unknown): error is Error & { field: string } {
	return error instanceof Error && (error.name === 'RecordError' || error.name === 'SettingsError') && 'field' in error;
}
