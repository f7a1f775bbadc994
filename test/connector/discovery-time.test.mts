/** How long a connector looks for the EWS address (Autodiscover) where servers take the connection and stay silent. */
import { describe, expect, it } from 'vitest';

import type { Connector } from '../../src/connector/Connector.ts';
import type { ConnectorSettings } from '../../src/connector/connector-settings.ts';
import { type ConnectorOptions, openConnector } from '../../src/connector/open-connector.ts';
import { autodiscoverOnce } from '../../src/ews/autodiscover/autodiscover-cache.ts';
import { type RunningProxy, startProxy } from '../exchange-server/auth/connect-proxy.mts';
import { openedByTests } from '../ews/transport/opened.mts';
import { type ScriptedServer, startScriptedServer } from '../ews/transport/scripted-server.mts';
import { usualSettings } from '../usual-connector.mts';

const ADDRESS = 'https://mail.slow.test/EWS/Exchange.asmx';
/** Its Autodiscover answers at once; its EWS is as slow as the rest. */
const FAST = 'fast.test';
const FOUND = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetUserSettingsResponseMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><ErrorCode>NoError</ErrorCode><UserResponses><UserResponse><ErrorCode>NoError</ErrorCode><UserSettings><UserSetting i:type="StringSetting"><Name>ExternalEwsUrl</Name><Value>${ADDRESS}</Value></UserSetting></UserSettings></UserResponse></UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>`;
/** Without a limit of its own a request of Autodiscover waits for 20 s; who ends before this was not held up by one, however busy the machine. */
const ONE_REQUEST_MS = 15_000;

const opened = openedByTests();

/** A server that all names of the domain lead to. Silent until it is told to speak: then it answers what it was asked before, too. */
class SlowServer {
	#speak = (): void => {};
	readonly #speaks = new Promise<void>((resolve) => (this.#speak = resolve));

	private constructor(
		readonly server: ScriptedServer,
		readonly proxy: RunningProxy,
	) {}

	static async start(): Promise<SlowServer> {
		const server = await startScriptedServer(
			({ headers: { host } }) =>
				(response) => {
					void (host === FAST ? Promise.resolve() : slow.#speaks).then(() => response.writeHead(200, { 'content-type': 'text/xml' }).end(FOUND));
				},
			{ tls: true },
		);
		const here = `127.0.0.1:${server.port}`;
		const proxy = await startProxy({ hosts: { [FAST]: here, 'slow.test': here, 'autodiscover.slow.test': here, 'outlook.office365.com': here } });
		opened.push(server, proxy);
		const slow = new SlowServer(server, proxy);
		return slow;
	}

	speak(): void {
		this.#speak();
	}

	/** A connector like all others that this server gets to see. */
	connector(options: ConnectorOptions, more: Partial<ConnectorSettings> = {}): Connector {
		const settings = usualSettings('', { user: 'anna@slow.test', password: 'kRypt0' }, { timeoutMs: 120_000, tls: { ignoreCertificate: true }, proxyUrl: this.proxy.url, resolveSrv: async () => [], ...more });
		const connector = openConnector(settings, options);
		opened.push(connector);
		return connector;
	}

	async asked(): Promise<void> {
		await expect.poll(() => this.server.requests.length, { timeout: 60_000 }).toBeGreaterThan(0);
	}
}

async function ended(connector: Connector, mailbox?: string): Promise<{ error: unknown; ms: number }> {
	const began = performance.now();
	const error: unknown = await connector.mailbox(mailbox).then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	return { error, ms: performance.now() - began };
}

/** Two mailboxes of one login: Anna's folders are asked for while Bert's address is still looked for. */
async function twoOfOneLogin() {
	const slow = await SlowServer.start();
	const accounts = [`anna@${FAST}`, 'bert@slow.test'].map((mailbox) => ({ account: mailbox, mailbox }));
	const caller = new AbortController();
	const connector = slow.connector({ signal: caller.signal }, { accounts });
	const [anna, bert] = [connector.mailbox(`anna@${FAST}`), ended(connector, 'bert@slow.test')];
	const began = performance.now();
	const asked = (await anna).folders(true).catch((error: unknown) => error);
	return { slow, caller, bert, began, asked };
}

const OUT_OF_TIME = { reason: 'unavailable', code: 'AutodiscoverTimeout', retry: { can: true }, outcomeUnknown: false, message: expect.stringContaining('anna@slow.test') };

describe('the search for the EWS address at silent servers', () => {
	it('ends at the deadline of the poll', async () => {
		const slow = await SlowServer.start();
		const { error, ms } = await ended(slow.connector({ deadlineAt: Date.now() + 500 }));
		expect(error).toMatchObject(OUT_OF_TIME);
		expect(ms).toBeLessThan(ONE_REQUEST_MS);
	});

	it('ends when the caller gives up, and is not begun by one who has', async () => {
		const slow = await SlowServer.start();
		const caller = new AbortController();
		const underWay = ended(slow.connector({ signal: caller.signal }));
		await slow.asked();
		caller.abort();
		const { error, ms } = await underWay;
		expect(error).toMatchObject(OUT_OF_TIME);
		expect(ms).toBeLessThan(60_000);
		const another = await SlowServer.start();
		expect((await ended(another.connector({ signal: caller.signal }))).error).toMatchObject(OUT_OF_TIME);
		expect(another.proxy.log).toEqual([]);
	});

	it('takes no longer for each question than the connector waits for an answer', async () => {
		const slow = await SlowServer.start();
		const { error, ms } = await ended(slow.connector({}, { timeoutMs: 1_000 }));
		// Five questions at three places, each of which would wait for 20 s.
		expect(error).toMatchObject({ reason: 'notTheService', code: 'AutodiscoverFailed', message: expect.stringContaining('outlook.office365.com') });
		expect(slow.proxy.log.map(({ authority }) => authority)).toEqual(['slow.test', 'slow.test', 'autodiscover.slow.test', 'autodiscover.slow.test', 'outlook.office365.com'].map((host) => `${host}:443`));
		expect(ms).toBeLessThan(60_000);
	});

	it('goes on for others when one gives up, and what it finds is remembered for that one, too', async () => {
		const slow = await SlowServer.start();
		const caller = new AbortController();
		const impatient = ended(slow.connector({ signal: caller.signal }));
		await slow.asked();
		const patient = ended(slow.connector({}));
		caller.abort();
		expect((await impatient).error).toMatchObject(OUT_OF_TIME);
		slow.speak();
		expect((await patient).error).toBeUndefined();
		// Known, it is there also where there is no time left.
		expect((await ended(slow.connector({ deadlineAt: Date.now() - 1_000 }))).error).toBeUndefined();
		expect(slow.server.requests).toHaveLength(1);
	});

	it('is not begun later for an account that waited for its turn', async () => {
		const slow = await SlowServer.start();
		const accounts = ['anna', 'bert'].map((account) => ({ account, mailbox: `${account}@slow.test` }));
		const caller = new AbortController();
		const impatient = slow.connector({ signal: caller.signal }, { accounts });
		const both = [ended(impatient, 'anna'), ended(impatient, 'bert')];
		await slow.asked();
		caller.abort();
		for (const { error } of await Promise.all(both)) expect(error).toMatchObject({ ...OUT_OF_TIME, message: expect.any(String) });
		slow.speak();
		expect((await ended(slow.connector({}, { accounts }), 'anna')).error).toBeUndefined();
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(slow.server.requests).toHaveLength(1);
	});

	it('keeps nobody of the same login who gives up waiting', async () => {
		const { slow, caller, bert, began, asked } = await twoOfOneLogin();
		await expect.poll(() => slow.server.requests.some(({ headers }) => headers.host === 'slow.test'), { timeout: 60_000 }).toBe(true);
		caller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
		expect((await bert).error).toMatchObject({ code: 'AutodiscoverTimeout' });
		expect(await asked).toMatchObject({ code: 'OutOfTime', outcomeUnknown: false, message: expect.stringContaining('GetFolder') });
		expect(performance.now() - began).toBeLessThan(ONE_REQUEST_MS);
	});

	it('holds up the others of the same login for a few seconds alone, as a silent server has no password to refuse', async () => {
		const { slow, caller, bert, began, asked } = await twoOfOneLogin();
		const isAsked = (): boolean => slow.proxy.log.some(({ authority }) => authority === 'mail.slow.test:443');
		await expect.poll(isAsked, { timeout: 60_000 }).toBe(true);
		expect(performance.now() - began).toBeLessThan(ONE_REQUEST_MS);
		caller.abort();
		await Promise.all([asked, bert]);
	});

	it('ends by itself where nobody sets a limit, and is begun anew by the next', async () => {
		const slow = await SlowServer.start();
		const request = {
			mailbox: 'anna@slow.test',
			exchangeOnlineOrigin: 'https://outlook.office365.com',
			tls: { ignoreCertificate: true },
			proxy: { use: 'explicit', url: slow.proxy.url },
		} as const;
		const began = performance.now();
		const search = (): Promise<unknown> => autodiscoverOnce('discovery-time', request, Date.now(), 500);
		expect(await Promise.allSettled([search(), search()])).toMatchObject([{ reason: OUT_OF_TIME }, { reason: OUT_OF_TIME }]);
		expect(performance.now() - began).toBeLessThan(ONE_REQUEST_MS);
		await expect(search()).rejects.toMatchObject(OUT_OF_TIME);
	});
});
