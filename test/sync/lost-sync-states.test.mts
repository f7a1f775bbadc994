/** A sync state that is lost while something was still to come: nothing is left out, and nobody is told less of an item than it is. */
import { describe, expect, it } from 'vitest';

import type { PullOptions } from '../../src/sync/pull/pull-types.ts';
import { appointment, email, task } from './records.mts';
import { NOW, SyncBench } from './sync-bench.mts';
import { CALENDAR as CALENDARS, INBOX as INBOXES, TASKS, told } from '../usual-connector.mts';

const INBOX = 'folder-Inbox';
const CALENDAR = 'folder-Calendar';

function benchOf(more: Partial<PullOptions> = {}): { bench: SyncBench; poll: (options?: Partial<PullOptions>) => Promise<string[]>; toRest: () => Promise<string[]> } {
	const bench = new SyncBench();
	bench.mailbox.now = NOW;
	const poll = async (options: Partial<PullOptions> = {}): Promise<string[]> => {
		bench.now = Math.max(bench.now, bench.mailbox.now);
		bench.mailbox.now = bench.now;
		return told(await bench.pull({ watches: [INBOXES], ...more, ...options }));
	};
	const toRest = async (): Promise<string[]> => {
		const seen: string[] = [];
		for (let n = 0; n < 10; n++) seen.push(...(await poll()));
		return seen;
	};
	return { bench, poll, toRest };
}

function arrive(bench: SyncBench, subject: string): string {
	return bench.mailbox.put(INBOX, email({ subject, key: `<${subject}>`, receivedAt: new Date(bench.mailbox.now).toISOString() })).id;
}

function pass(bench: SyncBench, minutes: number): void {
	bench.mailbox.now += minutes * 60_000;
}

const subjects = (events: readonly string[]): string[] => [...new Set(events.map((event) => event.split(' ').slice(1).join(' ')))].sort();

describe('a mail folder', () => {
	it('in the middle of its first listing: all that had not come yet comes', async () => {
		const { bench, poll, toRest } = benchOf({ maxEvents: 5 });
		for (let n = 10; n < 30; n++) arrive(bench, `Mail ${n}`);
		pass(bench, 60);
		const first = await poll();
		expect(first).toHaveLength(5);
		pass(bench, 60);
		bench.mailbox.loseSyncStates();
		const rest = await toRest();
		expect(rest.every((event) => event.startsWith('created'))).toBe(true);
		expect(subjects([...first, ...rest])).toEqual(Array.from({ length: 20 }, (_, n) => `Mail ${n + 10}`));
	});

	it('in the middle of a backlog: all that had not come yet comes', async () => {
		const { bench, poll, toRest } = benchOf({ maxEvents: 5 });
		await poll();
		pass(bench, 60);
		for (let n = 10; n < 30; n++) arrive(bench, `Mail ${n}`);
		pass(bench, 60);
		const first = await poll();
		pass(bench, 60);
		bench.mailbox.loseSyncStates();
		expect(subjects([...first, ...(await toRest())])).toEqual(Array.from({ length: 20 }, (_, n) => `Mail ${n + 10}`));
	});

	it('twice in a row while what changed is still to come: all of it comes, and nothing that came since the first time comes again', async () => {
		const { bench, poll, toRest } = benchOf({ maxEvents: 5 });
		for (let n = 0; n < 1_200; n++) arrive(bench, `Old ${n}`);
		pass(bench, 60);
		for (let n = 0; n < 4; n++) await poll({ maxEvents: 500 });
		pass(bench, 60);
		for (let n = 10; n < 30; n++) arrive(bench, `Mail ${n}`);
		bench.mailbox.loseSyncStates();
		await poll();
		const first = await poll();
		bench.mailbox.loseSyncStates();
		const all = [...first, ...(await toRest())];
		expect(first).toHaveLength(5);
		expect(all.sort()).toEqual(Array.from({ length: 20 }, (_, n) => `created Mail ${n + 10}`));
	});

	it.each([['after its first listing', true], ['in the middle of its first listing', false]])('%s: mails that were told before, are listed again and deleted before they are read are told as deleted', async (_, isListed) => {
		const { bench, poll, toRest } = benchOf({ maxEvents: 5 });
		pass(bench, 60);
		if (isListed) await poll();
		const ids = Array.from({ length: 20 }, (_none, n) => arrive(bench, `Mail ${n + 10}`));
		const first = isListed ? await toRest() : [...(await poll()), ...(await poll()), ...(await poll()), ...(await poll())];
		bench.mailbox.loseSyncStates();
		// The first finds it out, the second has the first page and reads five of it.
		await poll();
		await poll();
		for (const n of [9, 17]) bench.mailbox.destroy(ids[n] ?? '');
		expect(first).toContain('created Mail 19');
		expect(await toRest()).toEqual(expect.arrayContaining([9, 17].map((n) => `deleted ${ids[n]}`)));
	});

	it('that was gone through anew: what comes in afterwards and is deleted before it is read is told of to nobody', async () => {
		const { bench, poll, toRest } = benchOf();
		arrive(bench, 'Old');
		await poll();
		bench.mailbox.loseSyncStates();
		await toRest();
		const late = arrive(bench, 'Late');
		const read = bench.mailbox.read.bind(bench.mailbox);
		bench.mailbox.read = async (...given) => {
			if (bench.mailbox.items.has(late)) bench.mailbox.destroy(late);
			return await read(...given);
		};
		expect(await toRest()).toEqual([]);
	});

	it('is gone through in as many polls as it takes', async () => {
		const { bench, poll, toRest } = benchOf();
		for (let n = 0; n < 2_000; n++) arrive(bench, `Old ${n}`);
		pass(bench, 60);
		for (let n = 0; n < 6; n++) await poll();
		pass(bench, 60);
		arrive(bench, 'New');
		bench.mailbox.loseSyncStates();
		const ask = bench.mailbox.changes.bind(bench.mailbox);
		bench.mailbox.changes = async (...asked) => {
			const page = await ask(...asked);
			bench.now += 400;
			return page;
		};
		let most = 0;
		const seen: string[] = [];
		for (let n = 0; n < 8; n++) {
			bench.mailbox.calls.length = 0;
			seen.push(...(await poll({ budgetMs: 500 })));
			most = Math.max(most, bench.mailbox.calls.filter((call) => call === 'changes').length);
		}
		expect(seen).toEqual(['created New']);
		expect(most).toBeLessThanOrEqual(4);
		expect(await toRest()).toEqual([]);
	});

	it('a mail that waited to be read as created is created still', async () => {
		const { bench, poll, toRest } = benchOf();
		await poll();
		const late = arrive(bench, 'Late');
		bench.mailbox.unreadable.set(late, { reason: 'unknown', scope: 'item', retry: { can: false }, message: 'Not now.' });
		expect(await poll()).toEqual([]);
		pass(bench, 60);
		await poll({ importAttempts: 10 });
		bench.mailbox.change(late, ({ record }) => (record.categories = ['Red']));
		bench.mailbox.loseSyncStates();
		await poll({ importAttempts: 10 });
		bench.mailbox.unreadable.clear();
		expect(await toRest()).toEqual(['created Late']);
	});
});

describe.each(['appointment', 'task'] as const)('a folder whose ids are known, %s', (kind) => {
	const folderId = kind === 'task' ? 'folder-Tasks' : CALENDAR;
	const watches = [kind === 'task' ? TASKS : CALENDARS];
	const record = (subject: string) => (kind === 'task' ? task({ subject, key: subject }) : appointment({ subject, key: subject }));

	it('an item that waited to be read as created is created still, and one that is gone before it was told is not deleted', async () => {
		const { bench, poll, toRest } = benchOf({ watches });
		await poll();
		const late = bench.mailbox.put(folderId, record('Late'));
		const gone = bench.mailbox.put(folderId, record('Gone'));
		for (const { id } of [late, gone]) bench.mailbox.unreadable.set(id, { reason: 'unknown', scope: 'item', retry: { can: false }, message: 'Not now.' });
		expect(await poll()).toEqual([]);
		for (const { id } of [late, gone]) bench.mailbox.change(id, (item) => (item.record.categories = ['Red']));
		bench.mailbox.loseSyncStates();
		await poll({ importAttempts: 10 });
		bench.mailbox.destroy(gone.id);
		bench.mailbox.unreadable.clear();
		expect(await toRest()).toEqual(['created Late']);
	});

	it('is listed anew in as many polls as it takes, and its changes come out exactly', async () => {
		const { bench, poll } = benchOf({ watches });
		const ids = Array.from({ length: 2_000 }, (_, n) => bench.mailbox.put(folderId, record(`No ${n}`)).id);
		for (let n = 0; n < 6; n++) await poll();
		bench.mailbox.change(ids[3]!, (item) => (item.record.subject = 'Changed'));
		bench.mailbox.destroy(ids[4]!);
		bench.mailbox.put(folderId, record('New'));
		bench.mailbox.loseSyncStates();
		const ask = bench.mailbox.changes.bind(bench.mailbox);
		let pages = 0;
		bench.mailbox.changes = async (...asked) => {
			const page = await ask(...asked);
			if (asked[0] === folderId && ++pages === 2) bench.mailbox.destroy(ids[5]!);
			bench.now += 400;
			return page;
		};
		let most = 0;
		const seen: string[] = [];
		for (let n = 0; n < 8; n++) {
			pages = pages > 2 ? 2 : pages;
			const before = bench.mailbox.calls.length;
			seen.push(...(await poll({ budgetMs: 500 })));
			most = Math.max(most, bench.mailbox.calls.slice(before).filter((call) => call === 'changes').length);
		}
		expect(seen.sort()).toEqual(['created New', 'updated Changed', `deleted ${ids[4]}`, `deleted ${ids[5]}`].sort());
		expect(most).toBeLessThanOrEqual(4);
	});
});

describe('an own item that waits for room', () => {
	it('is an echo still, however much later it is read', async () => {
		const { bench, poll } = benchOf();
		await poll();
		for (let n = 0; n < 8; n++) arrive(bench, `Mail ${n}`);
		bench.now = bench.mailbox.now;
		await bench.push('email', [{ externalId: 'm1', record: { ...email({ subject: 'Ours' }) } }]);
		const seen: string[] = [];
		for (let n = 0; n < 10; n++) {
			pass(bench, 10);
			seen.push(...(await poll({ maxEvents: 2 })));
		}
		expect(seen.sort()).toEqual(Array.from({ length: 8 }, (_, n) => `created Mail ${n}`));
	});
});
