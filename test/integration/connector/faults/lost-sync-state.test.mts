import { describe, expect, it } from 'vitest';

import type { PullResult } from '../../../../src/sync/pull/pull-types.ts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { type FaultBench, KINDS, withBench } from './fault-bench.mts';

type Kind = (typeof KINDS)[number];

/** Those of which a poll remembers each item. */
const REMEMBERED = KINDS.filter((kind) => kind !== 'email');

async function poll(office: FaultBench, more: Parameters<FaultBench['pullOptions']>[0] = {}): Promise<PullResult> {
	return office.hear(await office.connector.pull(office.cursor, office.pullOptions(more)));
}

/** The server forgets all sync states, once for each folder. */
function forget(office: FaultBench, times = 1): void {
	office.control.inject({ operation: 'SyncFolderItems', containing: 'SyncState>', times, do: { effect: 'item', code: 'ErrorInvalidSyncStateData' } });
}

function watchOnly(office: FaultBench, kind: Kind): void {
	office.polls = { watches: office.pullOptions().watches.filter((watch) => watch.kind === kind).map((watch) => ({ ...watch, folders: watch.folders.slice(0, 1) })) };
}

async function filled(office: FaultBench, kind: Kind, count: number): Promise<string[]> {
	watchOnly(office, kind);
	const ids: string[] = [];
	for (let n = 0; n < count; n++) ids.push(await office.make(kind, `No ${n}`));
	await office.pullToRest();
	office.events.length = 0;
	return ids;
}

describe.each(REMEMBERED)('a lost sync state, %s', (kind) => {
	it('yields exactly what was created, changed and deleted, once, whatever was still to be read', async () => {
		await withBench(async (office) => {
			const ids = await filled(office, kind, 30);
			await office.make(kind, 'Half read');
			// It is listed and cannot be read, so that it waits.
			office.control.inject({ operation: 'GetItem', do: { effect: 'http', status: 503 } });
			await office.impatientPull();
			await office.startAnew();
			for (const id of ids.slice(0, 5)) office.outlook().edit(id, { categories: ['Changed'] });
			for (const id of ids.slice(5, 9)) office.outlook().remove(id, 'hard');
			for (const id of ids.slice(9, 12)) office.outlook().remove(id);
			await office.make(kind, 'New');
			forget(office);
			await office.pullToRest();
			const expected = [
				...[0, 1, 2, 3, 4].map((n) => `updated ${kind} No ${n}`),
				...[5, 6, 7, 8, 9, 10, 11].map((n) => `deleted ${kind} No ${n}`),
				`created ${kind} Half read`,
				`created ${kind} New`,
			];
			expect([...office.events].sort()).toEqual(expected.sort());
			expect(office.bothSides().other).toEqual(office.bothSides().exchange.filter((line) => line.startsWith(kind)));
		});
	});

	it('during the first listing from the beginning: everything comes once', async () => {
		await withBench(async (office) => {
			watchOnly(office, kind);
			for (let n = 0; n < 6; n++) await office.make(kind, `No ${n}`);
			forget(office);
			// A page of four, and then the state of it is void.
			for (let n = 0; n < 4; n++) await poll(office, { maxEvents: 4 });
			expect(office.control.faults.pending()).toEqual([]);
			expect([...office.events].sort()).toEqual([0, 1, 2, 3, 4, 5].map((n) => `created ${kind} No ${n}`));
		});
	});

	it('during the first listing from now on: nothing that was there before comes', async () => {
		await withBench(async (office) => {
			watchOnly(office, kind);
			// More than a page.
			for (let n = 0; n < 520; n++) await office.make(kind, `No ${n}`);
			forget(office);
			for (let n = 0; n < 3; n++) await poll(office, { firstRun: { from: 'now' } });
			expect(office.control.faults.pending()).toEqual([]);
			await office.make(kind, 'New');
			await poll(office, { firstRun: { from: 'now' } });
			expect(office.events).toEqual([`created ${kind} New`]);
		});
	});

	it('and a folder that looks empty beside: it stops and asks once, and goes on without a delete when the items are back', async () => {
		await withBench(async (office) => {
			await filled(office, kind, 12);
			office.control.backup('full');
			for (const { id } of office.outlook().items(FOLDERS[kind])) office.outlook().remove(id, 'hard');
			forget(office, 3);
			const polls = [await poll(office), await poll(office), await poll(office)];
			expect(polls.map(({ events }) => events.length)).toEqual([0, 0, 0]);
			expect(polls.map(({ outcomes }) => outcomes.map(({ code, message }) => [code, message]))).toEqual([[['TooManyDeletes', expect.stringMatching(/empty.*12.*Max Deletes per Poll.*0/)]], [], []]);
			office.control.restoreBackup('full');
			await office.make(kind, 'New');
			await office.pullToRest();
			expect(office.events).toEqual([`created ${kind} New`]);
		});
	});

	it('and a folder that is meant to be empty: the deletes come when there is no limit', async () => {
		await withBench(async (office) => {
			await filled(office, kind, 12);
			for (const { id } of office.outlook().items(FOLDERS[kind])) office.outlook().remove(id, 'hard');
			forget(office, 2);
			await poll(office);
			await poll(office, { maxDeletesPerPoll: 0 });
			for (let n = 0; n < 2; n++) await poll(office);
			expect(office.events).toHaveLength(12);
			expect(office.rows.size).toBe(0);
		});
	});
});

describe('a lost sync state of a mail folder', () => {
	it('reads what changed since the last look, says that deletes cannot be told, and repeats nothing', async () => {
		await withBench(async (office) => {
			const ids = await filled(office, 'email', 10);
			office.advance(3_600_000);
			office.outlook().edit(ids[0]!, { categories: ['Changed'] });
			office.outlook().remove(ids[1]!, 'hard');
			await office.make('email', 'New');
			forget(office);
			const outcomes = (await office.pullToRest()).flatMap((result) => result.outcomes);
			expect([...office.events].sort()).toEqual(['created email New', 'updated email No 0']);
			expect(outcomes).toMatchObject([{ outcome: 'skipped', message: expect.stringContaining('cannot be told') }]);
		});
	});
});

describe('a flood of deletes', () => {
	it.each(KINDS)('%s: stops that folder, asks once, leaves the others alone; more are allowed by the option', async (kind) => {
		await withBench(async (office) => {
			await filled(office, kind, 8);
			office.polls = {};
			await office.pullToRest();
			const elsewhere = kind === 'task' ? 'appointment' : 'task';
			for (const { id } of office.outlook().items(FOLDERS[kind])) office.outlook().remove(id, 'hard');
			await office.make(elsewhere, 'Elsewhere');
			await office.make(kind, 'Beside');
			const polls = [await poll(office, { maxDeletesPerPoll: 7 }), await poll(office, { maxDeletesPerPoll: 7 })];
			expect(office.events).toEqual([`created ${elsewhere} Elsewhere`]);
			expect(polls.map(({ outcomes }) => outcomes.map(({ code, kind: of }) => [code, of]))).toEqual([[['TooManyDeletes', kind]], []]);
			await poll(office, { maxDeletesPerPoll: 8 });
			expect(office.events.filter((event) => event.startsWith('deleted'))).toHaveLength(8);
			expect(office.events).toContain(`created ${kind} Beside`);
			await office.pullToRest();
			expect(office.events).toHaveLength(10);
		});
	});

	it.each(KINDS)('%s: goes on without a delete where the items were brought back instead', async (kind) => {
		await withBench(async (office) => {
			await filled(office, kind, 8);
			office.control.backup('full');
			for (const { id } of office.outlook().items(FOLDERS[kind])) office.outlook().remove(id, 'hard');
			await poll(office, { maxDeletesPerPoll: 7 });
			office.control.restoreBackup('full');
			office.advance(60_000);
			await office.make(kind, 'New');
			for (let n = 0; n < 3; n++) await poll(office, { maxDeletesPerPoll: 7 });
			expect(office.events).toEqual([`created ${kind} New`]);
			expect(office.rows.size).toBe(9);
		});
	});

	it('what was left out beside it is told once, however often the folder is looked at', async () => {
		await withBench(async (office) => {
			const [bad] = await filled(office, 'task', 600);
			office.outlook().edit(bad!, { categories: ['Damaged'] });
			office.control.inject({ operation: 'GetItem', times: 100, do: { effect: 'item', code: 'ErrorItemCorrupt', ids: [bad!] } });
			for (const { id } of office.outlook().items('tasks').slice(40)) office.outlook().remove(id, 'hard');
			const outcomes = [];
			for (let n = 0; n < 3; n++) outcomes.push(...(await poll(office, { importAttempts: 1, maxDeletesPerPoll: 530 })).outcomes);
			expect(outcomes.map(({ code }) => code)).toEqual(['TooManyDeletes']);
			office.control.heal();
			await poll(office, { maxDeletesPerPoll: 0 });
			expect(office.events).toContain('updated task No 0');
		});
	}, 60_000);
});
