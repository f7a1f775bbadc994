/** Why a CMS structure, a PKCS #12 file or a key could not be used. Its message is fit for users and holds no secret. */
export class SmimeError extends Error {
	constructor(message: string, options?: { cause?: unknown }) {
		super(message, options);
		this.name = 'SmimeError';
	}
}
