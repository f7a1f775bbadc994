import { EwsError } from '../ews/errors/ews-error';
import { whileWaitedFor } from '../ews/errors/given-up';
import { faultOf } from '../ews/errors/mailbox-fault';
import { faultOfTokenRefusal } from '../ews/transport/oauth/aadsts';
import { MailboxFault } from '../sync/fault';
import type { DelegatedAuthentication } from './connector-settings';

const RETRY_MS = 30_000;
const MOST_TEXT = 300;

/**
 * A token of whoever signed in, from where the connector was told to get it.
 *
 * @throws MailboxFault `logonRefused` where nobody is signed in or the sign-in is good no more, `unavailable` where nobody could be asked for now
 */
export async function delegatedToken(source: DelegatedAuthentication['token'], renew: boolean, signal: AbortSignal | undefined): Promise<string> {
	try {
		return await whileWaitedFor(signal, { mayBeSent: false }, async () => await source(renew));
	} catch (error) {
		throw faultOfSignIn(error);
	}
}

/** Whoever renews tokens throws errors of their own: their codes and Entra's answer tell what happened; of their words the first are shown. */
function faultOfSignIn(error: unknown): MailboxFault {
	if (error instanceof MailboxFault) return error;
	if (error instanceof EwsError) return faultOf(error, { host: 'Microsoft Entra', operation: 'the request for a token' });
	const said = saidByEntra(error);
	const status = statusOf(error);
	if (/AADSTS\d/.test(said)) return faultOfTokenRefusal(said, undefined, status);
	const code = read(error, 'code');
	const isNetwork = typeof code === 'string' && /^(?:E(?!AUTH|STATUS)[A-Z_]+|UND_ERR_[A-Z_]+)$/.test(code);
	if (isNetwork || (status ?? 0) >= 500) {
		return new MailboxFault({
			reason: 'unavailable',
			scope: 'connector',
			retry: { can: true, afterMs: RETRY_MS },
			code: isNetwork ? code : 'TokenEndpointUnavailable',
			message: `The sign-in could not be renewed: the token endpoint of Microsoft Entra ${isNetwork ? `cannot be reached (${code})` : `answered with HTTP status ${status}`}. It should pass by itself.`,
		});
	}
	const words = error instanceof Error ? shortened(error.message) : 'no token was handed out';
	return new MailboxFault({ reason: 'logonRefused', scope: 'connector', retry: { can: false }, code: 'SignInNeeded', message: /[.!?]$/.test(words) ? words : `${words}.` });
}

/** The answer of the token endpoint, which n8n keeps in `body`. */
function saidByEntra(error: unknown): string {
	const body = read(error, 'body');
	const description = typeof body === 'string' ? body : read(body, 'error_description');
	return typeof description === 'string' ? description : error instanceof Error ? error.message : '';
}

function statusOf(error: unknown): number | undefined {
	const status = read(error, 'status') ?? read(read(error, 'response'), 'status');
	return typeof status === 'number' ? status : undefined;
}

function read(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function shortened(text: string): string {
	return text
		.replace(/\s+/g, ' ')
		.replace(/[A-Za-z0-9+/=._~-]{40,}/g, '[withheld]')
		.slice(0, MOST_TEXT);
}
