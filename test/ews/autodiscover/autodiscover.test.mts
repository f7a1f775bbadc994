import { describe, expect, it } from 'vitest';

import { autodiscoverEws, type AutodiscoverRequest } from '../../../src/ews/autodiscover/autodiscover.ts';
import { autodiscoverOnce, doubtAutodiscover } from '../../../src/ews/autodiscover/autodiscover-cache.ts';
import { basicAuthenticator } from '../../../src/ews/transport/basic-authenticator.ts';
import { ntlmAuthenticator } from '../../../src/ews/transport/ntlm/ntlm-authenticator.ts';
import { testCa } from '../transport/certificates.mts';
import { startNtlmServer } from '../transport/ntlm/ntlm-server.mts';
import { openedByTests } from '../transport/opened.mts';
import { startScriptedServer, type Reply, type ScriptedServer, type SeenRequest } from '../transport/scripted-server.mts';

const EWS = 'https://mail.example.test/EWS/Exchange.asmx';
const INSIDE = 'https://ex01.corp.test/EWS/Exchange.asmx';
const LOGIN = { user: 'anna@localhost', password: 'kRypt0' };
const NOWHERE = 'https://127.0.0.1:1';

const opened = openedByTests();

async function serve(script: (request: SeenRequest) => Reply, tls = true): Promise<ScriptedServer & { origin: string }> {
	const server = await startScriptedServer((request) => script(request), { tls });
	opened.push(server);
	return Object.assign(server, { origin: `${tls ? 'https' : 'http'}://localhost:${server.port}` });
}

function requestFor(origins: string[], more: Partial<AutodiscoverRequest> = {}): AutodiscoverRequest {
	return { mailbox: 'anna@localhost', authenticator: basicAuthenticator(LOGIN), exchangeOnlineOrigin: NOWHERE, origins, tls: { ca: testCa }, ...more };
}

const challenge: Reply = { status: 401, headers: { 'www-authenticate': 'Basic realm="localhost"' } };
const account = (inside: string): string =>
	`<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><User><DisplayName>Anna</DisplayName></User><Account><AccountType>email</AccountType>${inside}</Account></Response></Autodiscover>`;
const pox = account(`<Action>settings</Action><Protocol><Type>EXCH</Type><EwsUrl>${INSIDE}</EwsUrl></Protocol><Protocol><Type>EXPR</Type><EwsUrl>${EWS}</EwsUrl></Protocol>`);
const soap = (inside: string): string =>
	`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetUserSettingsResponseMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><ErrorCode>NoError</ErrorCode><UserResponses><UserResponse>${inside}</UserResponse></UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>`;
const soapSettings = soap(
	`<ErrorCode>NoError</ErrorCode><UserSettings><UserSetting i:type="StringSetting"><Name>InternalEwsUrl</Name><Value>${INSIDE}</Value></UserSetting><UserSetting i:type="StringSetting"><Name>ExternalEwsUrl</Name><Value>${EWS}</Value></UserSetting></UserSettings>`,
);
const asks = (server: ScriptedServer): string[] => server.requests.map(({ path, headers }) => `${path.split('?')[0] ?? ''}${headers.authorization === undefined ? '' : ' with password'}`);

describe('with a password', () => {
	it('SOAP is asked first, and the password only follows a challenge', async () => {
		const server = await serve((request) => (request.headers.authorization === undefined ? challenge : { body: soapSettings }));
		expect(await autodiscoverEws(requestFor([server.origin]))).toMatchObject({ ewsUrl: EWS, internalEwsUrl: INSIDE, mailbox: 'anna@localhost' });
		expect(asks(server)).toEqual(['/autodiscover/autodiscover.svc', '/autodiscover/autodiscover.svc with password']);
		expect(server.requests[0]?.body).toContain('<a:Mailbox>anna@localhost</a:Mailbox>');
	});

	it('plain XML follows where there is no SOAP', async () => {
		const server = await serve((request) => (request.path.endsWith('.svc') ? { status: 404 } : request.headers.authorization === undefined ? challenge : { body: pox }));
		expect(await autodiscoverEws(requestFor([NOWHERE, server.origin]))).toMatchObject({ ewsUrl: EWS, internalEwsUrl: INSIDE });
		expect(asks(server)).toEqual(['/autodiscover/autodiscover.svc', '/autodiscover/autodiscover.xml', '/autodiscover/autodiscover.xml with password']);
	});

	it('what servers say of themselves is cut', async () => {
		const long = 'X'.repeat(100_000);
		const server = await serve((request) => (request.path.endsWith('.svc') ? { body: soap(`<ErrorCode>${long}</ErrorCode>`) } : { body: `<Autodiscover><Response><Error><ErrorCode>${long}</ErrorCode></Error></Response></Autodiscover>` }));
		const error: unknown = await autodiscoverEws(requestFor([server.origin])).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ code: 'AutodiscoverFailed', message: expect.stringContaining('XXX') });
		expect(String(error).length).toBeLessThan(2_000);
	});

	it('works by NTLM', async () => {
		const server = await startNtlmServer(soapSettings, { tls: true });
		opened.push(server);
		const authenticator = ntlmAuthenticator({ user: 'CORP\\anna', password: 'Password' });
		expect(await autodiscoverEws(requestFor([`https://localhost:${server.port}`], { authenticator }))).toMatchObject({ ewsUrl: EWS });
		expect(server.logons).toMatchObject([{ accepted: true }]);
	});

	it('a refusal ends the search: the password is not tried elsewhere', async () => {
		const server = await serve(() => challenge);
		await expect(autodiscoverEws(requestFor([server.origin, server.origin.replace('localhost', '127.0.0.1')]))).rejects.toMatchObject({ reason: 'logonRefused', scope: 'account' });
		expect(asks(server).filter((ask) => ask.endsWith('with password'))).toHaveLength(1);
	});

	it('does not leave the domain by a redirect, unless the host was confirmed', async () => {
		const other = await serve((request) => (request.headers.authorization === undefined ? challenge : { body: soapSettings }));
		const target = `https://127.0.0.1:${other.port}/autodiscover/autodiscover.svc`;
		const server = await serve(() => ({ status: 302, headers: { location: target } }));
		const failed: unknown = await autodiscoverEws(requestFor([server.origin])).catch((error: unknown) => error);
		expect(failed).toMatchObject({ reason: 'notTheService', code: 'AutodiscoverFailed' });
		expect(String(failed)).toContain('outside the domain');
		expect(other.requests).toHaveLength(0);
		expect(await autodiscoverEws(requestFor([server.origin], { confirmedHosts: ['127.0.0.1'] }))).toMatchObject({ ewsUrl: EWS });
	});

	it.each([
		['plain XML', account(`<Action>redirectUrl</Action><RedirectUrl>http://localhost/autodiscover/autodiscover.xml</RedirectUrl>`)],
		['SOAP', soap('<ErrorCode>RedirectUrl</ErrorCode><RedirectTarget>http://localhost/autodiscover/autodiscover.svc</RedirectTarget>')],
	])('does not follow %s to an address without TLS', async (_how, body) => {
		const server = await serve((request) => (request.headers.authorization === undefined ? challenge : { body }));
		await expect(autodiscoverEws(requestFor([server.origin]))).rejects.toThrow(/redirected to localhost without TLS, not followed/);
	});

	it('follows another address of the mailbox, and not in circles', async () => {
		const server = await serve((request) => {
			if (request.headers.authorization === undefined) return challenge;
			const next = request.body.includes('anna@localhost') ? 'a.smith@localhost' : request.body.includes('a.smith') ? 'anna@localhost' : '';
			return { body: soap(`<ErrorCode>RedirectAddress</ErrorCode><RedirectTarget>${next}</RedirectTarget>`) };
		});
		await expect(autodiscoverEws(requestFor([server.origin]))).rejects.toMatchObject({ reason: 'notTheService' });
		expect(server.requests.length).toBeLessThanOrEqual(8);
		const found = await serve((request) =>
			request.headers.authorization === undefined ? challenge : { body: request.body.includes('a.smith@localhost') ? soapSettings : soap('<ErrorCode>RedirectAddress</ErrorCode><RedirectTarget>a.smith@localhost</RedirectTarget>') },
		);
		expect(await autodiscoverEws(requestFor([found.origin]))).toMatchObject({ ewsUrl: EWS, mailbox: 'a.smith@localhost' });
	});

	it('SRV records are followed within the domain only', async () => {
		const server = await serve((request) => (request.headers.authorization === undefined ? challenge : { body: soapSettings }));
		const names: string[] = [];
		const resolveSrv = async (name: string) => {
			names.push(name);
			return [
				{ host: '127.0.0.1.', port: server.port, priority: 0, weight: 0 },
				{ host: 'localhost.', port: server.port, priority: 10, weight: 0 },
			];
		};
		const result = await autodiscoverEws(requestFor([], { resolveSrv }));
		expect(result.ewsUrl).toBe(EWS);
		expect(names).toEqual(['_autodiscover._tcp.localhost']);
		expect(result.steps[0]?.outcome).toContain('outside the domain');
	});

	it('an international domain is looked up in ASCII, and hosts below it are of it in either form', async () => {
		const names: string[] = [];
		const resolveSrv = async (name: string) => {
			names.push(name);
			return ['mail.xn--mller-kva.invalid', 'mail.müller.invalid', 'mail.muller.invalid'].map((host, priority) => ({ host, port: 1, priority, weight: 0 }));
		};
		const search = autodiscoverEws(requestFor([], { resolveSrv, mailbox: 'anna@Müller.invalid' }));
		const error: unknown = await search.catch((thrown: unknown) => thrown);
		expect(names).toEqual(['_autodiscover._tcp.xn--mller-kva.invalid']);
		expect(String(error).match(/mail\.[^ ]+ \(SRV record outside the domain/g)).toEqual(['mail.muller.invalid (SRV record outside the domain']);
	});

	it('a page, an error and an address without TLS are no result', async () => {
		const server = await serve((request) =>
			request.path.endsWith('.svc')
				? { headers: { 'content-type': 'text/html' }, body: '<html><body>Welcome</body></html>' }
				: { body: account('<Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>http://mail.example.test/EWS/Exchange.asmx</EwsUrl></Protocol>') },
		);
		const failed: unknown = await autodiscoverEws(requestFor([server.origin])).catch((error: unknown) => error);
		expect(String(failed)).toContain('not Autodiscover');
		expect(String(failed)).toContain('no EWS address');
	});
});

describe('without a password', () => {
	const json = (url: string): Reply => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ Protocol: 'EWS', Url: url }) });
	const anonymousFor = (exchangeOnlineOrigin: string, origins: string[] = []): AutodiscoverRequest => ({ mailbox: 'anna@localhost', exchangeOnlineOrigin, origins, tls: { ca: testCa } });

	it('version 2 is asked and nothing is sent but the address', async () => {
		const server = await serve(() => json(EWS));
		expect(await autodiscoverEws(anonymousFor(server.origin))).toMatchObject({ ewsUrl: EWS });
		expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/autodiscover/autodiscover.json/v1.0/anna%40localhost?Protocol=EWS', body: '' });
		expect(server.requests[0]?.headers.authorization).toBeUndefined();
	});

	it('redirects to a server on-premises are followed, a few', async () => {
		const onPremises = await serve(() => json(EWS));
		const cloud = await serve(() => ({ status: 302, headers: { location: `https://127.0.0.1:${onPremises.port}/autodiscover/autodiscover.json?Email=anna` } }));
		expect(await autodiscoverEws(anonymousFor(cloud.origin))).toMatchObject({ ewsUrl: EWS });
		let count = 0;
		const endless = await serve((request) => ({ status: 302, headers: { location: `https://${request.headers.host?.startsWith('localhost') === true ? '127.0.0.1' : 'localhost'}:${String(request.socket.localPort)}/${++count}` } }));
		await expect(autodiscoverEws(anonymousFor(endless.origin))).rejects.toMatchObject({ reason: 'notTheService' });
		expect(count).toBeLessThanOrEqual(16);
	});

	it('an unknown mailbox is told as that', async () => {
		const server = await serve(() => ({ status: 404, body: JSON.stringify({ ErrorCode: 'UserNotFound' }) }));
		await expect(autodiscoverEws(anonymousFor(server.origin))).rejects.toMatchObject({ reason: 'notTheService', scope: 'connector', retry: { can: false } });
	});

	it('is asked once per connector until it is doubted', async () => {
		const server = await serve(() => json(EWS));
		const request = anonymousFor(server.origin);
		const now = Date.UTC(2026, 0, 5);
		await Promise.all([autodiscoverOnce('c1', request, now), autodiscoverOnce('c1', request, now)]);
		await autodiscoverOnce('c1', request, now + 1000);
		expect(server.requests).toHaveLength(1);
		await autodiscoverOnce('c2', request, now);
		await autodiscoverOnce('c1', request, now + 13 * 3_600_000);
		doubtAutodiscover('c1', 'ANNA@localhost');
		await autodiscoverOnce('c1', request, now + 13 * 3_600_000);
		expect(server.requests).toHaveLength(4);
	});

	it('an address that is doubted stays where Autodiscover is out of order, too, and is looked for again later', async () => {
		let answer: Reply = json(EWS);
		const server = await serve(() => answer);
		const request = anonymousFor(server.origin);
		const now = Date.UTC(2026, 0, 5);
		const found = async (afterMs: number): Promise<string> => (await autodiscoverOnce('c3', request, now + afterMs)).ewsUrl;
		expect(await found(0)).toBe(EWS);
		doubtAutodiscover('c3', 'anna@localhost');
		answer = { status: 503 };
		const asked = server.requests.length;
		expect([await found(1_000), await found(2_000)]).toEqual([EWS, EWS]);
		// Each poll that fails doubts it again.
		doubtAutodiscover('c3', 'anna@localhost');
		expect(await found(60_000)).toBe(EWS);
		expect(server.requests).toHaveLength(asked + 1);
		answer = json(INSIDE);
		expect([await found(11 * 60_000), await found(60 * 60_000)]).toEqual([INSIDE, INSIDE]);
	});
});
