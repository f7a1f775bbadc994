import { describe, expect, it } from 'vitest';

import type { FolderRole } from '../../src/sync/mailbox.ts';
import type { PullResult } from '../../src/sync/pull/pull-types.ts';
import { email, task } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { push } from '../../src/sync/push/push.ts';
import { told, USUAL_PUSH } from '../usual-connector.mts';

const INBOX = 'folder-Inbox';
const SENT = 'folder-Sent Items';

/** Does something once, right before a folder is asked what changed in it. */
function before(bench: SyncBench, folderId: string, act: () => void): void {
	const { mailbox } = bench;
	const ask = mailbox.changes.bind(mailbox);
	let done = false;
	mailbox.changes = async (id, ...rest) => {
		if (id === folderId && !done) {
			done = true;
			act();
		}
		return await ask(id, ...rest);
	};
}

async function pushedInto(bench: SyncBench, role: FolderRole): Promise<string> {
	await bench.pull();
	const [outcome] = await bench.push('email', [{ externalId: 'm1', record: { ...email() } }], { folder: { by: 'role', role } });
	expect(told(await bench.pull())).toEqual([]);
	bench.now += 60_000;
	return outcome?.exchangeId ?? '';
}

describe('an item that push wrote and a user moves a minute later, while a poll is under way', () => {
	it('seen where it went before it was seen to be gone: it is handed over with its external id, then its old id is deleted', async () => {
		const bench = new SyncBench();
		const id = await pushedInto(bench, 'inbox');
		let moved = '';
		// Inbox is asked before Sent Items: what left it in between is seen by the next poll.
		before(bench, SENT, () => (moved = bench.mailbox.moveItem(id, SENT).id));
		expect((await bench.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId, envelope.externalId])).toEqual([['created', moved, 'm1']]);
		expect((await bench.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId])).toEqual([['deleted', id]]);
		expect(told(await bench.pull())).toEqual([]);
	});

	it('seen to be gone before it is seen where it went: the delete comes first, then it is handed over with its external id', async () => {
		const bench = new SyncBench();
		const id = await pushedInto(bench, 'sentItems');
		let moved = '';
		before(bench, SENT, () => (moved = bench.mailbox.moveItem(id, INBOX).id));
		expect((await bench.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId])).toEqual([['deleted', id]]);
		expect((await bench.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId, envelope.externalId])).toEqual([['created', moved, 'm1']]);
		expect(told(await bench.pull())).toEqual([]);
	});

	it('there and back again within one poll is told, too', async () => {
		const bench = new SyncBench();
		const id = await pushedInto(bench, 'inbox');
		const back = bench.mailbox.moveItem(bench.mailbox.moveItem(id, SENT).id, INBOX).id;
		expect((await bench.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId])).toEqual([['created', back], ['deleted', id]]);
	});

	it('what push has just created is no move, nor is what it writes again', async () => {
		const bench = new SyncBench();
		await bench.pull();
		for (const subject of ['One', 'Two']) {
			await bench.push('email', [{ externalId: 'm1', record: { ...email({ subject }) } }]);
			await bench.push('task', [{ externalId: 't1', record: { ...task({ subject }) } }]);
			expect(told(await bench.pull())).toEqual([]);
		}
	});

	it.each([{ from: 'beginning' }, { from: 'now' }] as const)('what push has just created is no move because something else was deleted (first run: $from)', async (firstRun) => {
		const bench = new SyncBench();
		await bench.pull({ firstRun });
		bench.now += 120_000;
		await bench.push('email', [{ externalId: 'm1', record: { ...email({ subject: 'Old' }) } }]);
		const other = bench.mailbox.put(INBOX, email({ subject: 'Other' }));
		await bench.pull({ firstRun });
		bench.now += 60_000;
		await bench.push('email', [{ externalId: 'm2', record: { ...email({ subject: 'New' }) } }]);
		bench.mailbox.destroy(other.id);
		expect(told(await bench.pull({ firstRun }))).toEqual([`deleted ${other.id}`]);
	});

	it('what was there before the first poll, and was not read by it, is handed over when it may have been moved', async () => {
		const bench = new SyncBench();
		const firstRun = { from: 'now' } as const;
		const [outcome] = await bench.push('email', [{ externalId: 'm1', record: { ...email() } }]);
		await bench.pull({ firstRun });
		bench.now += 30_000;
		const moved = bench.mailbox.moveItem(outcome?.exchangeId ?? '', SENT).id;
		expect((await bench.pull({ firstRun })).events.map(({ envelope }) => [envelope.event, envelope.exchangeId, envelope.externalId])).toEqual([
			['created', moved, 'm1'],
			['deleted', outcome?.exchangeId, undefined],
		]);
	});
});

describe('an item that push wrote a minute ago', () => {
	/** Event, account and external id of what a poll tells, by the id of the item. */
	const toldOf = (result: PullResult): Array<Array<string | undefined>> => result.events.map(({ envelope: { event, account, exchangeId, externalId } }) => [event, account, exchangeId, externalId]);

	it.each([
		['after the first poll of both', 1],
		['seen by none', 0],
	])('moved into the mailbox of another account, %s: it is handed over there, then its old id is deleted', async (_, pollsBetween) => {
		const bench = new SyncBench('anna@example.test', 'ben@example.test');
		const [anna, ben] = bench.mailboxes;
		await bench.pull();
		const [outcome] = await bench.push('email', [{ account: 'anna', externalId: 'm1', record: { ...email() } }]);
		for (let poll = 0; poll < pollsBetween; poll++) expect(told(await bench.pull())).toEqual([]);
		bench.now += 60_000;
		const item = anna?.items.get(outcome?.exchangeId ?? '');
		if (item === undefined || ben === undefined) throw new Error('the mail is gone');
		anna?.destroy(item.id);
		const moved = ben.put(INBOX, item.record, { ...(item.stamp !== undefined && { stamp: item.stamp }) });
		expect(toldOf(await bench.pull())).toEqual([['created', 'ben', moved.id, 'm1'], ...(pollsBetween === 0 ? [] : [['deleted', 'anna', item.id, undefined]])]);
		expect(told(await bench.pull())).toEqual([]);
	});

	it('is no move where the mailbox has another address for push than for pull', async () => {
		const bench = new SyncBench();
		await bench.pull();
		const alias = { account: 'anna', mailbox: 'a.muster@example.test' };
		const connector = { ...bench.connector(), link: () => alias, linkOf: () => alias, open: async () => bench.mailbox };
		await push(connector, 'email', [{ externalId: 'm1', record: { ...email() }, attachments: [] }], { ...USUAL_PUSH, now: () => bench.now });
		expect(told(await bench.pull())).toEqual([]);
	});

	it('whose copy outlives it: the copy is handed over with its external id, then its old id is deleted', async () => {
		const bench = new SyncBench();
		const id = await pushedInto(bench, 'inbox');
		const copy = bench.mailbox.copyItem(id, SENT);
		bench.mailbox.destroy(id);
		expect(toldOf(await bench.pull())).toEqual([
			['created', 'anna', copy.id, 'm1'],
			['deleted', 'anna', id, undefined],
		]);
		expect(told(await bench.pull())).toEqual([]);
	});

	it('is the same one when its folder is read anew, beside a copy of it', async () => {
		const bench = new SyncBench();
		const id = await pushedInto(bench, 'inbox');
		bench.mailbox.copyItem(id, SENT);
		expect(told(await bench.pull())).toEqual(['created Offer']);
		expect(told(await bench.pull({ resetFolders: { token: '1', folders: ['Inbox'] } }))).toEqual([]);
	});

	it('that cannot be read for ten minutes is no move when it can', async () => {
		const bench = new SyncBench();
		await bench.pull();
		const [outcome] = await bench.push('email', [{ externalId: 'm1', record: { ...email() } }]);
		bench.mailbox.unreadable.set(outcome?.exchangeId ?? '', { reason: 'unavailable', scope: 'item', retry: { can: true, afterMs: 0 }, message: 'Not now.' });
		for (let poll = 0; poll < 3; poll++) {
			await bench.pull({ importAttempts: 10 });
			bench.now += 6 * 60_000;
		}
		bench.mailbox.unreadable.clear();
		expect(told(await bench.pull({ importAttempts: 10 }))).toEqual([]);
	});

	it('is a move when it had come into the folder from elsewhere, and could not be read at first', async () => {
		const bench = new SyncBench();
		const id = await pushedInto(bench, 'inbox');
		const { id: moved } = bench.mailbox.moveItem(id, SENT);
		bench.mailbox.unreadable.set(moved, { reason: 'unavailable', scope: 'item', retry: { can: true, afterMs: 0 }, message: 'Not now.' });
		expect(toldOf(await bench.pull())).toEqual([['deleted', 'anna', id, undefined]]);
		bench.mailbox.unreadable.clear();
		expect(toldOf(await bench.pull())).toEqual([['created', 'anna', moved, 'm1']]);
	});
});

it('what push writes for ten minutes, while polls are made, is no move', async () => {
	const bench = new SyncBench();
	await bench.pull();
	bench.mailbox.now = bench.now;
	const tellings: string[] = [];
	bench.mailbox.beforeWrite = async (call) => {
		if (call !== 'create') return;
		for (let poll = 0; poll < 3; poll++) {
			bench.now += 6 * 60_000;
			tellings.push(...told(await bench.pull()));
		}
		bench.mailbox.now = bench.now;
	};
	await bench.push('email', [{ externalId: 'm1', record: { ...email() } }]);
	tellings.push(...told(await bench.pull()));
	expect(tellings).toEqual([]);
});
