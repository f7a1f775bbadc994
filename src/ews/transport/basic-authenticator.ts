import { MailboxFault } from '../../sync/fault';
import type { PerRequestAuthenticator } from './authenticator';
import { isExchangeOnlineHost } from './exchange-online-hosts';
import { withholdWithoutTls } from './withheld-secret';

/** A login by user name and password. */
export interface PasswordLogin {
	/** `user`, `user@domain` or `DOMAIN\user`. */
	user: string;
	/** Put before a bare user name. */
	domain?: string;
	password: string;
}

/** User name as it is sent: `DOMAIN\user` where a domain is configured and the name has none of its own. */
export function qualifiedUser(login: PasswordLogin): string {
	const domain = login.domain?.trim() ?? '';
	return domain === '' || /[\\@]/.test(login.user) ? login.user : `${domain}\\${login.user}`;
}

/**
 * HTTP Basic authentication, UTF-8. https://www.rfc-editor.org/rfc/rfc7617
 * @param readable the administrator takes it that anybody on the way can read the password (`ignoreCertificate`): it is sent without TLS, too
 */
export function basicAuthenticator(login: PasswordLogin, readable = false): PerRequestAuthenticator {
	const account = qualifiedUser(login);
	const value = `Basic ${Buffer.from(`${account}:${login.password}`, 'utf8').toString('base64')}`;
	return {
		kind: 'perRequest',
		scheme: 'Basic',
		account,
		renewable: false,
		async authorization({ url }) {
			refusePasswordForExchangeOnline(url.hostname, 'Basic');
			if (!readable) withholdWithoutTls(url, 'password', 'use an https address, or NTLM, which does not send it');
			return value;
		},
	};
}

/** Stops before a password leaves for Exchange Online. @throws MailboxFault `logonRefused` */
export function refusePasswordForExchangeOnline(host: string, scheme: string): void {
	if (!isExchangeOnlineHost(host)) return;
	throw new MailboxFault({
		reason: 'logonRefused',
		scope: 'connector',
		retry: { can: false },
		code: 'PasswordForExchangeOnline',
		message: `${host} belongs to Exchange Online, which takes no ${scheme} logon. Nothing was sent. Use one of the OAuth2 credentials.`,
	});
}
