import { describe, expect, it } from 'vitest';

import { parseStamp } from '../../src/sync/stamp.ts';
import type { NewItem } from '../../src/sync/mailbox.ts';
import { MailboxFault } from '../../src/sync/fault.ts';
import { appointment, email, task } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { told } from '../usual-connector.mts';

/** A user changes the one item of a folder right before it is read. */
function changedBeforeRead(bench: SyncBench, role: 'calendar' | 'tasks' | 'inbox'): void {
	const { mailbox } = bench;
	const read = mailbox.read.bind(mailbox);
	let done = false;
	mailbox.read = (async (...asked: Parameters<typeof read>) => {
		if (!done) {
			done = true;
			const [item] = mailbox.itemsIn(role);
			mailbox.change(item?.id ?? '', ({ record }) => (record.categories = ['Theirs']));
		}
		return await read(...asked);
	}) as typeof mailbox.read;
}

describe('a user changes an item between the moment push wrote it and the moment push looks at it', () => {
	it.each([
		['appointment', 'calendar', appointment()],
		['task', 'tasks', task()],
		['email', 'inbox', email({ mime: Buffer.from('Subject: x\r\n\r\nText').toString('base64') })],
	] as const)('%s: the change is told, is no echo, and is not overwritten by the next push', async (kind, role, record) => {
		const bench = new SyncBench();
		await bench.pull();
		changedBeforeRead(bench, role);
		const [outcome] = await bench.push(kind, [{ externalId: '1', record: { ...record } }]);
		expect(outcome?.outcome).toBe('created');
		const { events } = await bench.pull();
		expect(events.map(({ envelope, record: told }) => [envelope.externalId, told?.categories])).toEqual([['1', ['Theirs']]]);
		const next = { externalId: '1', exchangeId: outcome!.exchangeId!, changeKey: outcome!.changeKey!, record: { ...record, categories: ['Ours'] } };
		expect(await bench.push(kind, [next])).toMatchObject([{ outcome: 'conflict' }]);
	});

	it('also where the answer to the creation got lost and the item was found by its stamp', async () => {
		const bench = new SyncBench();
		await bench.pull();
		const { mailbox } = bench;
		const create = mailbox.create.bind(mailbox);
		let lost = false;
		mailbox.create = (async (kind: 'task', items: Array<NewItem<'task'>>) => {
			const results = await create(kind, items);
			if (lost) return results;
			lost = true;
			const [item] = mailbox.itemsIn('tasks');
			mailbox.change(item?.id ?? '', (target) => (target.record.categories = ['Theirs']));
			throw new MailboxFault({ reason: 'unavailable', scope: 'account', retry: { can: false }, outcomeUnknown: true, message: 'cut off' });
		}) as typeof mailbox.create;
		const [outcome] = await bench.push('task', [{ externalId: '1', record: { ...task() } }]);
		expect(outcome?.outcome).toBe('created');
		expect((await bench.pull()).events.map(({ record }) => record?.categories)).toEqual([['Theirs']]);
		expect(mailbox.itemsIn('tasks')).toHaveLength(1);
	});
});

describe('two workers that create one record, of which one ends before it has looked again', () => {
	/** What another worker has created and left. */
	function leftBehind(bench: SyncBench, createdAt: string): string {
		const [item] = bench.mailbox.itemsIn('tasks');
		const stamp = item?.stamp ?? '';
		const other = stamp.replace(`|${parseStamp(stamp)?.nonce}|`, '|AAAAAAAA|');
		return bench.mailbox.put('folder-Tasks', item!.record, { stamp: other, createdAt }).id;
	}

	it('the next push of the record that finds both leaves the first and takes the other away', async () => {
		const bench = new SyncBench();
		await bench.pull();
		await bench.push('task', [{ externalId: '1', record: { ...task() } }]);
		const [first] = bench.mailbox.itemsIn('tasks');
		leftBehind(bench, '2099-01-01T00:00:00Z');
		expect(await bench.push('task', [{ externalId: '1', record: { ...task({ subject: 'Changed' }) } }])).toMatchObject([{ outcome: 'updated', exchangeId: first?.id }]);
		expect(bench.mailbox.itemsIn('tasks').map(({ id, record }) => [id, record.subject])).toEqual([[first?.id, 'Changed']]);
		expect(told(await bench.pull())).toEqual([]);
	});

	it('also where it names the item by its exchange id, shortly after it was created', async () => {
		const bench = new SyncBench();
		const [outcome] = await bench.push('task', [{ externalId: '1', record: { ...task() } }]);
		leftBehind(bench, '2099-01-01T00:00:00Z');
		await bench.push('task', [{ externalId: '1', exchangeId: outcome!.exchangeId!, changeKey: outcome!.changeKey!, record: { ...task() } }]);
		expect(bench.mailbox.itemsIn('tasks')).toHaveLength(1);
	});

	it('one that a user has changed meanwhile stays', async () => {
		const bench = new SyncBench();
		await bench.push('task', [{ externalId: '1', record: { ...task() } }]);
		const id = leftBehind(bench, '2099-01-01T00:00:00Z');
		bench.mailbox.change(id, ({ record }) => (record.subject = 'By a user'));
		await bench.push('task', [{ externalId: '1', record: { ...task({ subject: 'Changed' }) } }]);
		expect(bench.mailbox.itemsIn('tasks').map(({ record }) => record.subject).sort()).toEqual(['By a user', 'Changed']);
	});

	it("a user's copy stays, too", async () => {
		const bench = new SyncBench();
		await bench.push('task', [{ externalId: '1', record: { ...task() } }]);
		const [item] = bench.mailbox.itemsIn('tasks');
		bench.mailbox.copyItem(item!.id, 'folder-Tasks');
		await bench.push('task', [{ externalId: '1', record: { ...task({ subject: 'Changed' }) } }]);
		expect(bench.mailbox.itemsIn('tasks')).toHaveLength(2);
	});
});
