/** What a request is signed with, once it is known where it goes. */
export interface AuthenticatedRequest {
	/** Absolute address the credentials would be sent to. */
	url: URL;
	/** True: the last answer refused what this authenticator gave; a token may be renewed once, a password is never tried again. */
	afterRefusal: boolean;
	signal: AbortSignal | undefined;
}

/**
 * How requests are logged on. `perRequest` puts a header on each request (Basic, bearer tokens) and may share connections with everybody of the
 * same login; `perConnection` (NTLM) logs a connection on once, which from then on belongs to this login alone.
 */
export type Authenticator = PerRequestAuthenticator | PerConnectionAuthenticator;

/** Puts an Authorization header on each request. */
export interface PerRequestAuthenticator {
	readonly kind: 'perRequest';
	/** Name for diagnostics: `Basic`, `OAuth2`. */
	readonly scheme: string;
	/** Name of the account that logs on, in any spelling of its letters; of a token, what tells its owner from others. Two that have one name are one account for the server. */
	readonly account: string;
	/** Value of the Authorization header, undefined for none. @throws EwsError or MailboxFault where none can be had, before anything is sent to the server. */
	authorization(request: AuthenticatedRequest): Promise<string | undefined>;
	/** True: after a 401 the header may be asked for once more (an expired token), never for passwords. */
	readonly renewable: boolean;
}

/** For requests that name nobody. */
export const anonymous: PerRequestAuthenticator = { kind: 'perRequest', scheme: 'none', account: '', renewable: false, authorization: async () => undefined };

/** Logs a connection on by a handshake of several requests on it. */
export interface PerConnectionAuthenticator {
	readonly kind: 'perConnection';
	readonly scheme: string;
	/** See {@link PerRequestAuthenticator.account}. */
	readonly account: string;
	/** A fresh handshake for one connection. @param channel certificate (DER) of the server, known once the first answer is there: for channel binding */
	begin(channel: { url: URL; serverCertificate: () => Buffer | undefined }): ConnectionHandshake;
}

/** One handshake: `first` opens it, `next` answers the server's challenges. */
export interface ConnectionHandshake {
	/** Value of the first Authorization header. */
	first(): string;
	/**
	 * The next Authorization header, or undefined when the challenges offer nothing that this handshake speaks. `complete`: with this header the
	 * request itself is sent; before, requests without a body do.
	 */
	next(challenges: readonly string[]): { authorization: string; complete: boolean } | undefined;
}
