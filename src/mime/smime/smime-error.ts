/** Why a CMS structure, a PKCS #12 file or a key could not be used. Its message is fit for users and holds no secret. */
export class SmimeError extends Error {
	constructor(message: string, options?: { cause?: unknown }) {
		super(message, options);
		this.name = 'SmimeError';
	}
}

/** What is thrown further where something below failed: an SmimeError as it is, anything else under a message of ours. */
export function smimeErrorOf(cause: unknown, message: string): SmimeError {
	return cause instanceof SmimeError ? cause : new SmimeError(message, { cause });
}
