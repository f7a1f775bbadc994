import type { PerRequestAuthenticator } from '../authenticator';
import { withheld, withholdWithoutTls } from '../withheld-secret';

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
			withholdWithoutTls(url, 'token', 'use an https address');
			return `Bearer ${await source.accessToken(afterRefusal, signal)}`;
		},
	};
}
