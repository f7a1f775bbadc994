import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { contentHash } from '../../src/records/content-hash.ts';
import { CURSOR_VERSION, type AccountState, type Cursor, type FolderState } from '../../src/sync/pull/cursor.ts';
import { changeMark, decodeKnownIds, encodeKnownIds } from '../../src/sync/pull/known-ids.ts';
import { closeCursor, openCursor } from '../../src/sync/pull/open-cursor.ts';
import { shortId } from '../../src/sync/pull/short-id.ts';
import { task } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { told } from '../usual-connector.mts';
import VERSION_1 from './cursor-version-1.json' with { type: 'json' };

const OPTIONS = { durableCursor: true, processToken: 'process-1' };
/** As n8n gives it back. */
const version1 = (): Cursor => structuredClone(VERSION_1) as unknown as Cursor;

describe('versions', () => {
	it('a cursor of version 1 is read, in every part that it may have', () => {
		const state = openCursor(version1(), OPTIONS);
		const anna = state.accounts['anna@example.test'];
		expect(anna?.folders['calendar']).toMatchObject({ syncState: 'H4sIAAA=', caughtUp: true, stopped: 'tooManyDeletes', series: { abcdefghijkl: { pattern: 'p1', excluded: 'series-pattern-changed' } } });
		expect([...decodeKnownIds(anna?.folders['calendar']?.knownIds)]).toEqual([['AAMkAGI1', 'm1'], ['AAMkAGI2', 'm2']]);
		expect(anna?.folders['inbox']?.pending).toEqual({ AAMkMail: { event: 'created', attempts: 2 } });
		expect(anna).toMatchObject({ pausedUntil: 1772366400000, pauseReason: 'The server asked for a pause.', copies: ['cccccccccccc'], restored: ['rrrrrrrrrrrr'], bin: { identities: ['bbbbbbbbbbbb'] } });
		expect(state).toMatchObject({ nextAccount: 1, clearedExclusions: 'once', resetToken: '1' });
	});

	it('what is read is written again as it was', () => {
		const cursor = version1();
		const { handedOver: _last, ...rest } = cursor;
		expect(JSON.parse(JSON.stringify(closeCursor(openCursor(cursor, OPTIONS), [], OPTIONS)))).toEqual(rest);
		expect(cursor).toEqual(version1());
	});

	it('the last batch of version 1 is handed over again after a restart, and only then', () => {
		const again = openCursor(version1(), { durableCursor: false, processToken: 'another' }).accounts['anna@example.test']?.folders;
		expect(again?.['inbox']?.pending).toEqual({ AAMkMail: { event: 'created', attempts: 2 }, AAMkLast: { event: 'updated', attempts: 0, again: true } });
		expect(again?.['calendar']?.deletesAgain).toEqual({ AAMkGone: true });
		for (const options of [{ durableCursor: false, processToken: 'process-1' }, { durableCursor: true, processToken: 'another' }]) {
			expect(openCursor(version1(), options).accounts['anna@example.test']?.folders['calendar']?.deletesAgain).toBeUndefined();
		}
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

	it.each([[42], ['text'], [{}], [{ version: '1', state: {} }], [{ version: 1 }]])('%j is no cursor', (value) => {
		expect(() => openCursor(value as unknown as Cursor, OPTIONS)).toThrow(/what an earlier poll stored/);
	});

	it('a poll goes on with a cursor of version 1', async () => {
		const bench = new SyncBench();
		bench.cursor = version1();
		await bench.push('task', [{ externalId: '1', record: task() as never }]);
		await bench.pull();
		expect(bench.cursor.version).toBe(CURSOR_VERSION);
	});
});

/** Ids and change keys as Exchange has them: those of one folder share their beginning. */
function folderOf(items: number): FolderState {
	const prefix = randomBytes(90).toString('base64');
	const ids = Array.from({ length: items }, () => `${prefix}${randomBytes(9).toString('base64')}AAA=`);
	return { syncState: randomBytes(1_500).toString('base64'), caughtUp: true, lookedAt: Date.now(), knownIds: encodeKnownIds(new Map(ids.map((id) => [id, changeMark(randomBytes(30).toString('base64'))]))) };
}

function accountOf(number: number): AccountState {
	const calendar = folderOf(2_000);
	calendar.series = Object.fromEntries(Array.from({ length: 100 }, (_each, n) => [shortId(`series ${number} ${n}`), { pattern: shortId(`pattern ${n}`) }]));
	const identities = Array.from({ length: 2_000 }, (_each, n) => shortId(`identity ${number} ${n}`));
	return { folders: { [`calendar ${number}`]: calendar, [`tasks ${number}`]: folderOf(500) }, bin: { syncState: randomBytes(1_500).toString('base64'), identities } };
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
		openCursor({ version: 1, processToken: 'process-1', state: { accounts, nextAccount: 0 } }, OPTIONS);
		console.log(`${mailboxes} mailboxes: ${(size / 1024).toFixed(0)} kB, opened in ${(performance.now() - started).toFixed(1)} ms`);
		expect(size).toBeLessThan(bound);
		expect(size / mailboxes).toBeGreaterThan(50_000);
	});
});

const A_HASH = contentHash(task());

/** Everything that has a bound at its bound, with texts as long as they get. */
function fullAccount(number: number): AccountState {
	const { folders, bin } = accountOf(number);
	const shortIds = (count: number, length = 12): string[] => Array.from({ length: count }, (_each, n) => shortId(`${number} ${n}`).repeat(2).slice(0, length));
	const [calendar, tasks] = Object.values(folders);
	const pending = Object.fromEntries(Array.from({ length: 512 }, () => [randomBytes(114).toString('base64'), { event: 'readState', attempts: 9, again: true } as const]));
	const rivals = Object.fromEntries(Array.from({ length: 100 }, () => [randomBytes(114).toString('base64'), 'mmmmmmmmmmmm']));
	for (const folder of [calendar, tasks]) Object.assign(folder ?? {}, { pending, rivals, diverged: Object.fromEntries(shortIds(2_000).map((id) => [id, A_HASH])) });
	return {
		folders,
		...(bin !== undefined && { bin }),
		restored: shortIds(2_000),
		copies: shortIds(2_000),
		places: shortIds(1_000, 16),
		messageIds: Object.fromEntries([...shortIds(700, 8).map((id) => [id, 'mmmmmm']), ...shortIds(900, 8).slice(700).map((id) => [id, 'mmmmmm'.repeat(3)])]),
	};
}

describe('sizes at their bounds', () => {
	const kB = (value: unknown): number => JSON.stringify(value).length / 1_000;

	it('each memory has the bound that README and ARCHITECTURE give', () => {
		const { bin, restored, copies, places, messageIds, folders } = fullAccount(1);
		for (const memory of [bin?.identities, restored, copies, places, messageIds]) expect(kB(memory)).toBeLessThanOrEqual(30.1);
		for (const { pending, diverged, rivals } of Object.values(folders)) {
			expect(kB(rivals)).toBeLessThanOrEqual(20);
			expect(kB(diverged)).toBeLessThanOrEqual(80.1);
			expect(kB(pending)).toBeLessThanOrEqual(110);
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
			expect(Object.keys(left).sort()).toEqual(Object.keys(folders).filter((key) => !named.includes(key)).sort());
			for (const [key, state] of Object.entries(left)) expect(state).toEqual(folders[key]);
			expect(leftRest).toEqual(rest);
		}
		const byId = openCursor(bench.cursor, { ...OPTIONS, resetFolders: { token: '1', folders: [id] } });
		expect(byId.accounts['anna@example.test']?.folders[id]).toBeUndefined();
	});

	it('happens once for each token', async () => {
		const bench = await withTwoFolders();
		const { id } = bench.cursor?.state.accounts['anna@example.test']?.watched?.folders.find(({ kind }) => kind === 'task') ?? { id: '' };
		const resetFolders = { token: '1', folders: [id] };
		const first = await bench.pull({ resetFolders });
		expect(bench.cursor?.state.resetToken).toBe('1');
		expect(told(first)).toEqual([]);
		const reset = openCursor(bench.cursor, { ...OPTIONS, resetFolders });
		expect(reset.accounts['anna@example.test']?.folders[id]).toBeDefined();
		expect(openCursor(bench.cursor, { ...OPTIONS, resetFolders: { token: '2', folders: [id] } }).accounts['anna@example.test']?.folders[id]).toBeUndefined();
	});
});

describe('exclusions of series', () => {
	it('are cleared once for each word, and nothing else is', () => {
		const cleared = openCursor(version1(), { ...OPTIONS, clearExclusions: 'twice' });
		const { series, ...calendar } = cleared.accounts['anna@example.test']?.folders['calendar'] ?? { caughtUp: false };
		const { series: _before, ...unchanged } = version1().state.accounts['anna@example.test']?.folders['calendar'] ?? { caughtUp: false };
		expect(series).toEqual({ mnopqrstuvwx: { pattern: 'p2' } });
		expect(calendar).toEqual(unchanged);
		expect(cleared.clearedExclusions).toBe('twice');
		const same = openCursor(version1(), { ...OPTIONS, clearExclusions: 'once' });
		expect(Object.keys(same.accounts['anna@example.test']?.folders['calendar']?.series ?? {})).toHaveLength(2);
	});
});
