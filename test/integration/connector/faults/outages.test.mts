import { describe, expect, it } from 'vitest';

import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';
import { rows } from '../../../quick-look.mts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { KINDS, recordOf, withBench } from './fault-bench.mts';

describe('an outage that lasts longer than the attempts of an item', () => {
	it.each<[string, FaultEffect]>([
		['ErrorInternalServerError for every reading', { effect: 'fault', code: 'ErrorInternalServerError' }],
		['answers that are cut off', { effect: 'truncate' }],
		['answers that are not XML', { effect: 'rewrite', replace: '</s:Body>', by: '' }],
	])('%s: no item is given up', async (_, effect) => {
		await withBench(async (office) => {
			await office.pullToRest();
			for (const kind of KINDS) for (let n = 0; n < 40; n++) await office.make(kind, `${kind}-${n}`);
			office.control.inject({ operation: 'GetItem', times: 1_000_000, do: effect });
			for (let poll = 0; poll < 5; poll++) {
				office.control.clearRequests();
				const { events, outcomes, failedAccounts } = await office.impatientPull();
				expect(events).toEqual([]);
				expect(failedAccounts).toHaveLength(1);
				expect(outcomes.filter(({ rule }) => rule === 'import-attempts')).toEqual([]);
				// It does not go through all 120 items one by one.
				expect(office.control.requests().length).toBeLessThan(60);
			}
			office.control.heal();
			const outcomes = (await office.pullToRest()).flatMap((result) => result.outcomes);
			expect(outcomes).toEqual([]);
			expect(office.events).toHaveLength(120);
			expect(new Set(office.events).size).toBe(120);
		});
	});
});

describe('a create that was carried out although the server reported a fault', () => {
	it.each(rows(KINDS.flatMap((kind) => ['ErrorTimeoutExpired', 'ErrorInternalServerTransientError', 'ErrorMailboxFailover', 'ErrorServerBusy'].map((code) => [kind, code] as const))))('%s, %s: there is one item for each record', async (kind, code) => {
		await withBench(async (office) => {
			office.control.inject({ operation: 'CreateItem', times: 1, do: { effect: 'fault', code, acted: true, ...(code === 'ErrorServerBusy' && { backOffMilliseconds: 30 }) } });
			const items = [1, 2, 3].map((n) => ({ externalId: `x${n}`, record: recordOf(kind, `No ${n}`) }));
			const outcomes = await office.push(kind, items);
			expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created']);
			expect(office.outlook().items(FOLDERS[kind]).map(({ id }) => id).sort()).toEqual(outcomes.map(({ exchangeId }) => exchangeId).sort());
			expect((await office.push(kind, items)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
			expect((await office.pullToRest()).flatMap(({ events }) => events)).toEqual([]);
			expect(office.control.outbox()).toEqual([]);
		});
	});

	it.each(KINDS)('%s: all answers get lost, once for each attempt but the last', async (kind) => {
		await withBench(async (office) => {
			office.control.inject({ operation: 'CreateItem', times: 2, do: { effect: 'drop', when: 'before' } });
			const items = [1, 2].map((n) => ({ externalId: `x${n}`, record: recordOf(kind, `No ${n}`) }));
			expect((await office.push(kind, items)).map(({ outcome }) => outcome)).toEqual(['created', 'created']);
			expect(office.outlook().items(FOLDERS[kind])).toHaveLength(2);
			expect(office.operations()['CreateItem']).toBe(3);
		});
	});
});
