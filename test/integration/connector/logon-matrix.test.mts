/** Every kind of credential, reached every way, with the right and the wrong secret; the server's log shows what it cost. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { MailboxFault } from '../../../src/sync/fault.ts';
import type { Authentication, ConnectorSettings } from '../../../src/connector/connector-settings.ts';
import type { Connector } from '../../../src/connector/Connector.ts';
import type { SecuredExchange } from '../../exchange-server/auth/startSecuredExchange.mts';
import { ANNA, APP, BERT, type Combination, LogonBench, type Logins, type Method, SERVICE, UNPERMITTED_APP, type Way } from './logon-bench.mts';
import { INBOX, USUAL_PULL, USUAL_PUSH } from '../../usual-connector.mts';

let bench: LogonBench;
const written: unknown[] = [];

beforeAll(async () => {
	bench = await LogonBench.start();
	for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) vi.spyOn(console, name).mockImplementation((...values: unknown[]) => void written.push(...values));
	for (const server of [bench.plain, bench.secure]) server.exchange.mailboxOf(ANNA)!.delegates.add(SERVICE);
	for (const server of [bench.plain, bench.secure]) server.exchange.mailboxOf(BERT)!.delegates.add(SERVICE);
});
afterAll(async () => {
	vi.restoreAllMocks();
	await bench.close();
});
afterEach(async () => {
	bench.expectNoSecret(written, bench.plain.control.requests(), bench.secure.control.requests(), bench.secure.entra.requests);
	await bench.reset();
});

/** Reads the folders of every account, twice; a fault per account that fails. */
async function visit(connector: Connector): Promise<Array<MailboxFault | number>> {
	return await Promise.all(
		connector.accounts.map(async ({ mailbox }) => {
			try {
				const opened = await connector.mailbox(mailbox);
				await opened.folders();
				return (await opened.folders(true)).length;
			} catch (error) {
				if (error instanceof MailboxFault) return error;
				throw error;
			}
		}),
	);
}

const LOGINS: Record<Method, readonly Logins[]> = {
	basic: ['single', 'perAccount', 'impersonation', 'delegate'],
	ntlm: ['single', 'perAccount', 'impersonation', 'delegate'],
	bearer: ['single', 'impersonation', 'delegate'],
	appOnly: ['impersonation'],
};
const WAYS: readonly Way[] = ['plain', 'ca', 'proxy'];
const combinations = (secret: 'right' | 'wrong'): Combination[] =>
	(Object.keys(LOGINS) as Method[]).flatMap((method) => LOGINS[method].flatMap((logins) => WAYS.map((way) => ({ method, logins, way, secret }))));

const accountsOf = ({ logins }: Combination): number => (logins === 'single' ? 1 : 2);
const loginsOf = ({ logins }: Combination): number => (logins === 'perAccount' ? 2 : 1);
const statuses = (server: SecuredExchange): Record<number, number> => {
	const counts: Record<number, number> = {};
	for (const { status } of server.control.requests()) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
};

describe('The right secret', () => {
	it.each(combinations('right'))('$method, $logins, $way: reaches every mailbox', async (combination) => {
		const { method, logins, way } = combination;
		const connector = bench.connector(combination);
		const results = await visit(connector);
		expect(results).toEqual(results.map(() => expect.any(Number)));
		expect(results).toHaveLength(accountsOf(combination));

		const server = bench.server(way);
		const served = server.control.requests().filter(({ status }) => status === 200);
		// Two requests read the folders of a mailbox; each mailbox was read twice.
		expect(served.map(({ operation }) => operation).sort()).toEqual([...Array<string>(2 * accountsOf(combination)).fill('FindFolder'), ...Array<string>(2 * accountsOf(combination)).fill('GetFolder')]);
		const user = method === 'appOnly' ? `app:${APP}` : logins === 'perAccount' || logins === 'single' ? undefined : SERVICE;
		for (const entry of served) expect(entry.user).toBe(user ?? (logins === 'single' ? ANNA : entry.mailbox));
		if (logins === 'impersonation') expect(new Set(served.map(({ mailbox }) => mailbox))).toEqual(new Set([ANNA, BERT]));

		const challenged = server.ntlm.handshakes.filter(({ step }) => step === 'challenged').length;
		const accepted = server.ntlm.handshakes.filter(({ step }) => step === 'accepted');
		// NTLM: one more round trip for each connection, and none for a call.
		expect(statuses(server)).toEqual({ 200: served.length, ...(method === 'ntlm' && { 401: challenged }) });
		expect(new Set(accepted.map(({ connection }) => connection)).size).toBe(challenged);
		if (method === 'ntlm') expect(challenged).toBeLessThanOrEqual(2 * accountsOf(combination));
		else expect(challenged).toBe(0);
		expect(bench.secure.entra.requests).toHaveLength(method === 'appOnly' ? 1 : 0);
		if (way === 'proxy') {
			expect(new Set(bench.proxy.log.map(({ status, user: proxyUser }) => `${status} ${proxyUser ?? ''}`))).toEqual(new Set(['200 connector']));
			expect(bench.proxy.log.length).toBeGreaterThan(0);
			for (const { sent } of bench.proxy.log) bench.expectNoSecret(sent().toString('latin1'));
		}
		const diagnosis = await connector.diagnose();
		expect(diagnosis.accounts.map(({ reachable, problem }) => [reachable, problem])).toEqual(diagnosis.accounts.map(() => [true, '']));
		expect(Math.abs(diagnosis.clockSkewSeconds ?? 1_000)).toBeLessThan(60);
		bench.expectNoSecret(results, diagnosis);
	});

	it('NTLM keeps its connections over polls: a second connector pays for no logon', async () => {
		const combination: Combination = { method: 'ntlm', logins: 'single', way: 'ca', secret: 'right' };
		await visit(bench.connector(combination, { timeoutMs: 10_000 }));
		const before = bench.secure.ntlm.handshakes.length;
		await visit(bench.connector(combination, { timeoutMs: 10_000 }));
		expect(before).toBeGreaterThan(0);
		expect(bench.secure.ntlm.handshakes).toHaveLength(before);
	});

	it('an application proves itself with a certificate', async () => {
		const combination: Combination = { method: 'appOnly', logins: 'impersonation', way: 'proxy', secret: 'right' };
		const authentication = bench.authentication(combination);
		if (authentication.method !== 'appOnly') throw new Error('not that of an application');
		const { key, cert } = bench.appCertificate;
		const connector = bench.connector(combination, { authentication: { ...authentication, proof: { with: 'certificate', privateKey: key, certificate: cert } } });
		expect(await visit(connector)).toEqual([expect.any(Number), expect.any(Number)]);
		expect(bench.secure.entra.requests.map(({ proof, result }) => [proof, result])).toEqual([['assertion', 'token']]);
	});
});

describe('The wrong secret (logon-limit)', () => {
	it.each(combinations('wrong'))('$method, $logins, $way: is refused, and asked for once', async (combination) => {
		const { method, way } = combination;
		const connector = bench.connector(combination);
		const results = [...(await visit(connector)), ...(await visit(connector))];
		expect(results).toHaveLength(2 * accountsOf(combination));
		for (const fault of results) expect(fault).toMatchObject({ reason: 'logonRefused', retry: { can: false } });

		const server = bench.server(way);
		const refused = server.ntlm.handshakes.filter(({ step }) => step === 'refused');
		switch (method) {
			case 'basic':
				expect(statuses(server)).toEqual({ 401: loginsOf(combination) });
				break;
			case 'ntlm':
				expect(statuses(server)).toEqual({ 401: 2 * loginsOf(combination) });
				expect(refused.map(({ reason }) => reason)).toEqual(Array<string>(loginsOf(combination)).fill('wrong password'));
				break;
			case 'bearer':
				// A token is refused for a mailbox: each asks once, and nobody sends the same token twice.
				expect(statuses(server)).toEqual({ 401: accountsOf(combination) });
				break;
			case 'appOnly':
				expect(statuses(server)).toEqual({});
				expect(bench.secure.entra.requests.map(({ result }) => result)).toEqual(['7000215']);
				for (const fault of results) expect(fault).toMatchObject({ code: 'AADSTS7000215', message: expect.stringContaining('client secret is wrong') });
				break;
		}
		const diagnosis = await connector.diagnose();
		expect(diagnosis.accounts.every(({ reachable, problem }) => !reachable && problem !== '')).toBe(true);
		bench.expectNoSecret(results, diagnosis);
	});

	it.each(['basic', 'ntlm'] as const)('%s: pauses before the directory locks the account, and goes on at once with another password', async (method) => {
		const combination: Combination = { method, logins: 'impersonation', way: 'ca', secret: 'wrong' };
		const authentication = bench.authentication(combination);
		for (let poll = 1; poll <= 5; poll++) await visit(bench.connector(combination, { authentication }));
		expect(bench.secure.lock.refusals.get(SERVICE)).toBe(3);
		const [fault] = await visit(bench.connector(combination, { authentication }));
		expect(fault).toMatchObject({ code: 'LogonLimit' });
		expect(await visit(bench.connector({ ...combination, secret: 'right' }))).toEqual([expect.any(Number), expect.any(Number)]);
		bench.expectNoSecret(fault);
	});

	it('bearer: whoever signs in anew goes on at once, on the connection that was kept and after a pause too', async () => {
		const combination: Combination = { method: 'bearer', logins: 'single', way: 'ca', secret: 'wrong' };
		const [refused, right] = [bench.authentication(combination), bench.authentication({ ...combination, secret: 'right' })];
		if (refused.method !== 'bearer' || right.method !== 'bearer') throw new Error('no tokens');
		const more = { timeoutMs: 11_000 };
		for (let poll = 1; poll <= 4; poll++) await visit(bench.connector(combination, { ...more, authentication: refused }));
		expect(statuses(bench.secure)).toEqual({ 401: 3 });
		expect(await visit(bench.connector(combination, { ...more, authentication: { ...right, identity: refused.identity } }))).toEqual([expect.any(Number)]);
	});

	it('bearer: refused tokens count as one login, though each time another is refused (logon-limit)', async () => {
		const combination: Combination = { method: 'bearer', logins: 'single', way: 'ca', secret: 'wrong' };
		const login = bench.authentication(combination);
		const another = async (secret: 'right' | 'wrong' = 'wrong'): Promise<string> => {
			const authentication = bench.authentication({ ...combination, secret });
			return authentication.method === 'bearer' ? await authentication.token() : expect.unreachable('no token');
		};
		let stored = await another();
		// As n8n does it for each execution: renewed once, and stored.
		const poll = async (): Promise<unknown[]> => {
			let renewed = false;
			const token = async (renew = false): Promise<string> => {
				if (renew && !renewed) [stored, renewed] = [await another(), true];
				return stored;
			};
			return await visit(bench.connector(combination, { timeoutMs: 13_000, authentication: { ...login, token } as Authentication }));
		};
		for (let polls = 1; polls <= 3; polls++) expect(await poll()).toMatchObject([{ reason: 'logonRefused', httpStatus: 401 }]);
		expect(statuses(bench.secure)).toEqual({ 401: 6 });
		expect(await poll()).toMatchObject([{ reason: 'logonRefused', code: 'LogonLimit' }]);
		expect(statuses(bench.secure)).toEqual({ 401: 6 });
		stored = await another('right');
		expect(await poll()).toEqual([expect.any(Number)]);
	});

	it('of the proxy: nothing reaches the server', async () => {
		const { proxyUrl } = bench.connector({ method: 'basic', logins: 'single', way: 'proxy', secret: 'right' }).settings;
		const wrong = new URL(proxyUrl ?? '');
		wrong.password = 'Wr0ng-pr0xy-k8';
		const [fault] = await visit(bench.connector({ method: 'basic', logins: 'single', way: 'ca', secret: 'right' }, { proxyUrl: wrong.href }));
		expect(fault).toMatchObject({ reason: 'unavailable', message: expect.stringContaining('proxy') });
		expect(bench.secure.control.requests()).toEqual([]);
		expect(bench.proxy.log.at(-1)?.status).toBe(407);
		bench.expectNoSecret(fault);
		expect(String((fault as MailboxFault).message)).not.toContain('Wr0ng-pr0xy-k8');
	});
});

describe('A login that is refused for one mailbox of several (logon-limit)', () => {
	beforeAll(() => {
		bench.refusedFor.add(ANNA);
	});
	afterAll(() => {
		bench.refusedFor.clear();
	});

	const poll = async (combination: Combination, more: Partial<ConnectorSettings>): Promise<string[]> => {
		const { failedAccounts } = await bench.connector(combination, more).pull(undefined, { ...USUAL_PULL, watches: [INBOX], now: Date.now });
		return failedAccounts.map(({ mailbox }) => mailbox).sort();
	};

	it.each(['basic', 'ntlm', 'bearer', 'appOnly'] as const)('%s: does not hold up the others, from the second poll on', async (method) => {
		const combination: Combination = { method, logins: 'impersonation', way: 'ca', secret: 'right' };
		const more = { authentication: bench.authentication(combination), timeoutMs: 12_000, maxFailedLogonAttempts: 10 };
		const first = await poll(combination, more);
		// It was the first to be asked: nobody could know that the password is right.
		expect(first).toEqual(method === 'basic' || method === 'ntlm' ? [ANNA, BERT] : [ANNA]);
		for (let again = 0; again < 4; again++) expect(await poll(combination, more)).toEqual([ANNA]);
		const { accounts } = await bench.connector(combination, more).diagnose();
		expect(accounts.map(({ mailbox, reachable }) => [mailbox, reachable])).toEqual([[ANNA, false], [BERT, true]]);
	});
});

describe('A token that is revoked before it expires', () => {
	it('is renewed once, and what was refused is asked again', async () => {
		const combination: Combination = { method: 'bearer', logins: 'delegate', way: 'ca', secret: 'wrong' };
		const [revoked, renewed] = [bench.authentication(combination), bench.authentication({ ...combination, secret: 'right' })];
		if (revoked.method !== 'bearer' || renewed.method !== 'bearer') throw new Error('no tokens');
		let current = await revoked.token();
		let renewals = 0;
		const token = async (renew = false): Promise<string> => {
			if (renew && renewals++ === 0) current = await renewed.token();
			return current;
		};
		expect(await visit(bench.connector(combination, { authentication: { ...revoked, token } }))).toEqual([expect.any(Number), expect.any(Number)]);
		expect(renewals).toBeGreaterThan(0);
		expect(statuses(bench.secure)[401]).toBeLessThanOrEqual(2);
	});

	it.each([
		['is not signed in any more', new Error('The credential "Exchange" needs to be reconnected'), { reason: 'logonRefused', code: 'SignInNeeded', message: 'The credential "Exchange" needs to be reconnected.' }],
		['is told by Entra to do something', Object.assign(new Error('said at length'), { body: { error: 'invalid_client', error_description: 'AADSTS7000222: said at length' } }), { reason: 'logonRefused', code: 'AADSTS7000222', message: expect.stringContaining('client secret has expired') }],
		['cannot reach Entra', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), { reason: 'unavailable', retry: { can: true } }],
		['finds Entra failing', Object.assign(new Error('HTTP status 503'), { status: 503, code: 'ESTATUS' }), { reason: 'unavailable', retry: { can: true } }],
	])('%s: whoever %s learns it from the first account, without another request', async (_what, error, fault) => {
		const combination: Combination = { method: 'bearer', logins: 'delegate', way: 'ca', secret: 'wrong' };
		const authentication = bench.authentication(combination);
		if (authentication.method !== 'bearer') throw new Error('no token');
		const token = async (renew = false): Promise<string> => (renew ? await Promise.reject(error) : await authentication.token());
		const [anna] = await visit(bench.connector(combination, { authentication: { ...authentication, token } }));
		expect(anna).toMatchObject(fault);
		expect(statuses(bench.secure)[401]).toBeLessThanOrEqual(2);
	});
});

describe('What is not allowed', () => {
	it('a certificate nobody vouches for: no secret is sent', async () => {
		for (const method of ['basic', 'ntlm', 'bearer', 'appOnly'] as const) {
			const [fault] = await visit(bench.connector({ method, logins: method === 'appOnly' ? 'impersonation' : 'single', way: 'ca', secret: 'right' }, { tls: { ignoreCertificate: false } }));
			expect(fault).toMatchObject({ reason: 'tls' });
			bench.expectNoSecret(fault);
		}
		expect([bench.secure.control.requests(), bench.secure.entra.requests]).toEqual([[], []]);
	});

	it('impersonation without the right, full access without the grant: each says what is missing', async () => {
		const server = bench.secure;
		server.exchange.mailboxOf(BERT)!.delegates.delete(SERVICE);
		server.access.restrictImpersonation(SERVICE, [ANNA]);
		try {
			for (const method of ['basic', 'ntlm', 'bearer'] as const) {
				const [anna, bert] = await visit(bench.connector({ method, logins: 'impersonation', way: 'ca', secret: 'right' }));
				expect([typeof anna, bert]).toEqual(['number', expect.objectContaining({ reason: 'accessDenied', code: 'ErrorImpersonateUserDenied', message: expect.stringContaining('ApplicationImpersonation') })]);
			}
		} finally {
			server.exchange.mailboxOf(BERT)!.delegates.add(SERVICE);
			server.access.restrictImpersonation(SERVICE, [ANNA, BERT]);
		}
	});

	it('an application without impersonation', async () => {
		const faults = await visit(bench.connector({ method: 'appOnly', logins: 'single', way: 'ca', secret: 'right' }));
		expect(faults).toEqual([expect.objectContaining({ reason: 'accessDenied', code: 'ErrorImpersonationRequired' })]);
	});

	it('an application without a permission is told what an administrator has to give; one that has its role in Exchange (RBAC for Applications) needs none', async () => {
		const combination: Combination = { method: 'appOnly', logins: 'impersonation', way: 'ca', secret: 'right' };
		const authentication = { ...bench.authentication(combination), clientId: UNPERMITTED_APP } as Authentication;
		const [refused] = await visit(bench.connector(combination, { authentication }));
		expect(refused).toMatchObject({ reason: 'logonRefused', message: expect.stringMatching(/no permissions.*full_access_as_app.*Application EWS\.AccessAsApp/) });
		bench.secure.entra.rolesInExchange.add(UNPERMITTED_APP);
		try {
			expect(await visit(bench.connector(combination, { authentication }))).toEqual([expect.any(Number), expect.any(Number)]);
		} finally {
			bench.secure.entra.rolesInExchange.delete(UNPERMITTED_APP);
		}
	});

	it('an application that the policy keeps out of a mailbox', async () => {
		bench.secure.access.restrictApplication(APP, [ANNA]);
		try {
			const [anna, bert] = await visit(bench.connector({ method: 'appOnly', logins: 'impersonation', way: 'ca', secret: 'right' }));
			expect([typeof anna, bert]).toEqual(['number', expect.objectContaining({ reason: 'accessDenied' })]);
		} finally {
			bench.secure.access.restrictApplication(APP, [ANNA, BERT]);
		}
	});

	it.each([
		['on-premises', 'mailbox', /EwsEnabled/],
		['online', 'mailbox', /Set-CASMailbox -EwsEnabled/],
		['online', 'organisation', /2027-04-01/],
	] as const)('EWS switched off, %s, for the %s', async (form, whom, advice) => {
		if (whom === 'mailbox') bench.secure.access.switchMailbox(BERT, form);
		else bench.secure.access.switchOrganisation(form);
		try {
			const [anna, bert] = await visit(bench.connector({ method: 'appOnly', logins: 'impersonation', way: 'ca', secret: 'right' }));
			expect(bert).toMatchObject({ message: expect.stringMatching(advice) });
			expect(typeof anna).toBe(whom === 'mailbox' ? 'number' : 'object');
		} finally {
			bench.secure.access.switchMailbox(BERT, undefined);
			bench.secure.access.switchOrganisation(undefined);
		}
	});
});

describe('Secrets', () => {
	it.each(combinations('right').flatMap((combination) => (combination.way === 'proxy' ? [combination, { ...combination, secret: 'wrong' as const }] : [])))(
		'$method, $logins, $secret secret: none stands in what pull, push, delete and diagnose give back, nor in a cursor',
		async (combination) => {
			const connector = bench.connector(combination);
			const pulled = await connector.pull(undefined, { ...USUAL_PULL, watches: [INBOX], now: Date.now });
			const [account] = connector.accounts.map((link) => link.account);
			const pushed = await connector.push('task', [{ account: account ?? '', externalId: 't1', record: { subject: 'Call back' }, attachments: [] } as never], { ...USUAL_PUSH, now: Date.now });
			const deleted = await connector.delete('task', [{ account: account ?? '', externalId: 't1' }], { mode: 'toBin', evenIfChanged: false, timeZone: 'Europe/Zurich' });
			expect([...pushed.flat(), ...deleted].map(({ outcome }) => outcome)).toEqual(combination.secret === 'right' ? ['created', 'deleted'] : ['failed', 'failed']);
			expect(pulled.failedAccounts).toHaveLength(combination.secret === 'right' ? 0 : accountsOf(combination));
			bench.expectNoSecret(pulled, pushed, deleted, await connector.diagnose(), JSON.stringify(pulled.cursor));
		},
	);

	it('would be found', () => {
		for (const secret of bench.secrets) expect(() => bench.expectNoSecret({ deep: [{ message: `it was ${secret}` }] })).toThrow();
	});
});
