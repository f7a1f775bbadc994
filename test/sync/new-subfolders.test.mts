/** Subfolders that users create below watched folders: what is in them came there since the trigger began, whatever the first run says. */
import { describe, expect, it } from 'vitest';

import type { FirstRun, PullOptions, Watch } from '../../src/sync/pull/pull-types.ts';
import { appointment, email } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { told } from '../usual-connector.mts';

const INBOX = 'folder-Inbox';
const WITH_SUBFOLDERS: Watch = { kind: 'email', folders: [{ by: 'role', role: 'inbox' }], includeSubfolders: true };
const FROM_NOW = { firstRun: { from: 'now' } } as const;

async function poll(bench: SyncBench, more: Partial<PullOptions> = {}): Promise<string[]> {
	// Folders are looked up every five minutes.
	bench.now = Math.max(bench.now, bench.mailbox.now) + 6 * 60_000;
	return told(await bench.pull({ watches: [WITH_SUBFOLDERS], ...FROM_NOW, ...more }));
}

function oldMail(bench: SyncBench, subject: string, folderId = INBOX): string {
	return bench.mailbox.put(folderId, email({ subject, key: `<${subject}>`, receivedAt: '2026-01-01T08:00:00Z' })).id;
}

describe('a subfolder that is new since the trigger began', () => {
	it.each<FirstRun>([{ from: 'now' }, { from: 'date', date: '2026-02-01T00:00:00Z' }, { from: 'beginning' }])('mails that are moved into it are told as moved (first run: $from)', async (firstRun) => {
		const bench = new SyncBench();
		const id = oldMail(bench, 'Old');
		await poll(bench, { firstRun });
		const { id: projects } = bench.mailbox.addFolder('Inbox/Projects', 'email', { parentId: INBOX });
		const { id: one } = bench.mailbox.addFolder('Inbox/Projects/One', 'email', { parentId: projects });
		bench.mailbox.moveItem(id, projects);
		oldMail(bench, 'Copied there', one);
		expect(await poll(bench, { firstRun })).toEqual(['created Old', 'created Copied there', `deleted ${id}`]);
		expect(await poll(bench, { firstRun })).toEqual([]);
	});

	it('also where it is read by a later poll than the one that finds it', async () => {
		const bench = new SyncBench();
		const id = oldMail(bench, 'Old');
		await poll(bench);
		const { id: projects } = bench.mailbox.addFolder('Inbox/Projects', 'email', { parentId: INBOX });
		bench.mailbox.moveItem(id, projects);
		oldMail(bench, 'New');
		expect(await poll(bench, { maxEvents: 1 })).toEqual(['created New']);
		expect(await poll(bench, { maxEvents: 3 })).toEqual(['created Old', `deleted ${id}`]);
	});

	it('appointments that are moved into a new calendar', async () => {
		const bench = new SyncBench();
		const watches: Watch[] = [{ kind: 'appointment', folders: [{ by: 'role', role: 'calendar' }], includeSubfolders: true }];
		const { id } = bench.mailbox.put('folder-Calendar', appointment());
		await poll(bench, { watches });
		const { id: team } = bench.mailbox.addFolder('Calendar/Team', 'appointment', { parentId: 'folder-Calendar' });
		bench.mailbox.moveItem(id, team);
		expect(await poll(bench, { watches })).toEqual(['created Meeting', `deleted ${id}`]);
	});
});

describe('from now on, nothing that was there before comes', () => {
	it('of a subfolder that was there when the trigger began, though no poll had the room to list it until later', async () => {
		const bench = new SyncBench();
		const { id: projects } = bench.mailbox.addFolder('Inbox/Projects', 'email', { parentId: INBOX });
		oldMail(bench, 'Old', projects);
		for (let n = 0; n < 1_100; n++) oldMail(bench, `Old ${n}`);
		const ask = bench.mailbox.changes.bind(bench.mailbox);
		bench.mailbox.changes = async (...asked) => {
			const page = await ask(...asked);
			bench.now += 400;
			return page;
		};
		const seen: string[] = [];
		for (let n = 0; n < 4; n++) seen.push(...(await poll(bench, { budgetMs: 500 })));
		expect(seen).toEqual([]);
		oldMail(bench, 'New', projects);
		expect(await poll(bench)).toEqual(['created New']);
	});

	it('of a folder that is chosen later', async () => {
		const bench = new SyncBench();
		oldMail(bench, 'Sent', 'folder-Sent Items');
		await poll(bench);
		expect(await poll(bench, { watches: [WITH_SUBFOLDERS, { kind: 'email', folders: [{ by: 'role', role: 'sentItems' }], includeSubfolders: false }] })).toEqual([]);
	});

	it('of subfolders that are watched from a later moment on', async () => {
		const bench = new SyncBench();
		const { id: projects } = bench.mailbox.addFolder('Inbox/Projects', 'email', { parentId: INBOX });
		oldMail(bench, 'Old', projects);
		await poll(bench, { watches: [{ ...WITH_SUBFOLDERS, includeSubfolders: false }] });
		expect(await poll(bench)).toEqual([]);
	});
});
