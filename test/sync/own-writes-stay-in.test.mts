/** What push has written does not come out of the trigger, whatever else happens in the same mailbox. */
import { describe, expect, it } from 'vitest';

import { email, task } from './records.mts';
import { NOW, SyncBench } from './sync-bench.mts';
import { told } from '../usual-connector.mts';

const DAY = 24 * 3_600_000;

function at(bench: SyncBench, now: number): void {
	bench.now = now;
	bench.mailbox.now = now;
}

describe('an own new item', () => {
	it.each(['email', 'task'] as const)('is told to nobody beside more than a thousand others and the delete of another %s', async (kind) => {
		const bench = new SyncBench();
		at(bench, NOW);
		const mail = bench.mailbox.put('folder-Inbox', email({ subject: 'Mail' }));
		await bench.push('task', Array.from({ length: 1_000 }, (_, n) => ({ externalId: `${n}`, record: { ...task({ subject: `Task ${n}` }) } })));
		await bench.pull();
		at(bench, NOW + DAY);
		await bench.pull();
		const [other] = bench.mailbox.itemsIn('tasks');
		await bench.push('task', [{ externalId: 'new', record: { ...task({ subject: 'New' }) } }]);
		bench.mailbox.destroy(kind === 'email' ? mail.id : (other?.id ?? ''));
		at(bench, NOW + DAY + 60_000);
		expect(told(await bench.pull()).filter((event) => !event.startsWith('deleted'))).toEqual([]);
	});
});

describe('a write that puts former content back', () => {
	it('over a change of a user that was told is told to nobody', async () => {
		const bench = new SyncBench();
		at(bench, NOW);
		const record = { ...task({ subject: 'Ours' }) };
		await bench.push('task', [{ externalId: '1', record }]);
		await bench.pull();
		at(bench, NOW + 60_000);
		bench.mailbox.change(bench.mailbox.itemsIn('tasks')[0]?.id ?? '', (item) => (item.record.subject = 'Theirs'));
		const { events } = await bench.pull();
		expect(told({ events })).toEqual(['updated Theirs']);
		at(bench, NOW + 120_000);
		expect(await bench.push('task', [{ externalId: '1', changeKey: events[0]?.envelope.changeKey ?? '', record }])).toMatchObject([{ outcome: 'updated' }]);
		expect(told(await bench.pull())).toEqual([]);
		// A user's own change back is news.
		at(bench, NOW + 180_000);
		bench.mailbox.change(bench.mailbox.itemsIn('tasks')[0]?.id ?? '', (item) => (item.record.subject = 'Theirs again'));
		expect(told(await bench.pull())).toEqual(['updated Theirs again']);
		bench.mailbox.change(bench.mailbox.itemsIn('tasks')[0]?.id ?? '', (item) => (item.record.subject = 'Ours'));
		expect(told(await bench.pull())).toEqual(['updated Ours']);
	});
});
