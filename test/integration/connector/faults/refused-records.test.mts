import { describe, expect, it } from 'vitest';

import { FOLDERS } from '../../../sync/synced-table.mts';
import { KINDS, recordOf, withBench } from './fault-bench.mts';

describe('one record of several that the server refuses', () => {
	it.each(KINDS)('%s that is too large: it fails with its code, is not tried again, and the others are written', async (kind) => {
		await withBench(async (office) => {
			await office.push(kind, ['a', 'b', 'c'].map((externalId) => ({ externalId, record: recordOf(kind, externalId) })));
			const strike = { effect: 'item', code: 'ErrorMessageSizeExceeded', indexes: [1] } as const;
			office.control.inject({ operation: ['CreateItem', 'UpdateItem'], containing: '>Too large<', times: 1_000, do: strike });
			const given = ['a', 'b', 'c', 'd', 'e', 'f'].map((externalId) => ({ externalId, record: recordOf(kind, externalId, { categories: [externalId === 'b' || externalId === 'e' ? 'Too large' : 'Changed'] }) }));
			office.operations();
			const outcomes = await office.push(kind, given);
			expect(outcomes.map(({ externalId, outcome, code }) => [externalId, outcome, code])).toEqual([
				['a', 'updated', undefined],
				['b', 'failed', 'ErrorMessageSizeExceeded'],
				['c', 'updated', undefined],
				['d', 'created', undefined],
				['e', 'failed', 'ErrorMessageSizeExceeded'],
				['f', 'created', undefined],
			]);
			for (const { outcome, message } of outcomes) if (outcome === 'failed') expect(message).toContain('could not be written');
			expect(office.operations()['CreateItem']).toBe(1);
			expect(office.outlook().items(FOLDERS[kind]).map(({ subject, categories }) => `${subject} ${categories.join()}`).sort()).toEqual(['a Changed', 'b ', 'c Changed', 'd Changed', 'f Changed']);
			office.control.heal();
			expect((await office.push(kind, given)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'updated', 'unchanged', 'unchanged', 'created', 'unchanged']);
		});
	});
});
