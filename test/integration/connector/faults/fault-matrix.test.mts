import { describe, expect } from 'vitest';

import type { PullResult } from '../../../../src/sync/pull/pull-types.ts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { type FaultBench, KINDS, withBench } from './fault-bench.mts';
import { rows } from '../../../quick-look.mts';
import { FAULT_ROWS, itUnder } from './fault-rows.mts';

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
	return failed.length === 0 ? 'goes on' : `folders: ${[...new Set(failed.map(({ code }) => code))].join()}`;
}

async function prepareExchange(office: FaultBench): Promise<void> {
	for (const kind of KINDS) {
		await office.make(kind, `known-${kind}`);
		await office.make(kind, `doomed-${kind}`);
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
	for (const { name, effect, operations = ['SyncFolderItems', 'GetItem'], timeoutMs, ...expected } of rows(FAULT_ROWS)) {
		for (const operation of operations.filter((candidate) => candidate === 'SyncFolderItems' || candidate === 'GetItem')) {
			for (const [when, strike] of STRIKES) {
				itUnder(timeoutMs)(`${name} × ${operation}, ${when}: nothing lost, nothing twice`, async () => {
					await withBench(
						async (office) => {
							await prepareExchange(office);
							office.control.inject({ operation, do: effect, ...strike });
							const faulty = await office.impatientPull();
							expect(office.control.faults.struck).toBeGreaterThan(0);
							if (when === 'until it is healed') {
								expect(reach(faulty)).toBe(operation === 'SyncFolderItems' ? expected.sync : expected.read);
								if (expected.code !== undefined) expect([faulty.failedAccounts[0]?.fault.code, ...new Set(faulty.outcomes.map(({ code }) => code))]).toEqual([expected.code, expected.code]);
							}
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
