import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { contentHash } from '../../src/records/content-hash.ts';
import { CURSOR_VERSION, type AccountState, type Cursor, type CursorState, type FolderPlace, type FolderState, type HandedOver, type PendingItem, type SeriesState, type WatchedFolder } from '../../src/sync/pull/cursor.ts';
import { atPresentVersion, MIGRATIONS, type StoredCursor } from '../../src/sync/pull/cursor-versions.ts';
import { changeMark, decodeKnownIds, encodeKnownIds } from '../../src/sync/pull/known-ids.ts';
import { closeCursor, openCursor } from '../../src/sync/pull/open-cursor.ts';
import type { PullEvent, PullOptions } from '../../src/sync/pull/pull-types.ts';
import { shortId } from '../../src/sync/pull/short-id.ts';
import { email, task } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { INBOX, TASKS, told } from '../usual-connector.mts';
import VERSION_1 from './cursor-version-1.json' with { type: 'json' };
import VERSION_2 from './cursor-version-2.json' with { type: 'json' };

const OPTIONS = { durableCursor: true, processToken: 'process-1' };
/** As n8n gives it back. */
const stored = (fixture: object): StoredCursor => structuredClone(fixture) as StoredCursor;
const version1 = (): Cursor => stored(VERSION_1) as Cursor;

/** Every field, also those that may be absent: a field that is added to the cursor and not to the newest fixture is an error of types here. */
type EveryFieldOf<T> = Record<keyof T, unknown>;
const ANNA = VERSION_2.state.accounts['anna@example.test'];
VERSION_2 satisfies EveryFieldOf<Cursor>;
VERSION_2.state satisfies EveryFieldOf<CursorState>;
ANNA satisfies EveryFieldOf<AccountState>;
ANNA.watched satisfies EveryFieldOf<NonNullable<AccountState['watched']>>;
ANNA.watched.folders[0] satisfies EveryFieldOf<WatchedFolder> | undefined;
ANNA.bin satisfies EveryFieldOf<NonNullable<AccountState['bin']>>;
ANNA.folders.calendar satisfies EveryFieldOf<FolderState>;
ANNA.folders.calendar.place satisfies EveryFieldOf<FolderPlace>;
ANNA.folders.calendar.pending.AAMkPending satisfies EveryFieldOf<PendingItem>;
ANNA.folders.calendar.series.abcdefghijkl satisfies EveryFieldOf<SeriesState>;
VERSION_2.handedOver['anna@example.test'].inbox satisfies EveryFieldOf<HandedOver>;

/** Version 1 with everything that came to it before version 2 did. */
const LATE_VERSION_1 = ((): StoredCursor => {
	const cursor = { ...stored(VERSION_2), version: 1 };
	for (const account of Object.values(cursor.state.accounts)) {
		account.watched?.folders.forEach((folder) => delete folder.role);
		delete account.binDue;
		delete account.bin?.beginning;
		delete account.deletesHeldSince;
		delete account.nextFolder;
		delete account.cutShort;
		delete account.exclusions;
		for (const folder of Object.values(account.folders)) {
			delete folder.place;
			delete folder.formerIds;
			delete folder.replaces;
			delete folder.gone;
			delete folder.firstRun;
			delete folder.listing;
			delete folder.relisting;
			delete folder.listedAnew;
			for (const pending of Object.values(folder.pending ?? {})) {
				delete pending.first;
				delete pending.lookedAt;
				delete pending.mayBeTold;
				delete pending.gone;
			}
			for (const series of Object.values(folder.series ?? {})) delete series.unread;
			if (folder.stopped !== undefined) folder.stopped = 'tooManyDeletes';
		}
	}
	return cursor;
})();

describe.each([
	['version 1 as it was first released', VERSION_1],
	['version 1 as it was in the end', LATE_VERSION_1],
	['version 2', VERSION_2],
])('a cursor of %s', (_, fixture) => {
	it('is read, in every part that it has', () => {
		const state = openCursor(stored(fixture), OPTIONS);
		const anna = state.accounts['anna@example.test'];
		expect(anna?.folders['calendar']).toMatchObject({ syncState: 'H4sIAAA=', caughtUp: true, series: { abcdefghijkl: { pattern: 'p1', excluded: 'series-pattern-changed' } }, place: { path: 'Calendar', kind: 'appointment' } });
		expect([...decodeKnownIds(anna?.folders['calendar']?.knownIds)]).toEqual([['AAMkAGI1', 'm1'], ['AAMkAGI2', 'm2']]);
		expect(anna?.folders['inbox']?.pending).toEqual({ AAMkMail: { event: 'created', attempts: 2 } });
		expect(anna).toMatchObject({ pausedUntil: 1772366400000, pauseReason: 'The server asked for a pause.', copies: ['cccccccccccc'], restored: ['rrrrrrrrrrrr'], bin: { identities: ['bbbbbbbbbbbb'] } });
		expect(state).toMatchObject({ nextAccount: 1, clearedExclusions: 'once', resetToken: '1' });
		// Whatever else it has is there as well, unchanged.
		expect(state).toMatchObject(stored(fixture).state);
	});

	it('is written again with all it had, in the present version, and was not touched itself', () => {
		const cursor = stored(fixture);
		const { handedOver: _last, ...rest } = stored(fixture);
		const written = JSON.parse(JSON.stringify(closeCursor(openCursor(cursor, OPTIONS), [], OPTIONS))) as Cursor;
		for (const folder of Object.values(written.state.accounts['anna@example.test']?.folders ?? {})) if (rest.version === 1) delete folder.place;
		expect(written).toEqual({ ...rest, version: CURSOR_VERSION });
		expect(cursor).toEqual(stored(fixture));
	});

	it('hands its last batch over again after a restart, and only then', () => {
		const anna = stored(fixture).state.accounts['anna@example.test']?.folders ?? {};
		const again = openCursor(stored(fixture), { durableCursor: false, processToken: 'another' }).accounts['anna@example.test']?.folders;
		const givenAs = fixture === VERSION_1 ? {} : { givenAs: 'gggggg' };
		expect(again?.['inbox']?.pending).toEqual({ AAMkMail: { event: 'created', attempts: 2 }, AAMkLast: { event: 'updated', attempts: 0, again: true, ...givenAs } });
		expect(again?.['calendar']?.deletesAgain).toEqual({ ...anna['calendar']?.deletesAgain, AAMkGone: true });
		for (const options of [{ durableCursor: false, processToken: 'process-1' }, { durableCursor: true, processToken: 'another' }]) {
			expect(openCursor(stored(fixture), options).accounts['anna@example.test']?.folders['calendar']?.deletesAgain).toEqual(anna['calendar']?.deletesAgain);
		}
	});

	it('is what a poll goes on with', async () => {
		const bench = new SyncBench();
		bench.cursor = stored(fixture) as Cursor;
		await bench.push('task', [{ externalId: '1', record: task() as never }]);
		await bench.pull();
		expect(bench.cursor.version).toBe(CURSOR_VERSION);
	});
});

describe('versions', () => {
	it('the newest fixture is of the present version, and each version before has its migration', () => {
		expect(VERSION_2.version).toBe(CURSOR_VERSION);
		expect(Object.keys(MIGRATIONS).map(Number)).toEqual(Array.from({ length: CURSOR_VERSION - 1 }, (_each, n) => n + 1));
	});

	it('a cursor goes through the migrations from its own version on, in their order', () => {
		const mark = (name: string) => ({ state }: StoredCursor) => void (state.resetToken = `${state.resetToken} ${name}`);
		const migrations = { 1: mark('one'), 2: mark('two'), 3: mark('three') };
		const from = (version: number) => atPresentVersion({ ...stored(VERSION_1), version }, migrations, 4);
		expect([1, 2, 3, 4].map((version) => from(version).state.resetToken)).toEqual(['1 one two three', '1 two three', '1 three', '1']);
		expect(from(1).version).toBe(4);
		expect(() => from(5)).toThrow(/newer version of this package/);
	});

	it('folders whose place a cursor of version 1 does not tell are left as they are', () => {
		const cursor = version1();
		delete cursor.state.accounts['anna@example.test']?.watched;
		expect(openCursor(cursor, OPTIONS).accounts['anna@example.test']?.folders).toEqual(version1().state.accounts['anna@example.test']?.folders);
	});

	it('what n8n has lost is handed over again by the same process, whatever n8n’s cursors are, as what says most about the item', () => {
		const item = { mailbox: 'anna@example.test', exchangeId: 'AAMkLost', permanent: false };
		const lost = [
			{ ...item, folderId: 'inbox', event: 'readState' as const },
			{ ...item, folderId: 'inbox', exchangeId: 'AAMkMail', event: 'updated' as const },
			{ ...item, folderId: 'calendar', event: 'deleted' as const, permanent: true },
			{ ...item, folderId: 'not watched any more', event: 'created' as const },
		];
		for (const durableCursor of [true, false]) {
			const folders = openCursor(version1(), { durableCursor, processToken: 'process-1', lost }).accounts['anna@example.test']?.folders;
			expect(folders?.['inbox']?.pending).toEqual({ AAMkMail: { event: 'created', attempts: 2, again: true }, AAMkLost: { event: 'readState', attempts: 0, again: true } });
			expect(folders?.['calendar']?.deletesAgain).toEqual({ AAMkLost: true });
			expect(Object.keys(folders ?? {})).not.toContain('not watched any more');
		}
	});

	it('a cursor of a later version is refused, and nothing is asked of the server', async () => {
		const newer = { ...version1(), version: CURSOR_VERSION + 1 } as unknown as Cursor;
		expect(() => openCursor(newer, OPTIONS)).toThrow(/newer version of this package/);
		const bench = new SyncBench();
		bench.cursor = newer;
		await expect(bench.pull()).rejects.toThrow(/newer version of this package/);
		expect(bench.cursor).toBe(newer);
	});

	it.each([0, -1, 0.5])('%f is the version of no cursor', (version) => {
		expect(() => openCursor({ ...version1(), version } as never, OPTIONS)).toThrow(/cursor\.version/);
	});

	it.each([[42], ['text'], [{}], [{ version: '1', state: {} }], [{ version: 1 }], [{ version: 1, state: null }]])('%j is no cursor', (value) => {
		expect(() => openCursor(value as unknown as Cursor, OPTIONS)).toThrow(/what an earlier poll stored/);
	});
});

/** Bytes that cannot be made smaller, the same in each run: a hash and what follows from it. */
let block = createHash('sha512').update('ids').digest();
let used = 0;
function bytes(count: number): Buffer {
	const parts: Buffer[] = [];
	for (let missing = count; missing > 0; ) {
		if (used === block.length) {
			block = createHash('sha512').update(block).digest();
			used = 0;
		}
		const part = block.subarray(used, used + missing);
		used += part.length;
		missing -= part.length;
		parts.push(part);
	}
	return Buffer.concat(parts);
}

/** Ids and change keys as Exchange has them: those of one folder share their beginning. */
function folderOf(items: number): FolderState {
	const prefix = bytes(90).toString('base64');
	const ids = Array.from({ length: items }, () => `${prefix}${bytes(9).toString('base64')}AAA=`);
	return { syncState: bytes(1_500).toString('base64'), caughtUp: true, lookedAt: Date.now(), knownIds: encodeKnownIds(new Map(ids.map((id) => [id, changeMark(bytes(30).toString('base64'))]))) };
}

function accountOf(number: number): AccountState {
	const calendar = folderOf(2_000);
	calendar.series = Object.fromEntries(Array.from({ length: 100 }, (_each, n) => [shortId(`series ${number} ${n}`), { pattern: shortId(`pattern ${n}`) }]));
	const identities = Array.from({ length: 2_000 }, (_each, n) => shortId(`identity ${number} ${n}`));
	return { folders: { [`calendar ${number}`]: calendar, [`tasks ${number}`]: folderOf(500) }, bin: { syncState: bytes(1_500).toString('base64'), identities } };
}

describe('sizes', () => {
	it.each([
		[1, 200_000],
		[10, 2_000_000],
		[100, 20_000_000],
	])('%i mailboxes with 2,000 appointments and 500 tasks each', (mailboxes, bound) => {
		const accounts = Object.fromEntries(Array.from({ length: mailboxes }, (_each, n) => [`user${n}@example.test`, accountOf(n)]));
		const size = JSON.stringify(closeCursor({ accounts, nextAccount: 0 }, [], OPTIONS)).length;
		const started = performance.now();
		openCursor({ version: CURSOR_VERSION, processToken: 'process-1', state: { accounts, nextAccount: 0 } }, OPTIONS);
		console.log(`${mailboxes} mailboxes: ${(size / 1024).toFixed(0)} kB, opened in ${(performance.now() - started).toFixed(1)} ms`);
		expect(size).toBeLessThan(bound);
		expect(size / mailboxes).toBeGreaterThan(50_000);
	});
});

const A_FOLDER = bytes(84).toString('base64');

/** A batch out of one folder, its ids and change keys as Exchange has them. */
function batchOf(items: number): PullEvent[] {
	const prefix = bytes(90).toString('base64');
	return Array.from({ length: items }, (): PullEvent => ({
		envelope: {
			...{ event: 'updated', kind: 'task', connector: 'Office', account: 'anna', mailbox: 'anna@example.test', folder: 'Tasks', folderId: A_FOLDER },
			exchangeId: `${prefix}${bytes(9).toString('base64')}AAA=`,
			changeKey: bytes(30).toString('base64'),
		},
		attachments: [],
	}));
}

describe('the size of the last batch', () => {
	it.each([500, 5_000])('%i events: at most 30 bytes for each', (events) => {
		const state: CursorState = { accounts: {}, nextAccount: 0 };
		const without = JSON.stringify(closeCursor(state, [], OPTIONS)).length;
		const size = JSON.stringify(closeCursor(state, batchOf(events), { ...OPTIONS, durableCursor: false })).length - without;
		console.log(`${events} events: ${(size / events).toFixed(1)} bytes each`);
		expect(size / events).toBeLessThan(30);
		expect(size / events).toBeGreaterThan(25);
		expect(JSON.stringify(closeCursor(state, batchOf(events), OPTIONS))).toHaveLength(without);
	});
});

const A_HASH = contentHash(task());

/** Everything that has a bound at its bound, with texts as long as they get. */
function fullAccount(number: number): AccountState {
	const { folders, bin } = accountOf(number);
	const shortIds = (count: number, length = 12): string[] => Array.from({ length: count }, (_each, n) => shortId(`${number} ${n}`).repeat(3).slice(0, length));
	const [calendar, tasks] = Object.values(folders);
	const pending = Object.fromEntries(Array.from({ length: 512 }, () => [bytes(114).toString('base64'), { event: 'readState', attempts: 9, again: true, lookedAt: 1_772_365_000_000 } as const]));
	const rivals = Object.fromEntries(Array.from({ length: 100 }, () => [bytes(114).toString('base64'), 'mmmmmmmmmmmm']));
	for (const folder of [calendar, tasks]) Object.assign(folder ?? {}, { pending, rivals, diverged: Object.fromEntries(shortIds(2_000).map((id) => [id, A_HASH])) });
	return {
		folders,
		...(bin !== undefined && { bin }),
		restored: shortIds(2_000),
		copies: shortIds(2_000),
		exclusions: Object.fromEntries(shortIds(500).map((id) => [id, 'series-too-many-exceptions'])),
		places: shortIds(1_000, 27),
		messageIds: Object.fromEntries([...shortIds(700, 8).map((id) => [id, 'mmmmmm']), ...shortIds(900, 8).slice(700).map((id) => [id, 'mmmmmm'.repeat(3)])]),
	};
}

describe('sizes at their bounds', () => {
	const kB = (value: unknown): number => JSON.stringify(value).length / 1_000;

	it('each memory has the bound that README and ARCHITECTURE give', () => {
		const { bin, restored, copies, exclusions, places, messageIds, folders } = fullAccount(1);
		for (const memory of [bin?.identities, restored, copies, exclusions, places, messageIds]) expect(kB(memory)).toBeLessThanOrEqual(30.1);
		for (const { pending, diverged, rivals } of Object.values(folders)) {
			expect(kB(rivals)).toBeLessThanOrEqual(20);
			expect(kB(diverged)).toBeLessThanOrEqual(80.1);
			expect(kB(pending)).toBeLessThanOrEqual(125);
		}
	});

	it.each([
		[1, 0.7],
		[10, 7],
		[100, 70],
	])('%i mailboxes: at most %f MB', (mailboxes, megabytes) => {
		const account = fullAccount(1);
		const accounts = Object.fromEntries(Array.from({ length: mailboxes }, (_each, n) => [`user${n}@example.test`, account]));
		const size = kB(closeCursor({ accounts, nextAccount: 0 }, [], OPTIONS)) / 1_000;
		expect(size).toBeLessThan(megabytes);
		console.log(`${mailboxes} mailboxes at their bounds: ${size.toFixed(1)} MB`);
		expect(size).toBeGreaterThan(megabytes * 0.7);
	});
});

describe('reset of folders', () => {
	/** Nothing is known of a folder but that its items may have been told before. */
	const READ_AGAIN: FolderState = { caughtUp: false, listedAnew: true };

	async function withTwoFolders(): Promise<SyncBench> {
		const bench = new SyncBench('anna@example.test', 'ben@example.test');
		for (const account of ['anna', 'ben']) await bench.push('task', [{ account, externalId: account, record: task({ subject: `Task of ${account}` }) as never }]);
		await bench.pull();
		return bench;
	}

	it('drops what is known of the named folders and leaves the others as they are', async () => {
		const bench = await withTwoFolders();
		const before = structuredClone(bench.cursor?.state.accounts ?? {});
		const { path, id } = before['anna@example.test']?.watched?.folders.find(({ kind }) => kind === 'task') ?? { path: '', id: '' };
		const after = openCursor(bench.cursor, { ...OPTIONS, resetFolders: { token: '1', folders: [path.toUpperCase()] } });
		for (const [mailbox, account] of Object.entries(after.accounts)) {
			const named = before[mailbox]?.watched?.folders.filter((folder) => folder.path === path).map((folder) => folder.id) ?? [];
			const { folders, ...rest } = before[mailbox] ?? { folders: {} };
			const { folders: left, ...leftRest } = account;
			expect(Object.keys(left).sort()).toEqual(Object.keys(folders).sort());
			for (const [key, state] of Object.entries(left)) expect(state).toEqual(named.includes(key) ? READ_AGAIN : folders[key]);
			expect(leftRest).toEqual(rest);
		}
		const byId = openCursor(bench.cursor, { ...OPTIONS, resetFolders: { token: '1', folders: [id] } });
		expect(byId.accounts['anna@example.test']?.folders[id]).toEqual(READ_AGAIN);
	});

	it.each([
		{ kind: 'email', watches: [INBOX], folder: 'folder-Inbox' },
		{ kind: 'task', watches: [TASKS], folder: 'folder-Tasks' },
	] as const)('of a $kind folder: what was told before, is read again and deleted before it is read is told as deleted', async ({ kind, watches, folder }) => {
		const bench = new SyncBench();
		const ids = Array.from({ length: 12 }, (_, n) => bench.mailbox.put(folder, (kind === 'email' ? email({ subject: `Item ${n}`, key: `<${n}>` }) : task({ subject: `Item ${n}` })) as never).id);
		const poll = async (more: Partial<PullOptions> = {}): Promise<string[]> => told(await bench.pull({ watches: [...watches], maxEvents: 5, ...more }));
		const resetFolders = { token: '1', folders: [folder] };
		const first = [...(await poll()), ...(await poll()), ...(await poll()), ...(await poll())];
		await poll({ resetFolders });
		bench.mailbox.destroy(ids[9] ?? '');
		const rest: string[] = [];
		for (let n = 0; n < 5; n++) rest.push(...(await poll({ resetFolders })));
		expect(first).toContain('created Item 9');
		expect(rest).toContain(`deleted ${ids[9]}`);
	});

	it('happens once for each token', async () => {
		const bench = await withTwoFolders();
		const { id } = bench.cursor?.state.accounts['anna@example.test']?.watched?.folders.find(({ kind }) => kind === 'task') ?? { id: '' };
		const resetFolders = { token: '1', folders: [id] };
		const first = await bench.pull({ resetFolders });
		expect(bench.cursor?.state.resetToken).toBe('1');
		expect(told(first)).toEqual([]);
		const reset = openCursor(bench.cursor, { ...OPTIONS, resetFolders });
		expect(reset.accounts['anna@example.test']?.folders[id]).toEqual(bench.cursor?.state.accounts['anna@example.test']?.folders[id]);
		expect(openCursor(bench.cursor, { ...OPTIONS, resetFolders: { token: '2', folders: [id] } }).accounts['anna@example.test']?.folders[id]).toEqual(READ_AGAIN);
	});
});

describe('exclusions of series', () => {
	it('are cleared once for each word, and nothing else is', () => {
		const cleared = openCursor(version1(), { ...OPTIONS, clearExclusions: 'twice' });
		const { series, ...calendar } = cleared.accounts['anna@example.test']?.folders['calendar'] ?? { caughtUp: false };
		const { series: _before, ...unchanged } = openCursor(version1(), OPTIONS).accounts['anna@example.test']?.folders['calendar'] ?? { caughtUp: false };
		expect(series).toEqual({ abcdefghijkl: { pattern: '', unread: 'lifted' }, mnopqrstuvwx: { pattern: 'p2' } });
		expect(calendar).toEqual(unchanged);
		expect(cleared.clearedExclusions).toBe('twice');
		const same = openCursor(version1(), { ...OPTIONS, clearExclusions: 'once' });
		expect(Object.keys(same.accounts['anna@example.test']?.folders['calendar']?.series ?? {})).toHaveLength(2);
	});
});
