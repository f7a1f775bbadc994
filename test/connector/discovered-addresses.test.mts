/** Whose search for the EWS address (Autodiscover) another connector may use: nobody's but that of its own login, reached in the same way. */
import { describe, expect, it } from 'vitest';

import { openConnector } from '../../src/connector/open-connector.ts';
import type { Authentication, ConnectorSettings } from '../../src/connector/connector-settings.ts';
import { type RunningProxy, startProxy } from '../exchange-server/auth/connect-proxy.mts';
import { testCa } from '../ews/transport/certificates.mts';
import { openedByTests } from '../ews/transport/opened.mts';
import { type ScriptedServer, startScriptedServer } from '../ews/transport/scripted-server.mts';
import { usualSettings } from '../usual-connector.mts';

const MAILBOX = 'anna@localhost';
const EXCHANGE_ONLINE = 'https://outlook.office365.com/EWS/Exchange.asmx';
const LOGIN = { user: 'anna', password: 'kRypt0' };
/** Names that lead to the server of the test. */
const NAMES = ['localhost', 'outlook.office365.com', 'outlook.office365.us'];

const opened = openedByTests();

/** A server that tells everybody the same address, as SOAP and as JSON, and takes no password. */
async function answering(ewsUrl: (port: number) => string): Promise<ScriptedServer> {
	const server: ScriptedServer = await startScriptedServer(
		({ path }) => {
			const url = ewsUrl(server.port);
			if (path.includes('autodiscover.json')) return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ Protocol: 'EWS', Url: url }) };
			if (path.includes('nowhere')) return { status: 404 };
			if (!path.includes('autodiscover')) return { status: 401, headers: { 'www-authenticate': 'Basic realm="localhost"' } };
			return {
				body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetUserSettingsResponseMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><ErrorCode>NoError</ErrorCode><UserResponses><UserResponse><ErrorCode>NoError</ErrorCode><UserSettings><UserSetting i:type="StringSetting"><Name>ExternalEwsUrl</Name><Value>${url}</Value></UserSetting></UserSettings></UserResponse></UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>`,
			};
		},
		{ tls: true },
	);
	opened.push(server);
	return server;
}

async function proxyTo(server: ScriptedServer, login?: { user: string; password: string }): Promise<RunningProxy> {
	const proxy = await startProxy({ hosts: Object.fromEntries(NAMES.map((name) => [name, `127.0.0.1:${server.port}`])), ...(login && { login }) });
	opened.push(proxy);
	return proxy;
}

function settings(proxyUrl: string, more: Partial<ConnectorSettings>): ConnectorSettings {
	// The same in every credential unless somebody changes it.
	return usualSettings('', LOGIN, { connectorId: 'n8n', accounts: [{ account: 'anna', mailbox: MAILBOX }], tls: { ignoreCertificate: false, ca: testCa }, proxyUrl, resolveSrv: async () => [], ...more });
}

/** Opens a mailbox as a poll does; with `reads` it is asked for something, too. */
async function visit(connectorSettings: ConnectorSettings, reads = false): Promise<void> {
	const connector = openConnector(connectorSettings);
	try {
		const mailbox = await connector.mailbox(connectorSettings.accounts[0]?.mailbox);
		if (reads) await mailbox.folders().catch(() => undefined);
	} finally {
		await connector.close();
	}
}

const passwordLogin = (more: Partial<Extract<Authentication, { login: unknown }>> = {}): Authentication => ({ method: 'basic', login: LOGIN, loginByMailbox: {}, ...more });
const signedIn = (more: Partial<Extract<Authentication, { method: 'bearer' }>> = {}): Authentication => ({ method: 'bearer', token: async () => 'token', identity: 'credential-1', ...more });
const application = (secret: string): Authentication => ({ method: 'appOnly', tenantId: 't', clientId: 'c', cloud: 'global', proof: { with: 'secret', secret } });

describe('an address that Autodiscover found', () => {
	it('is shared by connectors that are the same in all it depends on, and looked for once', async () => {
		const server = await answering(() => EXCHANGE_ONLINE);
		const proxy = await proxyTo(server);
		await Promise.all([visit(settings(proxy.url, {})), visit(settings(proxy.url, {}))]);
		await visit(settings(proxy.url, { name: 'Renamed', timeoutMs: 9_000, accounts: [{ account: 'a.smith', mailbox: 'Anna@LocalHost' }] }));
		expect(server.requests).toHaveLength(1);
	});

	const any = { ignoreCertificate: true } as const;
	it.each<[string, Partial<ConnectorSettings>, Partial<ConnectorSettings>]>([
		['another user', {}, { authentication: passwordLogin({ login: { ...LOGIN, user: 'mallory' } }) }],
		['another password', {}, { authentication: passwordLogin({ login: { ...LOGIN, password: 'other' } }) }],
		['another domain', {}, { authentication: passwordLogin({ login: { ...LOGIN, domain: 'CORP' } }) }],
		['a login of the mailbox', {}, { authentication: passwordLogin({ loginByMailbox: { [MAILBOX]: { user: 'own', password: 'own' } } }) }],
		['another method', {}, { authentication: passwordLogin({ method: 'ntlm' }) }],
		['certificates that are not checked', {}, { tls: { ignoreCertificate: true, ca: testCa } }],
		['another authority', {}, { tls: { ignoreCertificate: false, ca: `${testCa}${testCa}` } }],
		['another sign-in', { tls: any, authentication: signedIn() }, { tls: any, authentication: signedIn({ identity: 'credential-2' }) }],
		['another cloud', { tls: any, authentication: signedIn() }, { tls: any, authentication: signedIn({ cloud: 'gccHigh' }) }],
		['another resource', { tls: any, authentication: signedIn() }, { tls: any, authentication: signedIn({ resource: 'https://localhost' }) }],
		['another secret of the application', { tls: any, authentication: application('1') }, { tls: any, authentication: application('2') }],
		['another mailbox', {}, { accounts: [{ account: 'bert', mailbox: 'bert@localhost' }] }],
	])('is not shared with %s', async (_what, one, other) => {
		const server = await answering(() => EXCHANGE_ONLINE);
		const proxy = await proxyTo(server);
		await visit(settings(proxy.url, one));
		await visit(settings(proxy.url, one));
		expect(server.requests).toHaveLength(1);
		await visit(settings(proxy.url, other));
		expect(server.requests).toHaveLength(2);
	});

	it('is not shared with another proxy, so that nobody leads the password of another credential astray', async () => {
		const evil = await answering((port) => `https://127.0.0.1:${port}/EWS/Exchange.asmx`);
		const honest = await answering((port) => `https://localhost:${port}/EWS/Exchange.asmx`);
		await visit(settings((await proxyTo(evil)).url, {}));
		expect(evil.requests).toHaveLength(1);
		await visit(settings((await proxyTo(honest)).url, {}), true);
		expect(evil.requests).toHaveLength(1);
		expect(honest.requests[0]?.path).toBe('/autodiscover/autodiscover.svc');
		expect(honest.requests.at(-1)?.path).toBe('/EWS/Exchange.asmx');
	});

	it.each([
		['is no EWS', (port: number) => `https://localhost:${port}/nowhere.asmx`],
		// It answers 403.
		['the proxy does not reach', () => 'https://gone.localhost/EWS/Exchange.asmx'],
	])('is looked for again by the next connector where it leads to what %s', async (_what, ewsUrl) => {
		const server = await answering(ewsUrl);
		const proxy = await proxyTo(server);
		const asked = (): number => server.requests.filter(({ path }) => path.includes('autodiscover')).length;
		await visit(settings(proxy.url, {}), true);
		expect(asked()).toBe(1);
		await visit(settings(proxy.url, {}));
		expect(asked()).toBe(2);
	});
});
