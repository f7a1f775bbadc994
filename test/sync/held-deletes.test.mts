/** A move shows as created and then deleted, also where its two folders are not pulled by the same poll. */
import { describe, expect, it } from 'vitest';

import type { FaultDetails } from '../../src/sync/fault.ts';
import type { PullOptions, PullResult } from '../../src/sync/pull/pull-types.ts';
import { email, task } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { INBOX_AND_SENT_ITEMS, TASKS, told } from '../usual-connector.mts';

const INBOX = 'folder-Inbox';
const SENT = 'folder-Sent Items';
const UNAVAILABLE: FaultDetails = { reason: 'unavailable', scope: 'folder', retry: { can: true, afterMs: 0 }, message: 'Gone for now.' };

async function poll(bench: SyncBench, more: Partial<PullOptions> = {}): Promise<PullResult> {
	bench.now = Math.max(bench.now, bench.mailbox.now);
	return await bench.pull({ watches: [INBOX_AND_SENT_ITEMS], ...more });
}

/** Sent Items cannot be asked, while this is true. */
function refuseSent(bench: SyncBench, fault: FaultDetails): { on: boolean } {
	const ask = bench.mailbox.changes.bind(bench.mailbox);
	const state = { on: true };
	bench.mailbox.changes = async (id, ...rest) => {
		if (id === SENT && state.on) bench.mailbox.faults.set('changes', [fault]);
		return await ask(id, ...rest);
	};
	return state;
}

async function withMail(): Promise<{ bench: SyncBench; id: string }> {
	const bench = new SyncBench();
	const { id } = bench.mailbox.put(INBOX, email({ subject: 'Moved' }));
	await poll(bench);
	return { bench, id };
}

describe('a mail that is moved', () => {
	it('into a folder that is left out for want of room is told as created before it is told as deleted', async () => {
		const { bench, id } = await withMail();
		bench.mailbox.moveItem(id, SENT);
		for (let n = 0; n < 4; n++) bench.mailbox.put(INBOX, email({ subject: `Mail ${n}`, key: `<${n}>` }));
		const polls = [];
		for (let n = 0; n < 4; n++) polls.push(told(await poll(bench, { maxEvents: 4 })));
		expect(polls.flat().slice(0, 4).sort()).toEqual(['created Mail 0', 'created Mail 1', 'created Mail 2', 'created Mail 3']);
		expect(polls.flat().slice(4)).toEqual(['created Moved', `deleted ${id}`]);
	});

	it.each([true, false])('into a folder that fails in this poll, the process is restarted: %s', async (restarted) => {
		const { bench, id } = await withMail();
		bench.mailbox.moveItem(id, SENT);
		const refused = refuseSent(bench, UNAVAILABLE);
		expect(told(await poll(bench))).toEqual([]);
		if (restarted) bench.processToken = 'process-2';
		refused.on = false;
		expect(told(await poll(bench))).toEqual(['created Moved', `deleted ${id}`]);
		expect(told(await poll(bench))).toEqual([]);
	});

	it('into a folder that does not come to rest: the delete is told after ten minutes', async () => {
		const { bench, id } = await withMail();
		bench.mailbox.destroy(id);
		refuseSent(bench, UNAVAILABLE);
		const tellings: number[] = [];
		for (let minute = 0; minute <= 30; minute++) {
			if (told(await poll(bench)).length > 0) tellings.push(minute);
			bench.now += 60_000;
		}
		expect(tellings).toEqual([10]);
	});

	it('into a folder that will not be had without somebody’s doing: the delete does not wait', async () => {
		const { bench, id } = await withMail();
		bench.mailbox.destroy(id);
		refuseSent(bench, { reason: 'accessDenied', scope: 'folder', retry: { can: false }, message: 'Access denied.' });
		expect(told(await poll(bench))).toEqual([`deleted ${id}`]);
	});

	it('a delete does not wait for a folder of another kind', async () => {
		const { bench, id } = await withMail();
		await poll(bench, { watches: [INBOX_AND_SENT_ITEMS, TASKS] });
		bench.mailbox.destroy(id);
		bench.mailbox.put('folder-Tasks', task());
		const ask = bench.mailbox.changes.bind(bench.mailbox);
		bench.mailbox.changes = async (folderId, ...rest) => {
			if (folderId === 'folder-Tasks') bench.mailbox.faults.set('changes', [UNAVAILABLE]);
			return await ask(folderId, ...rest);
		};
		expect(told(await poll(bench, { watches: [INBOX_AND_SENT_ITEMS, TASKS] }))).toEqual([`deleted ${id}`]);
	});

	it('out of a folder whose delete is held back, the account paused meanwhile', async () => {
		const { bench, id } = await withMail();
		bench.mailbox.moveItem(id, SENT);
		const refused = refuseSent(bench, { reason: 'throttled', scope: 'account', retry: { can: true, afterMs: 120_000 }, message: 'Busy.' });
		expect(told(await poll(bench))).toEqual([]);
		refused.on = false;
		expect(told(await poll(bench))).toEqual([]);
		bench.now += 121_000;
		expect(told(await poll(bench))).toEqual(['created Moved', `deleted ${id}`]);
	});
});

describe('an item whose delete is held back', () => {
	it('and that is back under its id, as from a backup, is not deleted after it was told of', async () => {
		const { bench, id } = await withMail();
		const before = bench.mailbox.items.get(id);
		bench.mailbox.destroy(id);
		const refused = refuseSent(bench, UNAVAILABLE);
		expect(told(await poll(bench))).toEqual([]);
		if (before === undefined) throw new Error('The mail is not there');
		bench.mailbox.bringBack(before);
		refused.on = false;
		expect(told(await poll(bench))).toEqual(['created Moved']);
		expect(told(await poll(bench))).toEqual([]);
	});
});
