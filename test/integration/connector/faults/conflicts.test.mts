import { describe, expect, it } from 'vitest';

import type { PushOptions } from '../../../../src/sync/push/push-types.ts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { type FaultBench, KINDS, recordOf, withBench } from './fault-bench.mts';

type Kind = (typeof KINDS)[number];

const HOUR = 3_600_000;
const given = (kind: Kind, category?: string) => ({ externalId: '1', record: recordOf(kind, 'One', category === undefined ? {} : { categories: [category] }) });

function categories(office: FaultBench, kind: Kind): string[] {
	return office.outlook().items(FOLDERS[kind]).map((item) => item.categories.join());
}

/** A record that both sides have changed since the last sync, Exchange first. */
async function changedOnBothSides(office: FaultBench, kind: Kind, { modifiedAt, ...options }: Partial<PushOptions> & { modifiedAt?: string }) {
	const { exchangeId = '' } = await office.pushOne(kind, given(kind));
	office.advance(HOUR);
	office.outlook().edit(exchangeId, { categories: ['Of Exchange'] });
	const outcome = await office.pushOne(kind, { ...given(kind, 'Of the other'), ...(modifiedAt !== undefined && { modifiedAt }) }, options);
	return { ...outcome, exchangeId };
}

const REPORTED = { outcome: 'conflict', exchangeVersion: { categories: ['Of Exchange'] }, otherVersion: { categories: ['Of the other'] } };

describe.each(KINDS)('an %s that both sides have changed', (kind) => {
	it('Exchange wins: its version stays and is handed over by the next poll, both are told', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			expect(await changedOnBothSides(office, kind, { conflictPolicy: 'exchangeWins' })).toMatchObject(REPORTED);
			expect(categories(office, kind)).toEqual(['Of Exchange']);
			await office.pullToRest();
			expect(office.events).toEqual([expect.stringContaining(`${kind} One`)]);
			expect([...office.rows.values()].map((row) => row.categories)).toEqual(['Of Exchange']);
		});
	});

	it('the other system wins: its version is written, and is no news to a poll', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			expect(await changedOnBothSides(office, kind, { conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated', message: expect.stringContaining('overwritten') });
			expect(categories(office, kind)).toEqual(['Of the other']);
			await office.pullToRest();
			expect(office.events).toEqual([]);
		});
	});

	it('report: nothing is written, both versions are told, as often as it is pushed', async () => {
		await withBench(async (office) => {
			const { exchangeId, ...outcome } = await changedOnBothSides(office, kind, { conflictPolicy: 'report' });
			expect(outcome).toMatchObject(REPORTED);
			const { changeKey } = office.outlook().item(exchangeId);
			expect(await office.pushOne(kind, given(kind, 'Of the other'), { conflictPolicy: 'report' })).toMatchObject(REPORTED);
			expect(office.outlook().item(exchangeId).changeKey).toBe(changeKey);
		});
	});

	// Exchange's change is of 13:00 in UTC, 14:00 in Zurich.
	it.each<[string, string | undefined, 'Of Exchange' | 'Of the other']>([
		['a second later', '2026-03-01T13:00:01Z', 'Of the other'],
		['at the same second', '2026-03-01T13:00:00Z', 'Of Exchange'],
		['earlier', '2026-03-01T12:59:59Z', 'Of Exchange'],
		['later, with an offset', '2026-03-01T08:00:01-05:00', 'Of the other'],
		['later, without a zone (rule time-zone)', '2026-03-01 14:00:01', 'Of the other'],
		['earlier, without a zone (rule time-zone)', '2026-03-01 13:59:59', 'Of Exchange'],
		['at no time that is told', undefined, 'Of Exchange'],
		['at a time that is none', 'yesterday', 'Of Exchange'],
	])('the newer wins: the other system changed it %s', async (_, modifiedAt, winner) => {
		await withBench(async (office) => {
			const outcome = await changedOnBothSides(office, kind, { conflictPolicy: 'newerWins', ...(modifiedAt !== undefined && { modifiedAt }) });
			expect(outcome).toMatchObject(winner === 'Of Exchange' ? REPORTED : { outcome: 'updated' });
			expect(categories(office, kind)).toEqual([winner]);
			if (modifiedAt === undefined || modifiedAt === 'yesterday') expect(outcome.message).toContain('modifiedAt');
		});
	});

	it('the same change on both sides is no conflict', async () => {
		await withBench(async (office) => {
			const { exchangeId = '' } = await office.pushOne(kind, given(kind));
			office.outlook().edit(exchangeId, { categories: ['Both'] });
			expect(await office.pushOne(kind, given(kind, 'Both'), { conflictPolicy: 'report' })).toMatchObject({ outcome: 'unchanged' });
			expect(await office.pushOne(kind, given(kind, 'Next'), { conflictPolicy: 'report' })).toMatchObject({ outcome: 'updated' });
		});
	});
});

describe.each(KINDS)('a delete of an %s', (kind) => {
	it('against a change: the change wins, unless the other system has seen it or does not mind', async () => {
		await withBench(async (office) => {
			const { exchangeId = '' } = await office.pushOne(kind, given(kind));
			office.outlook().edit(exchangeId, { categories: ['Of Exchange'] });
			expect(await office.delete(kind, [{ externalId: '1' }])).toMatchObject([{ outcome: 'conflict', exchangeId, exchangeVersion: { categories: ['Of Exchange'] } }]);
			expect(await office.delete(kind, [{ exchangeId, changeKey: 'CQAAAA==' }])).toMatchObject([{ outcome: 'conflict' }]);
			expect(categories(office, kind)).toEqual(['Of Exchange']);
			const [seen] = await office.delete(kind, [{ externalId: '1' }]);
			expect(await office.delete(kind, [{ externalId: '1', changeKey: seen!.changeKey! }])).toMatchObject([{ outcome: 'deleted' }]);
			expect(office.outlook().items('deleteditems')).toHaveLength(1);
			expect(await office.delete(kind, [{ externalId: '1' }])).toMatchObject([{ outcome: 'unchanged' }]);
			await office.pushOne(kind, { ...given(kind), externalId: '2' });
			office.outlook().edit(office.outlook().items(FOLDERS[kind])[0]!.id, { categories: ['Of Exchange'] });
			expect(await office.delete(kind, [{ externalId: '2' }], { evenIfChanged: true })).toMatchObject([{ outcome: 'deleted' }]);
		});
	});

	it('that cannot see whether it was changed leaves it alone; one that can never be read is deleted', async () => {
		await withBench(async (office) => {
			const ids = (await office.push(kind, ['1', '2'].map((externalId) => ({ ...given(kind), externalId })))).map(({ exchangeId }) => exchangeId ?? '');
			office.outlook().edit(ids[0]!, { categories: ['Of Exchange'] });
			const remove = async () => await office.impatiently((connector) => connector.delete(kind, [{ externalId: '1' }, { externalId: '2' }], { mode: 'permanently', evenIfChanged: false, timeZone: 'UTC' }));
			for (const code of ['ErrorMailboxStoreUnavailable', 'ErrorServerBusy', 'ErrorInternalServerError', 'ErrorTimeoutExpired']) {
				office.control.inject({ operation: 'GetItem', times: 1_000, do: { effect: 'item', code, ids: [ids[0]!], backOffMilliseconds: 1 } });
				const [first] = await remove();
				expect(first).toMatchObject({ outcome: 'failed', code });
				expect(categories(office, kind)).toContain('Of Exchange');
				office.control.heal();
				await office.startAnew();
			}
			office.control.inject({ operation: 'GetItem', times: 1_000, do: { effect: 'item', code: 'ErrorItemCorrupt', ids: [ids[0]!] } });
			expect((await remove())[0]).toMatchObject({ outcome: 'deleted' });
			expect(categories(office, kind)).toEqual([]);
		});
	});

	it("takes the record's item and leaves a user's copy of it", async () => {
		await withBench(async (office) => {
			const archive = `${office.outlook().folder(FOLDERS[kind]).displayName}/Archive`;
			office.outlook().createFolder(archive);
			for (const target of [FOLDERS[kind], archive]) {
				const { exchangeId = '' } = await office.pushOne(kind, { ...given(kind), externalId: target });
				const copy = office.outlook().idOf(office.outlook().copy(exchangeId, target));
				expect(await office.delete(kind, [{ externalId: target }])).toMatchObject([{ outcome: 'deleted', exchangeId }]);
				expect([...office.outlook().items(FOLDERS[kind]), ...office.outlook().items(archive)].map(({ id }) => id)).toEqual([copy]);
				office.outlook().remove(copy, 'hard');
			}
		});
	});
});
