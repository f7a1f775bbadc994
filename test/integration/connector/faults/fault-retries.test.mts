import { describe, expect, it } from 'vitest';

import { rows } from '../../../quick-look.mts';
import { KINDS, recordOf, withBench } from './fault-bench.mts';
import { FAULT_ROWS, type FaultRow } from './fault-rows.mts';

/** Faults that pass within seconds, by their own nature or by what the server says. */
const PASSING = FAULT_ROWS.filter(({ name, sync }) => name !== 'HTTP 429' && name !== 'ErrorTimeoutExpired' && (sync === 'account: unavailable' || sync === 'account: throttled'));

const patience = ({ timeoutMs }: FaultRow): { timeoutMs?: number } => (timeoutMs === undefined ? {} : { timeoutMs });

describe.concurrent('a fault that passes is waited out', () => {
	for (const row of rows(PASSING)) {
		const { name, effect } = row;
		it(`${name}: the poll that it strikes brings everything`, async () => {
			await withBench(async (office) => {
				for (const kind of KINDS) await office.make(kind, `new-${kind}`);
				for (const operation of ['SyncFolderItems', 'GetItem', 'GetFolder']) office.control.inject({ operation, do: effect });
				const { failedAccounts, outcomes } = office.hear(await office.connector.pull(undefined, office.pullOptions()));
				expect([failedAccounts, outcomes, office.control.faults.pending()]).toEqual([[], [], []]);
				expect([...office.events].sort()).toEqual(KINDS.map((kind) => `created ${kind} new-${kind}`).sort());
			}, patience(row));
		});

		it(`${name}: the push that it strikes writes everything, once`, async () => {
			await withBench(async (office) => {
				await office.push('task', [{ externalId: 'known', record: recordOf('task', 'known') }]);
				for (const operation of ['FindItem', 'GetItem', 'CreateItem', 'UpdateItem', 'DeleteItem']) office.control.inject({ operation, do: effect });
				const pushed = await office.push('task', [{ externalId: 'known', record: recordOf('task', 'known', { categories: ['Changed'] }) }, { externalId: 'new', record: recordOf('task', 'new') }]);
				for (const { outcome } of pushed) expect(['created', 'updated', 'unchanged']).toContain(outcome);
				expect(await office.delete('task', [{ externalId: 'known' }])).toMatchObject([{ outcome: expect.stringMatching(/deleted|unchanged/) }]);
				expect(office.control.faults.pending()).toEqual([]);
				await office.actLate();
				await office.pullToRest();
				expect(await office.push('task', [{ externalId: 'new', record: recordOf('task', 'new') }])).toMatchObject([{ outcome: 'unchanged' }]);
				expect(office.bothSides().exchange).toEqual(['task new ']);
				expect(office.events.filter((event) => event.startsWith('created')).length).toBeLessThan(2);
			}, patience(row));
		});
	}
});
