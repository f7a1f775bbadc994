import { describe, expect, it } from 'vitest';

import type { Outcome } from '../../../../src/sync/outcome.ts';
import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { rows } from '../../../quick-look.mts';
import { type FaultBench, KINDS, recordOf, withBench } from './fault-bench.mts';
import { SHORT_LIMIT_MS } from './fault-rows.mts';

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

/** The item that nobody was told of. */
function secondItem(office: FaultBench, kind: Kind): string {
	return office.outlook().items(FOLDERS[kind]).at(-1)?.id ?? '';
}

/** The client gives up waiting, looks, finds nothing and creates again; only then Exchange carries out what it was asked first. Times of Exchange are whole seconds. */
async function createdLate(office: FaultBench, kind: Kind, externalId: string, sameSecond: boolean): Promise<Outcome> {
	office.control.inject({ operation: 'CreateItem', do: { effect: 'stall', milliseconds: 60_000, when: 'before' } });
	const outcome = await office.pushOne(kind, given(kind, externalId));
	expect(outcome).toMatchObject({ outcome: 'created' });
	if (!sameSecond) office.advance(40_000);
	await office.actLate();
	expect(left(office, kind)).toEqual([`${externalId} `, `${externalId} `]);
	return outcome;
}

describe.concurrent('a create that Exchange carries out after the client has given up', () => {
	const LATE = rows(KINDS.flatMap((kind) => [true, false].map((sameSecond) => [kind, sameSecond] as const)));
	const withImpatience = async (work: (office: FaultBench) => Promise<void>): Promise<void> => {
		await withBench(async (office) => {
			await office.pullToRest();
			await work(office);
			expect(office.control.outbox()).toEqual([]);
		}, { timeoutMs: SHORT_LIMIT_MS });
	};

	it.each(LATE)('%s (within one second: %s): pushed again by its external id, one item is left, the one that was told', async (kind, sameSecond) => {
		await withImpatience(async (office) => {
			const { exchangeId } = await createdLate(office, kind, 'a', sameSecond);
			expect(await office.pushOne(kind, given(kind, 'a'))).toMatchObject({ outcome: 'unchanged', exchangeId });
			expect(left(office, kind)).toEqual(['a ']);
			await office.pullToRest();
			expect(office.events.filter((event) => !event.startsWith('deleted'))).toEqual([]);
		});
	});

	it.each(LATE)('%s (within one second: %s): no poll tells the second item, nor that it is gone; pushed by its exchange id an hour later, one item is left, for good', async (kind, sameSecond) => {
		await withImpatience(async (office) => {
			const { exchangeId } = await createdLate(office, kind, 'a', sameSecond);
			await office.pullToRest();
			office.advance(3_600_000);
			const changed = given(kind, 'a', { categories: ['Later'] });
			expect(await office.pushOne(kind, { ...changed, exchangeId })).toMatchObject({ outcome: 'updated', exchangeId });
			expect(left(office, kind)).toEqual(['a Later']);
			await office.pullToRest();
			expect(office.events).toEqual([]);
			// That look has settled it: the next push asks for nothing but the item.
			office.operations();
			expect(await office.pushOne(kind, { ...changed, exchangeId })).toMatchObject({ outcome: 'unchanged', exchangeId });
			expect(office.operations()).not.toHaveProperty('FindItem');
		});
	});

	it.each(KINDS)('%s: pushed by its exchange id while it is unchanged, an hour later: one item is left, and that look has settled it', async (kind) => {
		await withImpatience(async (office) => {
			const { exchangeId } = await createdLate(office, kind, 'a', true);
			await office.pullToRest();
			office.advance(3_600_000);
			expect(await office.pushOne(kind, { ...given(kind, 'a'), exchangeId })).toMatchObject({ outcome: 'unchanged', exchangeId });
			expect(left(office, kind)).toEqual(['a ']);
			office.operations();
			expect(await office.pushOne(kind, { ...given(kind, 'a'), exchangeId })).toMatchObject({ outcome: 'unchanged', exchangeId });
			expect(office.operations()).not.toHaveProperty('FindItem');
			await office.pullToRest();
			expect(office.events).toEqual([]);
		});
	});

	it.each(rows(KINDS.flatMap((kind) => [true, false].map((byId) => [kind, byId] as const))))('%s is deleted in the other system an hour later (by its exchange id: %s): none is left', async (kind, byId) => {
		await withImpatience(async (office) => {
			const { exchangeId } = await createdLate(office, kind, 'a', true);
			await office.pullToRest();
			office.advance(3_600_000);
			expect(await office.delete(kind, [{ externalId: 'a', ...(byId && exchangeId !== undefined && { exchangeId }) }])).toMatchObject([{ outcome: 'deleted', exchangeId }]);
			expect(left(office, kind)).toEqual([]);
			await office.pullToRest();
			expect(office.events).toEqual([`deleted ${kind} of something unknown`]);
		});
	});

	it.each(KINDS)('%s, changed by a user in the second item: that content is told, as a record of its own, and stays', async (kind) => {
		await withImpatience(async (office) => {
			await createdLate(office, kind, 'a', true);
			await office.pullToRest();
			const second = secondItem(office, kind);
			// It was told as nothing before: what a user makes of it is new.
			office.advance(60_000);
			office.outlook().edit(second, { categories: ['By a user'] });
			const [told, ...more] = (await office.pullToRest()).flatMap(({ events }) => events);
			expect(more).toEqual([]);
			expect(told?.envelope).toMatchObject({ event: 'created', exchangeId: second });
			expect(told?.envelope.externalId).toBeUndefined();
			expect(await office.pushOne(kind, given(kind, 'a', { categories: ['Ours'] }))).toMatchObject({ outcome: 'updated' });
			expect(left(office, kind)).toEqual(['a By a user', 'a Ours']);
			office.advance(60_000);
			office.outlook().edit(second, { categories: ['By a user again'] });
			expect((await office.pullToRest()).flatMap(({ events }) => events.map(({ envelope }) => [envelope.event, envelope.exchangeId, envelope.externalId]))).toEqual([['updated', second, undefined]]);
		});
	});

	it('a mail of which a user has only read the second item: reading is no change, it goes', async () => {
		await withImpatience(async (office) => {
			await createdLate(office, 'email', 'a', true);
			await office.pullToRest();
			office.advance(60_000);
			const second = secondItem(office, 'email');
			office.outlook().edit(second, { isRead: !office.outlook().items('inbox').find(({ id }) => id === second)?.isRead });
			await office.pullToRest();
			await office.pushOne('email', given('email', 'a'));
			expect(left(office, 'email')).toEqual(['a ']);
			await office.pullToRest();
			expect(office.events).toEqual([]);
		});
	});

	it.each(KINDS)('%s: a user who sees two and deletes the first loses nothing: the second takes its place in the other system', async (kind) => {
		await withImpatience(async (office) => {
			const { exchangeId = '' } = await createdLate(office, kind, 'a', true);
			await office.pullToRest();
			const second = secondItem(office, kind);
			office.outlook().remove(exchangeId);
			const told = (await office.pullToRest()).flatMap(({ events }) => events.map(({ envelope }) => [envelope.event, envelope.exchangeId, envelope.externalId]));
			expect(told).toEqual([['created', second, 'a'], ['deleted', exchangeId, undefined]]);
			expect(await office.pushOne(kind, given(kind, 'a', { categories: ['Ours'] }))).toMatchObject({ outcome: 'updated', exchangeId: second });
			office.advance(60_000);
			office.outlook().edit(second, { categories: ['By a user'] });
			expect((await office.pullToRest()).flatMap(({ events }) => events.map(({ envelope }) => [envelope.event, envelope.externalId]))).toEqual([['updated', 'a']]);
		});
	});

	it.each(KINDS)("%s: a user's copy of either item is no item of ours: it is told and stays", async (kind) => {
		await withImpatience(async (office) => {
			const { exchangeId = '' } = await createdLate(office, kind, 'a', true);
			office.advance(60_000);
			const copy = office.outlook().idOf(office.outlook().copy(exchangeId, FOLDERS[kind]));
			expect((await office.pullToRest()).flatMap(({ events }) => events.map(({ envelope }) => [envelope.event, envelope.exchangeId, envelope.externalId]))).toEqual([['created', copy, undefined]]);
			await office.pushOne(kind, given(kind, 'a'));
			expect(office.outlook().items(FOLDERS[kind]).map(({ id }) => id).sort()).toEqual([exchangeId, copy].sort());
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
