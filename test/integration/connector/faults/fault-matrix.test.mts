import { describe, expect, it } from 'vitest';

import type { Outcome } from '../../../../src/sync/outcome.ts';
import type { PullResult } from '../../../../src/sync/pull/pull-types.ts';
import { FOLDERS, type FaultBench, KINDS, recordOf, withBench } from './fault-bench.mts';
import { FAULT_ROWS } from './fault-rows.mts';

/** A fault that stays until the server is healed, and one that strikes a single request in the middle. */
const STRIKES = [
	['until it is healed', { times: 1_000_000 }],
	['once, in the middle', { nth: 2, times: 1 }],
] as const;

/** One line: how far the fault of a poll reached. */
function reach({ failedAccounts, outcomes }: PullResult): string {
	const [account] = failedAccounts;
	if (account !== undefined) return `account: ${account.fault.reason}`;
	const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
	return failed.length === 0 ? 'goes on' : failed.map(({ kind, code }) => `${kind} ${code}`).join();
}

async function prepareExchange(office: FaultBench): Promise<void> {
	for (const kind of KINDS) {
		const known = await office.make(kind, `known-${kind}`);
		const doomed = await office.make(kind, `doomed-${kind}`);
		void known;
		void doomed;
	}
	await office.pullToRest();
	office.events.length = 0;
	for (const kind of KINDS) {
		for (const { id, subject } of office.outlook().items(FOLDERS[kind])) {
			if (subject.startsWith('known')) office.outlook().edit(id, { categories: ['Changed'] });
			else office.outlook().remove(id);
		}
		await office.make(kind, `new-${kind}`);
	}
	office.control.clearRequests();
}

const PULLED = KINDS.flatMap((kind) => [`created ${kind} new-${kind}`, `deleted ${kind} doomed-${kind}`, `updated ${kind} known-${kind}`]).sort();

describe('poll', () => {
	for (const { name, effect, operations = ['SyncFolderItems', 'GetItem'], timeoutMs } of FAULT_ROWS) {
		for (const operation of operations.filter((candidate) => candidate === 'SyncFolderItems' || candidate === 'GetItem')) {
			for (const [when, strike] of STRIKES) {
				it(`${name} × ${operation}, ${when}: nothing lost, nothing twice`, async () => {
					await withBench(
						async (office) => {
							await prepareExchange(office);
							office.control.inject({ operation, do: effect, ...strike });
							const faulty = await office.impatientPull();
							console.log(`PULL | ${name} | ${operation} | ${when} | ${reach(faulty)} | ${office.events.length} | ${office.control.requests().length}`);
							office.control.heal();
							await office.startAnew();
							await office.pullToRest();
							expect([...office.events].sort()).toEqual(PULLED);
							const { exchange, other } = office.bothSides();
							expect(other).toEqual(exchange);
						},
						timeoutMs === undefined ? {} : { timeoutMs },
					);
				});
			}
		}
	}
});

function said(outcomes: readonly Outcome[]): string {
	return outcomes.map(({ outcome, code }) => (code === undefined ? outcome : `${outcome}/${code}`)).join(' ');
}

describe('push', () => {
	for (const { name, effect, operations = ['FindItem', 'GetItem', 'CreateItem', 'UpdateItem', 'DeleteItem'], timeoutMs } of FAULT_ROWS) {
		for (const operation of operations.filter((candidate) => candidate !== 'SyncFolderItems')) {
			for (const [when, strike] of STRIKES.map(([text, given]) => [text, { ...given, ...('nth' in given && { nth: 1 }) }] as const)) {
				it(`${name} × ${operation}, ${when}: one item for each record`, async () => {
					await withBench(
						async (office) => {
							const records = (kind: (typeof KINDS)[number], ...subjects: string[]) => subjects.map((subject) => recordOf(kind, `${subject}-${kind}`, subject === 'known' ? { categories: ['Changed'] } : {}));
							for (const kind of KINDS) await office.push(kind, ['known', 'doomed'].map((subject) => ({ externalId: `${subject}-${kind}`, record: recordOf(kind, `${subject}-${kind}`) })));
							expect((await office.pullToRest()).flatMap(({ events }) => events)).toEqual([]);
							office.control.clearRequests();
							const lines: string[] = [];
							for (const kind of KINDS) {
								office.control.heal();
								office.control.inject({ operation, do: effect, ...strike });
								const pushed = await office.impatientPush(kind, records(kind, 'known', 'new'));
								expect(pushed).toHaveLength(2);
								const deleted = await office.impatiently((connector) => connector.delete(kind, [{ externalId: `doomed-${kind}` }], { mode: 'toBin', evenIfChanged: false, timeZone: 'UTC' }));
								expect(deleted).toHaveLength(1);
								lines.push(`${said(pushed)}; ${said(deleted)}`);
							}
							console.log(`PUSH | ${name} | ${operation} | ${when} | ${[...new Set(lines)].join(' | ')} | ${office.control.requests().length}`);
							office.control.heal();
							await office.startAnew();
							for (const kind of KINDS) {
								for (const { outcome } of await office.impatientPush(kind, records(kind, 'known', 'new'))) expect(['created', 'updated', 'unchanged']).toContain(outcome);
								await office.delete(kind, [{ externalId: `doomed-${kind}` }]);
								expect((await office.impatientPush(kind, records(kind, 'known', 'new'))).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
							}
							expect(office.bothSides().exchange).toEqual(KINDS.flatMap((kind) => [`${kind} known-${kind} Changed`, `${kind} new-${kind} `]).sort());
							expect(office.control.outbox()).toEqual([]);
							await office.pullToRest();
							expect([...office.events].map((event) => event.split(' ')[0])).toEqual(KINDS.map(() => 'deleted'));
						},
						timeoutMs === undefined ? {} : { timeoutMs },
					);
				});
			}
		}
	}
});
