/** A poll that its events fill takes along what the next one begins with: the ids of the next page, which were on their way while it read. */
import { describe, expect, it } from 'vitest';

import { MailboxFault } from '../../src/sync/fault.ts';
import type { FolderState } from '../../src/sync/pull/cursor.ts';
import type { PullOptions } from '../../src/sync/pull/pull-types.ts';
import { INBOX, told } from '../usual-connector.mts';
import type { MemoryItem } from './memory-mailbox.mts';
import { email } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const INBOX_ID = 'folder-Inbox';

/** A bench whose inbox has so many mails, of which a poll hands over four. */
class FullPolls extends SyncBench {
	readonly mails: readonly MemoryItem[];

	constructor(mails: number) {
		super();
		this.mails = Array.from({ length: mails }, (_, n) => this.mailbox.put(INBOX_ID, email({ key: `<${n}@x>`, subject: `Mail ${n}` })));
	}

	async poll(more: Partial<PullOptions> = {}): Promise<string[]> {
		return told(await this.pull({ watches: [INBOX], maxEvents: 4, ...more }));
	}

	/** What the inbox is asked for its changes is passed on by `pass`, which knows how often it was asked since. */
	intercept(pass: (asked: number) => Promise<void>): void {
		const changes = this.mailbox.changes.bind(this.mailbox);
		let asked = 0;
		this.mailbox.changes = async (folderId, ...rest) => {
			if (folderId === INBOX_ID) await pass(++asked);
			return await changes(folderId, ...rest);
		};
	}

	get folder(): Partial<FolderState> {
		return this.cursor?.state.accounts[this.mailbox.address]?.folders[INBOX_ID] ?? {};
	}

	id(mail: number): string {
		return this.mails[mail]?.id ?? '';
	}
}

function mails(from: number, to: number): string[] {
	return Array.from({ length: to - from }, (_, n) => `created Mail ${from + n}`);
}

describe('the ids of the next page', () => {
	it('are there when a poll begins: it reads before it has heard what else has changed', async () => {
		const bench = new FullPolls(10);
		expect(await bench.poll()).toEqual(mails(0, 4));
		let read = (): void => undefined;
		const wasRead = new Promise<void>((resolve) => (read = resolve));
		const reading = bench.mailbox.read.bind(bench.mailbox);
		bench.mailbox.read = async (...given) => {
			read();
			return await reading(...given);
		};
		bench.intercept(async () => await wasRead);
		expect(await bench.poll()).toEqual(mails(4, 8));
		expect(await bench.poll()).toEqual(mails(8, 10));
	});

	it('are asked for once: no poll of a backlog costs a request more, and the last knows that there is nothing left', async () => {
		const bench = new FullPolls(40);
		let requests = 0;
		bench.intercept(async () => void requests++);
		const polls: string[][] = [];
		for (let more = true; more; ) {
			const result = await bench.pull({ watches: [INBOX], maxEvents: 4 });
			polls.push(told(result));
			more = result.summary.moreToCome;
		}
		expect(polls).toEqual(Array.from({ length: 10 }, (_, n) => mails(4 * n, 4 * n + 4)));
		// Those of ten pages, and what says that there is no more.
		expect(requests).toBe(11);
	});

	it('are left to the next poll where that page cannot be had: what was read is handed over, and nothing is reported', async () => {
		const bench = new FullPolls(8);
		bench.intercept(async (asked) => {
			if (asked === 2) throw new MailboxFault({ reason: 'unavailable', scope: 'account', retry: { can: true, afterMs: 1 }, message: 'busy' });
		});
		const { events, failedAccounts, outcomes } = await bench.pull({ watches: [INBOX], maxEvents: 4 });
		expect([events.length, failedAccounts, outcomes]).toEqual([4, [], []]);
		expect(await bench.poll()).toEqual(mails(4, 8));
	});

	it('are left to the next poll where that page is a flood of deletes, which stops that poll and not the one that is full', async () => {
		const bench = new FullPolls(12);
		for (let poll = 0; poll < 4; poll++) await bench.poll();
		for (let n = 0; n < 4; n++) bench.mailbox.put(INBOX_ID, email({ key: `<new-${n}@x>`, subject: `Mail ${12 + n}` }));
		for (let n = 0; n < 5; n++) bench.mailbox.destroy(bench.id(n));
		expect(await bench.poll({ maxDeletesPerPoll: 3 })).toEqual(mails(12, 16));
		const stopped = await bench.pull({ watches: [INBOX], maxEvents: 4, maxDeletesPerPoll: 3 });
		expect([told(stopped), stopped.outcomes.map(({ code }) => code)]).toEqual([[], ['TooManyDeletes']]);
		expect((await bench.poll({ maxDeletesPerPoll: 0 })).sort()).toEqual([0, 1, 2, 3, 4].map((n) => `deleted ${bench.id(n)}`).sort());
	});
});

describe('an item whose id was taken along', () => {
	it('and that was deleted before it was read is told of to nobody', async () => {
		const bench = new FullPolls(10);
		await bench.poll();
		bench.mailbox.destroy(bench.id(5));
		const rest = [await bench.poll(), await bench.poll(), await bench.poll()].flat();
		expect(rest).toEqual([...mails(4, 5), ...mails(6, 10)]);
	});

	it('and that was changed before it was read is told of once, as it is now', async () => {
		const bench = new FullPolls(10);
		await bench.poll();
		bench.mailbox.change(bench.id(5), ({ record }) => Object.assign(record, { subject: 'Changed' }));
		const rest = [await bench.poll(), await bench.poll(), await bench.poll()].flat();
		expect(rest).toEqual([...mails(4, 5), 'created Changed', ...mails(6, 10)]);
	});

	it.each([['as it was', false], ['changed', true]])('and that is deleted after the next page was asked for (%s) and before it was read is told of to nobody', async (_, isChanged) => {
		const bench = new FullPolls(10);
		await bench.poll();
		if (isChanged) bench.mailbox.change(bench.id(5), ({ record }) => Object.assign(record, { subject: 'Changed' }));
		const { mailbox } = bench;
		const [changes, read] = [mailbox.changes.bind(mailbox), mailbox.read.bind(mailbox)];
		let asked = (): void => undefined;
		const wasAsked = new Promise<void>((resolve) => (asked = resolve));
		mailbox.changes = async (...given) => {
			const page = changes(...given);
			asked();
			return await page;
		};
		mailbox.read = async (...given) => {
			await wasAsked;
			if (mailbox.items.has(bench.id(5))) mailbox.destroy(bench.id(5));
			return await read(...given);
		};
		const rest = [await bench.poll(), await bench.poll(), await bench.poll(), await bench.poll()].flat();
		expect(rest).toEqual([...mails(4, 5), ...mails(6, 10)]);
	});
});

it('an item that came with the last page there is and was deleted before it was read is told of to nobody', async () => {
	const bench = new FullPolls(3);
	const read = bench.mailbox.read.bind(bench.mailbox);
	bench.mailbox.read = async (...given) => {
		if (bench.mailbox.items.has(bench.id(1))) bench.mailbox.destroy(bench.id(1));
		return await read(...given);
	};
	expect([await bench.poll(), await bench.poll()].flat()).toEqual([...mails(0, 1), ...mails(2, 3)]);
});

describe('an item that nobody knows and that is gone when it is read', () => {
	it('waits for its delete, of which nobody is told however many polls later it comes', async () => {
		const bench = new FullPolls(40);
		bench.mailbox.largestPage = 512;
		await bench.poll({ maxEvents: 40, budgetMs: 0 });
		const first = await bench.poll();
		// The folder's backlog is longer than several polls.
		for (const { id } of bench.mails.slice(5, 8)) bench.mailbox.destroy(id);
		const rest: string[] = [];
		for (let n = 0; n < 14; n++) rest.push(...(await bench.poll()));
		expect([...first, ...rest]).toEqual([...mails(0, 5), ...mails(8, 40)]);
		expect(bench.folder.pending).toBeUndefined();
	});

	it('is forgotten once the server has told all there is to tell, and told as new where it is there again', async () => {
		const bench = new FullPolls(3);
		bench.mailbox.unreadable.set(bench.id(1), { reason: 'gone', scope: 'item', retry: { can: false }, message: 'The item is gone.' });
		expect(await bench.poll()).toEqual([...mails(0, 1), ...mails(2, 3)]);
		expect(Object.keys(bench.folder.pending ?? {})).toEqual([bench.id(1)]);
		bench.mailbox.unreadable.clear();
		bench.mailbox.change(bench.id(1), ({ record }) => Object.assign(record, { categories: ['Red'] }));
		expect(await bench.poll()).toEqual(mails(1, 2));

		bench.mailbox.unreadable.set(bench.mailbox.put(INBOX_ID, email({ key: '<new@x>', subject: 'New' })).id, { reason: 'gone', scope: 'item', retry: { can: false }, message: 'The item is gone.' });
		expect([await bench.poll(), await bench.poll()]).toEqual([[], []]);
		expect(bench.folder.pending ?? {}).toEqual({});
	});
});
