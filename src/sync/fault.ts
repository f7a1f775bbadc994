/**
 * How far a fault reaches. `item`: this item alone. `folder`: everything in it. `account`: this mailbox. `connector`: everybody behind this
 * credential.
 */
export type FaultScope = 'item' | 'folder' | 'account' | 'connector';

/** What a fault means for the sync, whatever protocol reported it. */
export type FaultReason =
	/** The item, folder or occurrence is not there (any more). */
	| 'gone'
	/** The item changed since it was read. */
	| 'changedMeanwhile'
	/** The server no longer knows the sync state that was given to it. */
	| 'syncStateLost'
	/** The server asks for a pause. */
	| 'throttled'
	/** The server or the way to it is out of order for now. */
	| 'unavailable'
	/** User name, password or token was refused. */
	| 'logonRefused'
	/** Logged on, but not allowed to do this. */
	| 'accessDenied'
	/** The service is switched off for this mailbox or tenant. */
	| 'serviceDisabled'
	/** The certificate of the server is not trusted, or TLS cannot be agreed on. */
	| 'tls'
	/** It answers, but not as the service that was expected. */
	| 'notTheService'
	/** The server cannot hand out or take in this very item (damaged, too large, a virus). */
	| 'itemRefused'
	/** The request itself was refused as wrong; asking again cannot help. */
	| 'badRequest'
	/** The answer is not what the protocol says. */
	| 'malformedAnswer'
	/** The answer is larger than what the connector takes in. */
	| 'tooLarge'
	/** The caller gave up. */
	| 'aborted'
	/** The server reports a fault of its own that is not known to pass or to stay. */
	| 'unknown';

/** Whether asking again can help, and then not before so many milliseconds have passed. */
export type RetryAdvice = { can: false } | { can: true; afterMs: number };

/** What a {@link MailboxFault} is made of. */
export interface FaultDetails {
	reason: FaultReason;
	scope: FaultScope;
	retry: RetryAdvice;
	/** One plain English sentence without any secret: what happened and, where known, what to do. */
	message: string;
	/** The protocol's own code, e.g. `ErrorItemCorrupt` or `ECONNREFUSED`. */
	code?: string;
	/** HTTP status, where there was an answer. */
	httpStatus?: number;
	/** See {@link MailboxFault.outcomeUnknown}. */
	outcomeUnknown?: boolean;
}

/** The one error that comes out of a mailbox. Holds no secret, neither in its message nor in its cause. */
export class MailboxFault extends Error {
	readonly reason: FaultReason;
	readonly scope: FaultScope;
	readonly retry: RetryAdvice;
	readonly code: string | undefined;
	readonly httpStatus: number | undefined;
	/** True: what was asked for may have been carried out, only the answer is missing. What was to be created must be looked for before it is created again. */
	readonly outcomeUnknown: boolean;

	constructor(details: FaultDetails, options?: { cause?: unknown }) {
		super(details.message, options);
		this.name = 'MailboxFault';
		this.reason = details.reason;
		this.scope = details.scope;
		this.retry = details.retry;
		this.code = details.code;
		this.httpStatus = details.httpStatus;
		this.outcomeUnknown = details.outcomeUnknown ?? false;
	}
}

/** The fault that was thrown. @throws whatever else was thrown: a mistake in the program, which nobody here can mend */
export function faultFrom(error: unknown): MailboxFault {
	if (error instanceof MailboxFault) return error;
	throw error;
}

/** The same fault, but for what is given. */
export function changedFault(fault: MailboxFault, change: Partial<FaultDetails>): MailboxFault {
	const { reason, scope, retry, message, code, httpStatus, outcomeUnknown } = fault;
	const known = { ...(code !== undefined && { code }), ...(httpStatus !== undefined && { httpStatus }) };
	return new MailboxFault({ reason, scope, retry, message, outcomeUnknown, ...known, ...change }, { cause: fault.cause });
}

/** The same fault, with one more sentence. */
export function withRemark(fault: MailboxFault, remark: string): MailboxFault {
	return changedFault(fault, { message: `${fault.message} ${remark}` });
}

/** Code of what is refused before anything is asked: a record or a setting is wrong. */
export const REFUSED = 'InvalidRecord';

/** Whether it pauses the connector where rule `continue-on-error` is switched off: a pause that the server asks for is one already, and a wrong setting passes with no pause. */
export function isUnexpected({ reason, code }: MailboxFault): boolean {
	return reason !== 'throttled' && reason !== 'aborted' && code !== REFUSED;
}

/** What became of one item of a batch: a value, never thrown, so that one item cannot take the others down. */
export type ItemResult<T> = { ok: true; value: T } | { ok: false; fault: MailboxFault };
