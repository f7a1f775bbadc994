import { MailboxFault } from '../sync/fault';
import { basicAuthenticator } from '../ews/transport/basic-authenticator';
import { ntlmAuthenticator } from '../ews/transport/ntlm/ntlm-authenticator';
import type { Authenticator, PerRequestAuthenticator } from '../ews/transport/authenticator';
import type { AccountLink, Authentication, Login } from './connector-settings';

/** The login of a mailbox: its own, else the connector's. */
export function loginOf(authentication: Extract<Authentication, { login: Login }>, link: AccountLink): Login {
	return authentication.loginByMailbox[link.mailbox.toLowerCase()] ?? authentication.login;
}

/** Logs on with tokens that somebody else gets and renews. A token is never sent without TLS. */
export function tokenAuthenticator(token: () => Promise<string>): PerRequestAuthenticator {
	return {
		kind: 'perRequest',
		scheme: 'OAuth2',
		renewable: true,
		async authorization({ url }) {
			if (url.protocol !== 'https:' && !isLoopback(url.hostname)) {
				throw new MailboxFault({ reason: 'tls', scope: 'connector', retry: { can: false }, message: 'An OAuth2 token is sent over https only; the URL of the connector begins with http.' });
			}
			return `Bearer ${await token()}`;
		},
	};
}

function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** How a mailbox's requests are logged on. */
export function authenticatorFor(authentication: Authentication, link: AccountLink): Authenticator {
	switch (authentication.method) {
		case 'basic':
			return basicAuthenticator(loginOf(authentication, link));
		case 'bearer':
			return tokenAuthenticator(authentication.token);
		case 'ntlm':
			return ntlmAuthenticator(loginOf(authentication, link));
		case 'appOnly':
			throw new MailboxFault({ reason: 'logonRefused', scope: 'connector', retry: { can: false }, message: `The logon method ${authentication.method} is not available.` });
	}
}

/** Everything that makes the login of a mailbox what it is, secrets included: for fingerprints, never to be shown. */
export function loginIdentity(authentication: Authentication, link: AccountLink): string[] {
	switch (authentication.method) {
		case 'basic':
		case 'ntlm': {
			const { user, password, domain = '' } = loginOf(authentication, link);
			return [authentication.method, domain, user, password];
		}
		case 'bearer':
			return [authentication.method, authentication.identity];
		case 'appOnly': {
			const { tenantId, clientId, cloud, resource = '', proof } = authentication;
			return [authentication.method, tenantId, clientId, cloud, resource, proof.with === 'secret' ? proof.secret : proof.privateKey];
		}
	}
}
