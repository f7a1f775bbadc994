import { describe, expect, it } from 'vitest';
import { ExchangeEwsAppOnlyApi } from '../../credentials/ExchangeEwsAppOnlyApi.credentials.ts';
import { ExchangeEwsBasicApi } from '../../credentials/ExchangeEwsBasicApi.credentials.ts';
import { ExchangeSmimeApi } from '../../credentials/ExchangeSmimeApi.credentials.ts';
import type { CredentialSource } from '../../nodes/shared/settings/settings-from-credential.ts';
import { settingsFromCredential } from '../../nodes/shared/settings/settings-from-credential.ts';

const SECRET = 'S3cret-that-nobody-may-see';

function settings(data: CredentialSource['data'], source: Partial<CredentialSource> = {}) {
	return settingsFromCredential({
		type: 'exchangeEwsBasicApi',
		name: 'Head office',
		identity: 'credential-1',
		data: { url: 'mail.example.test', user: 'anna@example.test', password: SECRET, ...data },
		workflowTimeZone: 'Europe/Zurich',
		accessToken: async () => SECRET,
		...source,
	});
}

function refusal(data: CredentialSource['data'], source: Partial<CredentialSource> = {}): string {
	try {
		settings(data, source);
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error('The credential was accepted');
}

const accounts = (...links: Array<{ account?: string; mailbox?: string }>) => ({ accounts: { links } });

describe('settings from a credential', () => {
	it('connector-name: the connector is named like its credential', () => {
		expect(settings({}).name).toBe('Head office');
	});

	it('connector-inactive: a credential is active unless it is switched off', () => {
		expect(settings({}).active).toBe(true);
		expect(settings({ active: false }).active).toBe(false);
	});

	it('connector-inactive: switches may be words, as an expression takes them from a vault or an environment', () => {
		expect(['false', 'No', '0', 'true', ''].map((active) => settings({ active }).active)).toEqual([false, false, false, true, true]);
		expect(settings({ ignoreCertificate: 'true' }).tls.ignoreCertificate).toBe(true);
		expect(refusal({ active: 'off duty' })).toMatch(/Field "Active" is "off duty", but must be true or false/);
		expect(refusal({ ignoreCertificate: 'sometimes' })).toMatch(/Field "Ignore Certificate Errors \(Insecure\)" is "sometimes"/);
	});

	it.each([
		['mail.example.test', 'https://mail.example.test/EWS/Exchange.asmx'],
		['https://mail.example.test', 'https://mail.example.test/EWS/Exchange.asmx'],
		['https://mail.example.test:8443/ews', 'https://mail.example.test:8443/EWS/Exchange.asmx'],
		['http://127.0.0.1:8080/EWS/Exchange.asmx', 'http://127.0.0.1:8080/EWS/Exchange.asmx'],
		['  ', ''],
	])('connector-url: %j is used as %j', (entered, used) => {
		expect(settings({ url: entered }).url).toBe(used);
	});

	it.each(['ftp://mail.example.test', 'https://mail.example.test/owa', 'https://mail.example.test/EWS/Exchange.asmx?x=1', 'https://'])('connector-url: %j is refused', (entered) => {
		expect(refusal({ url: entered })).toMatch(/url.*must be .*EWS/i);
	});

	it('connector-url: a password in the address is refused and not repeated', () => {
		const message = refusal({ url: `https://anna:${SECRET}@mail.example.test` });
		expect(message).toContain('without user name');
		expect(message).not.toContain(SECRET);
	});

	it('connector-domain: the domain goes with the login and with the logins of single mailboxes', () => {
		const { authentication } = settings({
			domain: 'EXAMPLE',
			...accounts({ account: 'a', mailbox: 'Anna@Example.test' }),
			mailboxLogins: JSON.stringify({ 'anna@example.TEST': { user: 'anna', password: 'p' } }),
		});
		expect(authentication).toEqual({
			method: 'ntlm',
			login: { user: 'anna@example.test', password: SECRET, domain: 'EXAMPLE' },
			loginByMailbox: { 'anna@example.test': { user: 'anna', password: 'p', domain: 'EXAMPLE' } },
		});
	});

	it('account-one-to-one: a login belongs to its mailbox in either form of an international domain', () => {
		const { authentication } = settings({ ...accounts({ account: 'a', mailbox: 'anna@müller.example' }), mailboxLogins: JSON.stringify({ 'Anna@xn--mller-kva.example': { user: 'anna', password: 'p' } }) });
		expect(authentication).toMatchObject({ loginByMailbox: { 'anna@xn--mller-kva.example': { user: 'anna' } } });
	});

	it.each(['https://outlook.office365.com/EWS/Exchange.asmx', 'outlook.office.com', 'https://outlook.office365.us', 'partner.outlook.cn', 'outlook.office.de', 'webmail.apps.mil'])(
		'connector-authentication: user name and password are refused for %s of Exchange Online',
		(url) => {
			expect(refusal({ url })).toContain('connector-authentication');
		},
	);

	it('connector-authentication: OAuth2 is offered for Exchange Online', () => {
		const built = settings({ url: 'https://outlook.office365.com', ...accounts({ account: 'a', mailbox: 'anna@example.test' }) }, { type: 'exchangeEwsOAuth2Api' });
		expect(built.authentication).toMatchObject({ method: 'bearer', identity: 'credential-1', cloud: 'global' });
		const hybrid = settings({ cloud: 'china', ownResource: 'https://mail.example.test', ...accounts({ account: 'a', mailbox: 'anna@example.test' }) }, { type: 'exchangeEwsOAuth2Api' });
		expect(hybrid.authentication).toMatchObject({ cloud: 'china', resource: 'https://mail.example.test' });
	});

	it('connector-url: the address of Exchange Online in another cloud than the tokens\' is refused, and the right one named', () => {
		const inCloud = (cloud: string, url: string) => ({ tenantId: 't', clientId: 'c', clientSecret: SECRET, cloud, url, ...accounts({ mailbox: 'anna@example.test' }) });
		const type = 'exchangeEwsAppOnlyApi' as const;
		expect(refusal(inCloud('gccHigh', 'outlook.office365.com'), { type })).toContain('must be https://outlook.office365.us/EWS/Exchange.asmx or empty (Autodiscover)');
		expect(refusal(inCloud('global', 'partner.outlook.cn'), { type })).toContain('must be https://outlook.office365.com/EWS/Exchange.asmx');
		for (const [cloud, url] of [['china', 'partner.outlook.cn'], ['china', ''], ['global', 'outlook.office365.com'], ['dod', 'mail.example.test']] as const) expect(settings(inCloud(cloud, url), { type }).authentication).toMatchObject({ cloud });
	});

	it('connector-authentication: an application proves itself with a secret or a certificate', () => {
		const base = { tenantId: 'tenant', clientId: 'client', ...accounts({ account: 'a', mailbox: 'anna@example.test' }) };
		const type = 'exchangeEwsAppOnlyApi' as const;
		expect(settings({ ...base, proof: 'secret', clientSecret: SECRET }, { type })).toMatchObject({ access: 'impersonation', authentication: { method: 'appOnly', cloud: 'global', proof: { with: 'secret', secret: SECRET } } });
		const onOneLine = '-----BEGIN PRIVATE KEY----- AAAA BBBB -----END PRIVATE KEY-----';
		const certificate = '-----BEGIN CERTIFICATE-----\\nCCCC\\n-----END CERTIFICATE-----';
		expect(settings({ ...base, proof: 'certificate', privateKey: onOneLine, certificate }, { type }).authentication).toMatchObject({
			proof: { with: 'certificate', privateKey: '-----BEGIN PRIVATE KEY-----\nAAAABBBB\n-----END PRIVATE KEY-----\n', certificate: '-----BEGIN CERTIFICATE-----\nCCCC\n-----END CERTIFICATE-----\n' },
		});
		const message = refusal({ ...base, proof: 'certificate', privateKey: SECRET, certificate }, { type });
		expect(message).toContain('Private Key (PEM)');
		expect(message).not.toContain(SECRET);
	});

	it('account-one-to-one: a mailbox or an account in two rows is refused with both rows named', () => {
		const mailbox = refusal(accounts({ account: 'anna', mailbox: 'anna@example.test' }, { account: 'bob', mailbox: 'bob@example.test' }, { account: 'anna2', mailbox: 'ANNA@example.test' }));
		expect(mailbox).toMatch(/rows 1 and 3 .*account-one-to-one/);
		expect(refusal(accounts({ account: 'Anna', mailbox: 'anna@example.test' }, { account: 'anna', mailbox: 'bob@example.test' }))).toMatch(/rows 1 and 2/);
	});

	it.each([
		['a mailbox twice', [{ mailbox: 'anna@example.test' }, { mailbox: 'ANNA@example.test' }], 'Field "Accounts, row 2, Mailbox" is "ANNA@example.test", but must be in one row only: rows 1 and 2 have the same mailbox (rule account-one-to-one)'],
		[
			'an account twice, with an empty row before',
			[{}, { account: 'anna', mailbox: 'anna@example.test' }, { account: 'Anna', mailbox: 'bob@example.test' }],
			'Field "Accounts, row 3, Account of the Other System" is "Anna", but must be in one row only: rows 2 and 3 have the same account (rule account-one-to-one)',
		],
		['no address', [{ account: 'anna', mailbox: 'anna' }], 'Field "Accounts, row 1, Mailbox" is "anna", but must be the email address (SMTP) of a mailbox'],
	])('account-one-to-one: %s is told with the row and the field as the credential shows them', (_what, links, text) => {
		expect(refusal(accounts(...links))).toBe(text);
	});

	it.each<[string, CredentialSource['data'], Partial<CredentialSource>]>([
		['URL', { url: 'ftp://mail.example.test' }, {}],
		['URL', { url: 'https://mail.example.test/owa' }, {}],
		['URL', { url: 'https://outlook.office365.com' }, {}],
		['Mailbox Access', { access: 'none' }, {}],
		['Authentication', { authentication: 'kerberos' }, {}],
		['User', { user: '', ...accounts({ mailbox: 'anna@example.test' }) }, {}],
		['Password', { password: '' }, {}],
		['Accounts', { user: 'EXAMPLE\\anna' }, {}],
		['Logins of Single Mailboxes', { mailboxLogins: '[]' }, {}],
		['Name of the Other System in Stamps', { connectorId: 'a b' }, {}],
		['Time Zone', { timeZone: 'Mars/Olympus' }, {}],
		['Read Receipts Requested By', { readReceiptsRequestedBy: 'nobody' }, {}],
		['Failed Logons Before a Pause', { maxFailedLogonAttempts: 0 }, {}],
		['Pause (Minutes)', { logonPauseMinutes: 0 }, {}],
		['Trusted Certificates (PEM)', { trustedCa: 'none' }, {}],
		['Proxy', { proxyUrl: 'socks://proxy' }, {}],
		['Timeout (Seconds)', { timeoutSeconds: 1 }, {}],
		['Tenant ID', { ...accounts({ mailbox: 'anna@example.test' }) }, { type: 'exchangeEwsAppOnlyApi' }],
		['Client ID', { tenantId: 't', ...accounts({ mailbox: 'anna@example.test' }) }, { type: 'exchangeEwsAppOnlyApi' }],
		['Client Secret', { tenantId: 't', clientId: 'c', ...accounts({ mailbox: 'anna@example.test' }) }, { type: 'exchangeEwsAppOnlyApi' }],
		['Cloud', { tenantId: 't', clientId: 'c', cloud: 'mars', clientSecret: 's', ...accounts({ mailbox: 'anna@example.test' }) }, { type: 'exchangeEwsAppOnlyApi' }],
		['URL', { tenantId: 't', clientId: 'c', cloud: 'china', clientSecret: 's', url: 'https://outlook.office365.com/EWS/Exchange.asmx', ...accounts({ mailbox: 'anna@example.test' }) }, { type: 'exchangeEwsAppOnlyApi' }],
		['Proof', { tenantId: 't', clientId: 'c', proof: 'none', ...accounts({ mailbox: 'anna@example.test' }) }, { type: 'exchangeEwsAppOnlyApi' }],
		['Certificate (PKCS #12, Base64)', {}, { smime: { certificate: '§' } }],
	])('a refusal names the field %s, which the credential shows under this name', (field, data, source) => {
		expect(refusal(data, source)).toMatch(new RegExp(`^Field "${field.replace(/[()#]/g, '\\$&')}" `));
		const credentials = [new ExchangeEwsBasicApi(), new ExchangeEwsAppOnlyApi(), new ExchangeSmimeApi()];
		expect(credentials.flatMap(({ properties }) => properties.map(({ displayName }) => displayName))).toContain(field);
	});

	it('account-one-to-one: the rows of the list are called as the credential shows them', () => {
		const [links] = new ExchangeEwsBasicApi().properties.find(({ name }) => name === 'accounts')?.options ?? [];
		expect(links !== undefined && 'values' in links ? links.values.map(({ name, displayName }) => [name, displayName]) : []).toEqual([
			['account', 'Account of the Other System'],
			['mailbox', 'Mailbox'],
		]);
	});

	it('account-one-to-one: an account without name is named like its mailbox, and a credential without accounts has the mailbox of its login', () => {
		expect(settings(accounts({ account: '', mailbox: 'anna@example.test' })).accounts).toEqual([{ account: 'anna@example.test', mailbox: 'anna@example.test' }]);
		expect(settings({}).accounts).toEqual([{ account: 'anna@example.test', mailbox: 'anna@example.test' }]);
		expect(refusal({ user: 'EXAMPLE\\anna' })).toContain('Accounts');
	});

	it('account-one-to-one: whoever signed in with OAuth2 is the account of a credential without accounts', () => {
		const token = `x.${Buffer.from(JSON.stringify({ upn: 'anna@example.test' })).toString('base64url')}.x`;
		expect(settings({ url: '', oauthTokenData: { access_token: token } }, { type: 'exchangeEwsOAuth2Api' }).accounts).toEqual([{ account: 'anna@example.test', mailbox: 'anna@example.test' }]);
	});

	it('connector-authentication: whoever has not signed in with OAuth2 yet is told so, whether accounts are listed or not', () => {
		expect(refusal({ url: '' }, { type: 'exchangeEwsOAuth2Api' })).toContain('Connect my account');
	});

	it('account-one-to-one: a login for a mailbox that is not listed, or listed twice, is refused without its password', () => {
		const list = accounts({ account: 'a', mailbox: 'anna@example.test' });
		const login = { user: 'x', password: SECRET };
		for (const logins of [{ 'bob@example.test': login }, { 'anna@example.test': login, 'ANNA@example.test': login }, { 'anna@example.test': { password: SECRET } }, { 'anna@example.test': SECRET }]) {
			const message = refusal({ ...list, mailboxLogins: JSON.stringify(logins) });
			expect(message).toContain('Logins of Single Mailboxes');
			expect(message).not.toContain(SECRET);
		}
		expect(refusal({ ...list, mailboxLogins: `{ "anna@example.test": { "password": "${SECRET}" ` })).not.toContain(SECRET);
	});

	it('account-one-to-one: a login that n8n handed out hidden, under a mailbox that it does not know, is refused instead of tried', () => {
		const list = accounts({ mailbox: 'anna@example.test' });
		expect(refusal({ ...list, mailboxLogins: '{ "anna@example.test": { "user": "anna", "password": "***" } }' })).toBe(
			'Field "Logins of Single Mailboxes" has *** under "anna@example.test" → "password", but must be entered anew there: n8n keeps hidden values by their key, and this key is new',
		);
		expect(refusal({}, { smime: { otherFiles: '{ "anna 2024": { "pkcs12": "***", "password": "x" } }' } })).toContain('"More Certificates" has ***');
	});

	it('time-zone: the credential decides, else the workflow; an unknown zone is refused', () => {
		expect(settings({}).timeZone).toBe('Europe/Zurich');
		expect(settings({ timeZone: 'Asia/Kolkata' }).timeZone).toBe('Asia/Kolkata');
		expect(refusal({ timeZone: 'Mars/Olympus' })).toMatch(/Mars\/Olympus.*IANA.*time-zone/);
	});

	it('read-receipts: the other system requests them unless the credential says otherwise', () => {
		expect(settings({}).readReceiptsRequestedBy).toBe('otherSystem');
		expect(settings({ readReceiptsRequestedBy: 'exchange' }).readReceiptsRequestedBy).toBe('exchange');
	});

	it('logon-limit: three attempts and an hour unless set, and never out of 1 to 10', () => {
		expect(settings({})).toMatchObject({ maxFailedLogonAttempts: 3, logonPauseMinutes: 60 });
		expect(refusal({ maxFailedLogonAttempts: 11 })).toMatch(/11.*1 to 10/);
	});

	it('puts the login of a proxy into its address and refuses one that already stands there', () => {
		expect(settings({ proxyUrl: 'proxy.example.test:3128', proxyUser: 'p u', proxyPassword: 'a@b:c' }).proxyUrl).toBe('http://p%20u:a%40b%3Ac@proxy.example.test:3128/');
		expect(refusal({ proxyUrl: `http://u:${SECRET}@proxy.example.test` })).not.toContain(SECRET);
	});

	it('smime-pull: takes several certificates, each with its own password, and refuses what is not Base64 without showing it', () => {
		const otherFiles = JSON.stringify({ 'anna 2024': { pkcs12: 'BBBB', password: 'two' } });
		expect(settings({}, { smime: { certificate: 'data:application/x-pkcs12;base64,AA\nAA', password: 'one', otherFiles } }).smimeCertificates).toEqual([
			{ pkcs12: 'AAAA', password: 'one' },
			{ pkcs12: 'BBBB', password: 'two' },
		]);
		const message = refusal({}, { smime: { certificate: `§${SECRET}`, password: SECRET } });
		expect(message).toContain('smime-pull');
		expect(message).not.toContain(SECRET);
	});
});
