import { describe, expect, it } from 'vitest';

import type { RecordKind } from '../../../../src/records/common-fields.ts';
import type { PullOptions, PullResult } from '../../../../src/sync/pull/pull-types.ts';
import type { Folder } from '../../../exchange-server/store/folder.mts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { type FaultBench, KINDS, withBench } from './fault-bench.mts';

/** Those of which a poll remembers each item. */
const REMEMBERED = KINDS.filter((kind) => kind !== 'email');
const ROLES = { email: 'inbox', appointment: 'calendar', task: 'tasks' } as const;

/** So many polls, six minutes apart: watched subfolders are looked up again after five. */
async function polls(office: FaultBench, count: number, more: Partial<PullOptions> = {}): Promise<PullResult[]> {
	const results: PullResult[] = [];
	for (let n = 0; n < count; n++) {
		office.advance(6 * 60_000);
		const result = office.hear(await office.connector.pull(office.cursor, office.pullOptions(more)));
		expect(result.failedAccounts).toEqual([]);
		results.push(result);
	}
	return results;
}

const outcomesOf = (results: readonly PullResult[]) => results.flatMap(({ outcomes }) => outcomes);
const questions = (results: readonly PullResult[]) => outcomesOf(results).filter(({ code }) => code === 'TooManyDeletes');
const all = (verb: string, kind: RecordKind, count: number): string[] => Array.from({ length: count }, (_, n) => `${verb} ${kind} No ${n}`);

/** A watched folder with a subfolder that has so many items, all of them told. */
async function withSubfolder(office: FaultBench, kind: RecordKind, count: number, name = 'Team'): Promise<Folder> {
	const outlook = office.outlook();
	const path = `${outlook.folder(FOLDERS[kind]).displayName}/${name}`;
	const folder = outlook.createFolder(path);
	office.polls = { watches: [{ kind, folders: [{ by: 'role', role: ROLES[kind] }], includeSubfolders: true }] };
	for (let n = 0; n < count; n++) outlook.move(await office.make(kind, `No ${n}`), path);
	await polls(office, 2);
	expect(office.rows.size).toBe(count);
	office.events.length = 0;
	return folder;
}

/** What users do to a folder. */
const WAYS = {
	'moved into Deleted Items': (office: FaultBench, folder: Folder) => moveFolder(office, folder, 'deleteditems'),
	'moved out of the watched folder': (office: FaultBench, folder: Folder) => moveFolder(office, folder, 'msgfolderroot'),
	'deleted permanently': (office: FaultBench, folder: Folder) => office.outlook().mailbox.removeFolder(folder),
} as const;

function moveFolder(office: FaultBench, folder: Folder, to: string): void {
	const { mailbox } = office.outlook();
	folder.parent = mailbox.folderNamed(to).number;
	mailbox.touchFolder(folder);
}

describe.each(REMEMBERED)('a subfolder that is gone, %s', (kind) => {
	it.each(Object.entries(WAYS))('%s: its items are told as deleted', async (_way, remove) => {
		await withBench(async (office) => {
			remove(office, await withSubfolder(office, kind, 5));
			const results = await polls(office, 3);
			expect([...office.events].sort()).toEqual(all('deleted', kind, 5));
			expect(questions(results)).toEqual([]);
			expect(office.rows.size).toBe(0);
		});
	});

	it('with ten items or more it waits and asks once, until deletes are not limited for a poll; other folders go on', async () => {
		await withBench(async (office) => {
			WAYS['moved into Deleted Items'](office, await withSubfolder(office, kind, 12));
			await office.make(kind, 'New');
			const results = await polls(office, 4);
			expect(office.events).toEqual([`created ${kind} New`]);
			expect(questions(results)).toMatchObject([{ outcome: 'failed', kind, message: expect.stringMatching(/Team waits: .*Deleted Items\/Team.* 12 items.*"Max Deletes per Poll" to 0/s) }]);
			await polls(office, 1, { maxDeletesPerPoll: 0 });
			await polls(office, 2);
			expect(office.events.slice(1).sort()).toEqual(all('deleted', kind, 12).sort());
		});
	});

	it('several that are gone together count together', async () => {
		await withBench(async (office) => {
			const outlook = office.outlook();
			const folder = await withSubfolder(office, kind, 6);
			const below = `${outlook.folder(FOLDERS[kind]).displayName}/Team/Below`;
			outlook.createFolder(below);
			for (let n = 0; n < 6; n++) outlook.move(await office.make(kind, `Below ${n}`), below);
			await polls(office, 2);
			office.events.length = 0;
			WAYS['moved into Deleted Items'](office, folder);
			expect(questions(await polls(office, 3))).toHaveLength(2);
			expect(office.events).toEqual([]);
		});
	});

	it('that comes back while it waits goes on where it was', async () => {
		await withBench(async (office) => {
			const outlook = office.outlook();
			const folder = await withSubfolder(office, kind, 12);
			WAYS['moved into Deleted Items'](office, folder);
			await polls(office, 2);
			moveFolder(office, folder, FOLDERS[kind]);
			outlook.move(await office.make(kind, 'New'), `${outlook.folder(FOLDERS[kind]).displayName}/Team`);
			await polls(office, 2);
			await polls(office, 1, { maxDeletesPerPoll: 0 });
			expect(office.events.filter((event) => event.startsWith('created'))).toEqual([`created ${kind} New`]);
			expect(office.rows.size).toBe(13);
		});
	});

	it.each(['beginning', 'now'] as const)('that comes back after its deletes were told is read as one that was always watched (first run from %s)', async (from) => {
		await withBench(async (office) => {
			const folder = await withSubfolder(office, kind, 5);
			office.polls = { ...office.polls, firstRun: { from } };
			WAYS['moved into Deleted Items'](office, folder);
			await polls(office, 2);
			moveFolder(office, folder, FOLDERS[kind]);
			await polls(office, 3);
			expect(office.events.slice(5).sort()).toEqual(all('created', kind, 5));
			expect(office.rows.size).toBe(5);
		});
	});

	it('its deletes are told once more where the execution was lost', async () => {
		await withBench(async (office) => {
			const folder = await withSubfolder(office, kind, 3);
			office.polls = { ...office.polls, durableCursor: false };
			WAYS['moved into Deleted Items'](office, folder);
			await polls(office, 1);
			office.processToken = 'after a restart';
			await polls(office, 2);
			expect(office.events.length).toBe(6);
		});
	});

	it('items that were moved out of it before come first', async () => {
		await withBench(async (office) => {
			const outlook = office.outlook();
			const folder = await withSubfolder(office, kind, 4);
			for (const { id } of outlook.items(`${outlook.folder(FOLDERS[kind]).displayName}/Team`)) outlook.move(id, FOLDERS[kind]);
			WAYS['deleted permanently'](office, folder);
			await polls(office, 4, { maxEvents: 2 });
			expect(office.events.slice(0, 4).sort()).toEqual(all('created', kind, 4));
			expect(office.events.slice(4).sort()).toEqual(all('deleted', kind, 4));
		});
	});

	it('that is not wanted any more is no delete', async () => {
		await withBench(async (office) => {
			await withSubfolder(office, kind, 5);
			const watches = office.pullOptions().watches.map((watch) => ({ ...watch, includeSubfolders: false }));
			await polls(office, 3, { watches });
			expect(office.events).toEqual([]);
		});
	});
});

describe('a subfolder that is gone, emails', () => {
	it.each(Object.entries(WAYS))('%s: said so once, as deletes of its emails cannot be told', async (_way, remove) => {
		await withBench(async (office) => {
			remove(office, await withSubfolder(office, 'email', 3));
			const notes = outcomesOf(await polls(office, 4)).filter(({ outcome }) => outcome === 'skipped');
			expect(notes).toMatchObject([{ kind: 'email', message: expect.stringMatching(/Team is gone.*emails.*not reported as deleted/s) }]);
			expect(office.events).toEqual([]);
		});
	});

	it('that comes back goes on where it was', async () => {
		await withBench(async (office) => {
			const outlook = office.outlook();
			const folder = await withSubfolder(office, 'email', 3);
			WAYS['moved into Deleted Items'](office, folder);
			await polls(office, 2);
			const [gone, kept] = outlook.items('Deleted Items/Team');
			outlook.remove(gone!.id);
			outlook.edit(kept!.id, { categories: ['Red'] });
			moveFolder(office, folder, 'inbox');
			await polls(office, 2);
			expect([...office.events].sort()).toEqual([`deleted email ${gone!.subject}`, `updated email ${kept!.subject}`].sort());
		});
	});
});
