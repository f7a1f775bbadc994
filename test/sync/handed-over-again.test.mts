import { describe, expect, it } from 'vitest';

import { handedOverItems, packed, unpacked } from '../../src/sync/pull/handed-over.ts';
import type { PullResult } from '../../src/sync/pull/pull-types.ts';
import { task } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const categories = ({ events }: PullResult) => events.map(({ record }) => record?.categories);

/** A record that push wrote, and that a user has changed in Exchange since, as the last batch told. */
async function changedInExchange(): Promise<{ bench: SyncBench; id: string; told: PullResult }> {
	const bench = new SyncBench();
	await bench.pull();
	const [outcome] = await bench.push('task', [{ externalId: '1', record: { ...task() } }]);
	const id = outcome?.exchangeId ?? '';
	await bench.pull();
	bench.mailbox.change(id, (item) => (item.record.categories = ['Theirs']));
	const told = await bench.pull();
	expect(categories(told)).toEqual([['Theirs']]);
	return { bench, id, told };
}

async function write(bench: SyncBench, told: PullResult, category: string): Promise<void> {
	const { exchangeId = '', changeKey = '' } = told.events[0]?.envelope ?? {};
	expect(await bench.push('task', [{ externalId: '1', exchangeId, changeKey, record: { ...task(), categories: [category] } }])).toMatchObject([{ outcome: 'updated' }]);
}

/** Both ways in which a batch becomes due once more. */
const WAYS = [
	{ way: 'after a restart', again: async (bench: SyncBench) => ((bench.processToken = 'process-2'), await bench.pull()) },
	{ way: 'lost by n8n', again: async (bench: SyncBench, told: PullResult) => await bench.pull({ lost: handedOverItems(told.events) }) },
];

describe.each(WAYS)('a batch that is handed over again, $way', ({ again }) => {
	it('says once more what has not changed since', async () => {
		const { bench, told } = await changedInExchange();
		expect(categories(await again(bench, told))).toEqual([['Theirs']]);
		expect(categories(await bench.pull())).toEqual([]);
	});

	it('is silent on what the other system has written since: it would put an older state over what its users change', async () => {
		const { bench, told } = await changedInExchange();
		await write(bench, told, 'Ours');
		const result = await again(bench, told);
		expect(categories(result)).toEqual([]);
		expect(result.summary.echoes).toBe(1);
	});

	it('tells what a user has changed in Exchange after that', async () => {
		const { bench, id, told } = await changedInExchange();
		await write(bench, told, 'Ours');
		bench.mailbox.change(id, (item) => (item.record.categories = ['Theirs again']));
		expect(categories(await again(bench, told))).toEqual([['Theirs again']]);
	});
});

describe('a batch in the cursor', () => {
	it('is what it was', () => {
		const common = { mailbox: 'anna@example.test', folderId: 'inbox' };
		const items = [
			{ ...common, exchangeId: 'AAMk1', event: 'created' as const, permanent: false, givenAs: 'abc123' },
			{ ...common, exchangeId: 'AAMk2', event: 'readState' as const, permanent: false },
			{ ...common, exchangeId: 'AAMk3', event: 'deleted' as const, permanent: true },
			{ ...common, folderId: 'sent', exchangeId: 'AAMk4', event: 'updated' as const, permanent: false, givenAs: 'def456' },
		];
		expect(unpacked(packed(items))).toEqual(items);
	});
});
