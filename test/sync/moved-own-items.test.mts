import { describe, expect, it } from 'vitest';

import type { FolderRole } from '../../src/sync/mailbox.ts';
import { email, task } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { told } from '../usual-connector.mts';

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
