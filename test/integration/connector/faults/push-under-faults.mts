/** Pushing while the server misbehaves: one item for each record, whatever strikes. */
import { describe, expect } from 'vitest';

import { KINDS, recordOf, withBench } from './fault-bench.mts';
import { rows } from '../../../quick-look.mts';
import { FAULT_ROWS, type FaultRow, itUnder } from './fault-rows.mts';

/** What a push asks before it writes. */
export const READS: readonly string[] = ['FindItem', 'GetItem'];
export const WRITES: readonly string[] = ['CreateItem', 'UpdateItem', 'DeleteItem'];

async function pushUnder({ effect, timeoutMs, push: expected, code: expectedCode }: FaultRow, group: readonly string[], times: number): Promise<void> {
	await withBench(
		async (office) => {
			const records = (kind: (typeof KINDS)[number], ...subjects: string[]) => subjects.map((subject) => recordOf(kind, `${subject}-${kind}`, subject === 'known' ? { categories: ['Changed'] } : {}));
			for (const kind of KINDS) await office.push(kind, ['known', 'doomed'].map((subject) => ({ externalId: `${subject}-${kind}`, record: recordOf(kind, `${subject}-${kind}`) })));
			expect((await office.pullToRest()).flatMap(({ events }) => events)).toEqual([]);
			office.control.clearRequests();
			const lines: string[] = [];
			const codes = new Set<string | undefined>();
			for (const kind of KINDS) {
				office.control.heal();
				// A pause that the server asked for at the kind before would keep this one's requests from it.
				await office.startAnew();
				const { struck } = office.control.faults;
				office.control.inject(...group.map((operation) => ({ operation, do: effect, times })));
				const pushed = await office.impatientPush(kind, records(kind, 'known', 'new'));
				expect(pushed).toHaveLength(2);
				const deleted = await office.impatiently((connector) => connector.delete(kind, [{ externalId: `doomed-${kind}` }], { mode: 'toBin', evenIfChanged: false, timeZone: 'UTC' }));
				expect(deleted).toHaveLength(1);
				expect(office.control.faults.struck).toBeGreaterThan(struck);
				// A full mailbox takes in nothing, and gives up what is deleted.
				if (group.includes('CreateItem') && !group.includes('DeleteItem')) expect(deleted).toMatchObject([{ outcome: 'deleted' }]);
				if (group.includes('CreateItem') || group.includes('UpdateItem')) lines.push(pushed.map(({ outcome }) => outcome).join(', '));
				for (const { outcome, code } of [...pushed, ...deleted]) if (outcome === 'failed') codes.add(code);
			}
			if (times === 1) expect(lines).toEqual(lines.map(() => expected));
			if (expectedCode !== undefined) expect([...codes]).toEqual([expectedCode]);
			office.control.heal();
			await office.startAnew();
			if (effect.effect === 'stall' && effect.when === 'before') {
				await office.actLate();
				await office.pullToRest();
			}
			for (const kind of KINDS) {
				for (const { outcome } of await office.impatientPush(kind, records(kind, 'known', 'new'))) expect(['created', 'updated', 'unchanged']).toContain(outcome);
				await office.delete(kind, [{ externalId: `doomed-${kind}` }]);
				expect((await office.impatientPush(kind, records(kind, 'known', 'new'))).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
			}
			expect(office.bothSides().exchange).toEqual(KINDS.flatMap((kind) => [`${kind} known-${kind} Changed`, `${kind} new-${kind} `]).sort());
			expect(office.control.outbox()).toEqual([]);
			await office.pullToRest();
			// Beside a delete, what push has created may be an item that a user moved: it is handed over, with its external id.
			expect(office.events.filter((event) => !event.startsWith('created')).sort()).toEqual(KINDS.map((kind) => `deleted ${kind} of something unknown`).sort());
			for (const created of office.events.filter((event) => event.startsWith('created'))) expect(KINDS.map((kind) => `created ${kind} new-${kind}`)).toContain(created);
			expect(new Set(office.events).size).toBe(office.events.length);
		},
		timeoutMs === undefined ? {} : { timeoutMs },
	);
}

/** All rows of the matrix, with the faults on these operations as far as a row means them. */
export function describePush(operations: readonly string[]): void {
	describe('push', () => {
		for (const row of rows(FAULT_ROWS)) {
			const group = operations.filter((operation) => row.operations?.includes(operation) ?? true);
			if (group.length === 0) continue;
			for (const [when, times] of [['until it is healed', 1_000_000], ['once', 1]] as const) {
				// Each attempt waits until the time is out.
				if (row.timeoutMs !== undefined && times > 1) continue;
				itUnder(row.timeoutMs)(`${row.name} × ${group.join(', ')}, ${when}: one item for each record`, async () => {
					await pushUnder(row, group, times);
				});
			}
		}
	});
}
