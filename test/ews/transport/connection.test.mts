import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { qualifiedUser } from '../../../src/ews/transport/basic-authenticator.ts';
import type { ProxySettings } from '../../../src/ews/transport/connection-settings.ts';
import { isExchangeOnlineHost } from '../../../src/ews/transport/exchange-online-hosts.ts';
import { chooseProxy } from '../../../src/ews/transport/proxy-choice.ts';
import { testCa } from './certificates.mts';
import { startConnectProxy } from './connect-proxy.mts';
import { openedByTests } from './opened.mts';
import { fault, itemResponse, responses, startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.mts';
import { connect, PASSWORD, subjectOf } from './test-connection.mts';

const opened = openedByTests();

async function serve(script: (index: number) => Reply, tls = false): Promise<ScriptedServer> {
	const server = await startScriptedServer((_request, index) => script(index), { tls });
	opened.push(server);
	return server;
}

const xml = responses('GetItem', itemResponse('AAMk1', '<t:Subject>Grüße</t:Subject>'));
const good: Reply = { body: xml };

describe('a request', () => {
	it('tells who asks, for which mailbox, under a fresh id each time', async () => {
		const server = await serve(() => good);
		const { connection } = connect(server.url, { userAgent: 'n8n-nodes-exchange-ews/1.2' });
		opened.push(connection);
		const ben = connection.mailbox({ address: 'ben@example.test', mode: 'impersonate' });
		await subjectOf(ben);
		await subjectOf(ben);
		const [first, second] = server.requests;
		expect(first?.headers).toMatchObject({
			'user-agent': 'n8n-nodes-exchange-ews/1.2',
			'return-client-request-id': 'true',
			'x-anchormailbox': 'ben@example.test',
			'content-type': 'text/xml; charset=utf-8',
			authorization: `Basic ${Buffer.from(`anna@example.test:${PASSWORD}`).toString('base64')}`,
		});
		expect(first?.headers['client-request-id']).toMatch(/^[0-9a-f-]{36}$/);
		expect(second?.headers['client-request-id']).not.toBe(first?.headers['client-request-id']);
		expect(first?.body).toContain('<t:ExchangeImpersonation><t:ConnectingSID><t:SmtpAddress>ben@example.test</t:SmtpAddress>');
	});

	it('uses its connections again', async () => {
		const server = await serve(() => good, true);
		const { connection, anna } = connect(server.url, { tls: { ca: testCa } });
		opened.push(connection);
		for (let count = 0; count < 6; count++) await subjectOf(anna);
		// undici frees a connection a moment after the answer's end, so that the next request may open a second one.
		expect(new Set(server.requests.map((request) => request.connection)).size).toBeLessThanOrEqual(2);
	});

	it.each([
		['gzip', gzipSync],
		['br', brotliCompressSync],
	])('takes an answer packed by %s', async (encoding, pack) => {
		const server = await serve(() => ({ headers: { 'content-encoding': encoding }, body: pack(Buffer.from(xml)) }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Grüße');
		expect(server.requests[0]?.headers['accept-encoding']).toContain(encoding);
	});

	it('takes a refusal that is packed', async () => {
		const server = await serve(() => ({ status: 500, headers: { 'content-encoding': 'gzip' }, body: gzipSync(fault('ErrorInvalidRequest')) }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await expect(subjectOf(anna)).rejects.toMatchObject({ code: 'ErrorInvalidRequest' });
	});

	it('asks again where what was packed ends too early', async () => {
		const packed = gzipSync(Buffer.from(xml));
		const server = await serve((index) => ({ headers: { 'content-encoding': 'gzip' }, body: index === 0 ? packed.subarray(0, packed.length - 20) : packed }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Grüße');
		expect(server.requests).toHaveLength(2);
	});

	it('an answer is measured unpacked', async () => {
		const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
		const server = await serve(() => ({ headers: { 'content-encoding': 'gzip' }, body: bomb }));
		const { connection, anna } = connect(server.url, { maxAnswerBytes: 1_000_000 });
		opened.push(connection);
		await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'tooLarge' });
	});

	it('a byte order mark and another character set are read', async () => {
		const server = await serve((index) => (index === 0 ? { body: `\uFEFF${xml}` } : { headers: { 'content-type': 'text/xml; charset=iso-8859-1' }, body: Buffer.from(xml.replace('utf-8', 'iso-8859-1'), 'latin1') }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		expect([await subjectOf(anna), await subjectOf(anna)]).toEqual(['Grüße', 'Grüße']);
	});
});

describe('redirects', () => {
	it('on the same host are followed with the same method and body', async () => {
		const server = await serve((index) => (index === 0 ? { status: 302, headers: { location: '/EWS/Services.wsdl' } } : good));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Grüße');
		expect(server.requests.map(({ method, path, body }) => [method, path, body.length > 0])).toEqual([
			['POST', '/EWS/Exchange.asmx', true],
			['POST', '/EWS/Services.wsdl', true],
		]);
	});

	it('to another host are not followed: the login stays', async () => {
		const other = await serve(() => good);
		const server = await serve(() => ({ status: 307, headers: { location: other.url.replace('localhost', '127.0.0.1') } }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'notTheService', httpStatus: 307, message: expect.stringContaining(`redirects EWS to http://127.0.0.1:${other.port}, where`) });
		expect(other.requests).toHaveLength(0);
	});

	it.each([
		['https://user:secret@mail.example.test/EWS/Exchange.asmx?token=secret', 'redirects EWS to https://mail.example.test. The login is not sent there: enter that address if it is the right one'],
		['http://localhost/EWS/Exchange.asmx', 'redirects EWS to http://localhost, where nothing is encrypted. The login is not sent there: enter the https address at which EWS answers'],
		['mailto:anna@example.test', 'redirects EWS to another server. The login is not sent there'],
		['https://', 'redirects EWS to another server. The login is not sent there: enter that address if it is the right one'],
	])('to %s are told by where they lead', async (location, message) => {
		const server = await serve(() => ({ status: 302, headers: { location } }), true);
		const { connection, anna } = connect(server.url, { tls: { ca: testCa } });
		opened.push(connection);
		await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'notTheService', message: expect.stringContaining(message) });
		await expect(subjectOf(anna)).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
	});

	it.each([
		['without end', (index: number) => `/EWS/${index}`, 6],
		['in a circle', (index: number) => (index % 2 === 0 ? '/EWS/other' : '/EWS/Exchange.asmx'), 2],
		['to where they come from', () => '/EWS/Exchange.asmx', 1],
	])('%s end, and are told as what they are', async (_how, location, requests) => {
		const server = await serve((index) => ({ status: 302, headers: { location: location(index) } }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'notTheService', scope: 'connector', httpStatus: 302, outcomeUnknown: false, message: expect.stringContaining('redirects from one of its own addresses to the next without end') });
		expect(server.requests).toHaveLength(requests);
	});
});

describe('proxies', () => {
	it('a TLS server is reached through CONNECT, with the logon of the proxy kept from the server', async () => {
		const server = await serve(() => good, true);
		const proxy = await startConnectProxy(`Basic ${Buffer.from('walter:pr0xy').toString('base64')}`);
		opened.push(proxy);
		const { connection, anna } = connect(server.url, { tls: { ca: testCa }, proxy: { use: 'explicit', url: proxy.url, user: 'walter', password: 'pr0xy' } });
		opened.push(connection);
		expect([await subjectOf(anna), await subjectOf(anna)]).toEqual(['Grüße', 'Grüße']);
		expect(new Set(proxy.tunnels.map((tunnel) => tunnel.authority))).toEqual(new Set([`localhost:${server.port}`]));
		expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
	});

	it('a wrong logon of the proxy is told as that', async () => {
		const server = await serve(() => good, true);
		const proxy = await startConnectProxy('Basic other');
		opened.push(proxy);
		const { connection, anna } = connect(server.url, { tls: { ca: testCa }, proxy: { use: 'explicit', url: proxy.url, user: 'walter', password: 'pr0xy' } });
		opened.push(connection);
		const seen: unknown = await subjectOf(anna).catch((error: unknown) => error);
		expect(seen).toMatchObject({ httpStatus: 407, retry: { can: false } });
		expect(String(seen)).not.toContain('pr0xy');
	});

	it('a proxy that is not there', async () => {
		const { connection, anna } = connect('https://mail.example.test/EWS/Exchange.asmx', { proxy: { use: 'explicit', url: 'http://127.0.0.1:1' } });
		opened.push(connection);
		const seen: unknown = await subjectOf(anna).catch((error: unknown) => error);
		expect(seen).toMatchObject({ reason: 'unavailable', code: 'ECONNREFUSED' });
		expect(String(seen)).toContain('proxy');
	});

	it('the environment chooses by the protocol of the address, and excepts', () => {
		const variables = { HTTPS_PROXY: 'http://eve:p%40ss@proxy.example.test:3128', http_proxy: 'plain.example.test:8080', NO_PROXY: 'localhost, .internal.test,10.0.0.1:8443' };
		const settings: ProxySettings = { use: 'environment', variables };
		const chosen = (url: string) => chooseProxy(settings, new URL(url));
		expect(chosen('https://mail.example.test/')).toEqual({ url: new URL('http://proxy.example.test:3128'), authorization: `Basic ${Buffer.from('eve:p@ss').toString('base64')}` });
		expect(chosen('http://mail.example.test/')?.url.href).toBe('http://plain.example.test:8080/');
		expect(chosen('https://localhost/')).toBeUndefined();
		expect(chosen('https://mail.internal.test/')).toBeUndefined();
		expect(chosen('https://notinternal.test/')).toBeDefined();
		expect(chosen('https://10.0.0.1:8443/')).toBeUndefined();
		expect(chosen('https://10.0.0.1/')).toBeDefined();
		expect(chooseProxy({ use: 'none' }, new URL('https://mail.example.test/'))).toBeUndefined();
	});
});

describe('logins', () => {
	it('connector-domain: the domain stands before a bare name only', () => {
		expect(qualifiedUser({ user: 'anna', domain: 'CORP', password: '' })).toBe('CORP\\anna');
		expect(qualifiedUser({ user: 'OTHER\\anna', domain: 'CORP', password: '' })).toBe('OTHER\\anna');
		expect(qualifiedUser({ user: 'anna@corp.test', domain: 'CORP', password: '' })).toBe('anna@corp.test');
		expect(qualifiedUser({ user: 'anna', password: '' })).toBe('anna');
	});

	it.each(['outlook.office365.com', 'Outlook.Office.com', 'outlook.office365.us', 'outlook-dod.office365.us', 'partner.outlook.cn', 'eur01.outlook.com', 'smtp.office365.com.', 'webmail.apps.mil'])(
		'connector-authentication: %s is Exchange Online',
		(host) => expect(isExchangeOnlineHost(host)).toBe(true),
	);

	it.each(['mail.example.com', 'outlook.example.com', 'notoutlook.com', 'outlook.com.example.org', 'office365.com.evil.test'])('%s is not', (host) => expect(isExchangeOnlineHost(host)).toBe(false));
});
