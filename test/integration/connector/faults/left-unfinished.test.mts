/** Series of which push had to leave a part: what push, polls, users and the other system make of them. */
import { describe, expect, it } from 'vitest';

import { told } from '../../../usual-connector.mts';
import { appointment } from '../../../sync/records.mts';
import { ANNA, type ConnectorBench, useBenches } from '../connector-bench.mts';
import { type FaultBench, withBench } from './fault-bench.mts';
import { MOVED, RENAMED, stored, weekly, WHOLE } from './weekly-series.mts';

const bench = useBenches();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Exchange refuses the changes of occurrences, of that subject alone if one is given, for as long as it is not healed. */
function refuseOccurrences(office: ConnectorBench, containing = 'OccurrenceItemId'): void {
	office.control.inject({ operation: 'UpdateItem', containing, times: 1_000, do: { effect: 'item', code: 'ErrorOccurrenceCrossingBoundary', indexes: [0] } });
}

/** The worker ends where it would write the occurrences of a series, or write for the `nth` time. */
async function interrupted(office: FaultBench, record: object, nth?: number): Promise<void> {
	const { faults } = office.control;
	const strike = faults.strike.bind(faults);
	let writes = 0;
	let isDead = false;
	faults.strike = ({ operation, request }) => {
		if (operation === 'UpdateItem') writes++;
		isDead ||= nth === undefined ? request.includes('OccurrenceItemId') : writes >= nth;
		return isDead ? { effect: { effect: 'drop', when: 'before' }, name: 'dead' } : undefined;
	};
	expect(await office.impatientPush('appointment', [record])).toMatchObject([{ outcome: 'failed' }]);
	faults.strike = strike;
	await office.startAnew();
}

function itemId(office: ConnectorBench): string {
	const [item] = office.outlook().items('calendar');
	return item?.id ?? '';
}

describe('an occurrence that Exchange refuses', () => {
	it.each([
		['a new series', undefined],
		['a series that was there', weekly('s1')],
	])('%s fails at each push until it is whole; no poll tells it, however late', async (_what, before) => {
		const office = await bench();
		if (before !== undefined) await office.pushOne('appointment', { externalId: 's1', record: before });
		await office.pull();
		refuseOccurrences(office);
		const record = weekly('s1', WHOLE);
		for (let attempt = 0; attempt < 3; attempt++) {
			expect(await office.pushOne('appointment', { externalId: 's1', record })).toMatchObject({ outcome: 'failed', code: 'ErrorOccurrenceCrossingBoundary' });
			expect(told(await office.pull())).toEqual([]);
			office.advance(2 * DAY);
			expect(told(await office.pull())).toEqual([]);
		}
		office.control.heal();
		const { exchangeId, outcome } = await office.pushOne('appointment', { externalId: 's1', record });
		expect([outcome, await stored(office, exchangeId)]).toEqual(['updated', record]);
		expect(await office.pushOne('appointment', { externalId: 's1', record })).toMatchObject({ outcome: 'unchanged' });
		expect(told(await office.pull())).toEqual([]);
		expect(office.outlook().items('calendar')).toHaveLength(1);
	});

	it('what a user makes of what was left is told at once, and is not written over', async () => {
		const office = await bench();
		await office.pull();
		refuseOccurrences(office);
		await office.pushOne('appointment', { externalId: 's1', record: weekly('s1', WHOLE) });
		office.control.heal();
		expect(told(await office.pull())).toEqual([]);
		office.control.calendar(ANNA).edit(itemId(office), { location: 'Theirs' });
		const { events } = await office.pull();
		expect(events.map(({ envelope, record }) => [envelope.event, envelope.externalId, record?.kind === 'appointment' && record.location])).toEqual([['updated', 's1', 'Theirs']]);
		expect(await office.pushOne('appointment', { externalId: 's1', record: weekly('s1', WHOLE) })).toMatchObject({ outcome: 'conflict' });
		// Who has seen it may write over it.
		const merged = weekly('s1', WHOLE, { location: 'Theirs' });
		const { exchangeId, outcome } = await office.pushOne('appointment', { externalId: 's1', changeKey: events[0]?.envelope.changeKey, exchangeId: events[0]?.envelope.exchangeId, record: merged });
		expect([outcome, await stored(office, exchangeId)]).toEqual(['updated', merged]);
	});

	it('series-pattern-changed: of a series whose deleted occurrence could not be brought back a user changes what was left, a single appointment: that is told', async () => {
		const office = await bench();
		await office.pushOne('appointment', { externalId: 's1', record: weekly('s1', WHOLE) });
		await office.pull();
		office.control.inject({ operation: 'UpdateItem', nth: 2, do: { effect: 'item', code: 'ErrorItemCorrupt' } });
		const record = weekly('s1', { exceptions: [MOVED, RENAMED] });
		expect(await office.pushOne('appointment', { externalId: 's1', record })).toMatchObject({ outcome: 'failed' });
		office.control.calendar(ANNA).edit(itemId(office), { location: 'Theirs' });
		const { events, outcomes } = await office.pull();
		expect([events.map(({ envelope, record: seen }) => [envelope.event, seen?.kind === 'appointment' && seen.recurrence]), outcomes]).toEqual([[['updated', undefined]], []]);
		const { exchangeId, outcome } = await office.pushOne('appointment', { externalId: 's1', record }, { conflictPolicy: 'otherSystemWins' });
		expect([outcome, await stored(office, exchangeId)]).toEqual(['updated', record]);
	});

	it('the other system takes what stands there: its record is unchanged, and all is at rest', async () => {
		const office = await bench();
		await office.pull();
		refuseOccurrences(office, 'Special');
		const record = weekly('s1', { exceptions: [RENAMED] });
		await office.pushOne('appointment', { externalId: 's1', record });
		office.control.heal();
		for (let time = 0; time < 2; time++) expect(await office.pushOne('appointment', { externalId: 's1', record: weekly('s1') })).toMatchObject({ outcome: 'unchanged' });
		expect(told(await office.pull())).toEqual([]);
		// The stamp says so: it is not read again.
		office.operations();
		await office.pushOne('appointment', { externalId: 's1', record: weekly('s1') });
		expect(office.operations()).not.toHaveProperty('GetItem');
	});

	it('deleted in the other system, it goes', async () => {
		const office = await bench();
		refuseOccurrences(office);
		await office.pushOne('appointment', { externalId: 's1', record: weekly('s1', WHOLE) });
		office.control.heal();
		expect(await office.delete('appointment', [{ externalId: 's1' }])).toMatchObject([{ outcome: 'deleted' }]);
	});

	it('keeps none of its batch from being written', async () => {
		const office = await bench();
		await office.pull();
		refuseOccurrences(office, 'Special');
		const items = [
			{ externalId: 'single', record: appointment({ key: 'uid-single', subject: 'single' }) },
			{ externalId: 'refused', record: weekly('refused', { exceptions: [RENAMED] }) },
			{ externalId: 'plain', record: weekly('plain') },
		];
		expect((await office.push('appointment', items)).map(({ outcome }) => outcome)).toEqual(['created', 'failed', 'created']);
		office.control.heal();
		expect((await office.push('appointment', items)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'updated', 'unchanged']);
		expect(told(await office.pull())).toEqual([]);
	});
});

describe('occurrences that could not be written for now', () => {
	it('a single appointment beside them is not told as failed', async () => {
		await withBench(async (office) => {
			office.control.inject({ containing: 'OccurrenceItemId', times: 1_000, do: { effect: 'http', status: 503 } });
			const outcomes = await office.impatientPush('appointment', [appointment({ key: 'uid-single', subject: 'single' }), weekly('s1', WHOLE)]);
			expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'failed']);
		});
	});

	it('are made up for by the same push: created, and whole', async () => {
		const office = await bench();
		await office.pull();
		office.control.inject({ operation: 'UpdateItem', containing: 'OccurrenceItemId', do: { effect: 'item', code: 'ErrorIrresolvableConflict', indexes: [0] } });
		const record = weekly('s1', WHOLE);
		const { exchangeId, outcome } = await office.pushOne('appointment', { externalId: 's1', record });
		expect([outcome, await stored(office, exchangeId)]).toEqual(['created', record]);
		expect(told(await office.pull())).toEqual([]);
		expect(await office.pushOne('appointment', { externalId: 's1', record })).toMatchObject({ outcome: 'unchanged' });
	});
});

describe('a series whose worker has ended before it wrote the occurrences', () => {
	it('polls leave it to the next push for a day, and hand over the rest of the folder; then they tell what stands there', async () => {
		await withBench(async (office) => {
			await office.pull();
			const record = weekly('s1', WHOLE);
			await interrupted(office, record);
			const poll = async () => told(await office.pull({ settleMs: 30_000 }));
			await poll();
			for (let hour = 0; hour < 23; hour++) {
				office.advance(HOUR);
				const subject = `At ${hour}`;
				office.control.calendar(ANNA).create({ subject, start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00' });
				const { events, summary } = await office.pull({ settleMs: 30_000 });
				expect([events.map(({ record: seen }) => seen?.subject), summary.moreToCome]).toEqual([[subject], false]);
			}
			office.advance(2 * HOUR);
			const { events } = await office.pull({ settleMs: 30_000 });
			expect(events.map(({ envelope, record: seen }) => [envelope.event, envelope.externalId, seen?.subject])).toEqual([['created', 's1', 's1']]);
			expect(await poll()).toEqual([]);
			// The other system has its own, and pushes that.
			const { exchangeId, outcome } = await office.pushOne('appointment', { externalId: 's1', record });
			expect([outcome, await stored(office, exchangeId)]).toEqual(['updated', record]);
		});
	});

	it('a user who changes it an hour later is heard of at once, and not written over', async () => {
		await withBench(async (office) => {
			await office.pull();
			await interrupted(office, weekly('s1', WHOLE));
			expect(told(await office.pull())).toEqual([]);
			office.advance(2 * HOUR);
			office.control.calendar(ANNA).edit(itemId(office), { location: 'Theirs' });
			expect(told(await office.pull())).toEqual(['created s1']);
			expect(await office.pushOne('appointment', { externalId: 's1', record: weekly('s1', WHOLE) })).toMatchObject({ outcome: 'conflict' });
		});
	});

	it('the other system has changed its record meanwhile: that is written, in full', async () => {
		await withBench(async (office) => {
			await interrupted(office, weekly('s1', WHOLE));
			const record = weekly('s1', { exceptions: [MOVED] }, { location: 'Room 3' });
			const { exchangeId, outcome } = await office.pushOne('appointment', { externalId: 's1', record });
			expect([outcome, await stored(office, exchangeId)]).toEqual(['updated', record]);
		});
	});

	it('deleted in the other system, it goes, and nothing of it was told but that', async () => {
		await withBench(async (office) => {
			await office.pull();
			await interrupted(office, weekly('s1', WHOLE));
			expect(told(await office.pull())).toEqual([]);
			expect(await office.delete('appointment', [{ externalId: 's1' }])).toMatchObject([{ outcome: 'deleted' }]);
			office.advance(2 * DAY);
			// Nobody has heard of it; that it is gone may be told all the same.
			expect((await office.pull()).events.filter(({ envelope }) => envelope.event !== 'deleted')).toEqual([]);
		});
	});

	it('moved by a user into another folder that is watched, it is told there once it is whole', async () => {
		await withBench(async (office) => {
			office.outlook().createFolder('Calendar/Team');
			const watches = { watches: [{ kind: 'appointment' as const, folders: [{ by: 'role' as const, role: 'calendar' as const }], includeSubfolders: true }] };
			await office.pull(watches);
			const record = weekly('s1', WHOLE);
			await interrupted(office, record);
			expect(told(await office.pull(watches))).toEqual([]);
			office.outlook().move(itemId(office), 'Calendar/Team');
			expect((await office.pull(watches)).events.filter(({ envelope }) => envelope.event !== 'deleted')).toEqual([]);
			await office.pushOne('appointment', { externalId: 's1', record });
			expect((await office.pull(watches)).events.map(({ envelope }) => [envelope.event, envelope.externalId])).toEqual([['created', 's1']]);
		});
	});

	it('series-pattern-changed: a pattern that push has written is no change of a user, nor is one that it has taken off to bring a deleted occurrence back', async () => {
		await withBench(async (office) => {
			const before = ['pattern', 'back'].map((externalId) => ({ externalId, record: weekly(externalId, WHOLE) }));
			await office.push('appointment', before);
			expect(told(await office.pull())).toEqual([]);
			const after = [
				{ externalId: 'pattern', record: weekly('pattern', { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=8', exceptions: [MOVED] }) },
				{ externalId: 'back', record: weekly('back', { exceptions: [MOVED, RENAMED] }) },
			];
			await interrupted(office, after[0]!.record);
			// The first write takes the pattern off.
			await interrupted(office, after[1]!.record, 2);
			expect(office.outlook().items('calendar')).toHaveLength(2);
			const { events, outcomes } = await office.pull();
			expect([events, outcomes]).toEqual([[], []]);
			office.advance(2 * DAY);
			const late = await office.pull();
			expect([told(late).sort(), late.outcomes]).toEqual([['updated back', 'updated pattern'], []]);
			const written = await office.push('appointment', after);
			expect(written.map(({ outcome }) => outcome)).toEqual(['updated', 'updated']);
			for (const [index, { exchangeId }] of written.entries()) expect(await stored(office, exchangeId)).toEqual(after[index]!.record);
		});
	});
});

describe('a user who changes a series between the moment push wrote its occurrences and the moment push looks at it', () => {
	it.each([
		['created', undefined],
		['updated', weekly('s1')],
	])('is heard of, and not written over (%s)', async (expected, before) => {
		const office = await bench();
		if (before !== undefined) await office.pushOne('appointment', { externalId: 's1', record: before });
		await office.pull();
		const { faults } = office.control;
		const strike = faults.strike.bind(faults);
		let occurrencesAreWritten = false;
		let reads = 0;
		faults.strike = (subject) => {
			occurrencesAreWritten ||= subject.operation === 'UpdateItem' && subject.request.includes('OccurrenceItemId');
			// The first read is for the change key of the series, the next one for what Exchange made of it.
			if (occurrencesAreWritten && subject.operation === 'GetItem' && ++reads === 2) office.control.calendar(ANNA).edit(itemId(office), { location: 'Theirs' });
			return strike(subject);
		};
		const outcome = await office.pushOne('appointment', { externalId: 's1', record: weekly('s1', WHOLE) });
		faults.strike = strike;
		expect([outcome.outcome, reads > 1]).toEqual([expected, true]);
		const { events } = await office.pull();
		expect(events.map(({ envelope, record }) => [envelope.externalId, record?.kind === 'appointment' && record.location])).toEqual([['s1', 'Theirs']]);
		const next = { externalId: 's1', exchangeId: outcome.exchangeId, changeKey: outcome.changeKey, record: weekly('s1', WHOLE, { location: 'Ours' }) };
		expect(await office.pushOne('appointment', next)).toMatchObject({ outcome: 'conflict' });
	});
});

describe('requests', () => {
	it.each([
		['a single appointment', appointment(), appointment({ location: 'Room 2' }), { CreateItem: 1, FindItem: 2, GetItem: 1 }, { FindItem: 1, GetItem: 2, UpdateItem: 1 }],
		['a series without exceptions', weekly('s1'), weekly('s1', {}, { location: 'Room 2' }), { CreateItem: 1, FindItem: 2, GetItem: 1, UpdateItem: 1 }, { FindItem: 1, GetItem: 2, UpdateItem: 1 }],
		['a series without exceptions, at another time', weekly('s1'), weekly('s1', {}, { start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' }), { CreateItem: 1, FindItem: 2, GetItem: 1, UpdateItem: 1 }, { FindItem: 1, GetItem: 2, UpdateItem: 1 }],
		['a series without exceptions, with another pattern', weekly('s1'), weekly('s1', { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=8' }), { CreateItem: 1, FindItem: 2, GetItem: 1, UpdateItem: 1 }, { FindItem: 1, GetItem: 2, UpdateItem: 2 }],
		['a series whose exceptions stay', weekly('s1', WHOLE), weekly('s1', WHOLE, { location: 'Room 2' }), { CreateItem: 1, DeleteItem: 1, FindItem: 2, GetItem: 3, UpdateItem: 2 }, { FindItem: 1, GetItem: 4, UpdateItem: 1 }],
		// The second write of the item finishes its stamp.
		['a series that gets exceptions', weekly('s1'), weekly('s1', WHOLE), { CreateItem: 1, FindItem: 2, GetItem: 1, UpdateItem: 1 }, { DeleteItem: 1, FindItem: 1, GetItem: 4, UpdateItem: 3 }],
	])('%s: so many, created and updated', async (_what, before, after, created, updated) => {
		const office = await bench();
		// Folders are listed once for each mailbox that is opened.
		const counted = () => Object.fromEntries(Object.entries(office.operations()).filter(([operation]) => !operation.endsWith('Folder')));
		expect((await office.pushOne('appointment', { externalId: 's1', record: before })).outcome).toBe('created');
		expect(counted()).toEqual(created);
		expect((await office.pushOne('appointment', { externalId: 's1', record: after })).outcome).toBe('updated');
		expect(counted()).toEqual(updated);
		expect((await office.pushOne('appointment', { externalId: 's1', record: after })).outcome).toBe('unchanged');
		expect(counted()).toEqual({ FindItem: 1 });
	});
});
