import { constants, createHash, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { MailboxFault } from '../../../../src/sync/fault.ts';
import { HttpExchange } from '../../../../src/ews/transport/http-exchange.ts';
import { appOnlyTokens, type AppOnlySettings } from '../../../../src/ews/transport/oauth/app-only-tokens.ts';
import { bearerAuthenticator } from '../../../../src/ews/transport/oauth/bearer-authenticator.ts';
import { readClientCertificate } from '../../../../src/ews/transport/oauth/client-certificate.ts';
import { applicationCertificate, applicationKey, serverCertificate, serverKey, testCa } from '../certificates.mts';
import { startConnectProxy } from '../connect-proxy.mts';
import { openedByTests } from '../opened.mts';
import { itemResponse, responses, startScriptedServer, type Reply, type ScriptedServer, type SeenRequest } from '../scripted-server.mts';
import { connect, subjectOf } from '../test-connection.mts';

const TENANT = '11111111-2222-3333-4444-555555555555';
const SECRET = 'cl13nt~s3cret.Value';
const RESOURCE = 'https://outlook.office365.com';

const opened = openedByTests();

function jwt(claims: Record<string, unknown> = {}): string {
	const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
	return `${part({ alg: 'RS256' })}.${part({ aud: RESOURCE, tid: TENANT, roles: ['full_access_as_app'], exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}.sig`;
}

const token = (value: string, expiresIn = 3600): Reply => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token_type: 'Bearer', expires_in: expiresIn, access_token: value }) });
const refusal = (code: string): Reply => ({
	status: 400,
	headers: { 'content-type': 'application/json' },
	body: JSON.stringify({ error: 'invalid_client', error_description: `${code}: said at length, with ${SECRET}. Trace ID: aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee Correlation ID: x`, error_codes: [1] }),
});

async function endpoint(script: (index: number, request: SeenRequest) => Reply): Promise<ScriptedServer> {
	const server = await startScriptedServer((request, index) => script(index, request), { tls: true });
	opened.push(server);
	return server;
}

function settingsFor(server: ScriptedServer, more: Partial<AppOnlySettings> = {}): AppOnlySettings {
	return { tenant: TENANT, clientId: 'app-1', proof: { kind: 'secret', secret: SECRET }, cloud: 'global', loginHost: `localhost:${server.port}`, tls: { ca: testCa }, ...more };
}

async function faultOf(settings: AppOnlySettings): Promise<MailboxFault> {
	const thrown: unknown = await appOnlyTokens(settings)
		.accessToken(false, undefined)
		.catch((error: unknown) => error);
	if (!(thrown instanceof MailboxFault)) throw new Error(`no fault but ${String(thrown)}`);
	expect(JSON.stringify([thrown.message, thrown.stack, String(thrown.cause)])).not.toContain(SECRET);
	return thrown;
}

describe('tokens of an application', () => {
	it('are asked for once by many callers, and then come from the cache', async () => {
		const value = jwt();
		const server = await endpoint(() => token(value));
		const settings = settingsFor(server);
		const all = await Promise.all(Array.from({ length: 20 }, async () => await appOnlyTokens({ ...settings }).accessToken(false, undefined)));
		expect(new Set(all)).toEqual(new Set([value]));
		await appOnlyTokens(settings).accessToken(false, undefined);
		expect(server.requests).toHaveLength(1);
		const [request] = server.requests;
		expect(request?.path.split('?')[0]).toBe(`/${TENANT}/oauth2/v2.0/token`);
		const form = new URLSearchParams(request?.body);
		expect(form.get('grant_type')).toBe('client_credentials');
		expect(form.get('scope')).toContain(`${RESOURCE}/.default`);
		expect(form.get('client_secret')).toBe(SECRET);
	});

	it('are renewed before they expire, on refusal, and for another secret', async () => {
		let count = 0;
		const server = await endpoint(() => token(jwt({ n: ++count }), count === 1 ? 120 : 3600));
		const settings = settingsFor(server);
		await appOnlyTokens(settings).accessToken(false, undefined);
		await appOnlyTokens(settings).accessToken(false, undefined);
		expect(count).toBe(2);
		await appOnlyTokens(settings).accessToken(true, undefined);
		expect(count).toBe(3);
		await appOnlyTokens({ ...settings, proof: { kind: 'secret', secret: 'another' } }).accessToken(false, undefined);
		expect(count).toBe(4);
	});

	it('are renewed by one request, however many are refused at once', async () => {
		let count = 0;
		const server = await endpoint(() => token(jwt({ n: ++count })));
		const source = appOnlyTokens(settingsFor(server));
		await source.accessToken(false, undefined);
		expect(new Set(await Promise.all(Array.from({ length: 10 }, async () => await source.accessToken(true, undefined)))).size).toBe(1);
		expect(count).toBe(2);
	});

	it('are renewed once a minute at most, however many are refused', async () => {
		let count = 0;
		const server = await endpoint(() => token(jwt({ n: ++count })));
		const source = appOnlyTokens(settingsFor(server));
		const refused = await source.accessToken(false, undefined);
		const renewed = await source.accessToken(true, undefined);
		expect(renewed).not.toBe(refused);
		expect(await Promise.all([source.accessToken(true, undefined), source.accessToken(true, undefined)])).toEqual([renewed, renewed]);
		expect(count).toBe(2);
	});

	it('may be asked for with a certificate, whose thumbprint is computed', async () => {
		const server = await endpoint(() => token(jwt()));
		await appOnlyTokens(settingsFor(server, { proof: { kind: 'certificate', certificate: applicationCertificate, privateKey: applicationKey } })).accessToken(false, undefined);
		const assertion = new URLSearchParams(server.requests[0]?.body).get('client_assertion') ?? '';
		const [header = '', payload = '', signature = ''] = assertion.split('.');
		const { raw, publicKey } = new X509Certificate(applicationCertificate);
		expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: 'PS256', 'x5t#S256': createHash('sha256').update(raw).digest('base64url') });
		expect(verify('sha256', Buffer.from(`${header}.${payload}`), { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, Buffer.from(signature, 'base64url'))).toBe(true);
		const read = readClientCertificate(serverCertificate, serverKey.replaceAll('\n', '\\n'), undefined, Date.now());
		expect(read.thumbprintSha256).toBe(createHash('sha256').update(new X509Certificate(serverCertificate).raw).digest('hex').toUpperCase());
		expect(readClientCertificate(serverCertificate.trim().replaceAll('\n', ' '), serverKey, undefined, Date.now()).thumbprintSha256).toBe(read.thumbprintSha256);
	});

	it.each([
		['another key', () => readClientCertificate(serverCertificate, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), undefined, Date.now()), /does not belong/],
		['no certificate', () => readClientCertificate('hello', serverKey, undefined, Date.now()), /cannot be read/],
		['no key', () => readClientCertificate(serverCertificate, 'hello', undefined, Date.now()), /cannot be read/],
		['an expired certificate', () => readClientCertificate(serverCertificate, serverKey, undefined, Date.UTC(2300, 0, 1)), /expired/],
	])('a certificate is refused for %s', (_why, read, message) => expect(read).toThrow(message));

	it.each([
		['AADSTS7000215', 'secret is wrong'],
		['AADSTS7000222', 'expired'],
		['AADSTS700016', 'client id'],
		['AADSTS90002', 'tenant'],
		['AADSTS65001', 'Consent is missing'],
		['AADSTS700027', 'Upload the certificate'],
		['AADSTS53003', 'conditional access'],
	])('%s tells the administrator what to do', async (code, advice) => {
		const server = await endpoint(() => refusal(code));
		const seen = await faultOf(settingsFor(server));
		expect(seen).toMatchObject({ reason: 'logonRefused', scope: 'connector', code, retry: { can: false } });
		expect(seen.message).toContain(advice);
		expect(seen.message).toContain('aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee');
		expect(seen.message).not.toContain('said at length');
	});

	it.each<[string, Record<string, unknown>, object]>([
		['for another resource', { aud: 'https://graph.microsoft.com' }, { reason: 'malformedAnswer' }],
		['of another tenant', { tid: '99999999-2222-3333-4444-555555555555' }, { reason: 'malformedAnswer' }],
		['that is expired', { exp: 1000 }, { reason: 'logonRefused' }],
	])('a token %s is not used', async (_what, claims, fault) => {
		const server = await endpoint(() => token(jwt(claims)));
		expect(await faultOf(settingsFor(server))).toMatchObject(fault);
	});

	it('an endpoint that fails for now is told as that', async () => {
		const server = await endpoint(() => ({ status: 503, body: 'busy' }));
		expect(await faultOf(settingsFor(server))).toMatchObject({ reason: 'unavailable', retry: { can: true } });
	});

	it('an endpoint that nobody trusts is told as that', async () => {
		const server = await endpoint(() => token(jwt()));
		const seen = await faultOf(settingsFor(server, { tls: {} }));
		expect(seen).toMatchObject({ reason: 'tls', scope: 'connector' });
		expect(server.requests).toHaveLength(0);
	});

	it('come through the proxy', async () => {
		const server = await endpoint(() => token(jwt()));
		const proxy = await startConnectProxy();
		opened.push(proxy);
		await appOnlyTokens(settingsFor(server, { proxy: { use: 'explicit', url: proxy.url } })).accessToken(false, undefined);
		expect(proxy.tunnels).toHaveLength(1);
	});
});

describe('requests with a token', () => {
	const good: Reply = { body: responses('GetItem', itemResponse('AAMk1', '<t:Subject>Hello</t:Subject>')) };

	async function serve(script: (request: SeenRequest) => Reply): Promise<ScriptedServer> {
		const server = await startScriptedServer((request) => script(request));
		opened.push(server);
		return server;
	}

	it('a token that was refused is renewed once', async () => {
		const server = await serve((request) => (request.headers.authorization === 'Bearer new' ? good : { status: 401, headers: { 'x-ms-diagnostics': '2000003;reason="The token has expired.";error_category="token_expired"' } }));
		const asked: boolean[] = [];
		const source = { accessToken: async (renew: boolean) => (asked.push(renew), renew ? 'new' : 'old') };
		const { connection, anna } = connect(server.url, { authenticator: bearerAuthenticator(source, server.url, 'anna@example.test') });
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Hello');
		expect(asked).toEqual([false, true]);
	});

	it('a token that cannot be renewed gives its connection back', async () => {
		// More than what is read off, and more than what fits into the buffers.
		const server = await serve(() => ({ status: 401, body: 'x'.repeat(3 * 1024 * 1024) }));
		const exchange = new HttpExchange({ url: server.url, authenticator: bearerAuthenticator({ accessToken: async (renew) => (renew ? await Promise.reject(new Error('no token')) : 'old') }, server.url, 'anna@example.test') }, 2);
		opened.push(exchange);
		for (let times = 0; times < 4; times++) {
			await expect(exchange.send({ url: new URL(server.url), method: 'POST', headers: {}, body: 'x' })).rejects.toMatchObject({ detail: { code: 'UNKNOWN' } });
		}
		expect(server.requests).toHaveLength(4);
	});

	it('a token that stays refused is not sent again and again', async () => {
		const server = await serve(() => ({ status: 401, headers: { 'x-ms-diagnostics': '2000008;reason="The token has no permissions.";error_category="invalid_grant"' } }));
		const { connection, anna } = connect(server.url, { authenticator: bearerAuthenticator({ accessToken: async () => 'token' }, server.url, 'anna@example.test') });
		opened.push(connection);
		const seen: unknown = await subjectOf(anna).catch((error: unknown) => error);
		expect(seen).toMatchObject({ reason: 'logonRefused' });
		expect(String(seen)).toContain('The token has no permissions');
		expect(server.requests).toHaveLength(1);
	});

	it.each([
		['https://mail.example.test/EWS/Exchange.asmx', 'https://outlook.office365.com/EWS/Exchange.asmx'],
		['http://mail.example.test/EWS/Exchange.asmx', 'http://mail.example.test/EWS/Exchange.asmx'],
	])('a token does not leave for %s when it is for %s', async (url, ewsUrl) => {
		const { connection, anna } = connect(url, { authenticator: bearerAuthenticator({ accessToken: async () => Promise.reject(new Error('asked')) }, ewsUrl, 'anna@example.test') });
		opened.push(connection);
		await expect(subjectOf(anna)).rejects.toMatchObject({ code: 'SecretWithheld' });
	});
});
