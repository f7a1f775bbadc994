import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selfSignedRsaCertificate } from './rsa-certificate.mts';
import type { SecuredExchange } from './startSecuredExchange.mts';
import { startSecuredExchange } from './startSecuredExchange.mts';

const TENANT = { id: '11111111-2222-4333-8444-555555555555', domains: ['example.test'] };
const APP = 'aaaaaaaa-0000-4000-8000-000000000001';
const UNCONSENTED = 'aaaaaaaa-0000-4000-8000-000000000002';
const REFUSED = 'aaaaaaaa-0000-4000-8000-000000000003';
const SECRET = 'App~S3cret-value';
const RESOURCE = 'https://outlook.office365.com';
const FIND = '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

let server: SecuredExchange;
let certificate: { key: string; cert: string };

beforeAll(async () => {
	certificate = await selfSignedRsaCertificate();
	server = await startSecuredExchange({
		users: [
			{ address: 'anna@example.test', password: 'anna-pw' },
			{ address: 'bert@example.test', password: 'bert-pw' },
			{ address: 'service@example.test', password: 'service-pw', mayImpersonate: true },
			{ address: 'team@example.test', password: 'team-pw', mayOpen: ['bert@example.test'] },
		],
		entra: {
			tenants: [
				{
					...TENANT,
					applications: [
						{ clientId: APP, secrets: [{ value: SECRET }, { value: 'old', expired: true }], certificates: [certificate.cert] },
						{ clientId: UNCONSENTED, secrets: [{ value: SECRET }], consent: 'missing' },
						{ clientId: REFUSED, secrets: [{ value: SECRET }], consent: 'refused' },
					],
				},
			],
		},
	});
});
afterAll(async () => {
	await server.close();
});
beforeEach(() => {
	server.control.clearRequests();
	server.entra.requests.length = 0;
	server.autodiscover.answers.clear();
	server.autodiscover.faults.clear();
	server.autodiscover.questions.length = 0;
});

async function tokenAnswer(form: Record<string, string>, tenant = TENANT.id): Promise<{ status: number; answer: Record<string, unknown> }> {
	const response = await fetch(`${server.origin}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
	return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const byServer = { grant_type: 'client_credentials', scope: `${RESOURCE}/.default` };
const withSecret = { ...byServer, client_id: APP, client_secret: SECRET };

async function send(authorization: string, options: { impersonate?: string; body?: string } = {}): Promise<{ status: number; text: string; diagnostics: string | null; challenges: string | null }> {
	const header = options.impersonate === undefined ? '' : `<t:ExchangeImpersonation><t:ConnectingSID><t:SmtpAddress>${options.impersonate}</t:SmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`;
	const response = await fetch(server.url, {
		method: 'POST',
		headers: { authorization, 'content-type': 'text/xml; charset=utf-8' },
		body: `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header><t:RequestServerVersion Version="Exchange2013_SP1"/>${header}</s:Header><s:Body>${options.body ?? FIND}</s:Body></s:Envelope>`,
	});
	return { status: response.status, text: await response.text(), diagnostics: response.headers.get('x-ms-diagnostics'), challenges: response.headers.get('www-authenticate') };
}

const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const codeIn = (text: string): string | undefined => /ResponseCode[^>]*>([^<]+)</.exec(text)?.[1];

function assertion(changes: { key?: string; claims?: Record<string, unknown>; alg?: 'RS256' | 'PS256' } = {}): string {
	const alg = changes.alg ?? 'RS256';
	const raw = Buffer.from(certificate.cert.replace(/-----[^-]+-----|\s/g, ''), 'base64');
	const thumbprint = alg === 'RS256' ? { x5t: createHash('sha1').update(raw).digest('base64url') } : { 'x5t#S256': createHash('sha256').update(raw).digest('base64url') };
	const now = Math.floor(Date.now() / 1_000);
	const claims = { aud: `${server.origin}/${TENANT.id}/oauth2/v2.0/token`, iss: APP, sub: APP, jti: randomUUID(), nbf: now, exp: now + 600, ...changes.claims };
	const text = [{ alg, typ: 'JWT', ...thumbprint }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
	const key = changes.key ?? certificate.key;
	const signature = createSign('sha256').update(text).sign(alg === 'PS256' ? { key, padding: 6, saltLength: 32 } : key);
	return `${text}.${signature.toString('base64url')}`;
}
const withAssertion = (given: string): Record<string, string> => ({ ...byServer, client_id: APP, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: given });

describe('The token endpoint', () => {
	it('gives a token for a secret, by the tenant\'s id or domain', async () => {
		for (const tenant of [TENANT.id, 'example.test']) {
			const { status, answer } = await tokenAnswer(withSecret, tenant);
			expect([status, answer.token_type, answer.expires_in]).toEqual([200, 'Bearer', 3_599]);
		}
		expect(server.entra.requests).toEqual([
			{ tenant: TENANT.id, clientId: APP, grant: 'client_credentials', proof: 'secret', result: 'token' },
			{ tenant: 'example.test', clientId: APP, grant: 'client_credentials', proof: 'secret', result: 'token' },
		]);
	});

	it.each(['RS256', 'PS256'] as const)('gives a token for an assertion signed by the certificate: %s', async (alg) => {
		expect((await tokenAnswer(withAssertion(assertion({ alg })))).status).toBe(200);
	});

	it('refuses assertions of another key, for another endpoint, of another application, and out of time', async () => {
		const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		const cases: Array<[string, number]> = [
			[assertion({ key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }), 700027],
			[assertion({ claims: { aud: 'https://elsewhere.example.test/token' } }), 700023],
			[assertion({ claims: { iss: UNCONSENTED } }), 700021],
			[assertion({ claims: { exp: 1_000_000_000 } }), 700024],
			['junk', 50027],
		];
		for (const [given, number] of cases) expect((await tokenAnswer(withAssertion(given))).answer.error_codes).toEqual([number]);
	});

	it.each([
		['a wrong secret', { ...withSecret, client_secret: 'wrong' }, TENANT.id, 401, 'invalid_client', 'AADSTS7000215'],
		['an expired secret', { ...withSecret, client_secret: 'old' }, TENANT.id, 401, 'invalid_client', 'AADSTS7000222'],
		['no proof', { ...byServer, client_id: APP }, TENANT.id, 401, 'invalid_client', 'AADSTS7000218'],
		['an unknown tenant', withSecret, 'nowhere.test', 400, 'invalid_request', 'AADSTS90002'],
		['an unknown application', { ...withSecret, client_id: randomUUID() }, TENANT.id, 400, 'unauthorized_client', 'AADSTS700016'],
		['an unknown resource', { ...withSecret, scope: 'https://unknown.test/.default' }, TENANT.id, 400, 'invalid_resource', 'AADSTS500011'],
		['a scope of its own', { ...withSecret, scope: `${RESOURCE}/EWS.AccessAsUser.All` }, TENANT.id, 400, 'invalid_scope', 'AADSTS1002012'],
		['refused consent', { ...withSecret, client_id: REFUSED }, TENANT.id, 400, 'invalid_grant', 'AADSTS65001'],
	])('refuses %s', async (_what, form, tenant, status, error, code) => {
		const refused = await tokenAnswer(form, tenant);
		expect([refused.status, refused.answer.error]).toEqual([status, error]);
		expect(String(refused.answer.error_description)).toMatch(new RegExp(`^${code}: .* Trace ID: [0-9a-f-]{36} `));
		expect(JSON.stringify([refused.answer, server.entra.requests])).not.toContain(SECRET);
	});

	it('tells where its endpoints are', async () => {
		const metadata = (await (await fetch(`${server.origin}/${TENANT.id}/v2.0/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
		expect(metadata).toMatchObject({ token_endpoint: `${server.origin}/${TENANT.id}/oauth2/v2.0/token`, issuer: `${server.origin}/${TENANT.id}/v2.0` });
		const instance = (await (await fetch(`${server.origin}/common/discovery/instance?api-version=1.1`)).json()) as Record<string, unknown>;
		expect(instance.tenant_discovery_endpoint).toContain('/.well-known/openid-configuration');
		const keys = (await (await fetch(`${server.origin}/${TENANT.id}/discovery/v2.0/keys`)).json()) as { keys: unknown[] };
		expect(keys.keys).toHaveLength(1);
	});

	it('signs a user in and renews the token', async () => {
		const redirect = 'http://localhost:5678/rest/oauth2-credential/callback';
		const query = new URLSearchParams({ client_id: APP, redirect_uri: redirect, state: 's1', login_hint: 'anna@example.test', scope: `${RESOURCE}/EWS.AccessAsUser.All offline_access` });
		const back = new URL((await fetch(`${server.origin}/${TENANT.id}/oauth2/v2.0/authorize?${query.toString()}`, { redirect: 'manual' })).headers.get('location') ?? '');
		expect(back.searchParams.get('state')).toBe('s1');
		const first = await tokenAnswer({ grant_type: 'authorization_code', client_id: APP, client_secret: SECRET, redirect_uri: redirect, code: back.searchParams.get('code') ?? '' });
		const second = await tokenAnswer({ grant_type: 'refresh_token', client_id: APP, client_secret: SECRET, refresh_token: String(first.answer.refresh_token) });
		for (const { answer } of [first, second]) expect((await send(`Bearer ${String(answer.access_token)}`)).status).toBe(200);
		expect(server.control.requests().map(({ user }) => user)).toEqual(['anna@example.test', 'anna@example.test']);
	});
});

describe('Bearer tokens', () => {
	const subject = (): Parameters<SecuredExchange['entra']['token']>[0] => ({ tenant: server.entra.tenants[0]!, clientId: APP, resource: RESOURCE, roles: ['full_access_as_app'] });
	const impersonate = 'anna@example.test';

	it('of an application reach a mailbox by impersonation', async () => {
		const { status, text } = await send(`Bearer ${server.entra.token(subject())}`, { impersonate });
		expect([status, codeIn(text)]).toEqual([200, 'NoError']);
		expect(codeIn((await send(`Bearer ${server.entra.token(subject())}`)).text)).toBe('ErrorImpersonationRequired');
	});

	it.each([
		['expired', { exp: 1_000_000_000 }, 2000001, 'token_expired'],
		['of the future', { nbf: 4_000_000_000 }, 2000006, 'invalid_lifetime'],
		['for another audience', { aud: 'https://graph.microsoft.com' }, 2000003, 'invalid_resource'],
		['of another tenant', { tid: '99999999-2222-4333-8444-555555555555' }, 2000004, 'invalid_issuer'],
		['without the permission', { roles: [] }, 2000008, 'invalid_grant'],
		['with another permission', { roles: ['Mail.Read'] }, 2000008, 'invalid_grant'],
		['of a user without the scope', { upn: 'anna@example.test', scp: 'Mail.Read' }, 2000008, 'invalid_grant'],
		['of a user nobody knows', { upn: 'nobody@example.test', scp: 'EWS.AccessAsUser.All' }, 2000009, 'invalid_user'],
	])('are refused when %s', async (_what, changes, number, category) => {
		const { status, diagnostics, challenges } = await send(`Bearer ${server.entra.token(subject(), changes)}`, { impersonate });
		expect(status).toBe(401);
		expect(diagnostics).toMatch(new RegExp(`^${number};reason="[^"]+";error_category="${category}"$`));
		expect(challenges).toMatch(/^Bearer client_id="00000002-0000-0ff1-ce00-000000000000".*error="invalid_token"$/);
	});

	it('are refused when another key signed them, or when they are none', async () => {
		const [head, body] = server.entra.token(subject()).split('.');
		expect((await send(`Bearer ${head ?? ''}.${body ?? ''}.${Buffer.alloc(256).toString('base64url')}`)).diagnostics).toContain('invalid_signature');
		expect((await send('Bearer nonsense')).diagnostics).toContain('2000000');
	});

	it('lack the permission where consent is missing', async () => {
		const { answer } = await tokenAnswer({ ...withSecret, client_id: UNCONSENTED });
		expect((await send(`Bearer ${String(answer.access_token)}`, { impersonate })).diagnostics).toContain('2000008');
	});

	it('reach what the application access policy lets them', async () => {
		server.access.restrictApplication(APP, ['bert@example.test']);
		const token = `Bearer ${server.entra.token(subject())}`;
		expect(codeIn((await send(token, { impersonate })).text)).toBe('ErrorAccessDenied');
		expect(codeIn((await send(token, { impersonate: 'BERT@example.test' })).text)).toBe('NoError');
		server.access.restrictApplication(APP, ['anna@example.test', 'bert@example.test']);
	});
});

describe('Rights', () => {
	const ofBert = FIND.replace('/></m:FolderIds>', '><t:Mailbox><t:EmailAddress>bert@example.test</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds>');

	it('impersonation needs its role, a mailbox, and the scope', async () => {
		const service = basic('service@example.test', 'service-pw');
		expect(codeIn((await send(basic('anna@example.test', 'anna-pw'), { impersonate: 'bert@example.test' })).text)).toBe('ErrorImpersonateUserDenied');
		expect(codeIn((await send(service, { impersonate: 'bert@example.test' })).text)).toBe('NoError');
		expect(codeIn((await send(service, { impersonate: 'nobody@example.test' })).text)).toBe('ErrorNonExistentMailbox');
		server.access.restrictImpersonation('service@example.test', ['anna@example.test']);
		expect(codeIn((await send(service, { impersonate: 'bert@example.test' })).text)).toBe('ErrorImpersonateUserDenied');
		server.access.restrictImpersonation('service@example.test', ['anna@example.test', 'bert@example.test']);
	});

	it('full access opens a mailbox, nothing else does', async () => {
		expect(codeIn((await send(basic('team@example.test', 'team-pw'), { body: ofBert })).text)).toBe('NoError');
		expect(codeIn((await send(basic('anna@example.test', 'anna-pw'), { body: ofBert })).text)).toBe('ErrorAccessDenied');
	});

	it('a folder permission opens that folder for what it allows', async () => {
		const { permitFolder } = await import('./folder-permissions.mts');
		const bert = server.exchange.mailboxOf('bert@example.test')!;
		const anna = basic('anna@example.test', 'anna-pw');
		const inCalendar = ofBert.replace('Id="inbox"', 'Id="calendar"');
		const create = `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="drafts"><t:Mailbox><t:EmailAddress>bert@example.test</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:SavedItemFolderId><m:Items><t:Message><t:Subject>x</t:Subject></t:Message></m:Items></m:CreateItem>`;
		permitFolder(bert, bert.folderNamed('calendar'), 'anna@example.test', 'reviewer');
		permitFolder(bert, bert.folderNamed('drafts'), 'anna@example.test', 'reviewer');
		expect(codeIn((await send(anna, { body: inCalendar })).text)).toBe('NoError');
		expect(codeIn((await send(anna, { body: ofBert })).text)).toBe('ErrorFolderNotFound');
		expect(codeIn((await send(anna, { body: create })).text)).toBe('ErrorCreateItemAccessDenied');
		permitFolder(bert, bert.folderNamed('drafts'), 'anna@example.test', 'author');
		expect(codeIn((await send(anna, { body: create })).text)).toBe('NoError');
		for (const folder of ['calendar', 'drafts']) permitFolder(bert, bert.folderNamed(folder), 'anna@example.test', undefined);
		expect(codeIn((await send(anna, { body: inCalendar })).text)).toBe('ErrorAccessDenied');
	});

	it('EWS switched off: 403 and nothing else on-premises, a fault with diagnostics in Exchange Online', async () => {
		const anna = basic('anna@example.test', 'anna-pw');
		server.access.switchMailbox('anna@example.test', 'on-premises');
		expect(await send(anna)).toMatchObject({ status: 403, text: '', diagnostics: null });
		expect((await send(basic('service@example.test', 'service-pw'), { impersonate: 'anna@example.test' })).status).toBe(403);
		expect((await send(basic('bert@example.test', 'bert-pw'))).status).toBe(200);
		server.access.switchMailbox('anna@example.test', 'online');
		const off = await send(anna);
		expect([off.status, codeIn(off.text)]).toEqual([403, 'ErrorAccessDenied']);
		server.access.switchMailbox('anna@example.test', undefined);
		server.access.switchOrganisation('online');
		expect((await send(basic('bert@example.test', 'bert-pw'))).diagnostics).toContain('EWSEnabled');
		server.access.switchOrganisation(undefined);
		expect((await send(anna)).status).toBe(200);
	});
});

describe('A mailbox\'s own time zone', () => {
	const ask = '<m:GetUserConfiguration><m:UserConfigurationName Name="OWA.UserOptions"><t:DistinguishedFolderId Id="root"/></m:UserConfigurationName><m:UserConfigurationProperties>Dictionary</m:UserConfigurationProperties></m:GetUserConfiguration>';

	it('stands in the options of Outlook on the web, once they were set', async () => {
		const anna = basic('anna@example.test', 'anna-pw');
		expect(codeIn((await send(anna, { body: ask })).text)).toBe('ErrorItemNotFound');
		const { setMailboxTimeZone } = await import('./user-configuration.mts');
		setMailboxTimeZone(server.exchange.mailboxOf('anna@example.test')!, 'Tokyo Standard Time');
		expect((await send(anna, { body: ask })).text).toMatch(/<t:Value>timezone<\/t:Value><\/t:DictionaryKey><t:DictionaryValue><t:Type>String<\/t:Type><t:Value>Tokyo Standard Time</);
	});
});

describe('Autodiscover', () => {
	const pox = (address: string): string => `<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress></Request></Autodiscover>`;
	const soap = (address: string): string =>
		`<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover"><s:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>${address}</a:Mailbox></a:User></a:Users></a:Request></a:GetUserSettingsRequestMessage></s:Body></s:Envelope>`;
	async function ask(file: string, body: string, authorization = basic('anna@example.test', 'anna-pw')): Promise<{ status: number; text: string }> {
		const response = await fetch(`${server.origin}/autodiscover/${file}`, { method: 'POST', body, headers: { authorization }, redirect: 'manual' });
		return { status: response.status, text: await response.text() };
	}

	it('answers in plain XML and by SOAP, to those who log on', async () => {
		const address = 'anna@example.test';
		expect((await ask('autodiscover.xml', pox(address))).text).toContain(`<EwsUrl>${server.url}</EwsUrl>`);
		expect((await ask('autodiscover.svc', soap(address))).text).toContain(`<Name>ExternalEwsUrl</Name><Value>${server.url}</Value>`);
		expect((await ask('autodiscover.xml', pox(address), basic(address, 'wrong'))).status).toBe(401);
		expect(server.autodiscover.questions).toEqual([
			{ protocol: 'pox', address, scheme: 'Basic', status: 200, user: address },
			{ protocol: 'soap', address, scheme: 'Basic', status: 200, user: address },
			{ protocol: 'pox', address, scheme: 'Basic', status: 401 },
		]);
	});

	it('answers in JSON to everybody', async () => {
		for (const path of ['autodiscover.json?Email=anna%40example.test&Protocol=Ews', 'autodiscover.json/v1.0/anna%40example.test?Protocol=EWS']) {
			expect(await (await fetch(`${server.origin}/autodiscover/${path}`)).json()).toEqual({ Protocol: 'EWS', Url: server.url });
		}
		const unknown = await fetch(`${server.origin}/autodiscover/autodiscover.json?Email=nobody%40example.test&Protocol=Ews`);
		expect([unknown.status, await unknown.json()]).toMatchObject([404, { ErrorCode: 'UserNotFound' }]);
	});

	it('redirects to an address or to a URL, plain http too', async () => {
		server.autodiscover.answers.set('anna@example.test', { found: 'address', address: 'anna@cloud.test' });
		expect((await ask('autodiscover.xml', pox('anna@example.test'))).text).toContain('<RedirectAddr>anna@cloud.test</RedirectAddr>');
		expect((await ask('autodiscover.svc', soap('anna@example.test'))).text).toContain('<RedirectTarget>anna@cloud.test</RedirectTarget>');
		server.autodiscover.answers.set('anna@example.test', { found: 'elsewhere', url: 'http://plain.test/autodiscover/autodiscover.xml' });
		expect((await ask('autodiscover.xml', pox('anna@example.test'))).text).toContain('<RedirectUrl>http://plain.test/');
		expect((await ask('autodiscover.svc', soap('anna@example.test'))).text).toContain('<ErrorCode>RedirectUrl</ErrorCode>');
	});

	it('does not know strangers, and breaks as it is told to', async () => {
		expect((await ask('autodiscover.xml', pox('nobody@example.test'))).text).toContain('<ErrorCode>500</ErrorCode>');
		expect((await ask('autodiscover.svc', soap('nobody@example.test'))).text).toContain('<ErrorCode>InvalidUser</ErrorCode>');
		server.autodiscover.faults.set('pox', { fault: 'page' });
		server.autodiscover.faults.set('soap', { fault: 'status', status: 503 });
		expect((await ask('autodiscover.xml', pox('anna@example.test'))).text).toContain('<html>');
		expect((await ask('autodiscover.svc', soap('anna@example.test'))).status).toBe(503);
	});
});

describe('The clock of the server', () => {
	it('stands in the Date header', async () => {
		server.control.setClock(new Date('2026-03-02T08:00:00Z'));
		const response = await fetch(server.url, { headers: { authorization: basic('anna@example.test', 'anna-pw') } });
		expect(response.headers.get('date')).toBe('Mon, 02 Mar 2026 08:00:00 GMT');
	});
});
