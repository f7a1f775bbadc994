import { basicAuthenticator } from '../ews/transport/basic-authenticator';
import { ntlmAuthenticator } from '../ews/transport/ntlm/ntlm-authenticator';
import type { Authenticator } from '../ews/transport/authenticator';
import type { ConnectionWay } from '../ews/transport/connection-settings';
import { appOnlyTokens, type AppOnlySettings } from '../ews/transport/oauth/app-only-tokens';
import { bearerAuthenticator } from '../ews/transport/oauth/bearer-authenticator';
import { addressKey } from '../records/ascii-domain';
import type { AccountLink } from '../sync/account-link';
import type { Authentication, Login } from './connector-settings';
import { tokenOf } from './sign-ins';

type PasswordAuthentication = Extract<Authentication, { login: Login }>;

/** The login that a mailbox has of its own. */
export function ownLoginOf({ loginByMailbox }: PasswordAuthentication, { mailbox }: AccountLink): Login | undefined {
	return loginByMailbox[mailbox.toLowerCase()] ?? loginByMailbox[addressKey(mailbox)];
}

/** The login of a mailbox: its own, else the connector's. */
export function loginOf(authentication: PasswordAuthentication, link: AccountLink): Login {
	return ownLoginOf(authentication, link) ?? authentication.login;
}

/** How a mailbox's requests are logged on. Tokens are sent to the host of `way.url` only, and asked for on the same way as the server is reached. */
export function authenticatorFor(authentication: Authentication, link: AccountLink, way: ConnectionWay): Authenticator {
	switch (authentication.method) {
		case 'basic':
			return basicAuthenticator(loginOf(authentication, link), way.tls?.ignoreCertificate);
		case 'ntlm':
			return ntlmAuthenticator(loginOf(authentication, link));
		case 'bearer':
			return bearerAuthenticator({ accessToken: async (renew, signal) => await tokenOf(authentication, renew, signal) }, way.url, authentication.identity);
		case 'appOnly':
			return bearerAuthenticator(appOnlyTokens(appOnlySettings(authentication, way)), way.url, `${authentication.clientId}@${authentication.tenantId}`);
	}
}

function appOnlySettings(authentication: Extract<Authentication, { method: 'appOnly' }>, way: ConnectionWay): AppOnlySettings {
	const { tenantId, clientId, cloud, resource, proof, authority } = authentication;
	const { tls, proxy, timeouts } = way;
	return {
		tenant: tenantId,
		clientId,
		cloud,
		proof: proof.with === 'secret' ? { kind: 'secret', secret: proof.secret } : { kind: 'certificate', certificate: proof.certificate, privateKey: proof.privateKey },
		...(resource === undefined ? {} : { resource }),
		...(authority === undefined ? {} : { loginHost: hostOf(authority) }),
		...(tls === undefined ? {} : { tls }),
		...(proxy === undefined ? {} : { proxy }),
		...(timeouts === undefined ? {} : { timeouts }),
	};
}

/** Host and port of an authority, which is given as a host or as an address. */
function hostOf(authority: string): string {
	const address = /^https?:\/\//i.test(authority) ? authority : `https://${authority}`;
	return URL.canParse(address) ? new URL(address).host : authority;
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
			const { tenantId, clientId, cloud, resource = '', authority = '', proof } = authentication;
			return [authentication.method, tenantId, clientId, cloud, resource, authority, ...(proof.with === 'secret' ? [proof.secret] : [proof.certificate, proof.privateKey])];
		}
	}
}
