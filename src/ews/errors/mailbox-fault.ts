import type { ServiceResponse } from 'ews-javascript-api';

import { MailboxFault, type FaultDetails, type RetryAdvice } from '../../sync/fault';
import { responseStatusOf } from '../library/service-response';
import { EwsError, type EwsErrorDetail } from './ews-error';
import { ewsSwitchedOff } from './http-answer';
import { meaningOfCode, tellingCode, type CodeMeaning } from './response-codes';

/** Where a fault happened, for its message. */
export interface FaultContext {
	/** Host of the EWS address. */
	host: string;
	/** EWS operation, e.g. `GetItem`. */
	operation: string;
	/** Mailbox it was for. */
	mailbox?: string;
	/** True: it makes no difference whether the server carried it out, so the message does not speak of it. */
	repeatable?: boolean;
}

/** Pause when a server is busy and does not say for how long. */
export const DEFAULT_BACK_OFF_MS = 60_000;
/** Response code of a server that asks for a pause. It stands for the answers that say so in HTTP alone, too: a workflow asks for one code. */
export const SERVER_BUSY = 'ErrorServerBusy';
/** Pause before the next attempt after a passing fault, doubled each time. */
export const FIRST_RETRY_MS = 1_000;
/** Asking for more of its text would let a server fill the logs. */
const MAX_SERVER_TEXT = 300;

const NEVER: RetryAdvice = { can: false };

type Verdict = Omit<FaultDetails, 'outcomeUnknown'>;

/** What an {@link EwsError} means for the sync, with a sentence people can act on. Anything else that was thrown becomes `unknown`. */
export function faultOf(error: unknown, context: FaultContext): MailboxFault {
	if (error instanceof MailboxFault) return error;
	if (!(error instanceof EwsError)) {
		const name = error instanceof Error ? error.name : 'Error';
		return new MailboxFault({ reason: 'unknown', scope: 'item', retry: NEVER, message: `${context.operation} could not be carried out (${name}).` }, { cause: error });
	}
	const verdict = verdictOf(error.detail, context);
	const where = context.mailbox === undefined ? '' : ` Mailbox: ${context.mailbox}.`;
	const unknown = error.outcomeUnknown && context.repeatable !== true ? ' Whether the server carried the request out is not known.' : '';
	const id = error.requestId === undefined ? '' : ` Request id: ${error.requestId}.`;
	return new MailboxFault({ ...verdict, message: `${verdict.message}${unknown}${where}${id}`, outcomeUnknown: error.outcomeUnknown }, { cause: error });
}

/** What the response of one item means; undefined when it is no error. A stopped batch is a fault of each item that was not reached. */
export function faultOfResponse(response: ServiceResponse, context: FaultContext): MailboxFault | undefined {
	const error = errorOfResponse(response);
	return error === undefined ? undefined : faultOf(error, context);
}

/** The response of one item as an EwsError; undefined when it is no error. */
export function errorOfResponse(response: ServiceResponse): EwsError | undefined {
	const status = responseStatusOf(response);
	if (status === undefined || status.class === 'Success') return undefined;
	if (status.class === 'Warning' && status.code !== 'ErrorBatchProcessingStopped') return undefined;
	const { code, text, backOffMs, innerCode } = status;
	return new EwsError(
		{ kind: 'responseCode', code, text, ...(backOffMs === undefined ? {} : { backOffMs }), ...(innerCode === undefined ? {} : { innerCode }) },
		`The server answered ${code}.`,
	);
}

/**
 * True: the request may have been carried out although its answer did not arrive. What was to be created must be looked for (by its stamp)
 * before it is created again.
 */
export function isOutcomeUnknown(fault: unknown): boolean {
	return fault instanceof MailboxFault && fault.outcomeUnknown;
}

/** True: no connection to the server came about: its name or port is gone, it is silent, or the proxy does not get through to it. */
export function isUnreached(fault: MailboxFault): boolean {
	const { cause } = fault;
	return cause instanceof EwsError && cause.detail.kind === 'network' && cause.detail.during !== 'exchange';
}

/** True: the server ran out of time or memory over this batch; ask for fewer items at once. */
export function asksForSmallerBatch(error: unknown): boolean {
	const cause = error instanceof MailboxFault ? error.cause : error;
	if (!(cause instanceof EwsError)) return false;
	const { detail } = cause;
	if (detail.kind === 'tooLarge') return true;
	if (detail.kind === 'http') return detail.what === 'tooLargeRequest';
	return meaningOf(detail)?.remedy === 'halveBatch';
}

/** Meaning of the response code that an error carries, undefined for errors without one. */
export function meaningOf(detail: EwsErrorDetail): CodeMeaning | undefined {
	return detail.kind === 'soapFault' || detail.kind === 'responseCode' ? meaningOfCode(detail.code, detail.innerCode) : undefined;
}

function verdictOf(detail: EwsErrorDetail, context: FaultContext): Verdict {
	const { host, operation } = context;
	switch (detail.kind) {
		case 'network':
			return { reason: 'unavailable', scope: 'connector', retry: after(FIRST_RETRY_MS), message: networkMessage(detail.code, detail.during, host), code: detail.code };
		case 'tls':
			return { reason: 'tls', scope: 'connector', retry: NEVER, message: tlsMessage(detail.code, host), code: detail.code };
		case 'http':
			return httpVerdict(detail, context);
		case 'soapFault':
			return { ...codeVerdict(detail, context), httpStatus: detail.status };
		case 'responseCode':
			return codeVerdict(detail, context);
		case 'malformedAnswer':
			return { reason: 'malformedAnswer', scope: 'item', retry: NEVER, message: `The answer of ${host} to ${operation} is not what EWS prescribes: ${clip(detail.text)}.` };
		case 'tooLarge':
			return {
				reason: 'tooLarge',
				scope: 'item',
				retry: NEVER,
				message: `The answer to ${operation} is larger than ${Math.round(detail.limitBytes / 1048576)} MB, the most that is taken in at once.`,
			};
		case 'aborted':
			// What is given up is all that the caller wants of the mailbox, and no fault of one item.
			return detail.by === 'caller'
				? { reason: 'aborted', scope: 'account', retry: NEVER, message: `${operation} was cancelled.` }
				: // Nobody's fault but the server's: what was asked for comes the next time.
					{ reason: 'aborted', scope: 'account', retry: after(FIRST_RETRY_MS), code: 'OutOfTime', message: `${host} had not answered ${operation} when the time for it was over. It is asked again the next time.` };
	}
}

function codeVerdict(detail: Extract<EwsErrorDetail, { kind: 'soapFault' | 'responseCode' }>, context: FaultContext): Verdict {
	const off = detail.code === 'ErrorAccessDenied' ? ewsSwitchedOff(detail.text) : undefined;
	if (off !== undefined) return switchedOffVerdict(off, context, detail.code);
	const meaning = meaningOfCode(detail.code, detail.innerCode);
	const [code, innerCode] = [clip(detail.code), detail.innerCode === undefined ? undefined : clip(detail.innerCode)];
	const advice = meaning.advice === undefined ? '' : ` ${meaning.advice}`;
	const said = detail.text === '' ? '' : `: ${clip(detail.text)}`;
	return {
		reason: meaning.reason,
		scope: meaning.scope,
		retry: retryOf(meaning, detail.backOffMs),
		message: `${context.operation} was answered with ${code}${innerCode === undefined ? '' : ` (${innerCode})`}${said}.${advice}`.replace('..', '.'),
		code: tellingCode(code, innerCode),
	};
}

function retryOf(meaning: CodeMeaning, backOffMs: number | undefined): RetryAdvice {
	switch (meaning.retry) {
		case 'never':
			return NEVER;
		case 'now':
			return after(0);
		case 'wait':
			return after(backOffMs ?? (meaning.reason === 'throttled' ? DEFAULT_BACK_OFF_MS : FIRST_RETRY_MS));
	}
}

function httpVerdict(detail: Extract<EwsErrorDetail, { kind: 'http' }>, context: FaultContext): Verdict {
	const { host } = context;
	const httpStatus = detail.status;
	const passing = after(detail.retryAfterMs ?? FIRST_RETRY_MS);
	const outOfOrder = (message: string): Verdict =>
		detail.retryAfterMs === undefined ? { reason: 'unavailable', scope: 'connector', retry: passing, httpStatus, message } : { reason: 'throttled', scope: 'account', retry: passing, httpStatus, message, code: SERVER_BUSY };
	const notEws = (message: string): Verdict => ({ reason: 'notTheService', scope: 'connector', retry: NEVER, message, httpStatus });
	switch (detail.what) {
		case 'logonRefused':
			return { reason: 'logonRefused', scope: 'account', retry: NEVER, ...(detail.notSent !== true && { httpStatus }), message: `${host} refused the logon (401). Check user name, domain, password or token, and that the server offers this kind of authentication for EWS${detail.offered === undefined ? '' : ` (it offers ${detail.offered.join(', ')})`}.${diagnosticsOf(detail.diagnostics)}${permissionAdvice(detail.diagnostics)}` };
		case 'accountLocked':
			return { reason: 'logonRefused', scope: 'account', retry: NEVER, httpStatus, message: `The account is locked (456): its owner must sign in with a browser and unlock it.` };
		case 'forbidden':
			return { reason: 'accessDenied', scope: 'account', retry: NEVER, httpStatus, message: `${host} denies EWS to this login (403). On the server, check EwsEnabled of the mailbox (Get-CASMailbox) and EwsApplicationAccessPolicy, and that the User-Agent is not blocked.${diagnosticsOf(detail.diagnostics)}` };
		case 'serviceDisabled':
		case 'blockedInExchangeOnline':
			return { ...switchedOffVerdict(detail.what, context), httpStatus };
		case 'notFound':
			return notEws(`There is no EWS at this address of ${host} (${httpStatus}). It usually is https://<server>/EWS/Exchange.asmx.`);
		case 'loginPage':
			return notEws(`${host} answered with a sign-in page for browsers instead of EWS. Publish /EWS without forms-based or federated pre-authentication, and check the address.`);
		case 'htmlPage':
			return notEws(`${host} answered with a web page instead of EWS. Check the address, and that no proxy or gateway answers in the server's place.`);
		case 'redirectElsewhere':
			return notEws(`${host} redirects EWS to ${redirectAdvice(detail.redirectsTo)}.`);
		case 'redirectsWithoutEnd':
			return notEws(`${host} redirects from one of its own addresses to the next without end. Enter the address at which EWS answers, and check the redirects of the server and of any gateway in front of it.`);
		case 'emptyError':
			return outOfOrder(`${host} answered with HTTP status ${httpStatus} and nothing else. See the server's event log and IIS log.`);
		case 'proxyLogon':
			return { reason: 'unavailable', scope: 'connector', retry: NEVER, httpStatus, message: `The proxy asks for a logon of its own (407). Enter the proxy's user name and password.` };
		case 'tooLargeRequest':
			return { reason: 'tooLarge', scope: 'item', retry: NEVER, httpStatus, message: `The request is larger than ${host} takes (413): see maxRequestLength and maxAllowedContentLength of EWS.` };
		case 'throttled':
			return { reason: 'throttled', scope: 'account', retry: after(detail.retryAfterMs ?? DEFAULT_BACK_OFF_MS), httpStatus, message: `${host} asks for fewer requests (429).`, code: SERVER_BUSY };
		case 'busy':
			return outOfOrder(`${host} is not available at the moment (${httpStatus}).`);
		case 'genericErrorPage':
			return outOfOrder(`${host} answered with its page for passing errors.`);
		case 'other':
			return { reason: httpStatus >= 500 ? 'unavailable' : 'notTheService', scope: 'connector', retry: httpStatus >= 500 ? passing : NEVER, httpStatus, message: `${host} answered with HTTP status ${httpStatus}, which EWS does not know.` };
	}
}

function redirectAdvice(target = 'another server'): string {
	if (target.startsWith('http:')) return `${target}, where nothing is encrypted. The login is not sent there: enter the https address at which EWS answers`;
	return `${target}. The login is not sent there: enter that address if it is the right one`;
}

function switchedOffVerdict(what: 'serviceDisabled' | 'blockedInExchangeOnline', context: FaultContext, code?: string): Verdict {
	if (what === 'blockedInExchangeOnline') {
		return {
			reason: 'serviceDisabled',
			scope: 'connector',
			retry: NEVER,
			code: code ?? 'EwsBlockedInExchangeOnline',
			message:
				'Exchange Online blocks EWS for this tenant. Since 2026-10-01 EWS works only for applications on the tenant\'s allow list: an administrator can set EWSEnabled to true and add this application\'s id to the EWS allow list (Set-OrganizationConfig) until 2027-04-01, when Microsoft switches EWS off for good. Exchange on-premises is not concerned.',
		};
	}
	return {
		reason: 'serviceDisabled',
		scope: 'account',
		retry: NEVER,
		code: code ?? 'EwsDisabled',
		message: `EWS is switched off for this mailbox on ${context.host}. An administrator can switch it on: Set-CASMailbox -EwsEnabled $true, and see EwsApplicationAccessPolicy.`,
	};
}

function networkMessage(code: string, during: 'connect' | 'exchange' | 'proxy', host: string): string {
	if (during === 'proxy') return `The proxy cannot be used (${code}). Check the proxy's address, its logon, and that it allows connections to ${host}.`;
	switch (code) {
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
		case 'EAI_NODATA':
			return `The name ${host} cannot be resolved (${code}). Check the address and this machine's DNS.`;
		case 'ECONNREFUSED':
			return `${host} refuses the connection (${code}). Check the address and port, and that the server is running.`;
		case 'UND_ERR_CONNECT_TIMEOUT':
		case 'ETIMEDOUT':
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
			return `${host} cannot be reached (${code}). Check the address, firewalls, and whether a proxy is needed.`;
		case 'UND_ERR_HEADERS_TIMEOUT':
		case 'UND_ERR_BODY_TIMEOUT':
			return `${host} did not answer in time (${code}).`;
		case 'UND_ERR_HEADERS_OVERFLOW':
			return `The HTTP headers of ${host}'s answer are larger than 16 KB, the most that is taken in (${code}). See what proxies and gateways in front of it add.`;
		default:
			return during === 'connect' ? `No connection to ${host} (${code}).` : `The connection to ${host} broke before the answer was complete (${code}).`;
	}
}

function tlsMessage(code: string, host: string): string {
	switch (code) {
		case 'DEPTH_ZERO_SELF_SIGNED_CERT':
		case 'SELF_SIGNED_CERT_IN_CHAIN':
		case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
		case 'UNABLE_TO_GET_ISSUER_CERT':
		case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
			return `The certificate of ${host} is not trusted (${code}). Enter ${code === 'DEPTH_ZERO_SELF_SIGNED_CERT' ? 'it' : 'the certificate of the authority that issued it'} under Trusted Certificates (PEM) in the credential.`;
		case 'CERT_HAS_EXPIRED':
			return `The certificate of ${host} has expired (${code}). It must be renewed on the server.`;
		case 'ERR_TLS_CERT_ALTNAME_INVALID':
			return `The certificate of ${host} was issued for another name (${code}). Use the name that stands in the certificate.`;
		default:
			return `TLS with ${host} could not be agreed on (${code}). Check the address, the server's certificate and its TLS versions.`;
	}
}

function diagnosticsOf(diagnostics: string | undefined): string {
	const reason = diagnostics === undefined ? undefined : /reason="([^"]{1,200})"/.exec(diagnostics)?.[1];
	return reason === undefined ? '' : ` The server says: ${clip(reason)}.`;
}

/** Exchange's number for a token in which no permission stands, of an application that has no role in Exchange either. */
const NO_PERMISSION = /^\s*2000008\b/;

function permissionAdvice(diagnostics: string | undefined): string {
	if (diagnostics === undefined || !NO_PERMISSION.test(diagnostics)) return '';
	return ' An administrator must give the application the permission full_access_as_app (Office 365 Exchange Online, application permissions, with consent), or the role "Application EWS.AccessAsApp" in Exchange Online (RBAC for Applications).';
}

function after(afterMs: number): RetryAdvice {
	return { can: true, afterMs };
}

/** Server text on one line, bounded, without anything that looks like a token. */
export function clip(text: string): string {
	return text
		.replace(/\s+/g, ' ')
		.replace(/(?:Bearer|Basic|NTLM|Negotiate)\s+[A-Za-z0-9+/=._~-]{12,}/gi, '[withheld]')
		.slice(0, MAX_SERVER_TEXT)
		.replace(/[.\s]+$/, '');
}
