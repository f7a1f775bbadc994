/** A series takes several requests: its pattern, the occurrences that are gone, those that differ. What becomes of it when one of them fails, or the worker ends in between. */
import { describe, expect, it } from 'vitest';

import type { AppointmentRecord, Recurrence } from '../../../../src/records/appointment.ts';
import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';
import { rows } from '../../../quick-look.mts';
import { told } from '../../../usual-connector.mts';
import { ANNA } from '../connector-bench.mts';
import { type FaultBench, withBench } from './fault-bench.mts';
import { monday, MOVED, RENAMED, stored, weekly, WHOLE } from './weekly-series.mts';

const HOUR = 3_600_000;

/** What push makes of what: the record as it was pushed before, if it was, and as it is pushed now. */
const WRITES: Array<[name: string, before: Partial<Recurrence> | undefined, after: Partial<Recurrence>, more: Partial<AppointmentRecord>]> = [
	['is created', undefined, WHOLE, {}],
	['gets its exceptions', {}, WHOLE, { location: 'Room 2' }],
	['gets one exception more and loses one', { exceptions: [MOVED] }, { exceptions: [RENAMED], deleted: [monday(3)] }, {}],
	['gets a deleted occurrence back', WHOLE, { exceptions: [MOVED, RENAMED] }, {}],
	['gets another pattern', WHOLE, { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=8', exceptions: [MOVED] }, {}],
	['gets another time', WHOLE, { exceptions: [{ originalStart: '2026-03-16T09:00:00Z', subject: 'Special' }], deleted: ['2026-03-23T09:00:00Z'] }, { start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' }],
];

const ENDS: Array<[name: string, first: FaultEffect | undefined, then: FaultEffect | undefined]> = [
	['the worker ends before Exchange has acted', { effect: 'drop', when: 'before' }, { effect: 'drop', when: 'before' }],
	['the worker ends after Exchange has acted', { effect: 'drop', when: 'acted' }, { effect: 'drop', when: 'before' }],
	['that request alone fails', { effect: 'http', status: 500 }, undefined],
	['the answer to that request alone is lost', { effect: 'drop', when: 'acted' }, undefined],
];

/** From now on the `nth` request fails, and those behind it: answers whether there was one. */
function failingFrom(office: FaultBench, nth: number, first: FaultEffect | undefined, then: FaultEffect | undefined): () => boolean {
	const { faults } = office.control;
	const strike = faults.strike.bind(faults);
	let seen = 0;
	faults.strike = () => {
		seen++;
		const effect = seen < nth ? undefined : seen === nth ? first : then;
		return effect && { effect, name: 'unfinished' };
	};
	return () => {
		faults.strike = strike;
		return seen >= nth;
	};
}

describe('a series of which a request fails', () => {
	const cases = WRITES.flatMap(([write, ...what]) => ENDS.map(([end, ...how]) => [write, end, what, how] as const));

	it.each(rows(cases))('that %s, and %s: whichever request it is, the next push makes it whole, and no poll tells what is unfinished', async (_write, _end, [before, after, more], [first, then]) => {
		await withBench(async (office) => {
			await office.pull();
			for (let nth = 1; ; nth++) {
				const externalId = `s${nth}`;
				const why = `request ${nth}`;
				if (before !== undefined) {
					await office.pushOne('appointment', { externalId, record: weekly(externalId, before) });
					expect(told(await office.pull()), why).toEqual([]);
				}
				const record = weekly(externalId, after, more);
				const healed = failingFrom(office, nth, first, then);
				await office.impatientPush('appointment', [record]);
				const struck = healed();
				await office.startAnew();
				expect(told(await office.pull()), why).toEqual([]);
				office.advance(2 * HOUR);
				expect(told(await office.pull()), why).toEqual([]);
				const outcome = await office.pushOne('appointment', { externalId, record });
				expect(['created', 'updated', 'unchanged'], `${why}: ${outcome.message}`).toContain(outcome.outcome);
				expect(await stored(office, outcome.exchangeId), why).toEqual(record);
				expect(await office.pushOne('appointment', { externalId, record }), why).toMatchObject({ outcome: 'unchanged' });
				expect(office.outlook().items('calendar').filter(({ subject }) => subject === externalId), why).toHaveLength(1);
				expect(told(await office.pull()), why).toEqual([]);
				// What a user changes is told as before.
				office.control.calendar(ANNA).edit(outcome.exchangeId ?? '', { location: 'Theirs' });
				expect(told(await office.pull()), why).toEqual([`updated ${externalId}`]);
				if (!struck) break;
				expect(nth).toBeLessThan(40);
			}
			expect(office.control.outbox()).toEqual([]);
		});
	});
});
