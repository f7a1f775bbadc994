import { describe, expect, it } from 'vitest';

import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';
import type { PullResult } from '../../../../src/sync/pull/pull-types.ts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { type FaultBench, KINDS, withBench } from './fault-bench.mts';

const FIVE_MINUTES = 5 * 60_000;

/** Of three items of a kind the second cannot be read. */
async function withOneBadItem(office: FaultBench, kind: (typeof KINDS)[number], code = 'ErrorItemCorrupt'): Promise<string> {
	await office.pullToRest();
	for (const subject of ['One', 'Bad', 'Three']) await office.make(kind, subject);
	const bad = office.outlook().items(FOLDERS[kind]).find(({ subject }) => subject === 'Bad')!.id;
	makeUnreadable(office, bad, code);
	return bad;
}

/** A property of each kind's content that is not asked for where a title is enough. */
const OF_THE_CONTENT = 'item:Sensitivity';

/** Its content cannot be had; single properties can. */
function makeUnreadable(office: FaultBench, id: string, code = 'ErrorItemCorrupt'): void {
	office.control.inject({ operation: 'GetItem', containing: OF_THE_CONTENT, times: 1_000, do: { effect: 'item', code, ids: [id] } });
}

async function poll(office: FaultBench, more: Parameters<FaultBench['pullOptions']>[0] = {}): Promise<PullResult> {
	return office.hear(await office.connector.pull(office.cursor, office.pullOptions(more)));
}

describe('import-attempts: an item that cannot be read', () => {
	it.each(KINDS.flatMap((kind) => ['ErrorItemCorrupt', 'ErrorVirusDetected', 'ErrorInternalServerError'].map((code) => [kind, code] as const)))('%s, %s: three polls try it, the third reports it once with what is known of it, the others come in the first', async (kind, code) => {
		await withBench(async (office) => {
			const id = await withOneBadItem(office, kind, code);
			const polls: PullResult[] = [];
			for (let n = 0; n < 6; n++) polls.push(await poll(office));
			expect(polls.map(({ events }) => events.length)).toEqual([2, 0, 0, 0, 0, 0]);
			expect(polls.map(({ outcomes }) => outcomes.length)).toEqual([0, 0, 1, 0, 0, 0]);
			expect(polls.flatMap(({ failedAccounts }) => failedAccounts)).toEqual([]);
			expect(polls[2]?.outcomes).toMatchObject([
				{ outcome: 'failed', rule: 'import-attempts', kind, exchangeId: id, code, subject: 'Bad', account: 'anna', mailbox: 'anna@example.test', message: expect.stringMatching(new RegExp(`"Bad".*${office.outlook().folder(FOLDERS[kind]).displayName}.*3 times.*${code}`)) },
			]);
			expect(polls[2]?.outcomes[0]?.date).toEqual({ email: '2026-03-01T12:22:00Z', appointment: '2026-04-01T07:00:00Z', task: undefined }[kind]);
			expect(polls[2]?.summary.failed).toBe(1);
			// It is not asked for again until it changes.
			office.control.clearRequests();
			await poll(office);
			expect(office.operations()['GetItem']).toBeUndefined();
		});
	});

	it.each([1, 2, 10])('is tried as often as the option says: %i', async (importAttempts) => {
		await withBench(async (office) => {
			await withOneBadItem(office, 'task');
			const reported: number[] = [];
			for (let n = 1; n <= 12; n++) if ((await poll(office, { importAttempts })).outcomes.length > 0) reported.push(n);
			expect(reported).toEqual([importAttempts]);
		});
	});

	it.each(KINDS)('%s: arrives when it can be read before its attempts are used up, and later when it changes', async (kind) => {
		await withBench(async (office) => {
			const id = await withOneBadItem(office, kind);
			await poll(office);
			office.control.heal();
			await poll(office);
			expect([...office.events].sort()).toEqual([`created ${kind} Bad`, `created ${kind} One`, `created ${kind} Three`]);
			office.outlook().edit(id, { categories: ['Changed'] });
			makeUnreadable(office, id);
			for (let n = 0; n < 3; n++) await poll(office);
			office.control.heal();
			office.outlook().edit(id, { categories: ['Changed again'] });
			await office.pullToRest();
			expect(office.bothSides().other).toEqual(office.bothSides().exchange);
		});
	});

	it('is reported by its id where the server does not give its subject either', async () => {
		await withBench(async (office) => {
			const id = await withOneBadItem(office, 'task');
			office.control.inject({ operation: 'GetItem', containing: id, times: 1_000, do: { effect: 'item', code: 'ErrorInternalServerError', ids: [id] } });
			for (let n = 0; n < 2; n++) await poll(office);
			const { outcomes, failedAccounts } = await poll(office);
			expect(outcomes).toMatchObject([{ outcome: 'failed', exchangeId: id, code: 'ErrorItemCorrupt', message: expect.stringContaining('A task in Tasks could not be read 3 times') }]);
			expect(failedAccounts).toEqual([]);
		});
	});

	it.each(KINDS)('%s: one that this login may not see (ErrorAccessDenied) is tried and reported like any other; the folder goes on', async (kind) => {
		await withBench(async (office) => {
			await withOneBadItem(office, kind, 'ErrorAccessDenied');
			const polls: PullResult[] = [];
			for (let n = 0; n < 4; n++) polls.push(await poll(office));
			expect(polls.map(({ events }) => events.length)).toEqual([2, 0, 0, 0]);
			expect(polls.flatMap(({ outcomes }) => outcomes.map(({ code, rule }) => [code, rule]))).toEqual([['ErrorAccessDenied', 'import-attempts']]);
		});
	});

	it.each(KINDS)('%s: one that cannot be had for now is no bad item: it is never given up, and those beside it come at once', async (kind) => {
		await withBench(async (office) => {
			await withOneBadItem(office, kind, 'ErrorMailboxStoreUnavailable');
			for (let n = 0; n < 5; n++) {
				const { outcomes, failedAccounts } = await office.impatientPull();
				expect(outcomes.filter(({ rule }) => rule === 'import-attempts')).toEqual([]);
				expect(failedAccounts).toHaveLength(1);
				expect([...office.events].sort()).toEqual([`created ${kind} One`, `created ${kind} Three`]);
			}
			office.control.heal();
			await office.pullToRest();
			expect(office.events).toHaveLength(3);
		});
	});
});

describe('import-attempts: several items each of which makes the server fail altogether', () => {
	it.each<[string, FaultEffect]>([
		['ErrorInternalServerError', { effect: 'fault', code: 'ErrorInternalServerError' }],
		['an answer that is cut off', { effect: 'truncate' }],
	])('%s: they hold nothing up, and each is reported once', async (_, effect) => {
		await withBench(async (office) => {
			await office.pullToRest();
			for (let n = 0; n < 12; n++) await office.make('email', `No ${n}`);
			const bad = office.outlook().items('inbox').slice(3, 6).map(({ id }) => id);
			for (const id of bad) office.control.inject({ operation: 'GetItem', containing: id, times: 10_000, do: effect });
			const outcomes = [];
			for (let n = 0; n < 8; n++) {
				outcomes.push(...(await office.impatientPull()).outcomes.filter(({ rule }) => rule === 'import-attempts'));
				await office.make('email', `Later ${n}`);
			}
			await office.impatientPull();
			expect(office.events).toHaveLength(9 + 8);
			expect(outcomes.map(({ exchangeId }) => exchangeId).sort()).toEqual([...bad].sort());
		});
	});
});

describe('import-attempts: items that are all there is to read, and none of them can be', () => {
	it('are reported once each where the server tells their titles', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			for (const subject of ['One', 'Two']) await office.make('email', subject);
			office.control.inject({ operation: 'GetItem', containing: OF_THE_CONTENT, times: 10_000, do: { effect: 'fault', code: 'ErrorInternalServerError' } });
			const polls: PullResult[] = [];
			for (let n = 0; n < 5; n++) polls.push(await office.impatientPull());
			expect(polls.map(({ outcomes }) => outcomes.map(({ rule, subject }) => [rule, subject]))).toEqual([[], [], [['import-attempts', 'One'], ['import-attempts', 'Two']], [], []]);
		});
	});

	it.each([1, 2, 5])('%i of them wait, however many polls, where the server gives nothing at all', async (count) => {
		await withBench(async (office) => {
			await office.pullToRest();
			for (let n = 0; n < count; n++) await office.make('email', `No ${n}`);
			office.control.inject({ operation: 'GetItem', times: 10_000, do: { effect: 'http', status: 503 } });
			for (let n = 0; n < 5; n++) {
				const { outcomes, failedAccounts } = await office.impatientPull();
				expect([failedAccounts.length, outcomes.filter(({ rule }) => rule === 'import-attempts')]).toEqual([1, []]);
				await office.startAnew();
			}
			office.control.heal();
			await office.pullToRest();
			expect(office.events).toHaveLength(count);
		});
	});

	it('wait where the server is out of order for each of them and for those that come later', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			office.control.inject({ operation: 'GetItem', times: 10_000, do: { effect: 'fault', code: 'ErrorInternalServerError' } });
			for (let n = 0; n < 6; n++) {
				for (const half of [1, 2]) await office.make('email', `No ${n}.${half}`);
				const { outcomes, failedAccounts } = await office.impatientPull();
				expect([failedAccounts.length, outcomes.filter(({ rule }) => rule === 'import-attempts')]).toEqual([1, []]);
			}
			office.control.heal();
			await office.pullToRest();
			expect(office.events).toHaveLength(12);
			expect(new Set(office.events).size).toBe(12);
		});
	});
});

describe('continue-on-error off', () => {
	it.each(KINDS)('import-attempts: a bad %s pauses the connector for five minutes at each attempt, holds nothing else up and is passed after the last', async (kind) => {
		await withBench(async (office) => {
			await withOneBadItem(office, kind);
			const polls: PullResult[] = [];
			for (let n = 0; n < 3; n++) {
				const paused = await poll(office, { continueOnError: false });
				polls.push(paused);
				expect(Date.parse(paused.summary.pausedUntil['anna@example.test'] ?? '')).toBe(office.now + FIVE_MINUTES);
				office.control.clearRequests();
				office.advance(FIVE_MINUTES - 1_000);
				expect((await poll(office, { continueOnError: false })).events).toEqual([]);
				expect(office.control.requests()).toEqual([]);
				office.advance(1_000);
			}
			expect([...office.events].sort()).toEqual([`created ${kind} One`, `created ${kind} Three`]);
			expect(polls.map(({ outcomes }) => outcomes.filter(({ rule }) => rule === 'import-attempts').length)).toEqual([0, 0, 1]);
			await office.make(kind, 'Later');
			const { summary } = await poll(office, { continueOnError: false });
			expect(summary.pausedUntil).toEqual({});
			expect(office.events.at(-1)).toBe(`created ${kind} Later`);
		});
	});

	it('a watched folder that is gone pauses the connector for five minutes, once', async () => {
		await withBench(async (office) => {
			const projects = office.outlook().createFolder('Inbox/Projects');
			office.polls = { watches: [{ kind: 'email', folders: [{ by: 'path', path: 'Inbox/Projects' }, { by: 'role', role: 'inbox' }], includeSubfolders: false }] };
			await poll(office, { continueOnError: false });
			projects.displayName = 'Elsewhere';
			office.control.inject({ operation: 'SyncFolderItems', do: { effect: 'item', code: 'ErrorSyncFolderNotFound' } });
			const gone = await poll(office, { continueOnError: false });
			expect(gone.failedAccounts).toHaveLength(1);
			office.advance(FIVE_MINUTES);
			await office.make('email', 'One');
			const next = await poll(office, { continueOnError: false });
			expect(next.outcomes).toMatchObject([{ outcome: 'failed', code: 'ErrorFolderNotFound' }]);
			expect(office.events).toEqual(['created email One']);
		});
	});
});
