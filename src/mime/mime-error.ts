/** What was wrong with a message that could not be read. */
export type MimeErrorReason =
	/** More bytes than allowed. */
	| 'tooLarge'
	/** More header bytes than allowed in one part. */
	| 'headerTooLong'
	/** More parts than allowed, at whatever depth. */
	| 'tooManyParts'
	/** Anything else that the parser refused. */
	| 'malformed';

/** A message that cannot be read as MIME within the limits. The message of the error quotes nothing of the mail. */
export class MimeError extends Error {
	readonly reason: MimeErrorReason;

	constructor(reason: MimeErrorReason, message: string, options?: { cause?: unknown }) {
		super(message, options);
		this.name = 'MimeError';
		this.reason = reason;
	}
}
