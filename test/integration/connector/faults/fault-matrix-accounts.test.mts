import { describe, expect, it } from 'vitest';

import { rows } from '../../../quick-look.mts';
import { ANNA, BEN, startServer } from '../connector-bench.mts';
import { FaultBench, recordOf } from './fault-bench.mts';
import { FAULT_ROWS, type FaultRow, itUnder } from './fault-rows.mts';

const ACCOUNTS = [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }];

async function withTwoAccounts({ timeoutMs }: FaultRow, work: (office: FaultBench) => Promise<void>): Promise<void> {
	const office = new FaultBench(await startServer(), { accounts: ACCOUNTS, settings: timeoutMs === undefined ? {} : { timeoutMs } });
	try {
		await work(office);
	} finally {
		await office.stop();
	}
}

describe('a fault of one account', () => {
	for (const row of rows(FAULT_ROWS)) {
		const { name, effect, operations, sync } = row;
		if (operations?.includes('SyncFolderItems') ?? true) {
			itUnder(row.timeoutMs)(`${name}: the poll brings the other account's items and names the one that failed`, async () => {
				await withTwoAccounts(row, async (office) => {
					await office.pullToRest();
					for (const address of [ANNA, BEN]) await office.control.deliver(address, `From: bert@example.org\nTo: ${address}\nSubject: For ${address}\nMessage-ID: <1-${address}>\n\nText\n`);
					office.control.inject({ operation: 'SyncFolderItems', mailbox: ANNA, do: effect, times: 1_000_000 });
					const { failedAccounts, outcomes } = await office.impatientPull();
					expect(office.events).toContain(`created email For ${BEN}`);
					expect(office.control.faults.struck).toBeGreaterThan(0);
					expect(failedAccounts.map(({ mailbox }) => mailbox)).toEqual(sync?.startsWith('account') === true ? [ANNA] : []);
					// Said once, with who and why.
					for (const { mailbox, message } of outcomes) expect([mailbox, message]).toEqual([ANNA, expect.stringMatching(/\S/)]);
					if (sync !== 'goes on') expect(outcomes.length).toBeGreaterThan(0);
					office.control.heal();
					await office.startAnew();
					await office.pullToRest();
					expect([...office.events].sort()).toEqual([`created email For ${ANNA}`, `created email For ${BEN}`]);
				});
			});
		}
		// A create that is given up only after the time is out would be waited for in each attempt.
		if (row.timeoutMs === undefined && (operations?.includes('CreateItem') ?? true)) {
			it(`${name}: the push writes the other account's records, each record has its own outcome`, async () => {
				await withTwoAccounts(row, async (office) => {
					office.control.inject({ operation: 'CreateItem', mailbox: ANNA, do: effect, times: 1_000_000 });
					const items = ['anna', 'ben'].flatMap((account) => [1, 2].map((n) => ({ account, externalId: `${account} ${n}`, record: recordOf('task', `${account} ${n}`), attachments: [] })));
					const outcomes = (await office.impatiently((connector) => connector.push('task', items as never, office.pushOptions()))).flat();
					expect(outcomes.map(({ externalId }) => externalId)).toEqual(items.map(({ externalId }) => externalId));
					expect(outcomes.slice(2).map(({ outcome }) => outcome)).toEqual(['created', 'created']);
					expect(office.outlook(BEN).items('tasks')).toHaveLength(2);
					expect(office.control.faults.struck).toBeGreaterThan(0);
				});
			});
		}
	}
});
