import { describe, expect, it } from 'vitest';

import { contentHash } from '../../src/records/content-hash.ts';
import { formatStamp, parseStamp } from '../../src/sync/stamp.ts';
import type { MemoryItem } from './memory-mailbox.mts';
import { task } from './records.mts';
import { NOW, SyncBench } from './sync-bench.mts';
import { told } from '../usual-connector.mts';

const SETTLE = { settleMs: 30_000 };

/** A worker has created a task and looks at the rest of its batch; Exchange has made another text of the task's. */
async function writtenBy(worker: SyncBench): Promise<MemoryItem> {
	worker.mailbox.now = NOW;
	worker.now = NOW + 2_000;
	await worker.pull(SETTLE);
	const [created] = await worker.push('task', [{ externalId: 'r-1', record: { ...task({ key: 'r-1' }) } }]);
	return worker.mailbox.change(created?.exchangeId ?? '', ({ record }) => (record.text = 'as Exchange gives it back'));
}

/** The worker notes in the stamp what Exchange made of it. */
function settle(worker: SyncBench, item: MemoryItem): void {
	const stamp = parseStamp(item.stamp);
	if (stamp === undefined) throw new Error('The item has no stamp');
	worker.mailbox.change(item.id, (written) => (written.stamp = formatStamp({ ...stamp, storedHash: contentHash(written.record) })));
}

describe('a poll while push is at work on another machine', () => {
	it('does not take what push has just written for a change of Exchange', async () => {
		const bench = new SyncBench();
		const item = await writtenBy(bench);
		expect(told(await bench.pull(SETTLE))).toEqual([]);
		settle(bench, item);
		expect(told(await bench.pull(SETTLE))).toEqual([]);
		bench.now = NOW + 3_600_000;
		const later = await bench.pull(SETTLE);
		expect(told(later)).toEqual([]);
	});

	it('hands it over a little later where push never came back to it', async () => {
		const bench = new SyncBench();
		await writtenBy(bench);
		expect(told(await bench.pull(SETTLE))).toEqual([]);
		bench.now = NOW + 60_000;
		expect(told(await bench.pull(SETTLE))).toEqual(['created Write the report']);
		expect(told(await bench.pull(SETTLE))).toEqual([]);
	});

	it('hands a user’s change over at once where push had come back to the item', async () => {
		const bench = new SyncBench();
		const item = await writtenBy(bench);
		settle(bench, item);
		expect(told(await bench.pull(SETTLE))).toEqual([]);
		bench.mailbox.change(item.id, ({ record }) => (record.subject = 'Changed by Anna'));
		expect(told(await bench.pull(SETTLE))).toEqual(['updated Changed by Anna']);
	});

	it.each(['first', 'second'] as const)('takes none of two items that two workers created at the same moment for a user’s copy: the %s one stays', async (which) => {
		const bench = new SyncBench();
		bench.mailbox.now = NOW;
		bench.now = NOW + 2_000;
		await bench.pull(SETTLE);
		const [created] = await bench.push('task', [{ externalId: 'r-1', record: { ...task({ key: 'r-1' }) } }]);
		const first = bench.mailbox.change(created?.exchangeId ?? '', () => undefined);
		const stamp = parseStamp(first.stamp);
		if (stamp === undefined) throw new Error('The item has no stamp');
		const second = bench.mailbox.put('folder-Tasks', first.record, { stamp: formatStamp({ ...stamp, nonce: 'of worker 2' }), createdAt: first.createdAt });
		expect(told(await bench.pull(SETTLE))).toEqual([]);
		const [stays, goes] = which === 'first' ? [first, second] : [second, first];
		bench.mailbox.destroy(goes.id);
		bench.now = NOW + 60_000;
		// Where the other one's delete is told, the one that stays is, as after a move; under its record's id.
		const rest = (await bench.pull(SETTLE)).events.filter(({ envelope }) => envelope.event !== 'deleted');
		for (const { envelope } of rest) expect(envelope).toMatchObject({ exchangeId: stays.id, externalId: 'r-1' });
		bench.mailbox.change(stays.id, ({ record }) => (record.subject = 'Changed by Anna'));
		bench.now = NOW + 120_000;
		const later = await bench.pull(SETTLE);
		expect(later.events.map(({ envelope }) => [envelope.event, envelope.externalId])).toEqual([['updated', 'r-1']]);
	});
});

describe('a user who changes an item while push looks at what it has written', () => {
	it.each(['created', 'updated'] as const)('is heard of: the item was %s', async (outcome) => {
		const bench = new SyncBench();
		bench.mailbox.now = NOW;
		bench.now = NOW + 2_000;
		if (outcome === 'updated') await bench.push('task', [{ externalId: 'r-1', record: { ...task({ key: 'r-1', subject: 'Old' }) } }]);
		await bench.pull(SETTLE);
		const read = bench.mailbox.read.bind(bench.mailbox);
		let written = false;
		bench.mailbox.beforeWrite = () => {
			written = true;
		};
		bench.mailbox.read = async (kind, ids, options) => {
			if (written) for (const id of ids) bench.mailbox.change(id, ({ record }) => (record.categories = ['Anna was here']));
			written = false;
			return await read(kind, ids, options);
		};
		const [pushed] = await bench.push('task', [{ externalId: 'r-1', record: { ...task({ key: 'r-1' }) } }]);
		expect(pushed?.outcome).toBe(outcome);
		bench.now = NOW + 60_000;
		const { events } = await bench.pull(SETTLE);
		expect(events.map(({ record }) => record?.categories)).toEqual([['Anna was here']]);
		// Nor does the next push pass it over, as if the other system had seen it.
		const [next] = await bench.push('task', [{ externalId: 'r-1', ...(pushed?.changeKey !== undefined && { changeKey: pushed.changeKey }), record: { ...task({ key: 'r-1', subject: 'New' }) } }]);
		expect(next?.outcome).toBe('conflict');
	});
});
