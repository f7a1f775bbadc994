/** Hundreds of mailboxes behind one credential of an application. */
import { afterAll, beforeAll, expect } from 'vitest';

import type { Cursor } from '../../../src/sync/pull/cursor.ts';
import type { PullResult } from '../../../src/sync/pull/pull-types.ts';
import { cpuTimeOf } from '../../cpu-time.mts';
import { itIsLarge } from '../../quick-look.mts';
import { INBOX, USUAL_PULL } from '../../usual-connector.mts';
import { LogonBench } from './logon-bench.mts';

const MAILBOXES = Array.from({ length: 200 }, (_, n) => `user${n + 1}@example.test`);
const MISSING = 'gone@example.test';
const BUDGET_MS = 30_000;
/** Requests that one connection has under way (see open-ews-connection). */
const AT_ONCE = 16;

let bench: LogonBench;
let underWay = 0;
let most = 0;

beforeAll(async () => {
	bench = await LogonBench.start({
		mailboxes: MAILBOXES,
		routes: [
			(request, response) => {
				if (!/^\/EWS\//i.test(request.url ?? '')) return false;
				underWay++;
				most = Math.max(most, underWay);
				response.once('close', () => underWay--);
				return false;
			},
		],
	});
});
afterAll(async () => {
	await bench.close();
});

itIsLarge('200 mailboxes behind one application: an idle poll asks each once, a few at a time, within the budget, and one that fails holds up none', async () => {
	const accounts = [...MAILBOXES.slice(0, 100), MISSING, ...MAILBOXES.slice(100)].map((mailbox) => ({ account: mailbox, mailbox }));
	const connector = bench.connector({ method: 'appOnly', logins: 'impersonation', way: 'ca', secret: 'right' }, { accounts });
	let cursor: Cursor | undefined;
	const poll = async (): Promise<PullResult> => {
		const now = Date.now();
		const result = await connector.pull(cursor, { ...USUAL_PULL, watches: [INBOX], firstRun: { from: 'now' }, budgetMs: BUDGET_MS, now: () => now });
		cursor = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
		return result;
	};
	for (let polls = 1, more = true; more; polls++) {
		more = (await poll()).summary.moreToCome;
		expect(polls).toBeLessThan(10);
	}
	bench.secure.control.clearRequests();
	most = 0;

	// Both sides' processor time: the budget is one of an idle machine.
	const { result: idle, cpu } = await cpuTimeOf(poll);
	expect(cpu).toBeLessThan(BUDGET_MS);
	expect(idle.events).toEqual([]);
	expect(idle.failedAccounts.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))).toEqual([expect.stringContaining(MISSING)]);

	const requests = bench.secure.control.requests();
	expect(requests.filter(({ status }) => status === 200).map(({ operation }) => operation)).toEqual(MAILBOXES.map(() => 'SyncFolderItems'));
	expect(new Set(requests.map(({ mailbox }) => mailbox)).size).toBe(MAILBOXES.length + 1);
	expect(requests.length).toBeLessThanOrEqual(MAILBOXES.length + 3);
	expect(most).toBeGreaterThan(1);
	expect(most).toBeLessThanOrEqual(AT_ONCE);
	expect(bench.secure.entra.requests).toHaveLength(1);

	const woken = bench.secure.control.outlook(MAILBOXES[150]!);
	woken.create({ subject: 'Good morning', text: 'there' });
	const found = await poll();
	expect(found.events.map(({ envelope }) => envelope.mailbox)).toEqual([MAILBOXES[150]]);
	bench.expectNoSecret(idle, found, cursor);
});
