/** What a read state says is the read state alone: whoever is told of it has not heard of what else has changed. */
import { describe, expect, it } from 'vitest';

import { INBOX, told } from '../usual-connector.mts';
import type { MemoryItem } from './memory-mailbox.mts';
import { email } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const INBOX_ID = 'folder-Inbox';

async function threeMails(): Promise<{ bench: SyncBench; read: MemoryItem; others: MemoryItem[]; poll: () => Promise<string[]> }> {
	const bench = new SyncBench();
	const put = (subject: string): MemoryItem => bench.mailbox.put(INBOX_ID, email({ key: `<${subject}@x>`, subject }));
	const [read, others] = [put('Read'), ['One', 'Two'].map(put)];
	const poll = async (): Promise<string[]> => told(await bench.pull({ watches: [INBOX] }));
	await poll();
	return { bench, read, others, poll };
}

describe('a mail whose content is changed between the page that names its read state and its reading', () => {
	it('is told as read, and as changed, where the page with the change comes in the same poll', async () => {
		const { bench, read, others, poll } = await threeMails();
		bench.mailbox.largestPage = 1;
		bench.mailbox.setRead(read.id, true);
		for (const { id } of others) bench.mailbox.change(id, ({ record }) => (record.categories = ['Red']));
		const reading = bench.mailbox.read.bind(bench.mailbox);
		let isChanged = false;
		bench.mailbox.read = async (...given) => {
			if (!isChanged) bench.mailbox.change(read.id, ({ record }) => (record.categories = ['Blue']));
			isChanged = true;
			return await reading(...given);
		};
		const events = [...(await poll()), ...(await poll()), ...(await poll())];
		expect(events).toEqual(expect.arrayContaining(['readState Read', 'updated One', 'updated Two', 'updated Read']));
		expect(await poll()).toEqual([]);
	});

	it('is told as changed, too, after a batch that was lost with a restart', async () => {
		const { bench, read, poll } = await threeMails();
		bench.mailbox.setRead(read.id, true);
		expect(await poll()).toEqual(['readState Read']);
		bench.processToken = 'process-2';
		bench.mailbox.change(read.id, ({ record }) => (record.categories = ['Blue']));
		const events = [...(await poll()), ...(await poll())];
		expect(events).toContain('updated Read');
	});
});
