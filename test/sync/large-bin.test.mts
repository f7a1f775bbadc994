/** Deleted Items with more in them than one poll has time for. */
import { describe, expect, it } from 'vitest';

import type { PullResult } from '../../src/sync/pull/pull-types.ts';
import { email } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { INBOX as INBOXES, told } from '../usual-connector.mts';

const INBOX = 'folder-Inbox';
const BIN = 'folder-Deleted Items';
const MOST_PAGES_A_POLL = 5;

function benchOf(inBin: number): { bench: SyncBench; poll: () => Promise<PullResult> } {
	const bench = new SyncBench();
	for (let n = 0; n < inBin; n++) bench.mailbox.put(BIN, email({ subject: `Binned ${n}`, key: `<binned ${n}>` }));
	const ask = bench.mailbox.changes.bind(bench.mailbox);
	bench.mailbox.changes = async (...asked) => {
		const page = await ask(...asked);
		bench.now += 200;
		return page;
	};
	const poll = async (): Promise<PullResult> => {
		bench.mailbox.calls.length = 0;
		const result = await bench.pull({ watches: [INBOXES], budgetMs: 500 });
		// n8n drops what a poll hands over that takes much longer than it may.
		expect(bench.mailbox.calls.filter((call) => call === 'changes').length).toBeLessThanOrEqual(MOST_PAGES_A_POLL);
		return result;
	};
	return { bench, poll };
}

describe('Deleted Items of 5,000 mails', () => {
	it('are listed in as many polls as it takes, before the folders are pulled', async () => {
		const { bench, poll } = benchOf(5_000);
		bench.mailbox.put(INBOX, email());
		const seen: string[] = [];
		for (let n = 0; n < 8; n++) seen.push(...told(await poll()));
		expect(seen).toEqual(['created Offer']);
		expect(bench.cursor?.state.accounts['anna@example.test']?.bin).not.toHaveProperty('beginning');
	});

	it('restore-not-synced: what comes into them is known when it is restored, also where their sync state is lost', async () => {
		const { bench, poll } = benchOf(5_000);
		const [one, two] = ['One', 'Two'].map((subject) => bench.mailbox.put(INBOX, email({ subject, key: `<${subject}>` })));
		for (let n = 0; n < 8; n++) await poll();
		const binned = bench.mailbox.binItem(one!.id);
		bench.mailbox.loseSyncStates();
		const deleted: string[] = [];
		for (let n = 0; n < 16; n++) deleted.push(...told(await poll()));
		const binnedToo = bench.mailbox.binItem(two!.id);
		for (let n = 0; n < 16; n++) deleted.push(...told(await poll()));
		// A mail folder whose sync state was lost does not tell deletes of that time.
		expect(deleted).toEqual([`deleted ${two!.id}`]);
		for (const { id } of [binned, binnedToo]) bench.mailbox.moveItem(id, INBOX);
		const outcomes = [];
		for (let n = 0; n < 3; n++) outcomes.push(...(await poll()).outcomes);
		expect(outcomes.map(({ rule }) => rule)).toEqual(['restore-not-synced', 'restore-not-synced']);
	});
});
