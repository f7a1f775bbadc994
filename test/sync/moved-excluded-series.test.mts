/** A series that is excluded from pull is the same series in whatever calendar it lies. */
import { describe, expect, it } from 'vitest';

import type { AppointmentRecord } from '../../src/records/appointment.ts';
import { MailboxFault } from '../../src/sync/fault.ts';
import type { PullOptions } from '../../src/sync/pull/pull-types.ts';
import { told } from '../usual-connector.mts';
import type { MemoryItem } from './memory-mailbox.mts';
import { series } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const CALENDAR = 'folder-Calendar';
const TEAM = 'folder-Team';
const UNWATCHED = 'folder-Elsewhere';
const BOTH: PullOptions['watches'] = [{ kind: 'appointment', folders: [{ by: 'role', role: 'calendar' }, { by: 'path', path: 'Team' }], includeSubfolders: false }];
const DAILY = { rrule: 'FREQ=DAILY;COUNT=5', exceptions: [], deleted: [] };
const YEARLY = { rrule: 'FREQ=YEARLY;COUNT=5', exceptions: [], deleted: [] };

function recur(bench: SyncBench, item: MemoryItem, recurrence: AppointmentRecord['recurrence']): void {
	bench.mailbox.change(item.id, ({ record }) => Object.assign(record, { recurrence }));
}

/** A series whose pattern a user has changed, in the first of two calendars that are watched; pushed before, or a user's own. */
async function excludedSeries(pushed = false) {
	const bench = new SyncBench();
	bench.mailbox.addFolder('Team', 'appointment');
	bench.mailbox.addFolder('Elsewhere', 'appointment');
	const poll = async (more: Partial<PullOptions> = {}) => await bench.pull({ watches: BOTH, ...more });
	await poll();
	if (pushed) await bench.push('appointment', [{ externalId: '1', record: { ...series() } }]);
	else bench.mailbox.put(CALENDAR, series());
	await poll();
	const [item] = bench.mailbox.itemsIn('calendar');
	if (item === undefined) throw new Error('the series is gone');
	recur(bench, item, DAILY);
	const { events, outcomes } = await poll();
	expect([events, outcomes]).toMatchObject([[], [{ outcome: 'skipped', rule: 'series-pattern-changed' }]]);
	bench.now += 10 * 60_000;
	return { bench, item, poll };
}

describe.each([
	['a user has made', false],
	['push has written', true],
])('an excluded series that %s', (_, pushed) => {
	it('series-pattern-changed: stays excluded in another watched calendar, and nobody is told again', async () => {
		const { bench, item, poll } = await excludedSeries(pushed);
		const moved = bench.mailbox.moveItem(item.id, TEAM);
		expect(await poll()).toMatchObject({ events: [], outcomes: [], summary: { excluded: { 'series-pattern-changed': 2 } } });
		bench.mailbox.change(moved.id, ({ record }) => (record.subject = 'Changed'));
		expect(await poll()).toMatchObject({ events: [], outcomes: [] });
		bench.mailbox.destroy(moved.id);
		expect(await poll()).toMatchObject({ events: [], outcomes: [] });
	});

	it('series-pattern-changed: also by way of a calendar that nobody watches, and where the pattern was changed back', async () => {
		const { bench, item, poll } = await excludedSeries(pushed);
		const away = bench.mailbox.moveItem(item.id, UNWATCHED);
		await poll();
		recur(bench, away, series().recurrence);
		bench.mailbox.moveItem(away.id, CALENDAR);
		expect(await poll()).toMatchObject({ events: [], outcomes: [] });
	});

	it('series-pattern-changed: also restored from Deleted Items into another calendar', async () => {
		const { bench, item, poll } = await excludedSeries(pushed);
		const binned = bench.mailbox.binItem(item.id);
		await poll();
		bench.mailbox.moveItem(binned.id, TEAM);
		expect((await poll()).events).toEqual([]);
	});

	it('series-pattern-changed: is synced again where it lies once the operator says so, and excluded anew by the next pattern', async () => {
		const { bench, item, poll } = await excludedSeries(pushed);
		const moved = bench.mailbox.moveItem(item.id, TEAM);
		await poll();
		const clearExclusions = 'monday';
		await poll({ clearExclusions });
		bench.mailbox.change(moved.id, ({ record }) => (record.subject = 'Synced'));
		expect(told(await poll({ clearExclusions }))).toEqual(['updated Synced']);
		recur(bench, moved, YEARLY);
		expect((await poll({ clearExclusions })).outcomes).toMatchObject([{ rule: 'series-pattern-changed' }]);
	});

	it('series-pattern-changed: what the operator has lifted stays so in another calendar', async () => {
		const { bench, item, poll } = await excludedSeries(pushed);
		const clearExclusions = 'monday';
		await poll({ clearExclusions });
		const moved = bench.mailbox.moveItem(item.id, TEAM);
		expect((await poll({ clearExclusions })).events.map(({ envelope }) => [envelope.event, envelope.exchangeId])).toEqual([
			['created', moved.id],
			['deleted', item.id],
		]);
		recur(bench, moved, YEARLY);
		expect((await poll({ clearExclusions })).outcomes).toMatchObject([{ rule: 'series-pattern-changed' }]);
	});
});

describe.each([
	['the one that is pulled first', CALENDAR, TEAM],
	['the one that is pulled last', TEAM, CALENDAR],
])('series-pattern-changed: a series whose pattern is changed and that is moved between two polls, out of %s of two calendars', (_, from, to) => {
	async function changedAndMoved() {
		const bench = new SyncBench();
		for (const name of ['Team', 'Elsewhere']) bench.mailbox.addFolder(name, 'appointment');
		const poll = async (more: Partial<PullOptions> = {}) => await bench.pull({ watches: BOTH, ...more });
		await poll();
		await bench.push('appointment', [{ externalId: '1', record: { ...series() } }], { folder: { by: 'id', id: from } });
		await poll();
		const [item] = bench.mailbox.items.values();
		if (item?.folderId !== from) throw new Error('the series lies elsewhere');
		bench.now += 10 * 60_000;
		recur(bench, item, DAILY);
		return { bench, poll, moved: bench.mailbox.moveItem(item.id, to) };
	}

	it('is excluded, and nothing is told as deleted', async () => {
		const { bench, poll, moved } = await changedAndMoved();
		const skipped = [{ outcome: 'skipped', rule: 'series-pattern-changed' }];
		expect(await poll()).toMatchObject({ events: [], outcomes: skipped, summary: { excluded: { 'series-pattern-changed': 2 } } });
		bench.mailbox.destroy(moved.id);
		expect(await poll()).toMatchObject({ events: [], outcomes: [] });
	});

	it('also where one of the calendars cannot be read at first', async () => {
		for (const failing of [1, 2]) {
			const { bench, poll } = await changedAndMoved();
			const changes = bench.mailbox.changes.bind(bench.mailbox);
			let call = 0;
			bench.mailbox.changes = async (...given) => {
				if (given[0] !== 'folder-Deleted Items' && ++call === failing) throw new MailboxFault({ reason: 'unavailable', scope: 'folder', retry: { can: true, afterMs: 1 }, message: 'busy' });
				return await changes(...given);
			};
			expect([...(await poll()).events, ...(await poll()).events, ...(await poll()).events]).toEqual([]);
		}
	});
});

it('a user’s copy of an excluded series is another series', async () => {
	const { bench, item, poll } = await excludedSeries();
	bench.mailbox.copyItem(item.id, TEAM);
	expect(told(await poll())).toEqual(['created Jour fixe']);
});

it('series-pattern-changed, restore-not-synced: what a poll has left out is reported by the next one, where a flood of deletes took that poll back', async () => {
	const bench = new SyncBench();
	const [changed, binned, ...others] = ['Changed', 'Binned', 'One', 'Two'].map((subject) => bench.mailbox.put(CALENDAR, series({ subject })));
	await bench.pull();
	const inBin = bench.mailbox.binItem(binned?.id ?? '');
	await bench.pull();
	bench.mailbox.largestPage = 2;
	recur(bench, changed as MemoryItem, DAILY);
	bench.mailbox.moveItem(inBin.id, CALENDAR);
	for (const { id } of others) bench.mailbox.destroy(id);
	expect((await bench.pull({ maxDeletesPerPoll: 1 })).outcomes).toMatchObject([{ code: 'TooManyDeletes' }]);
	const { events, outcomes } = await bench.pull({ maxDeletesPerPoll: 0 });
	expect(events.map(({ envelope }) => envelope.event)).toEqual(['deleted', 'deleted']);
	expect(outcomes).toMatchObject([{ rule: 'series-pattern-changed' }, { rule: 'restore-not-synced' }]);
});

it('series-pattern-changed: stays excluded in a calendar that is watched only since', async () => {
	const { bench, item, poll } = await excludedSeries();
	const away = bench.mailbox.moveItem(item.id, UNWATCHED);
	await poll();
	const watches: PullOptions['watches'] = [{ kind: 'appointment', folders: [{ by: 'path', path: 'Elsewhere' }], includeSubfolders: false }];
	const options = { watches, firstRun: { from: 'now' } } as const;
	await poll(options);
	bench.mailbox.change(away.id, ({ record }) => (record.subject = 'Changed'));
	expect(await poll(options)).toMatchObject({ events: [], outcomes: [] });
});

it('series-pattern-changed: is not lifted by reading its folder again', async () => {
	const { bench, item, poll } = await excludedSeries();
	expect(await poll({ resetFolders: { token: '1', folders: ['Calendar'] } })).toMatchObject({ events: [], outcomes: [], summary: { excluded: { 'series-pattern-changed': 1 } } });
	bench.mailbox.moveItem(item.id, TEAM);
	expect(await poll({ resetFolders: { token: '1', folders: ['Calendar'] } })).toMatchObject({ events: [], outcomes: [] });
});

it('of more than 500 excluded series the oldest are known in their folder alone', async () => {
	const bench = new SyncBench();
	bench.mailbox.addFolder('Team', 'appointment');
	const poll = async () => await bench.pull({ watches: BOTH, maxEvents: 2_000 });
	const all = Array.from({ length: 501 }, (_each, n) => bench.mailbox.put(CALENDAR, series({ subject: `Series ${n}` })));
	await poll();
	for (const item of all) {
		recur(bench, item, DAILY);
		await bench.pull({ watches: BOTH });
	}
	expect(Object.keys(bench.cursor?.state.accounts['anna@example.test']?.exclusions ?? {})).toHaveLength(500);
	for (const item of [all[0], all[1], all[500]]) bench.mailbox.moveItem(item?.id ?? '', TEAM);
	expect(told(await poll())).toEqual(['created Series 0']);
});
