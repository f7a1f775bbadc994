/** What happens while a folder is listed for the first time, over several pages or polls, is neither left out nor taken for history. */
import { describe, expect, it } from 'vitest';

import type { PullOptions } from '../../src/sync/pull/pull-types.ts';
import { appointment, email, series } from './records.mts';
import { NOW, SyncBench } from './sync-bench.mts';
import { CALENDAR as CALENDARS, INBOX as INBOXES, INBOX_AND_SENT_ITEMS, told } from '../usual-connector.mts';

const INBOX = 'folder-Inbox';
const SENT = 'folder-Sent Items';
const CALENDAR = 'folder-Calendar';
const FROM_NOW = { firstRun: { from: 'now' } } as const;

/** A bench whose mailbox and machine agree on the time; one folder is watched. */
function benchOf(more: Partial<PullOptions>): { bench: SyncBench; poll: (options?: Partial<PullOptions>) => Promise<string[]> } {
	const bench = new SyncBench();
	bench.mailbox.now = NOW - 24 * 3_600_000;
	const poll = async (options: Partial<PullOptions> = {}): Promise<string[]> => {
		bench.now = Math.max(bench.now, bench.mailbox.now);
		bench.mailbox.now = bench.now;
		return told(await bench.pull({ watches: [INBOXES], ...more, ...options }));
	};
	return { bench, poll };
}

/** A mail that comes in now. */
function arrive(bench: SyncBench, subject: string): string {
	return bench.mailbox.put(INBOX, email({ subject, key: `<${subject}>`, receivedAt: new Date(bench.mailbox.now).toISOString() })).id;
}

/** Does something right before the folder is asked for its nth page from now on. */
function beforePage(bench: SyncBench, folderId: string, page: number, act: () => void): void {
	const { mailbox } = bench;
	const ask = mailbox.changes.bind(mailbox);
	let asked = 0;
	mailbox.changes = async (id, ...rest) => {
		if (id === folderId && ++asked === page) act();
		return await ask(id, ...rest);
	};
}

/** Polls that end after a page, as time has run out. */
const ONE_PAGE = { budgetMs: 1 };
function pageTakesLong(bench: SyncBench): void {
	const { mailbox } = bench;
	const ask = mailbox.changes.bind(mailbox);
	mailbox.changes = async (folderId, ...asked) => {
		const page = await ask(folderId, ...asked);
		if (folderId !== mailbox.folderId('deletedItems')) bench.now += 2;
		return page;
	};
}

describe('from now on', () => {
	it.each(['in one poll', 'over several polls'])('a mail that comes in while more than a page is listed %s is new; one that came before is not', async (how) => {
		const { bench, poll } = benchOf(FROM_NOW);
		for (let n = 0; n < 1_200; n++) arrive(bench, `Old ${n}`);
		bench.mailbox.now = NOW - 60_000;
		for (let n = 0; n < 50; n++) arrive(bench, `Just before ${n}`);
		beforePage(bench, INBOX, 3, () => arrive(bench, 'New'));
		if (how === 'over several polls') pageTakesLong(bench);
		const seen: string[] = [];
		for (let n = 0; n < 6; n++) seen.push(...(await poll(how === 'over several polls' ? ONE_PAGE : {})));
		seen.push(...(await poll()));
		expect(seen).toEqual(['created New']);
		arrive(bench, 'Newer');
		expect(await poll()).toEqual(['created Newer']);
	});

	it('a mail that comes into another folder while one is gone through is new, too', async () => {
		const { bench, poll } = benchOf({ ...FROM_NOW, watches: [INBOX_AND_SENT_ITEMS] });
		for (let n = 0; n < 1_200; n++) arrive(bench, `Old ${n}`);
		bench.mailbox.put(SENT, email({ subject: 'Old, sent' }));
		bench.mailbox.now = NOW;
		beforePage(bench, INBOX, 2, () => bench.mailbox.put(SENT, email({ subject: 'New, sent' })));
		expect([...(await poll()), ...(await poll())]).toEqual(['created New, sent']);
	});

	it('what is changed, read or deleted meanwhile is told as after the listing', async () => {
		const { bench, poll } = benchOf(FROM_NOW);
		const ids = Array.from({ length: 1_200 }, (_, n) => arrive(bench, `Old ${n}`));
		bench.mailbox.now = NOW;
		beforePage(bench, INBOX, 3, () => {
			bench.mailbox.change(ids[1]!, ({ record }) => (record.categories = ['Red']));
			bench.mailbox.change(ids[1_100]!, ({ record }) => (record.categories = ['Red']));
			bench.mailbox.setRead(ids[2]!, true);
			bench.mailbox.destroy(ids[3]!);
		});
		expect((await poll()).sort()).toEqual([`deleted ${ids[3]}`, 'readState Old 2', 'updated Old 1', 'updated Old 1100'].sort());
		expect(await poll()).toEqual([]);
	});

	it('an appointment that is entered meanwhile is new, once, even where the sync state is lost in between', async () => {
		const { bench, poll } = benchOf({ ...FROM_NOW, watches: [CALENDARS] });
		const ids = Array.from({ length: 1_200 }, (_, n) => bench.mailbox.put(CALENDAR, appointment({ subject: `Old ${n}`, key: `uid-${n}` })).id);
		bench.mailbox.now = NOW;
		pageTakesLong(bench);
		expect(await poll(ONE_PAGE)).toEqual([]);
		bench.mailbox.put(CALENDAR, appointment({ subject: 'New', key: 'new' }));
		bench.mailbox.change(ids[5]!, ({ record }) => (record.subject = 'Changed'));
		bench.mailbox.destroy(ids[6]!);
		bench.mailbox.loseSyncStates();
		const seen: string[] = [];
		for (let n = 0; n < 8; n++) seen.push(...(await poll(ONE_PAGE)));
		seen.push(...(await poll()));
		expect(seen.sort()).toEqual(['created New', `deleted ${ids[6]}`, 'updated Changed']);
	});

	it('a mail that came in before the sync state is lost in the middle of the listing is new', async () => {
		const { bench, poll } = benchOf(FROM_NOW);
		for (let n = 0; n < 1_200; n++) arrive(bench, `Old ${n}`);
		bench.mailbox.now = NOW;
		pageTakesLong(bench);
		expect(await poll(ONE_PAGE)).toEqual([]);
		arrive(bench, 'New');
		bench.mailbox.loseSyncStates();
		const seen: string[] = [];
		for (let n = 0; n < 6; n++) seen.push(...(await poll(ONE_PAGE)));
		seen.push(...(await poll()));
		expect(seen).toEqual(['created New']);
	});

	it('series-deleted-permanently: so is the delete of a series that nobody has read', async () => {
		const { bench, poll } = benchOf({ ...FROM_NOW, watches: [CALENDARS] });
		const old = bench.mailbox.put(CALENDAR, series());
		const single = bench.mailbox.put(CALENDAR, appointment());
		expect(await poll()).toEqual([]);
		expect(bench.mailbox.calls).not.toContain('read');
		bench.mailbox.binItem(old.id);
		bench.mailbox.binItem(single.id);
		const { events } = await bench.pull({ watches: [CALENDARS], ...FROM_NOW });
		expect(events.map(({ envelope }) => [envelope.exchangeId, envelope.permanent])).toEqual([
			[old.id, true],
			[single.id, false],
		]);
	});

	it('series-pattern-changed: the pattern that a series had before is not known, so that it comes with the one at its first change, and is held to that', async () => {
		const { bench, poll } = benchOf({ ...FROM_NOW, watches: [CALENDARS] });
		const old = bench.mailbox.put(CALENDAR, series());
		expect(await poll()).toEqual([]);
		const take = (rrule: string) => bench.mailbox.change(old.id, ({ record }) => record.kind === 'appointment' && (record.recurrence = { rrule, exceptions: [], deleted: [] }));
		take('FREQ=DAILY;COUNT=5');
		expect(await poll()).toEqual(['updated Jour fixe']);
		take('FREQ=DAILY;COUNT=6');
		const { events, outcomes } = await bench.pull({ watches: [CALENDARS], ...FROM_NOW });
		expect([events, outcomes]).toMatchObject([[], [{ rule: 'series-pattern-changed' }]]);
	});

	it('series-pattern-changed: a series that push wrote before is held to the pattern that push wrote, until the operator lifts it', async () => {
		const { bench, poll } = benchOf({ ...FROM_NOW, watches: [CALENDARS] });
		const [outcome] = await bench.push('appointment', [{ externalId: 'a1', record: series() as never }]);
		expect(await poll()).toEqual([]);
		const id = outcome?.exchangeId ?? '';
		bench.mailbox.change(id, ({ record }) => record.kind === 'appointment' && (record.recurrence = { rrule: 'FREQ=DAILY;COUNT=5', exceptions: [], deleted: [] }));
		const { events, outcomes } = await bench.pull({ watches: [CALENDARS], ...FROM_NOW });
		expect([events, outcomes]).toMatchObject([[], [{ rule: 'series-pattern-changed', exchangeId: id }]]);
		expect(await poll({ clearExclusions: 'once' })).toEqual([]);
		bench.mailbox.change(id, ({ record }) => (record.subject = 'Back'));
		expect(await poll({ clearExclusions: 'once' })).toEqual(['updated Back']);
		bench.mailbox.destroy(id);
		const { events: deletes } = await bench.pull({ watches: [CALENDARS], ...FROM_NOW, clearExclusions: 'once' });
		expect(deletes.map(({ envelope }) => envelope.permanent)).toEqual([true]);
	});
});

describe('since a date', () => {
	const SINCE = { firstRun: { from: 'date', date: '2026-02-20T00:00:00Z' } } as const;

	it.each([1, 2, 3])('a mail that comes in, or is moved there, before page %i is asked for is told', async (page) => {
		const { bench, poll } = benchOf(SINCE);
		for (let n = 0; n < 8; n++) bench.mailbox.put(INBOX, email({ subject: `Old ${n}`, receivedAt: '2026-02-01T00:00:00Z' }));
		arrive(bench, 'Young');
		bench.mailbox.now = NOW;
		const elsewhere = bench.mailbox.put('folder-Sent Items', email({ subject: 'Moved here', receivedAt: '2026-02-21T00:00:00Z' }));
		beforePage(bench, INBOX, page, () => {
			arrive(bench, 'New');
			bench.mailbox.moveItem(elsewhere.id, INBOX);
		});
		const seen: string[] = [];
		for (let n = 0; n < 8; n++) seen.push(...(await poll({ maxEvents: 3 })));
		expect(seen.sort()).toEqual(['created Moved here', 'created New', 'created Young']);
	});

	it('the history before costs its ids alone, and a poll that is short of time gets on', async () => {
		const { bench, poll } = benchOf(SINCE);
		for (let n = 0; n < 1_500; n++) bench.mailbox.put(INBOX, email({ subject: `Old ${n}`, receivedAt: '2026-02-01T00:00:00Z' }));
		for (let n = 0; n < 300; n++) arrive(bench, `Young ${n}`);
		const list = bench.mailbox.list.bind(bench.mailbox);
		// A search over a large folder takes its time.
		bench.mailbox.list = async (...asked) => {
			bench.now += 1_000;
			return await list(...asked);
		};
		const seen = new Set<string>();
		for (let n = 0; n < 12; n++) for (const event of await poll({ budgetMs: 500 })) seen.add(event);
		expect(seen.size).toBe(300);
		expect(bench.mailbox.calls.filter((call) => call === 'changes').length).toBeLessThan(30);
		expect(bench.mailbox.calls.filter((call) => call === 'read').length).toBeLessThan(20);
	});

	it.each(['mail', 'appointment'] as const)('an old %s that could not be read at first is left out also when it is read later', async (kind) => {
		const { bench, poll } = benchOf({ ...SINCE, watches: kind === 'mail' ? [INBOXES] : [CALENDARS] });
		const old =
			kind === 'mail'
				? bench.mailbox.put(INBOX, email({ subject: 'Old', receivedAt: '2026-02-01T00:00:00Z' }))
				: bench.mailbox.put(CALENDAR, appointment({ subject: 'Old', start: '2026-02-01T08:00:00Z', end: '2026-02-01T09:00:00Z' }));
		bench.mailbox.unreadable.set(old.id, { reason: 'unknown', scope: 'item', retry: { can: false }, message: 'Not now.' });
		expect(await poll()).toEqual([]);
		bench.mailbox.unreadable.clear();
		expect(await poll()).toEqual([]);
		// From then on it is an item as any other.
		bench.mailbox.change(old.id, ({ record }) => (record.subject = 'Old, changed'));
		expect(await poll()).toEqual(['updated Old, changed']);
	});

	it('an old appointment that could not be read at first, and was changed since, is told', async () => {
		const { bench, poll } = benchOf({ ...SINCE, watches: [CALENDARS] });
		const old = bench.mailbox.put(CALENDAR, appointment({ subject: 'Old', start: '2026-02-01T08:00:00Z', end: '2026-02-01T09:00:00Z' }));
		bench.mailbox.unreadable.set(old.id, { reason: 'unknown', scope: 'item', retry: { can: false }, message: 'Not now.' });
		expect(await poll()).toEqual([]);
		bench.mailbox.change(old.id, ({ record }) => (record.subject = 'Old, changed'));
		bench.mailbox.unreadable.clear();
		expect([...(await poll()), ...(await poll())]).toEqual(['updated Old, changed']);
	});
});
