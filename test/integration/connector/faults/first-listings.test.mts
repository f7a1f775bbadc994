/** A first listing that is interrupted between two pages, or loses its sync state there, against an Exchange that is asked over HTTP. */
import { describe, expect, it } from 'vitest';

import type { FirstRun, PullOptions } from '../../../../src/sync/pull/pull-types.ts';
import { type FaultBench, KINDS, withBench } from './fault-bench.mts';

type Kind = (typeof KINDS)[number];

const DAY = 24 * 3_600_000;

function watchOnly(office: FaultBench, kind: Kind, more: Partial<PullOptions>): void {
	office.polls = { watches: office.pullOptions().watches.filter((watch) => watch.kind === kind).map((watch) => ({ ...watch, folders: watch.folders.slice(0, 1) })), ...more };
}

/** The next page after the first is not given. */
function interrupt(office: FaultBench): void {
	office.control.inject({ operation: 'SyncFolderItems', containing: 'SyncState>', do: { effect: 'http', status: 503 } });
}

describe.each(KINDS)('a first listing, %s', (kind) => {
	it('from now on: what comes between two pages is new, what was there is not, and a change of it is one', async () => {
		await withBench(async (office) => {
			watchOnly(office, kind, { firstRun: { from: 'now' } });
			// More than a page.
			const ids: string[] = [];
			for (let n = 0; n < 520; n++) ids.push(await office.make(kind, `No ${n}`));
			interrupt(office);
			await office.impatientPull();
			expect(office.control.faults.pending()).toEqual([]);
			expect(office.events).toEqual([]);
			await office.startAnew();
			office.advance(60_000);
			await office.make(kind, 'New');
			office.outlook().edit(ids[7]!, { categories: ['Changed'] });
			await office.pullToRest();
			expect([...office.events].sort()).toEqual([`created ${kind} New`, `updated ${kind} No 7`]);
			await office.make(kind, 'Newer');
			await office.pullToRest();
			expect(office.events).toContain(`created ${kind} Newer`);
		});
	});

	it('from the beginning: all of it comes, also where the sync state is lost in the middle', async () => {
		await withBench(async (office) => {
			watchOnly(office, kind, { maxEvents: 4 });
			for (let n = 0; n < 10; n++) await office.make(kind, `No ${n}`);
			// Longer ago than what is looked at again because clocks differ.
			office.advance(3_600_000);
			office.hear(await office.connector.pull(office.cursor, office.pullOptions()));
			expect(office.events).toHaveLength(4);
			office.control.inject({ operation: 'SyncFolderItems', containing: 'SyncState>', do: { effect: 'item', code: 'ErrorInvalidSyncStateData' } });
			await office.pullToRest();
			expect(office.control.faults.pending()).toEqual([]);
			expect([...new Set(office.events)].sort()).toEqual(Array.from({ length: 10 }, (_, n) => `created ${kind} No ${n}`));
			expect(office.bothSides().other).toEqual(office.bothSides().exchange.filter((line) => line.startsWith(kind)));
		});
	});
});

describe('a first listing of mails since a date', () => {
	it('reads none of the history before, and searches nothing', async () => {
		await withBench(async (office) => {
			const firstRun: FirstRun = { from: 'date', date: new Date(office.now - 2 * DAY).toISOString() };
			watchOnly(office, 'email', { firstRun });
			office.setClock(-10 * DAY);
			for (let n = 0; n < 30; n++) await office.make('email', `Old ${n}`);
			office.setClock(9 * DAY);
			await office.make('email', 'Young');
			office.setClock(DAY);
			await office.make('email', 'New');
			office.requests();
			await office.pullToRest();
			expect([...office.events].sort()).toEqual(['created email New', 'created email Young']);
			expect(office.requests().map(({ operation }) => operation)).not.toContain('FindItem');
		});
	});
});
