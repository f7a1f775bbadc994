import { describe, expect, it } from 'vitest';

import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';
import { ANNA, BEN, ConnectorBench, PASSWORD, settingsFor, startServer } from '../connector-bench.mts';
import type { ConnectorSettings } from '../../../../src/connector/connector-settings.ts';
import { closeIdleConnections } from '../../../../src/connector/connection-pool.ts';
import { rows } from '../../../quick-look.mts';
import { type Stall, stoodStillMs, watchStalls } from '../../../stalls.mts';
import { recordOf } from './fault-bench.mts';

const BACK_OFF_MS = 1_000;
/** What the client had sent before it read the answer arrives behind it; it cannot be called back. Times at which this process stood still come on top. */
const IN_FLIGHT_MS = 25;
/** Requests of one mailbox at a time over one connection. */
const IN_FLIGHT = 4;
const SERVICE = 'service@example.test';

const FORMS: ReadonlyArray<readonly [string, FaultEffect]> = [
	['ErrorServerBusy as SOAP fault', { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: BACK_OFF_MS }],
	['ErrorServerBusy of an item', { effect: 'item', code: 'ErrorServerBusy', backOffMilliseconds: BACK_OFF_MS }],
	['ErrorServerBusy hidden in ErrorInternalServerError', { effect: 'item', code: 'ErrorServerBusy', backOffMilliseconds: BACK_OFF_MS, hiddenIn: 'ErrorInternalServerError' }],
	['HTTP 503 with Retry-After', { effect: 'http', status: 503, headers: { 'retry-after': '1' } }],
	['HTTP 429 with Retry-After', { effect: 'http', status: 429, headers: { 'retry-after': '1' } }],
];

class WatchedBench extends ConnectorBench {
	/** When this process, that of the client and of the server, stood still. */
	readonly stalls: Stall[] = [];
	readonly #unwatch = watchStalls((stall) => this.stalls.push(stall));

	override async close(): Promise<void> {
		this.#unwatch();
		await super.close();
	}
}

/** Two accounts under load, on a server whose log tells the time to the millisecond. */
async function underLoad(effect: FaultEffect, work: (office: WatchedBench) => Promise<void>): Promise<void> {
	const accounts = [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }];
	const users = [
		{ address: ANNA, password: PASSWORD, name: 'Anna', mayOpen: [BEN] },
		{ address: BEN, password: PASSWORD, name: 'Ben' },
		{ address: SERVICE, password: PASSWORD, name: 'Service', mayImpersonate: true },
	];
	const office = new WatchedBench(await startServer({ users }), { accounts });
	office.control.setClock(undefined);
	office.reopen(settingsFor(office.server, accounts));
	// So that requests are on their way, in all places of the queue, when the pause begins.
	office.control.latency = 15;
	for (const [account, address] of [['anna', ANNA], ['ben', BEN]] as const) {
		for (let n = 0; n < 20; n++) await office.control.deliver(address, `From: bert@example.org\nTo: ${address}\nSubject: For ${account} ${n}\nMessage-ID: <${account}-${n}@x>\n\nText\n`);
	}
	office.control.inject({ mailbox: ANNA, nth: 3, times: 1, do: effect, name: 'busy' });
	try {
		await work(office);
	} finally {
		await office.close();
		await closeIdleConnections();
		await office.server.close();
	}
}

/** When each request that is charged to an account came in, as the server saw it, and which one was told to wait and when that answer was given. */
function logOf(office: ConnectorBench, account: string): { arrivals: number[]; toldAt: number } {
	const requests = office.control.requests().filter(({ mailbox }) => mailbox === account);
	const told = requests.find(({ fault }) => fault === 'busy');
	return { arrivals: requests.map(({ time }) => time.getTime()), toldAt: told === undefined ? Number.NaN : told.time.getTime() + told.milliseconds };
}

function expectObeyed(office: WatchedBench, connections = 1): void {
	const { arrivals, toldAt } = logOf(office, ANNA);
	const after = arrivals.filter((time) => time > toldAt);
	expect(toldAt).toBeGreaterThan(0);
	expect(after.length).toBeGreaterThan(0);
	// The server counts from the moment it answered: not one request is earlier than that, to the millisecond.
	const early = after.filter((time) => time < toldAt + BACK_OFF_MS);
	expect(early.filter((time) => time > toldAt + IN_FLIGHT_MS + stoodStillMs(office.stalls, toldAt, time))).toEqual([]);
	expect(early.length).toBeLessThan(IN_FLIGHT * connections);
	expect(Math.min(...after)).toBeLessThan(toldAt + BACK_OFF_MS + 20_000);
	const others = logOf(office, BEN).arrivals;
	expect(others.filter((time) => time > toldAt && time < toldAt + BACK_OFF_MS).length).toBeGreaterThan(0);
}

describe('back-off', () => {
	it.each(rows(FORMS))('%s during a poll: no request of the account before its end, the other account goes on', async (_, effect) => {
		await underLoad(effect, async (office) => {
			const polled = office.connector.pull(undefined, office.pullOptions());
			for (let n = 0; n < 12; n++) await office.push('task', [{ account: 'ben', externalId: `t${n}`, record: recordOf('task', `No ${n}`) }]);
			const { events, failedAccounts } = await polled;
			expect(failedAccounts).toEqual([]);
			expect(events.filter(({ envelope }) => envelope.kind === 'email').length).toBe(40);
			expectObeyed(office);
		});
	});

	it.each(rows(FORMS))('%s during a push: no request of the account before its end, the other account goes on', async (_, effect) => {
		await underLoad(effect, async (office) => {
			const items = (account: string) => Array.from({ length: 30 }, (_each, n) => ({ account, externalId: `${account}-${n}`, record: recordOf('task', `${account} ${n}`) }));
			const slow = office.push('task', items('anna'));
			for (let n = 0; n < 12; n++) await office.push('task', [{ account: 'ben', externalId: `b${n}`, record: recordOf('task', `Ben ${n}`) }]);
			expect((await slow).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 30 }, () => 'created'));
			expect(office.outlook().items('tasks')).toHaveLength(30);
			expectObeyed(office);
		});
	});

	it('a poll, a push and a second connector of the same login share the pause', async () => {
		await underLoad({ effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: BACK_OFF_MS }, async (office) => {
			const other = office.another();
			await Promise.all([
				office.connector.pull(undefined, office.pullOptions({ accounts: ['anna'] })),
				other.pull(undefined, office.pullOptions({ accounts: ['anna'] })),
				office.push('task', [{ account: 'anna', externalId: 't1', record: recordOf('task', 'One') }]),
				(async () => {
					for (let n = 0; n < 12; n++) await office.push('task', [{ account: 'ben', externalId: `b${n}`, record: recordOf('task', `Ben ${n}`) }]);
				})(),
			]);
			expectObeyed(office);
		});
	});

	const login = { user: ANNA, password: PASSWORD };
	it.each<[string, Partial<ConnectorSettings>]>([
		['with another time limit', { timeoutMs: 45_000 }],
		['whose login impersonates the mailbox', { access: 'impersonation', authentication: { method: 'basic', login: { user: SERVICE, password: PASSWORD }, loginByMailbox: {} } }],
		['whose login is a delegate in another mailbox', { access: 'delegate', accounts: [{ account: 'ben', mailbox: BEN }], authentication: { method: 'basic', login, loginByMailbox: {} } }],
	])('a connector %s shares the pause', async (_, settings) => {
		await underLoad({ effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: BACK_OFF_MS }, async (office) => {
			const other = office.another({ ...office.connector.settings, accounts: [{ account: 'anna', mailbox: ANNA }], ...settings });
			const [mine, theirs] = await Promise.all([
				office.connector.pull(undefined, office.pullOptions({ accounts: ['anna'] })),
				other.pull(undefined, office.pullOptions()),
				(async () => {
					for (let n = 0; n < 12; n++) await office.push('task', [{ account: 'ben', externalId: `b${n}`, record: recordOf('task', `Ben ${n}`) }]);
				})(),
			]);
			for (const { failedAccounts, events } of [mine, theirs]) {
				expect(failedAccounts).toEqual([]);
				expect(events.length).toBeGreaterThanOrEqual(20);
			}
			expectObeyed(office, 2);
		});
	});
});
