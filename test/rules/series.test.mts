import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../src/records/checked-record.ts';
import type { AppointmentFacts } from '../../src/rules/facts.ts';
import { type RememberedSeries, seriesVerdict } from '../../src/rules/series.ts';

const RECORD = checkedRecord('appointment', { subject: 'Standup', start: '2026-03-02T09:00', end: '2026-03-02T09:15', recurrence: 'FREQ=DAILY' }, { timeZone: 'Europe/Zurich', now: 0 });

function facts(pattern: string, exceptionCount = 0): AppointmentFacts {
	return { kind: 'appointment', isMeeting: false, isOrganizer: true, isSeries: pattern !== '', exceptionCount, pattern };
}

describe('series-pattern-changed', () => {
	it('series-pattern-changed: a series that is seen for the first time is synced and its pattern remembered', () => {
		expect(seriesVerdict(RECORD, facts('daily'), undefined, undefined)).toEqual({ verdict: { sync: true }, remember: { pattern: 'daily' }, reportNow: false });
	});

	it('series-pattern-changed: an unchanged pattern stays synced', () => {
		expect(seriesVerdict(RECORD, facts('daily', 3), { pattern: 'daily' }, undefined).verdict).toEqual({ sync: true });
	});

	it('series-pattern-changed: another pattern excludes the series and is reported', () => {
		expect(seriesVerdict(RECORD, facts('weekly'), { pattern: 'daily' }, undefined)).toEqual({
			verdict: { sync: false, rule: 'series-pattern-changed', message: expect.stringMatching(/^Series "Standup" .* changed in Exchange; .*\.$/) },
			remember: { pattern: 'weekly', excluded: 'series-pattern-changed' },
			reportNow: true,
		});
	});

	it('series-pattern-changed: the exclusion sticks when the pattern is changed back, and is not reported again', () => {
		const first = seriesVerdict(RECORD, facts('weekly'), { pattern: 'daily' }, undefined);
		const second = seriesVerdict(RECORD, facts('daily'), first.remember, 'daily');
		expect(second).toMatchObject({ verdict: { sync: false, rule: 'series-pattern-changed' }, remember: { excluded: 'series-pattern-changed' }, reportNow: false });
	});

	it('series-pattern-changed: the operator lifts it by forgetting the exclusion', () => {
		const { pattern } = seriesVerdict(RECORD, facts('weekly'), { pattern: 'daily' }, undefined).remember;
		expect(seriesVerdict(RECORD, facts('weekly'), { pattern }, undefined).verdict).toEqual({ sync: true });
		expect(seriesVerdict(RECORD, facts('weekly'), undefined, undefined).verdict).toEqual({ sync: true });
	});

	it('series-pattern-changed: a pattern that we wrote ourselves excludes nothing', () => {
		expect(seriesVerdict(RECORD, facts('weekly'), { pattern: 'daily' }, 'weekly')).toEqual({ verdict: { sync: true }, remember: { pattern: 'weekly' }, reportNow: false });
		expect(seriesVerdict(RECORD, facts('monthly'), { pattern: 'daily' }, 'weekly').reportNow).toBe(true);
	});

	it('series-pattern-changed: a series that is seen for the first time is held to the pattern that we wrote, and after an exclusion was lifted to none', () => {
		expect(seriesVerdict(RECORD, facts('weekly'), undefined, 'weekly').verdict).toEqual({ sync: true });
		expect(seriesVerdict(RECORD, facts('weekly'), undefined, 'daily')).toMatchObject({ verdict: { rule: 'series-pattern-changed' }, reportNow: true });
		expect(seriesVerdict(RECORD, facts('weekly'), { pattern: '' }, 'daily')).toMatchObject({ verdict: { sync: true }, remember: { pattern: 'weekly' } });
	});

	it('series-pattern-changed: a series made a single appointment by an old client has changed its pattern', () => {
		expect(seriesVerdict(RECORD, facts(''), { pattern: 'daily' }, undefined)).toMatchObject({ verdict: { rule: 'series-pattern-changed' }, reportNow: true });
	});

	it('series-pattern-changed: a single appointment made a series is a new series', () => {
		expect(seriesVerdict(RECORD, facts('daily'), { pattern: '' }, undefined)).toMatchObject({ verdict: { sync: true }, remember: { pattern: 'daily' } });
	});
});

describe('series-too-many-exceptions', () => {
	it('series-too-many-exceptions: 20 are synced, 21 exclude the series, once reported', () => {
		expect(seriesVerdict(RECORD, facts('daily', 20), { pattern: 'daily' }, undefined).verdict).toEqual({ sync: true });
		const excluded = seriesVerdict(RECORD, facts('daily', 21), { pattern: 'daily' }, undefined);
		expect(excluded).toMatchObject({ verdict: { sync: false, rule: 'series-too-many-exceptions' }, remember: { pattern: 'daily', excluded: 'series-too-many-exceptions' }, reportNow: true });
		expect(seriesVerdict(RECORD, facts('daily', 2), excluded.remember, undefined)).toMatchObject({ verdict: { rule: 'series-too-many-exceptions' }, reportNow: false });
	});

	it('series-too-many-exceptions: also for a series that is seen for the first time', () => {
		expect(seriesVerdict(RECORD, facts('daily', 21), undefined, undefined).reportNow).toBe(true);
	});
});

describe('the exclusions series-pattern-changed and series-too-many-exceptions together', () => {
	it('exclude a series at most once in any history, for good, and report it exactly then', () => {
		const step = fc.record({ pattern: fc.constantFrom('a', 'b', 'c'), exceptions: fc.nat(25), own: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }) });
		fc.assert(
			fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (history) => {
				let remembered: RememberedSeries | undefined;
				let reports = 0;
				for (const { pattern, exceptions, own } of history) {
					const before: RememberedSeries | undefined = remembered;
					const result = seriesVerdict(RECORD, facts(pattern, exceptions), remembered, own);
					remembered = result.remember;
					if (result.reportNow) reports += 1;
					expect(result.verdict.sync).toBe(remembered.excluded === undefined);
					expect(result.reportNow).toBe(before?.excluded === undefined && remembered.excluded !== undefined);
					if (before?.excluded !== undefined) expect(remembered.excluded).toBe(before.excluded);
				}
				expect(reports).toBe(remembered?.excluded === undefined ? 0 : 1);
			}),
		);
	});
});
