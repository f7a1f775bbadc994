import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { addressKey } from '../../../src/records/ascii-domain';
import { addressInCloud, isExchangeOnline } from '../../../src/connector/service-url';
import type { Authentication, Cloud, ConnectorSettings, DelegatedAuthentication, Login } from '../../../src/connector/connector-settings';
import type { ConnectorCredentialType } from '../parameters/connector-credentials';
import { signedInUser, storedAccessToken } from '../access-token';
import { accountLinks, mailboxLogins, ownAccount } from './account-list';
import { choiceOf, keyedRows, numberOf, secretOf, switchOf, textOf } from './credential-values';
import { pemText } from './pem';
import { endpointUrl, proxyAddress } from './service-url';
import { SettingsError } from './settings-error';
import { smimeCertificates } from './smime-certificates';

/** What the settings of a connector are made of. */
export interface CredentialSource {
	type: ConnectorCredentialType;
	/** The credential's name: rule `connector-name`. */
	name: string;
	/** The credential's id: tells its login from others. */
	identity: string;
	data: ICredentialDataDecryptedObject;
	/** Data of the S/MIME credential, where the node has one. */
	smime?: ICredentialDataDecryptedObject;
	/** IANA name, where the credential leaves the zone empty. */
	workflowTimeZone: string;
	/** Hands out a valid token of the delegated OAuth2 credential. */
	accessToken: DelegatedAuthentication['token'];
}

/** The connector that a credential describes. @throws SettingsError, RecordError */
export function settingsFromCredential(source: CredentialSource): ConnectorSettings {
	const { data } = source;
	const url = endpointUrl(textOf(data, 'url'));
	const listed = accountLinks(linkRows(data));
	const accounts = listed.length > 0 ? listed : ownAccount(loginOf(source));
	const proxyUrl = proxyAddress(textOf(data, 'proxyUrl'), textOf(data, 'proxyUser'), secretOf(data, 'proxyPassword'));
	const trustedCa = secretOf(data, 'trustedCa');
	return {
		name: source.name,
		connectorId: connectorId(textOf(data, 'connectorId')),
		active: switchOf(data, 'active', { shownAs: 'Active', fallback: true }),
		url,
		authentication: authenticationOf(source, url, accounts),
		access: choiceOf(data, 'access', {
			shownAs: 'Mailbox Access',
			values: ['own', 'delegate', 'impersonation'],
			fallback: source.type === 'exchangeEwsAppOnlyApi' ? 'impersonation' : 'own',
		}),
		accounts,
		timeZone: timeZone(textOf(data, 'timeZone') || source.workflowTimeZone),
		readReceiptsRequestedBy: choiceOf(data, 'readReceiptsRequestedBy', {
			shownAs: 'Read Receipts Requested By',
			values: ['otherSystem', 'exchange'],
			fallback: 'otherSystem',
		}),
		maxFailedLogonAttempts: numberOf(data, 'maxFailedLogonAttempts', { shownAs: 'Failed Logons Before a Pause', min: 1, max: 10, fallback: 3 }),
		logonPauseMinutes: numberOf(data, 'logonPauseMinutes', { shownAs: 'Pause (Minutes)', min: 1, max: 1440, fallback: 60 }),
		tls: {
			...(trustedCa.trim() === '' ? {} : { ca: pemText(trustedCa, 'Trusted Certificates (PEM)', 'CERTIFICATE') }),
			ignoreCertificate: switchOf(data, 'ignoreCertificate', { shownAs: 'Ignore Certificate Errors (Insecure)', fallback: false }),
		},
		...(proxyUrl === undefined ? {} : { proxyUrl }),
		timeoutMs: numberOf(data, 'timeoutSeconds', { shownAs: 'Timeout (Seconds)', min: 5, max: 600, fallback: 120 }) * 1000,
		smimeCertificates: source.smime === undefined ? [] : smimeCertificates(source.smime),
	};
}

function authenticationOf(source: CredentialSource, url: string, accounts: ConnectorSettings['accounts']): Authentication {
	switch (source.type) {
		case 'exchangeEwsBasicApi':
			return passwordAuthentication(source.data, url, accounts);
		case 'exchangeEwsOAuth2Api':
			return { method: 'bearer', token: source.accessToken, identity: source.identity, ...whereTokensAreFor(source.data, url) };
		case 'exchangeEwsAppOnlyApi':
			return appOnlyAuthentication(source.data, url);
	}
}

function passwordAuthentication(data: ICredentialDataDecryptedObject, url: string, accounts: ConnectorSettings['accounts']): Authentication {
	const method = choiceOf(data, 'authentication', { shownAs: 'Authentication', values: ['basic', 'ntlm'], fallback: 'ntlm' });
	if (isExchangeOnline(url)) {
		throw new SettingsError(
			'URL',
			'is an address of Exchange Online, which refuses user name and password',
			'the address of a server on-premises; use the credential Exchange EWS OAuth2 or Exchange EWS App-Only for Exchange Online',
			'connector-authentication',
		);
	}
	const domain = textOf(data, 'domain');
	const loginByMailbox = mailboxLogins(keyedRows(data, 'mailboxLogins', 'Logins of Single Mailboxes'), accounts, domain);
	const user = textOf(data, 'user');
	const everyMailboxHasItsOwn = accounts.length > 0 && accounts.every((link) => loginByMailbox[addressKey(link.mailbox)] !== undefined);
	const password = secretOf(data, 'password');
	if (user === '' && !everyMailboxHasItsOwn) throw new SettingsError('User', 'is empty', 'the user name of the login');
	// An empty one would be a refused logon of that account.
	if (password === '' && !everyMailboxHasItsOwn) throw new SettingsError('Password', 'is empty', 'the password of the login');
	const login: Login = { user, password, ...(domain === '' ? {} : { domain }) };
	return { method, login, loginByMailbox };
}

function appOnlyAuthentication(data: ICredentialDataDecryptedObject, url: string): Authentication {
	const tenantId = required(textOf(data, 'tenantId'), 'Tenant ID');
	const clientId = required(textOf(data, 'clientId'), 'Client ID');
	const proof = choiceOf(data, 'proof', { shownAs: 'Proof', values: ['secret', 'certificate'], fallback: 'secret' });
	const authority = textOf(data, 'authority');
	return {
		method: 'appOnly',
		tenantId,
		clientId,
		...whereTokensAreFor(data, url),
		...(authority === '' ? {} : { authority }),
		proof:
			proof === 'secret'
				? { with: 'secret', secret: required(secretOf(data, 'clientSecret'), 'Client Secret') }
				: {
						with: 'certificate',
						privateKey: pemText(secretOf(data, 'privateKey'), 'Private Key (PEM)', 'PRIVATE KEY'),
						certificate: pemText(secretOf(data, 'certificate'), 'Certificate (PEM)', 'CERTIFICATE'),
					},
	};
}

function whereTokensAreFor(data: ICredentialDataDecryptedObject, url: string): { cloud: Cloud; resource?: string } {
	const resource = textOf(data, 'ownResource');
	const cloud = choiceOf(data, 'cloud', { shownAs: 'Cloud', values: ['global', 'gccHigh', 'dod', 'china'], fallback: 'global' });
	if (resource !== '') return { cloud, resource };
	const right = addressInCloud(url, cloud);
	if (right !== undefined) throw new SettingsError('URL', `is ${url}, Exchange Online in another cloud than "Cloud" names`, `${right} or empty (Autodiscover)`, 'connector-url');
	return { cloud };
}

/** Who logs on, as far as it is known before the first request. */
function loginOf(source: CredentialSource): string {
	switch (source.type) {
		case 'exchangeEwsBasicApi':
			return textOf(source.data, 'user');
		case 'exchangeEwsOAuth2Api':
			// Who has not signed in yet is told so, and not that a list is missing.
			storedAccessToken(source.data);
			return signedInUser(source.data) ?? '';
		case 'exchangeEwsAppOnlyApi':
			return '';
	}
}

function linkRows(data: ICredentialDataDecryptedObject): Array<{ account?: unknown; mailbox?: unknown }> {
	const collection: unknown = data['accounts'];
	if (typeof collection !== 'object' || collection === null || !('links' in collection) || !Array.isArray(collection.links)) return [];
	return collection.links.filter((row: unknown): row is { account?: unknown; mailbox?: unknown } => typeof row === 'object' && row !== null);
}

function connectorId(entered: string): string {
	if (entered === '') return 'n8n';
	if (!/^[A-Za-z0-9._-]{1,40}$/.test(entered)) {
		throw new SettingsError('Name of the Other System in Stamps', `is ${JSON.stringify(entered)}`, '1 to 40 letters, digits, dots, dashes or underscores');
	}
	return entered;
}

function timeZone(name: string): string {
	if (!isTimeZone(name)) throw new SettingsError('Time Zone', `is ${JSON.stringify(name)}`, 'an IANA name such as Europe/Zurich', 'time-zone');
	return name;
}

function isTimeZone(name: string): boolean {
	try {
		return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
	} catch {
		return false;
	}
}

function required(value: string, field: string): string {
	if (value === '') throw new SettingsError(field, 'is empty', 'filled in');
	return value;
}
