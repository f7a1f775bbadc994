/** What went wrong on the way of one EWS request, told apart by `kind`. Nothing in it holds a secret. */
export type EwsErrorDetail =
	/** No connection, or it broke. `code` is Node's or undici's own, e.g. `ECONNREFUSED`, `ENOTFOUND`, `UND_ERR_HEADERS_TIMEOUT`. */
	| { kind: 'network'; code: string; during: 'connect' | 'exchange' | 'proxy' }
	/** TLS could not be agreed on; `code` is OpenSSL's, e.g. `DEPTH_ZERO_SELF_SIGNED_CERT`. */
	| { kind: 'tls'; code: string }
	/** An answer that is no SOAP at all. `what` says what it was recognised as; `offered` names the kinds of authentication that a 401 offers; `redirectsTo` is the origin that a redirect leads to; `notSent`: it was the answer to another request. */
	| { kind: 'http'; status: number; what: HttpAnswerKind; retryAfterMs?: number; diagnostics?: string; offered?: readonly string[]; redirectsTo?: string; notSent?: true }
	/** A SOAP fault: the whole request was refused. */
	| { kind: 'soapFault'; code: string; status: number; text: string; backOffMs?: number; innerCode?: string }
	/** The response code of one item, or of all items of a request. */
	| { kind: 'responseCode'; code: string; text: string; backOffMs?: number; innerCode?: string }
	/** The answer is not the XML that the protocol says. */
	| { kind: 'malformedAnswer'; text: string }
	/** The answer is larger (or deeper) than what the connector takes in. */
	| { kind: 'tooLarge'; limitBytes: number }
	/** The caller gave up: its signal was aborted or its deadline passed. */
	| { kind: 'aborted'; by: 'caller' | 'deadline' };

/** What an answer that is no SOAP was recognised as. */
export type HttpAnswerKind =
	| 'logonRefused'
	| 'forbidden'
	| 'notFound'
	| 'loginPage'
	| 'htmlPage'
	| 'emptyError'
	| 'redirectElsewhere'
	| 'redirectsWithoutEnd'
	| 'genericErrorPage'
	| 'accountLocked'
	| 'proxyLogon'
	| 'throttled'
	| 'busy'
	| 'blockedInExchangeOnline'
	| 'serviceDisabled'
	| 'tooLargeRequest'
	| 'other';

/** The one error of `src/ews` below the mapping to a {@link MailboxFault}. */
export class EwsError extends Error {
	readonly detail: EwsErrorDetail;
	/**
	 * True: the request had left when the connection broke, so the server may have done what was asked, or not. What is not repeatable
	 * (CreateItem, SendItem) must then be looked for before it is asked for again.
	 */
	readonly outcomeUnknown: boolean;
	/** `client-request-id` of the request, which an administrator finds in the server's logs. */
	readonly requestId: string | undefined;

	constructor(detail: EwsErrorDetail, message: string, options: { outcomeUnknown?: boolean; requestId?: string; cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'EwsError';
		this.detail = detail;
		this.outcomeUnknown = options.outcomeUnknown ?? false;
		this.requestId = options.requestId;
	}
}
