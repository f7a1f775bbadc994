import { MailboxFault } from '../../../sync/fault';
import type { PerRequestAuthenticator } from '../authenticator';

/** Where tokens come from: n8n's OAuth2 credential (delegated), or {@link appOnlyTokens}. */
export interface TokenSource {
	/** A token that is valid now. `renew`: the last one was refused, so one from a cache will not do. @throws MailboxFault */
	accessToken(renew: boolean, signal: AbortSignal | undefined): Promise<string>;
}

/**
 * Bearer tokens, sent to one host only and never unencrypted (this machine itself excepted).
 * @param ewsUrl address the token is for
 * @param account tells the owner of the tokens from others
 */
export function bearerAuthenticator(source: TokenSource, ewsUrl: string, account: string): PerRequestAuthenticator {
	const { host } = new URL(ewsUrl);
	return {
		kind: 'perRequest',
		scheme: 'OAuth2',
		account,
		renewable: true,
		async authorization({ url, afterRefusal, signal }) {
			if (url.host !== host) throw withheld(`The token is for ${host} and is not sent to ${url.host}.`);
			if (url.protocol !== 'https:' && !isThisMachine(url.hostname)) throw withheld(`The token is not sent to ${url.host} without TLS: use an https address.`);
			return `Bearer ${await source.accessToken(afterRefusal, signal)}`;
		},
	};
}

function isThisMachine(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function withheld(message: string): MailboxFault {
	return new MailboxFault({ reason: 'logonRefused', scope: 'connector', retry: { can: false }, code: 'TokenWithheld', message });
}
