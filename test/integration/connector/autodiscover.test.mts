/** The URL is left empty (connector-url): Autodiscover finds it, over TLS only, and no secret goes astray. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Connector } from '../../../src/connector/Connector.ts';
import type { ConnectorSettings } from '../../../src/connector/connector-settings.ts';
import { setMailboxTimeZone } from '../../exchange-server/auth/user-configuration.mts';
import { ANNA, BERT, type Combination, LogonBench, OWN_RESOURCE, SERVICE } from './logon-bench.mts';

let bench: LogonBench;
beforeAll(async () => {
	bench = await LogonBench.start();
});
afterAll(async () => {
	await bench.close();
});
afterEach(async () => {
	bench.secure.autodiscover.answers.clear();
	bench.secure.autodiscover.faults.clear();
	await bench.reset();
});

/** Names lead to the server by the proxy; its certificate does not have them. */
function empty(combination: Partial<Combination> = {}, more: Partial<ConnectorSettings> = {}): Connector {
	return bench.connector({ method: 'basic', logins: 'impersonation', way: 'proxy', secret: 'right', ...combination }, { url: '', tls: { ignoreCertificate: true }, resolveSrv: async () => [], ...more });
}

async function visit(connector: Connector, mailbox = ANNA): Promise<unknown> {
	return await connector
		.mailbox(mailbox)
		.then(async (opened) => (await opened.folders()).length)
		.catch((error: unknown) => error);
}

const asked = (): string[] => bench.secure.autodiscover.questions.map(({ protocol, status, scheme }) => `${protocol} ${scheme === '' ? 'nobody' : scheme} ${status}`);

describe('connector-url: an empty URL', () => {
	it.each(['basic', 'ntlm'] as const)('is found by SOAP with %s, the password is shown only where it is asked for', async (method) => {
		expect(await visit(empty({ method }))).toEqual(expect.any(Number));
		expect(asked()).toEqual(method === 'basic' ? ['soap nobody 401', 'soap Basic 200'] : ['soap nobody 401', 'soap NTLM 401', 'soap NTLM 200']);
		expect(new Set(bench.proxy.log.map(({ authority }) => authority))).toContain('example.test:443');
	});

	it('is remembered per connector, across polls', async () => {
		const first = empty();
		await visit(first);
		await visit(first);
		const again = empty({}, { connectorId: first.settings.connectorId });
		expect(await visit(again)).toEqual(expect.any(Number));
		expect(asked()).toEqual(['soap nobody 401', 'soap Basic 200']);
		expect((await again.diagnose()).url).toBe('https://example.test/EWS/Exchange.asmx');
	});

	it('is found in plain XML where SOAP is not published', async () => {
		bench.secure.autodiscover.faults.set('soap', { fault: 'status', status: 404 });
		expect(await visit(empty())).toEqual(expect.any(Number));
		expect(asked()).toEqual(['soap nobody 401', 'soap Basic 404', 'pox nobody 401', 'pox Basic 200']);
	});

	it('is found without a login for an application, which asks for its token afterwards', async () => {
		const authentication = bench.authentication({ method: 'appOnly', logins: 'impersonation', way: 'proxy', secret: 'right' });
		if (authentication.method !== 'appOnly') throw new Error('not that of an application');
		expect(await visit(empty({ method: 'appOnly' }, { authentication: { ...authentication, resource: OWN_RESOURCE } }))).toEqual(expect.any(Number));
		expect(asked()).toEqual(['json nobody 200']);
		expect(bench.secure.entra.requests).toHaveLength(1);
	});

	it('never leads a token to a host it is not for', async () => {
		bench.secure.autodiscover.answers.set(ANNA, { found: 'url', url: 'https://elsewhere.test/EWS/Exchange.asmx' });
		const authentication = bench.authentication({ method: 'appOnly', logins: 'impersonation', way: 'proxy', secret: 'right' });
		if (authentication.method !== 'appOnly') throw new Error('not that of an application');
		const fault = await visit(empty({ method: 'appOnly' }, { authentication: { ...authentication, resource: OWN_RESOURCE } }));
		expect(fault).toMatchObject({ reason: 'logonRefused', code: 'SecretWithheld', message: expect.stringContaining('elsewhere.test') });
		expect(bench.secure.entra.requests).toEqual([]);
	});

	it.each([
		['global', 'outlook.office365.com'],
		['gccHigh', 'outlook.office365.us'],
		['dod', 'outlook-dod.office365.us'],
		['china', 'partner.outlook.cn'],
	] as const)('is looked for in the cloud %s for whoever signed in there, and for an application of it', async (cloud, host) => {
		for (const method of ['bearer', 'appOnly'] as const) {
			bench.secure.autodiscover.answers.set(ANNA, { found: 'url', url: `https://${host}/EWS/Exchange.asmx` });
			const authentication = bench.authentication({ method, logins: 'impersonation', way: 'proxy', secret: 'right' });
			if (authentication.method !== 'bearer' && authentication.method !== 'appOnly') throw new Error('no token');
			const connector = empty({ method }, { authentication: { ...authentication, cloud } });
			const before = bench.proxy.log.length;
			await visit(connector);
			// An application asks Entra for its token on the way to EWS.
			const authorities = bench.proxy.log.slice(before).map(({ authority }) => authority).filter((authority) => !authority.startsWith('127.0.0.1:'));
			expect([method, asked(), new Set(authorities)]).toEqual([method, ['json nobody 200'], new Set([`${host}:443`])]);
			await bench.reset();
		}
	});

	it('is found by the server of whoever signed in to one of their own (Hybrid Modern Authentication)', async () => {
		const authentication = bench.authentication({ method: 'bearer', logins: 'single', way: 'proxy', secret: 'right' });
		if (authentication.method !== 'bearer') throw new Error('no token');
		await visit(empty({ method: 'bearer', logins: 'single' }, { authentication: { ...authentication, resource: OWN_RESOURCE } }));
		expect([asked(), bench.proxy.log.at(-1)?.authority]).toEqual([['json nobody 200'], 'example.test:443']);
	});

	it('is found by an SRV record where the domain itself answers nothing', async () => {
		bench.secure.autodiscover.faults.set('soap', { fault: 'status', status: 404 });
		bench.secure.autodiscover.faults.set('pox', { fault: 'status', status: 404 });
		const names: string[] = [];
		const connector = empty({}, {
			resolveSrv: async (name) => {
				names.push(name);
				bench.secure.autodiscover.faults.clear();
				return [{ host: 'elsewhere.test', port: 443, priority: 0, weight: 0 }, { host: 'mail.example.test', port: 443, priority: 1, weight: 0 }];
			},
		});
		expect(await visit(connector)).toEqual(expect.any(Number));
		expect(names).toEqual(['_autodiscover._tcp.example.test']);
		const authorities = bench.proxy.log.map(({ authority }) => authority);
		expect(authorities).toContain('mail.example.test:443');
		expect(authorities).not.toContain('elsewhere.test:443');
	});

	it.each([
		['http', 'http://example.test/autodiscover/autodiscover.xml', 'without TLS'],
		['another domain', 'https://elsewhere.test/autodiscover/autodiscover.xml', 'outside the domain'],
	])('does not follow a redirect to %s with a password', async (_what, url, why) => {
		bench.secure.autodiscover.answers.set(ANNA, { found: 'elsewhere', url });
		const fault = await visit(empty());
		expect(fault).toMatchObject({ reason: 'notTheService', message: expect.stringContaining(why) });
		bench.expectNoSecret(fault);
		expect(bench.proxy.log.every(({ authority }) => !authority.endsWith(':80'))).toBe(true);
	});

	it('is looked for again by the next poll where it led nowhere', async () => {
		bench.secure.autodiscover.answers.set(ANNA, { found: 'url', url: 'https://example.test/nowhere.asmx' });
		const connector = empty();
		expect(await visit(connector)).toMatchObject({ reason: 'notTheService' });
		bench.secure.autodiscover.answers.clear();
		expect(await visit(empty({}, { connectorId: connector.settings.connectorId }))).toEqual(expect.any(Number));
	});

	it('follows an address to another mailbox', async () => {
		bench.secure.autodiscover.answers.set(ANNA, { found: 'address', address: BERT });
		expect(await visit(empty())).toEqual(expect.any(Number));
		expect(bench.secure.autodiscover.questions.at(-1)).toMatchObject({ address: BERT, status: 200 });
	});

	it('a refused password counts once (logon-limit), for all accounts and both endpoints', async () => {
		const connector = empty({ secret: 'wrong' });
		const faults = await Promise.all([visit(connector, ANNA), visit(connector, BERT), visit(connector, ANNA)]);
		for (const fault of faults) expect(fault).toMatchObject({ reason: 'logonRefused' });
		expect(bench.secure.lock.refusals.get(SERVICE)).toBe(1);
		expect(connector.settings.maxFailedLogonAttempts).toBe(3);
		bench.expectNoSecret(faults);
	});
});

describe('Diagnose', () => {
	it('tells a mailbox\'s own time zone, for each way to reach it', async () => {
		setMailboxTimeZone(bench.secure.exchange.mailboxOf(ANNA)!, 'Tokyo Standard Time');
		bench.secure.exchange.mailboxOf(ANNA)!.delegates.add(SERVICE);
		bench.secure.exchange.mailboxOf(BERT)!.delegates.add(SERVICE);
		for (const logins of ['perAccount', 'impersonation', 'delegate'] as const) {
			const { accounts } = await bench.connector({ method: 'basic', logins, way: 'ca', secret: 'right' }).diagnose();
			expect(accounts.map(({ mailboxTimeZone, timeZoneDiffers, problem }) => [mailboxTimeZone, timeZoneDiffers, problem])).toEqual([
				['Asia/Tokyo', true, ''],
				['', false, ''],
			]);
		}
	});

	it('tells by how much the server\'s clock is off', async () => {
		bench.secure.control.setClock(new Date(Date.now() + 3_600_000));
		try {
			const { clockSkewSeconds } = await bench.connector({ method: 'basic', logins: 'single', way: 'ca', secret: 'right' }).diagnose();
			expect(Math.abs((clockSkewSeconds ?? 0) - 3_600)).toBeLessThan(60);
		} finally {
			bench.secure.control.setClock(undefined);
		}
	});
});
