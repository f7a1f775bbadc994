import type { ConnectionHandshake, PerConnectionAuthenticator } from '../authenticator';
import { qualifiedUser, refusePasswordForExchangeOnline, type PasswordLogin } from '../basic-authenticator';
import { channelBindingToken } from './channel-binding';
import { authenticateMessage, negotiateMessage, readChallengeMessage } from './ntlm-messages';
import type { NtlmIdentity } from './ntlm-v2';

/**
 * NTLM over HTTP: version 2 only, with message integrity code and channel binding. Servers that offer nothing but `Negotiate` are given the same messages
 * under that name, which Windows takes. [MS-NTHT], [MS-NLMP]
 * @param now milliseconds since 1970, for servers that do not give their time
 */
export function ntlmAuthenticator(login: PasswordLogin, now: () => number = Date.now): PerConnectionAuthenticator {
	const identity = ntlmIdentity(login);
	return {
		kind: 'perConnection',
		scheme: 'NTLM',
		account: qualifiedUser(login),
		begin({ url, serverCertificate }) {
			refusePasswordForExchangeOnline(url.hostname, 'NTLM');
			return handshakeFor(identity, url.hostname, serverCertificate, now);
		},
	};
}

/** User and domain from the forms `DOMAIN\user`, `user@domain`, and `user` with a domain of its own. */
export function ntlmIdentity(login: PasswordLogin): NtlmIdentity {
	const separator = login.user.indexOf('\\');
	if (separator >= 0) return { domain: login.user.slice(0, separator), user: login.user.slice(separator + 1), password: login.password };
	// A principal name carries its domain itself.
	return { domain: login.user.includes('@') ? '' : (login.domain?.trim() ?? ''), user: login.user, password: login.password };
}

function handshakeFor(identity: NtlmIdentity, host: string, serverCertificate: () => Buffer | undefined, now: () => number): ConnectionHandshake {
	const negotiate = negotiateMessage();
	let triedNegotiate = false;
	return {
		first: () => `NTLM ${negotiate.toString('base64')}`,
		next(challenges) {
			for (const line of challenges) {
				const [, scheme, token] = /^(NTLM|Negotiate)\s+([A-Za-z0-9+/=]+)$/i.exec(line) ?? [];
				const challenge = token === undefined ? undefined : readChallengeMessage(Buffer.from(token, 'base64'));
				if (scheme === undefined || challenge === undefined) continue;
				const message = authenticateMessage(challenge, { identity, host, channelBindings: channelBindingToken(serverCertificate()), negotiate, now: now() });
				return { authorization: `${scheme} ${message.toString('base64')}`, complete: true };
			}
			if (triedNegotiate || !challenges.some((line) => /^Negotiate$/i.test(line)) || challenges.some((line) => /^NTLM\b/i.test(line))) return undefined;
			triedNegotiate = true;
			return { authorization: `Negotiate ${negotiate.toString('base64')}`, complete: false };
		},
	};
}
