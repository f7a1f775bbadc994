/** A series that is excluded from push stays so, whatever becomes of it in Exchange, until the operator has it synced again. */
import { describe, expect, it } from 'vitest';

import type { AppointmentRecord } from '../../src/records/appointment.ts';
import { parseStamp } from '../../src/sync/stamp.ts';
import type { Outcome } from '../../src/sync/outcome.ts';
import type { PushOptions } from '../../src/sync/push/push-types.ts';
import { series } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const WEEKLY = { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=10', exceptions: [], deleted: [] };
const DAILY = { rrule: 'FREQ=DAILY;COUNT=30', exceptions: [], deleted: [] };

/** A series that was pushed, and what both sides make of it. */
async function pushedSeries(recurrence: AppointmentRecord['recurrence'] = WEEKLY) {
	const bench = new SyncBench();
	await bench.push('appointment', [{ externalId: '1', record: { ...series({ recurrence }) } }]);
	await bench.pull();
	const item = () => {
		const [found] = bench.mailbox.itemsIn('calendar');
		if (found === undefined) throw new Error('the series is gone');
		return found;
	};
	return {
		bench,
		item,
		inExchange: (change: Partial<AppointmentRecord>) => void bench.mailbox.change(item().id, ({ record }) => Object.assign(record, change)),
		push: async (change: Partial<AppointmentRecord>, options: Partial<PushOptions> = {}, more: { changeKey?: string } = {}): Promise<Outcome | undefined> =>
			(await bench.push('appointment', [{ externalId: '1', record: { ...series({ recurrence, ...change }) }, ...more }], options))[0],
		excluded: () => parseStamp(item().stamp)?.excluded,
	};
}

/** Exceptions of the first `count` days of a daily series. */
function exceptions(count: number): NonNullable<AppointmentRecord['recurrence']> {
	const [first] = series().start.split('T');
	const day = (n: number): string => `${new Date(Date.parse(`${first}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10)}T${series().start.split('T')[1]}`;
	return { ...DAILY, exceptions: Array.from({ length: count }, (_, n) => ({ originalStart: day(n), subject: `Other ${n}` })) };
}

describe('a series that is excluded from push', () => {
	it('series-pattern-changed: stays so when the pattern is changed back in Exchange', async () => {
		const { inExchange, push, item, excluded } = await pushedSeries();
		inExchange({ recurrence: DAILY });
		const first = await push({ subject: 'Of the other' });
		expect(first).toMatchObject({ outcome: 'skipped', rule: 'series-pattern-changed', message: expect.stringMatching(/changed in Exchange; switch on "Clear Exclusions of Series" in Sync .*\.$/) });
		expect(excluded()).toBe('series-pattern-changed');
		inExchange({ recurrence: WEEKLY });
		expect(await push({ subject: 'Of the other' })).toMatchObject({ outcome: 'skipped', rule: 'series-pattern-changed' });
		expect(item().record.subject).toBe('Jour fixe');
	});

	it('series-too-many-exceptions: stays so when exceptions are taken back in Exchange', async () => {
		const { inExchange, push, excluded } = await pushedSeries(DAILY);
		inExchange({ recurrence: exceptions(21) });
		expect(await push({ subject: 'Of the other' })).toMatchObject({ outcome: 'skipped', rule: 'series-too-many-exceptions' });
		inExchange({ recurrence: exceptions(1) });
		expect(await push({ subject: 'Of the other' })).toMatchObject({ outcome: 'skipped', rule: 'series-too-many-exceptions' });
		expect(excluded()).toBe('series-too-many-exceptions');
	});

	it('series-too-many-exceptions: 20 are pushed over', async () => {
		const { inExchange, push } = await pushedSeries(DAILY);
		inExchange({ recurrence: exceptions(20) });
		expect(await push({ subject: 'Of the other' }, { conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
	});

	it('is noted once, and the note is told to nobody', async () => {
		const { bench, inExchange, push, item } = await pushedSeries();
		inExchange({ recurrence: DAILY });
		await bench.pull();
		await push({ subject: 'Of the other' });
		const { changeKey } = item();
		await push({ subject: 'Of the other' });
		await push({ subject: 'Of the other, again' });
		expect(item().changeKey).toBe(changeKey);
		const { events, outcomes } = await bench.pull();
		expect([events, outcomes]).toEqual([[], []]);
	});

	it('stays so where both sides come to say the same', async () => {
		const { inExchange, push, excluded } = await pushedSeries();
		inExchange({ recurrence: DAILY });
		await push({ subject: 'Of the other' });
		inExchange({ recurrence: WEEKLY, subject: 'The same' });
		expect(await push({ subject: 'The same' })).toMatchObject({ outcome: 'unchanged' });
		expect(excluded()).toBe('series-pattern-changed');
		expect(await push({ subject: 'Next' })).toMatchObject({ outcome: 'skipped' });
	});

	it('is left out also where that cannot be noted', async () => {
		const { bench, inExchange, push } = await pushedSeries();
		inExchange({ recurrence: DAILY });
		const { fault } = await import('./memory-mailbox.mts');
		bench.mailbox.restamp = async (_kind, items) => items.map(() => ({ ok: false, fault: fault({ reason: 'accessDenied', scope: 'item', message: 'no' }) }));
		expect(await push({ subject: 'Of the other' })).toMatchObject({ outcome: 'skipped', rule: 'series-pattern-changed' });
	});
});

describe('Clear Exclusions of Series', () => {
	const CLEAR = { clearExclusions: true };

	async function excludedSeries() {
		const all = await pushedSeries();
		all.inExchange({ recurrence: DAILY });
		expect(await all.push({ subject: 'Of the other' })).toMatchObject({ outcome: 'skipped' });
		return all;
	}

	it('has it synced again: both sides have changed, and the policy says who wins', async () => {
		const { push, item, excluded } = await excludedSeries();
		expect(await push({ subject: 'Of the other' }, { ...CLEAR, conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
		expect([item().record.subject, excluded()]).toEqual(['Of the other', undefined]);
		expect(await push({ subject: 'Next' })).toMatchObject({ outcome: 'updated' });
	});

	it('where Exchange wins: its pattern is the one that counts from then on', async () => {
		const { push, item, excluded, inExchange } = await excludedSeries();
		const conflict = await push({ subject: 'Of the other' }, CLEAR);
		expect(conflict).toMatchObject({ outcome: 'conflict', changeKey: item().changeKey });
		expect([item().record.subject, excluded()]).toEqual(['Jour fixe', undefined]);
		expect(await push({ subject: 'Mine', recurrence: DAILY }, {}, { changeKey: item().changeKey })).toMatchObject({ outcome: 'updated' });
		inExchange({ recurrence: WEEKLY });
		expect(await push({ subject: 'Theirs', recurrence: DAILY })).toMatchObject({ outcome: 'skipped', rule: 'series-pattern-changed' });
	});

	it('of a record that has not changed: it is as it was, and excluded no longer', async () => {
		const { push, item, excluded } = await excludedSeries();
		expect(await push({}, CLEAR)).toMatchObject({ outcome: 'unchanged', changeKey: item().changeKey });
		expect(excluded()).toBeUndefined();
		expect(await push({ subject: 'Next', recurrence: DAILY }, { conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
	});

	it('of a series whose pattern was changed and not pushed since: it is none', async () => {
		const { push, inExchange, item } = await pushedSeries();
		inExchange({ recurrence: DAILY });
		expect(await push({ subject: 'Of the other' }, CLEAR)).toMatchObject({ outcome: 'conflict' });
		expect(await push({ subject: 'Of the other' }, {}, { changeKey: item().changeKey })).toMatchObject({ outcome: 'updated' });
	});

	it('of a series that has too many exceptions still: it stays excluded', async () => {
		const { push, inExchange, excluded } = await pushedSeries(DAILY);
		inExchange({ recurrence: exceptions(21) });
		await push({ subject: 'Of the other' });
		expect(await push({ subject: 'Of the other' }, CLEAR)).toMatchObject({ outcome: 'skipped', rule: 'series-too-many-exceptions' });
		expect(excluded()).toBe('series-too-many-exceptions');
	});

	it('of one that is not excluded: writes nothing', async () => {
		const { push, item } = await pushedSeries();
		const { changeKey } = item();
		expect(await push({}, CLEAR)).toMatchObject({ outcome: 'unchanged' });
		expect(item().changeKey).toBe(changeKey);
	});
});
