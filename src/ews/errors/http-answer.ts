import { EwsError, type HttpAnswerKind } from './ews-error';

/** An HTTP answer as the library's transport seam carries it. */
export interface HttpAnswer {
	status: number;
	responseText: string;
	/** Value of a header, or null. */
	getResponseHeader(name: string): string | null;
	/** `client-request-id` the request went out with. */
	requestId?: string;
}

const LOOKED_AT = 4096;
/** The longest pause a server is believed, in milliseconds: one day. A slip of a gateway must not put a mailbox to sleep for years. */
export const LONGEST_BACK_OFF_MS = 24 * 60 * 60_000;

/**
 * Why an answer is no SOAP, told by its status, headers and first bytes as Exchange, IIS, proxies and Exchange Online were seen to give them; undefined
 * where it may be SOAP (status 200 or 500 with something that starts like XML), which the reader then decides.
 */
export function errorOfHttpAnswer(answer: HttpAnswer, now: number = Date.now()): EwsError | undefined {
	const start = startOf(answer.responseText);
	if ((answer.status === 200 || answer.status === 500) && looksLikeXml(start)) return undefined;
	return httpError(answer, kindOf(answer, start, looksLikeHtml(start)), now);
}

/** Whether an answer that begins so may be SOAP; its first 64 characters say so, unless they are white space. */
export function beginsLikeSoap(text: string): boolean {
	return looksLikeXml(startOf(text));
}

function startOf(text: string): string {
	return text.slice(0, LOOKED_AT).replace(/^\uFEFF?\s*/, '');
}

function looksLikeXml(start: string): boolean {
	return start.startsWith('<') && !looksLikeHtml(start);
}

function looksLikeHtml(start: string): boolean {
	return /^(?:<!doctype html|<html|<head|<body)/i.test(start);
}

function kindOf(answer: HttpAnswer, start: string, isHtml: boolean): HttpAnswerKind {
	const { status } = answer;
	switch (true) {
		case status === 401:
			return 'logonRefused';
		case status === 403:
			return kindOfForbidden(answer);
		case status === 404 || status === 405 || status === 410:
			return 'notFound';
		case status === 407:
			return 'proxyLogon';
		case status === 413:
			return 'tooLargeRequest';
		case status === 429:
			return 'throttled';
		// Outlook.com's and Autodiscover's status for an account that its owner must unlock in a browser.
		case status === 456:
			return 'accountLocked';
		// Microsoft's "Retry With": the server cannot answer as things stand, and says itself that asking again helps.
		case status === 449:
			return 'busy';
		case status >= 300 && status < 400:
			return redirectKind(answer.getResponseHeader('location') ?? '');
		case status === 500 && /Server Error in '\/EWS' Application/i.test(answer.responseText.slice(0, LOOKED_AT)):
		case status === 502 || status === 503 || status === 504:
			return 'busy';
		case status === 200 && isHtml:
			return isLoginPage(answer.responseText) ? 'loginPage' : 'htmlPage';
		case start === '':
			return 'emptyError';
		case isHtml:
			return 'htmlPage';
		default:
			return 'other';
	}
}

function redirectKind(location: string): HttpAnswerKind {
	if (/\/ews\/genericerrorpage\.htm/i.test(location)) return 'genericErrorPage';
	// Forms-based logon of OWA and federation servers: the path is published for browsers.
	if (/\/(?:owa\/auth\/|adfs\/ls|CookieAuth\.dll|my\.policy|login)/i.test(location)) return 'loginPage';
	return 'redirectElsewhere';
}

/** Of an address of the web; what lies behind it may hold a secret. */
function originOf(location: string): string | undefined {
	const target = URL.parse(location);
	return target !== null && /^https?:$/.test(target.protocol) ? target.origin : undefined;
}

function kindOfForbidden(answer: HttpAnswer): HttpAnswerKind {
	return ewsSwitchedOff(`${answer.getResponseHeader('x-ms-diagnostics') ?? ''} ${answer.getResponseHeader('x-ews-policy-reason') ?? ''} ${answer.responseText.slice(0, LOOKED_AT)}`) ?? 'forbidden';
}

/**
 * Whether a refusal's words say that EWS itself is off: for the tenant (Exchange Online blocks it from 2026-10-01 for applications that are not on
 * the tenant's allow list, and for all from 2027-04-01), or for this mailbox. Exchange Online says it in several places: x-ms-diagnostics, x-ews-policy-reason, the text
 * of a fault, a plain body. EWS in a path or the name of a host is an address that somebody else refuses.
 */
export function ewsSwitchedOff(said: string): 'blockedInExchangeOnline' | 'serviceDisabled' | undefined {
	if (/EWSEnabled|EwsAllow(?:ed)?(?:App|List)|(?<![/.\w])EWS(?!\/|\.\w)(?:\W+\w+){0,8}\W+(?:tenant|organi[sz]ation|retired|deprecated|no longer)/i.test(said)) return 'blockedInExchangeOnline';
	if (/(?:tenant|organi[sz]ation)(?:\W+\w+){0,6}\W+(?<![/.])EWS(?!\/|\.\w)(?:\W+\w+){0,4}\W+(?:blocked|disabled|off)/i.test(said)) return 'blockedInExchangeOnline';
	if (/(?:(?<![/.\w])EWS(?!\/|\.\w)|Exchange Web Services)(?:\W+\w+){0,6}\W+(?:blocked|disabled|not enabled|not allowed|switched off)/i.test(said)) return 'serviceDisabled';
	return undefined;
}

function isLoginPage(html: string): boolean {
	return /<input[^>]+type=["']?password|logon\.aspx|\/owa\/auth|CookieAuth|SAMLRequest|wsignin/i.test(html.slice(0, 65536));
}

function httpError(answer: HttpAnswer, what: HttpAnswerKind, now: number): EwsError {
	const retryAfterMs = readRetryAfter(answer.getResponseHeader('retry-after'), now);
	const diagnostics = answer.getResponseHeader('x-ms-diagnostics');
	const offered = what === 'logonRefused' ? offeredAuthentication(answer.getResponseHeader('www-authenticate') ?? '') : [];
	const redirectsTo = what === 'redirectElsewhere' ? originOf(answer.getResponseHeader('location') ?? '') : undefined;
	return new EwsError(
		{
			kind: 'http',
			status: answer.status,
			what,
			...(retryAfterMs === undefined ? {} : { retryAfterMs }),
			...(diagnostics === null ? {} : { diagnostics: diagnostics.slice(0, 500) }),
			...(offered.length === 0 ? {} : { offered }),
			...(redirectsTo === undefined ? {} : { redirectsTo }),
		},
		`The server answered with HTTP status ${answer.status} (${what}).`,
		{ outcomeUnknown: leavesOutcomeOpen(answer.status, what), ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }) },
	);
}

/** Kinds of authentication that Exchange has for EWS, as a 401 names them; whatever else the header says is nobody's business here. */
function offeredAuthentication(header: string): string[] {
	return ['Basic', 'NTLM', 'Negotiate', 'Bearer'].filter((scheme) => new RegExp(`(?:^|,)\\s*${scheme}(?:[\\s,]|$)`, 'i').test(header));
}

/** A gateway that lost its server, or a server that failed without a word, may have carried the request out; a refusal did not. */
function leavesOutcomeOpen(status: number, what: HttpAnswerKind): boolean {
	return what === 'genericErrorPage' || (status >= 500 && status !== 503);
}

/** Milliseconds of a Retry-After header, given in seconds or as a date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
export function readRetryAfter(value: string | null, now: number): number | undefined {
	if (value === null) return undefined;
	if (/^\s*\d{1,9}\s*$/.test(value)) return Math.min(LONGEST_BACK_OFF_MS, Number(value) * 1000);
	const at = Date.parse(value);
	return Number.isNaN(at) ? undefined : Math.min(LONGEST_BACK_OFF_MS, Math.max(0, at - now));
}
