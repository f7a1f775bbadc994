import { describe, expect, it } from 'vitest';

import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { rows } from '../../../property-runs.mts';
import { type FaultBench, KINDS, recordOf, withBench } from './fault-bench.mts';

type Kind = (typeof KINDS)[number];

const given = (kind: Kind, externalId: string, more: object = {}) => ({ externalId, record: recordOf(kind, externalId, more) });

/** From the moment a CreateItem has come in: this worker gets so many answers more, then it is dead. */
function diesAfterCreate(office: FaultBench, answers: number): void {
	const { faults } = office.control;
	const strike = faults.strike.bind(faults);
	let left: number | undefined;
	faults.strike = (subject) => {
		if (left === undefined && subject.operation === 'CreateItem') left = answers;
		if (left === undefined) return strike(subject);
		left--;
		if (left >= 0) return undefined;
		const effect: FaultEffect = { effect: 'drop', when: left === -1 ? 'acted' : 'before' };
		return { effect, name: 'dead' };
	};
	revive = () => {
		faults.strike = strike;
	};
}
let revive = (): void => undefined;

function left(office: FaultBench, kind: Kind): string[] {
	return office.outlook().items(FOLDERS[kind]).map(({ subject, categories }) => `${subject} ${categories.join()}`).sort();
}

describe('a worker that ends while it creates', () => {
	// The create itself, the search for what another worker may have created, what Exchange made of it, the note of that in the stamp.
	it.each(rows(KINDS.flatMap((kind) => [0, 1, 2, 3].map((answers) => [kind, answers] as const))))('%s, after %i more answers: the next push finds what it left, there is one item for each record', async (kind, answers) => {
		await withBench(async (office) => {
			await office.pullToRest();
			const items = ['a', 'b', 'c'].map((externalId) => given(kind, externalId));
			diesAfterCreate(office, answers);
			await office.impatientPush(kind, items.map(({ record }) => record));
			revive();
			await office.startAnew();
			for (const { outcome } of await office.push(kind, items)) expect(['created', 'unchanged', 'updated']).toContain(outcome);
			expect(left(office, kind)).toEqual(['a ', 'b ', 'c ']);
			expect((await office.push(kind, items)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
			const polls = await office.pullToRest();
			// What it made of them may be told, as the other system's own records.
			for (const { envelope } of polls.flatMap(({ events }) => events)) expect(['a', 'b', 'c']).toContain(envelope.externalId);
			expect(left(office, kind)).toEqual(['a ', 'b ', 'c ']);
			expect(office.control.outbox()).toEqual([]);
		});
	});

	it.each(KINDS)('%s: the other system has changed the record when it is pushed again: the later content is written or reported as conflict, never twice', async (kind) => {
		await withBench(async (office) => {
			for (const answers of [0, 1, 2, 3]) {
				const externalId = `r${answers}`;
				diesAfterCreate(office, answers);
				await office.impatientPush(kind, [given(kind, externalId).record]);
				revive();
				await office.startAnew();
				const outcome = await office.pushOne(kind, given(kind, externalId, { categories: ['Later'] }), { conflictPolicy: 'otherSystemWins' });
				expect(['updated', 'created']).toContain(outcome.outcome);
				expect(left(office, kind).filter((line) => line.startsWith(externalId))).toEqual([`${externalId} Later`]);
			}
		});
	});

	it.each(KINDS.flatMap((kind) => [true, false].map((byId) => [kind, byId] as const)))('%s: two of them leave two items of one record, which is then deleted in the other system (by exchange id: %s): none stays', async (kind, byId) => {
		await withBench(async (office) => {
			await office.pushOne(kind, given(kind, 'a'));
			const [first] = office.outlook().items(FOLDERS[kind]);
			office.advance(2_000);
			// What a second worker left that had looked for the record before the first created it.
			const rival = office.outlook().copy(first!.id, FOLDERS[kind]);
			const [path = '', stamp] = Object.entries(rival.extended).find(([name]) => name.endsWith('ExchangeEwsSync')) ?? [];
			rival.extended[path] = { ...stamp!, value: String(stamp!.value).replace(/^(1\|[^|]*\|)[^|]*/, '$1AAAAAAAA') };
			expect(await office.delete(kind, [{ externalId: 'a', ...(byId && { exchangeId: first!.id }) }])).toMatchObject([{ outcome: 'deleted', exchangeId: first!.id }]);
			expect(left(office, kind)).toEqual([]);
		});
	});
});

describe('the same execution, retried by the builder', () => {
	it.each<[string, FaultEffect]>([
		['stopped half way', { effect: 'batch-stopped', from: 1 }],
		['cut off after the server acted', { effect: 'drop', when: 'acted' }],
		['refused as too busy', { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 50 }],
		['an empty 500 after the server acted', { effect: 'http', status: 500, acted: true }],
	])('mails with attachments, %s: each mail and each attachment is there once', async (_, effect) => {
		await withBench(async (office) => {
			const items = ['a', 'b', 'c'].map((externalId) => ({ ...given('email', externalId), attachments: [{ name: `${externalId}.txt`, contentType: 'text/plain', inline: false, content: Buffer.from(externalId.repeat(2_000)) }] }));
			for (const operation of ['CreateItem', 'CreateAttachment', 'UpdateItem']) office.control.inject({ operation, times: 1, do: effect });
			await office.impatiently((connector) => connector.push('email', items as never, office.pushOptions()));
			office.control.heal();
			await office.startAnew();
			for (let retry = 0; retry < 2; retry++) for (const { outcome } of await office.push('email', items)) expect(['created', 'unchanged', 'updated']).toContain(outcome);
			expect(left(office, 'email')).toEqual(['a ', 'b ', 'c ']);
			for (const { id, subject, isDraft } of office.outlook().items('inbox')) {
				expect(isDraft).toBe(false);
				expect(office.outlook().item(id).attachments.map(({ name }) => name)).toEqual([`${subject}.txt`]);
			}
			expect(office.outlook().items('drafts')).toEqual([]);
			expect(office.control.outbox()).toEqual([]);
		});
	});
});

describe('two workers with the same record and different contents at the same moment', () => {
	const AT = ['FindItem', 'CreateItem', 'GetItem', 'UpdateItem'] as const;

	it.each(rows(KINDS.flatMap((kind) => AT.map((operation) => [kind, operation] as const))))('%s, the second pushes while the first waits for its %s: one item, with the later content or a conflict that says so', async (kind, operation) => {
		await withBench(async (office) => {
			const other = office.another();
			office.control.inject({ operation, do: { effect: 'stall', milliseconds: 700 } });
			const one = office.pushOne(kind, given(kind, 'a', { categories: ['First'] }));
			await new Promise((resolve) => setTimeout(resolve, 250));
			const second = (await other.push(kind, [{ ...given(kind, 'a', { categories: ['Second'] }), attachments: [] }] as never, office.pushOptions())).flat()[0]!;
			const first = await one;
			const lines = left(office, kind);
			expect(lines).toHaveLength(1);
			const conflicts = [first, second].filter(({ outcome }) => outcome === 'conflict');
			const writers = [['First', first], ['Second', second]] as const;
			for (const [, { outcome }] of writers) expect(['created', 'updated', 'conflict']).toContain(outcome);
			expect(conflicts.length).toBeLessThan(2);
			// Both may have created one: then the later of them stays, whose worker has taken the other away.
			const id = office.outlook().items(FOLDERS[kind])[0]?.id;
			const last = writers.find(([, { outcome }]) => outcome === 'updated') ?? writers.find(([, { outcome, exchangeId }]) => outcome === 'created' && exchangeId === id);
			expect([lines, last?.[1].exchangeId]).toEqual([[`a ${last?.[0]}`], id]);
			// Whatever id a worker was given, the record is found.
			for (const [category, { exchangeId }] of writers) expect(await office.pushOne(kind, { ...given(kind, 'a', { categories: [category] }), exchangeId }, { conflictPolicy: 'otherSystemWins' })).toMatchObject({ exchangeId: id });
			expect(left(office, kind)).toEqual(['a Second']);
		});
	});
});

describe('a server that comes back with an older state, for pushes', () => {
	it.each(KINDS)('%s: what was created since is created again, once; what was changed is changed again; what was deleted is deleted again', async (kind) => {
		await withBench(async (office) => {
			await office.push(kind, ['stays', 'changed', 'deleted'].map((externalId) => given(kind, externalId)));
			office.control.backup('yesterday');
			office.advance(3_600_000);
			const now = [given(kind, 'stays'), given(kind, 'changed', { categories: ['Later'] }), given(kind, 'made')];
			await office.push(kind, now);
			await office.delete(kind, [{ externalId: 'deleted' }]);
			const before = left(office, kind);
			office.control.restoreBackup('yesterday');
			await office.startAnew();
			expect((await office.push(kind, now)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'updated', 'created']);
			expect(await office.delete(kind, [{ externalId: 'deleted' }])).toMatchObject([{ outcome: 'deleted' }]);
			expect(left(office, kind)).toEqual(before);
			expect((await office.push(kind, now)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
		});
	});

	it.each(KINDS)('restore-not-synced: %s that was created since and is pushed with its exchange id is not taken for new: it says so', async (kind) => {
		await withBench(async (office) => {
			office.control.backup('yesterday');
			const { exchangeId } = await office.pushOne(kind, given(kind, 'made'));
			office.control.restoreBackup('yesterday');
			await office.startAnew();
			expect(await office.pushOne(kind, { ...given(kind, 'made'), exchangeId })).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
			expect(await office.pushOne(kind, given(kind, 'made'))).toMatchObject({ outcome: 'created' });
		});
	});
});
