import { describe, expect, it } from 'vitest';

import type { RecordKind } from '../../../../src/records/common-fields.ts';
import type { PullOptions, PullResult } from '../../../../src/sync/pull/pull-types.ts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { ANNA } from '../connector-bench.mts';
import { type FaultBench, KINDS, recordOf, withBench } from './fault-bench.mts';

/** Those of which a poll remembers each item. */
const REMEMBERED = KINDS.filter((kind) => kind !== 'email');
const ROLES = { email: 'inbox', appointment: 'calendar', task: 'tasks' } as const;

/** The other system as one that knows its rows by their keys, as moves need it. */
class RowsByKey {
	readonly ids = new Map<string, string>();
	/** Rows that a delete has taken. */
	readonly lost: string[] = [];

	hear({ events }: PullResult): void {
		for (const { envelope, record } of events) {
			if (record !== undefined) this.ids.set(record.key, envelope.exchangeId);
			else for (const [key, id] of this.ids) if (id === envelope.exchangeId && this.ids.delete(key)) this.lost.push(key);
		}
	}
}

/** So many polls, a minute apart. */
async function polls(office: FaultBench, count: number, more: Partial<PullOptions> = {}, rows?: RowsByKey): Promise<PullResult[]> {
	const results: PullResult[] = [];
	for (let n = 0; n < count; n++) {
		office.advance(60_000);
		const result = office.hear(await office.connector.pull(office.cursor, office.pullOptions(more)));
		expect(result.failedAccounts).toEqual([]);
		rows?.hear(result);
		results.push(result);
	}
	return results;
}

const questions = (results: readonly PullResult[]) => results.flatMap(({ outcomes }) => outcomes).filter(({ code }) => code === 'TooManyDeletes');
const all = (verb: string, kind: RecordKind, count: number): string[] => Array.from({ length: count }, (_, n) => `${verb} ${kind} No ${n}`);

function watch(kind: RecordKind, { path, includeSubfolders = false }: { path?: string; includeSubfolders?: boolean } = {}): Partial<PullOptions> {
	return { watches: [{ kind, folders: [path === undefined ? { by: 'role', role: ROLES[kind] } : { by: 'path', path }], includeSubfolders }] };
}

/** A watched folder with so many items, all of them told since the first poll. */
async function filled(office: FaultBench, kind: RecordKind, count: number, polled: Partial<PullOptions> = watch(kind), folder?: string): Promise<RowsByKey> {
	const rows = new RowsByKey();
	office.polls = { ...office.polls, ...polled };
	await polls(office, 1);
	for (let n = 0; n < count; n++) {
		const id = await office.make(kind, `No ${n}`);
		if (folder !== undefined) office.outlook().move(id, folder);
	}
	await polls(office, 1 + Math.ceil(count / office.pullOptions().maxEvents), {}, rows);
	expect(office.rows.size).toBe(count);
	office.events.length = 0;
	return rows;
}

/** A new mailbox with the same items under other ids, as after a move to another server. */
async function moveMailbox(office: FaultBench, kind: RecordKind): Promise<void> {
	const before = office.outlook().items(FOLDERS[kind]);
	office.control.replaceMailbox(ANNA);
	for (const { subject, searchKey } of before) office.outlook().item(await office.make(kind, subject)).searchKey = searchKey;
}

describe.each(REMEMBERED)('a new mailbox in the place of the old one, %s', (kind) => {
	it('the folder waits and asks once; other folders go on', async () => {
		await withBench(async (office) => {
			await filled(office, kind, 12, {});
			office.control.replaceMailbox(ANNA);
			await office.make(kind, 'New');
			await office.make('email', 'Mail');
			const results = await polls(office, 4);
			expect(office.events).toEqual(['created email Mail']);
			expect(questions(results)).toMatchObject([{ outcome: 'failed', kind, message: expect.stringMatching(/waits.*12 items.*"Max Deletes per Poll" to 0.*"Read Folders Again"/s) }]);
			expect(office.rows.size).toBe(13);
		});
	});

	it('without a limit on deletes for one poll: what is new comes, then the deletes of what was there; the polls behind it are as ever', async () => {
		await withBench(async (office) => {
			await filled(office, kind, 12);
			office.control.replaceMailbox(ANNA);
			await office.make(kind, 'New');
			await polls(office, 3);
			await polls(office, 1, { maxDeletesPerPoll: 0 });
			expect(office.events[0]).toBe(`created ${kind} New`);
			expect([...office.events].sort()).toEqual([`created ${kind} New`, ...all('deleted', kind, 12)].sort());
			await office.make(kind, 'Newer');
			await polls(office, 3);
			expect(office.events.slice(13)).toEqual([`created ${kind} Newer`]);
		});
	});

	it.each(['beginning', 'now'] as const)('with the same items under other ids (first run from %s): each comes before any delete, over several polls and a restart; by their keys none is there twice and none is lost', async (from) => {
		await withBench(async (office) => {
			office.polls = { firstRun: { from }, maxEvents: 5, durableCursor: false };
			const rows = await filled(office, kind, 12);
			await moveMailbox(office, kind);
			await polls(office, 2, {}, rows);
			await polls(office, 1, { maxDeletesPerPoll: 0 }, rows);
			office.processToken = 'after a restart';
			await polls(office, 6, {}, rows);
			const deletesFrom = office.events.findIndex((event) => event.startsWith('deleted'));
			expect(new Set(office.events.slice(0, deletesFrom))).toEqual(new Set(all('created', kind, 12)));
			expect(office.events.slice(deletesFrom).sort()).toEqual(all('deleted', kind, 12).sort());
			expect(rows.lost).toEqual([]);
			expect([...rows.ids.values()].sort()).toEqual(office.outlook().items(FOLDERS[kind]).map(({ id }) => id).sort());
			expect(office.bothSides().other).toEqual(office.bothSides().exchange);
		});
	});

	it('with records of the other system under other ids: they are no echo, as their deletes follow', async () => {
		await withBench(async (office) => {
			office.polls = watch(kind);
			await polls(office, 1);
			await office.push(kind, Array.from({ length: 10 }, (_, n) => ({ externalId: `${n}`, record: recordOf(kind, `No ${n}`) })));
			await polls(office, 2);
			expect(office.events).toEqual([]);
			const items = office.outlook().items(FOLDERS[kind]).map(({ id }) => office.outlook().item(id));
			office.control.replaceMailbox(ANNA);
			// An import gives them search keys of its own, so that nothing but the stamp tells them.
			for (const item of items) office.outlook().mailbox.add({ ...structuredClone(item), attachments: [] }, office.outlook().folder(FOLDERS[kind]));
			const results = await polls(office, 6, { maxDeletesPerPoll: 0, maxEvents: 3 });
			const events = results.flatMap((result) => result.events.map(({ envelope }) => envelope));
			expect(events.filter(({ event }) => event === 'created').map(({ externalId }) => externalId).sort()).toEqual(Array.from({ length: 10 }, (_, n) => `${n}`));
			expect(events.slice(10).map(({ event }) => event)).toEqual(Array.from({ length: 10 }, () => 'deleted'));
		});
	});

	it('read again (Read Folders Again): it starts anew, nothing is deleted', async () => {
		await withBench(async (office) => {
			await filled(office, kind, 12);
			office.control.replaceMailbox(ANNA);
			await office.make(kind, 'New');
			await polls(office, 3);
			const path = office.outlook().folder(FOLDERS[kind]).displayName;
			await polls(office, 3, { resetFolders: { token: '1', folders: [path.toLowerCase()] } });
			expect(office.events).toEqual([`created ${kind} New`]);
			expect(office.rows.size).toBe(13);
		});
	});

	it('and the old one back in its place: it goes on by itself where it was, subfolders too', async () => {
		await withBench(async (office) => {
			const archive = `${office.outlook().folder(FOLDERS[kind]).displayName}/Archive`;
			office.outlook().createFolder(archive);
			await filled(office, kind, 12, watch(kind, { includeSubfolders: true }));
			office.outlook().move(await office.make(kind, 'Beneath'), archive);
			await polls(office, 1);
			office.control.backup('old');
			office.control.replaceMailbox(ANNA);
			await polls(office, 3);
			office.control.restoreBackup('old');
			await office.make(kind, 'Later');
			office.events.length = 0;
			await polls(office, 3);
			expect(office.events).toEqual([`created ${kind} Later`]);
			expect(office.bothSides().other.filter((line) => !line.includes('Beneath'))).toEqual(office.bothSides().exchange);
		});
	});

	it('with fewer than ten items: they are deleted without a question, unless even fewer are allowed', async () => {
		await withBench(async (office) => {
			await filled(office, kind, 9);
			office.control.replaceMailbox(ANNA);
			expect(questions(await polls(office, 3, { maxDeletesPerPoll: 8 }))).toHaveLength(1);
			expect(questions(await polls(office, 2))).toEqual([]);
			expect([...office.events].sort()).toEqual(all('deleted', kind, 9).sort());
		});
	});

	it('that answers for the old ids as for a mailbox that is none: the folders are looked up again all the same', async () => {
		await withBench(async (office) => {
			await filled(office, kind, 12);
			office.control.inject({ operation: 'SyncFolderItems', do: { effect: 'item', code: 'ErrorNonExistentMailbox' } });
			await office.connector.pull(office.cursor, office.pullOptions()).then((result) => office.hear(result));
			office.control.replaceMailbox(ANNA);
			expect(questions(await polls(office, 1))).toHaveLength(1);
		});
	});
});

describe.each(REMEMBERED)('a folder that a user created anew under the same path, %s', (kind) => {
	it.each(['renamed', 'deleted'] as const)('the old one %s: the same question, and the same answers', async (how) => {
		await withBench(async (office) => {
			const outlook = office.outlook();
			const path = `${outlook.folder(FOLDERS[kind]).displayName}/Team`;
			const old = outlook.createFolder(path);
			await filled(office, kind, 12, watch(kind, { path }), path);
			if (how === 'renamed') {
				old.displayName = 'Team, old';
				outlook.mailbox.touchFolder(old);
			} else outlook.mailbox.removeFolder(old);
			// Longer than folders are believed to be where they were, or missing.
			office.advance(61 * 60_000);
			await polls(office, 2);
			outlook.createFolder(path);
			office.advance(61 * 60_000);
			outlook.move(await office.make(kind, 'New'), path);
			expect(questions(await polls(office, 3))).toHaveLength(1);
			expect(office.events).toEqual([]);
			await polls(office, 2, { maxDeletesPerPoll: 0 });
			expect(office.events[0]).toBe(`created ${kind} New`);
			expect([...office.events].sort()).toEqual([`created ${kind} New`, ...all('deleted', kind, 12)].sort());
		});
	});
});

describe('a new mailbox in the place of the old one, emails', () => {
	it.each([
		['beginning', ['created email Between', 'created email No 0', 'created email No 1'], /from the beginning/],
		['now', ['created email Between'], /since the last look/],
	] as const)('the folder is read as a first run from %s reads it, and says so once; nothing is deleted', async (from, expected, said) => {
		await withBench(async (office) => {
			office.polls = { firstRun: { from } };
			await filled(office, 'email', 2);
			office.advance(3_600_000);
			const before = office.outlook().items('inbox').map(({ subject }) => subject);
			office.control.replaceMailbox(ANNA);
			for (const subject of before) {
				office.outlook().item(await office.make('email', subject)).properties['item:DateTimeReceived'] = new Date(office.now - 7_200_000);
			}
			await office.make('email', 'Between');
			const results = await polls(office, 4);
			expect([...office.events].sort()).toEqual(expected);
			expect(results.flatMap(({ outcomes }) => outcomes).filter(({ outcome }) => outcome === 'skipped')).toMatchObject([{ kind: 'email', message: expect.stringMatching(said) }]);
			await office.make('email', 'Later');
			await polls(office, 2);
			expect(office.events.slice(expected.length)).toEqual(['created email Later']);
		});
	});

	it('and the old one back in its place: it goes on where it was, what it held that nobody has read comes, nothing comes again', async () => {
		await withBench(async (office) => {
			office.polls = { firstRun: { from: 'now' } };
			await filled(office, 'email', 2);
			await office.make('email', 'Unread when it was lost');
			office.control.backup('old');
			office.control.replaceMailbox(ANNA);
			office.advance(2 * 3_600_000);
			await polls(office, 2);
			office.advance(2 * 3_600_000);
			await polls(office, 2);
			office.control.restoreBackup('old');
			await polls(office, 4);
			expect(office.events).toEqual(['created email Unread when it was lost']);
		});
	});
});
