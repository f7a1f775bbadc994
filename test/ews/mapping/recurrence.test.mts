import fc from 'fast-check';
import { RRule } from 'rrule';
import { describe, expect, it } from 'vitest';

import { matchesPattern } from '../../../src/ews/mapping/recurrence-match.ts';
import {
	INDEXES,
	type RecurrencePattern,
	type SeriesPattern,
	WEEKDAYS,
	recurrenceElement,
	seriesPatternOf,
} from '../../../src/ews/mapping/recurrence-pattern.ts';
import { patternFingerprint } from '../../../src/ews/mapping/pattern-fingerprint.ts';
import { recurrencePatternOf, rruleOf } from '../../../src/ews/mapping/rrule.ts';
import { child } from '../../../src/ews/mapping/wire-node.ts';
import { RecordError } from '../../../src/records/record-error.ts';
import { echoed } from './wire.mts';
import { runs } from '../../quick-look.mts';

const day = fc.constantFrom(...WEEKDAYS);
const relativeDay = fc.constantFrom(...WEEKDAYS, 'Day' as const, 'Weekday' as const, 'WeekendDay' as const);
const index = fc.constantFrom(...INDEXES);
const interval = fc.integer({ min: 1, max: 99 });
const month = fc.integer({ min: 1, max: 12 });
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const pattern: fc.Arbitrary<RecurrencePattern> = fc.oneof(
	fc.record({ type: fc.constant('daily' as const), interval: fc.integer({ min: 1, max: 999 }) }),
	fc.record({ type: fc.constant('weekly' as const), interval, days: fc.uniqueArray(day, { minLength: 1 }), firstDayOfWeek: day }),
	fc.record({ type: fc.constant('absoluteMonthly' as const), interval, dayOfMonth: fc.integer({ min: 1, max: 31 }) }),
	fc.record({ type: fc.constant('relativeMonthly' as const), interval, day: relativeDay, index }),
	month.chain((value) =>
		fc.record({ type: fc.constant('absoluteYearly' as const), month: fc.constant(value), dayOfMonth: fc.integer({ min: 1, max: LENGTHS[value - 1] ?? 28 }) }),
	),
	fc.record({ type: fc.constant('relativeYearly' as const), month, day: relativeDay, index }),
);

/** The first day from the beginning of 2026 on that a pattern has. */
function firstDay(of: RecurrencePattern, from: number): string {
	for (let offset = from; ; offset++) {
		const date = new Date(Date.UTC(2026, 0, 1 + offset)).toISOString().slice(0, 10);
		if (matchesPattern(of, date)) return date;
	}
}

const series: fc.Arbitrary<SeriesPattern> = fc
	.record({ pattern, from: fc.integer({ min: 0, max: 800 }), end: fc.constantFrom('never' as const, 'date' as const, 'count' as const), length: fc.integer({ min: 1, max: 400 }) })
	.map(({ pattern: chosen, from, end, length }) => {
		const startDate = firstDay(chosen, from);
		const until = new Date(Date.parse(`${startDate}T00:00:00Z`) + length * 86_400_000).toISOString().slice(0, 10);
		return {
			pattern: chosen,
			range: { startDate, end: end === 'never' ? { type: 'never' } : end === 'date' ? { type: 'date', date: until } : { type: 'count', count: length } },
		};
	});

describe('recurrence patterns', () => {
	it('come back from the wire as they were written', () => {
		fc.assert(
			fc.property(series, (written) => {
				const read = seriesPatternOf(child(echoed([recurrenceElement(written)]), 'Recurrence'));
				const days = written.pattern.type === 'weekly' ? { days: WEEKDAYS.filter((each) => written.pattern.type === 'weekly' && written.pattern.days.includes(each)) } : {};
				expect(read).toEqual({ ...written, pattern: { ...written.pattern, ...days } });
			}),
		);
	});

	it('have one spelling as RFC 5545 rule, which means the same pattern', () => {
		fc.assert(
			fc.property(series, (written) => {
				const rule = rruleOf(written);
				const read = recurrencePatternOf(rule, written.range.startDate, 'UTC');
				expect(rruleOf(read)).toBe(rule);
				expect(read.range).toEqual(written.range);
			}),
		);
	});

	it('have the days that the rule has, as an independent library counts them', () => {
		fc.assert(
			fc.property(series, (written) => {
				const options = RRule.parseString(rruleOf({ ...written, range: { ...written.range, end: { type: 'never' } } }));
				const start = new Date(`${written.range.startDate}T00:00:00Z`);
				const days = new RRule({ ...options, dtstart: start, count: 12 }).all().map((date) => date.toISOString().slice(0, 10));
				expect(days[0]).toBe(written.range.startDate);
				expect(days.filter((date) => !matchesPattern(written.pattern, date))).toEqual([]);
			}),
			{ numRuns: runs(60) },
		);
	});

	it.each([
		['FREQ=MONTHLY;BYMONTHDAY=-1', '2026-01-31', { type: 'relativeMonthly', interval: 1, day: 'Day', index: 'Last' }],
		['FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1', '2026-01-31', { type: 'relativeMonthly', interval: 1, day: 'Day', index: 'Last' }],
		['FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1', '2026-01-30', { type: 'absoluteMonthly', interval: 1, dayOfMonth: 30 }],
		['FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2', '2026-03-10', { type: 'relativeMonthly', interval: 1, day: 'Tuesday', index: 'Second' }],
		['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', '2026-03-10', { type: 'weekly', interval: 1, days: WEEKDAYS.slice(0, 5), firstDayOfWeek: 'Monday' }],
		['RRULE:FREQ=WEEKLY', '2026-03-10', { type: 'weekly', interval: 1, days: ['Tuesday'], firstDayOfWeek: 'Monday' }],
		['FREQ=YEARLY', '2026-03-10', { type: 'absoluteYearly', month: 3, dayOfMonth: 10 }],
		['FREQ=YEARLY;INTERVAL=3', '2026-03-10', { type: 'absoluteMonthly', interval: 36, dayOfMonth: 10 }],
	])('%s is the pattern that Exchange has for it', (rule, start, expected) => {
		expect(recurrencePatternOf(rule, start, 'UTC').pattern).toEqual(expected);
	});

	it.each([
		['FREQ=HOURLY', '2026-03-02'],
		['FREQ=DAILY;BYHOUR=9', '2026-03-02'],
		['FREQ=DAILY;BYDAY=MO;INTERVAL=2', '2026-03-02'],
		['FREQ=WEEKLY;BYDAY=1MO', '2026-03-02'],
		['FREQ=MONTHLY;BYDAY=1MO,3MO', '2026-03-02'],
		['FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1', '2026-03-02'],
		['FREQ=MONTHLY;BYMONTHDAY=1,15', '2026-03-01'],
		['FREQ=MONTHLY;BYMONTHDAY=31', '2026-03-31'],
		['FREQ=MONTHLY', '2026-03-31'],
		['FREQ=MONTHLY;BYMONTHDAY=-2', '2026-03-30'],
		['FREQ=MONTHLY;BYDAY=5MO', '2026-03-30'],
		['FREQ=YEARLY;BYMONTH=3,6', '2026-03-02'],
		['FREQ=YEARLY;BYDAY=20MO', '2026-03-02'],
		['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2028-02-29'],
		['FREQ=YEARLY;INTERVAL=2;BYMONTH=4;BYMONTHDAY=1', '2026-03-01'],
		['FREQ=YEARLY;BYWEEKNO=10', '2026-03-02'],
		['FREQ=DAILY;INTERVAL=0', '2026-03-02'],
		['FREQ=DAILY;INTERVAL=1000', '2026-03-02'],
		['FREQ=DAILY;COUNT=0', '2026-03-02'],
		['FREQ=DAILY;COUNT=5;UNTIL=20260401', '2026-03-02'],
		['FREQ=DAILY;UNTIL=20260301', '2026-03-02'],
		['FREQ=DAILY;UNTIL=soon', '2026-03-02'],
		['FREQ=DAILY;FREQ=WEEKLY', '2026-03-02'],
		['FREQ=WEEKLY;BYDAY=TU', '2026-03-02'],
		['INTERVAL=2', '2026-03-02'],
		['', '2026-03-02'],
		['nonsense', '2026-03-02'],
	])('%s from %s is refused, and says why', (rule, start) => {
		const refusal = (): unknown => recurrencePatternOf(rule, start, 'UTC');
		expect(refusal).toThrow(RecordError);
		expect(refusal).toThrow(/^Field "recurrence\.rrule" is .* but must be a (?:\w+ )?rule/);
	});

	it('a rule is read in days of its zone', () => {
		expect(recurrencePatternOf('FREQ=WEEKLY', '2026-03-01T20:00:00Z', 'Pacific/Auckland')).toEqual({
			pattern: { type: 'weekly', interval: 1, days: ['Monday'], firstDayOfWeek: 'Monday' },
			range: { startDate: '2026-03-02', end: { type: 'never' } },
		});
		expect(recurrencePatternOf('FREQ=DAILY;UNTIL=20260310T200000Z', '2026-03-01T20:00:00Z', 'Pacific/Auckland').range.end).toEqual({ type: 'date', date: '2026-03-11' });
	});
});

describe('series-pattern-changed: the fingerprint of a series', () => {
	const weekly = (fields: Partial<Extract<RecurrencePattern, { type: 'weekly' }>> = {}): SeriesPattern => ({
		pattern: { type: 'weekly', interval: 2, days: ['Wednesday', 'Monday'], firstDayOfWeek: 'Monday', ...fields },
		range: { startDate: '2026-03-02', end: { type: 'never' } },
	});

	it('does not see the zone that Exchange puts behind dates, nor the order of days', () => {
		const xml = (suffix: string): string =>
			patternFingerprint(
				seriesPatternOf({
					WeeklyRecurrence: { Interval: '2', DaysOfWeek: 'Monday Wednesday', FirstDayOfWeek: 'Monday' },
					EndDateRecurrence: { StartDate: `2026-03-02${suffix}`, EndDate: `2026-12-02${suffix}` },
				})!,
			);
		expect(new Set(['', 'Z', '+01:00', '+02:00', '-04:00'].map(xml)).size).toBe(1);
		expect(patternFingerprint(weekly())).toBe(patternFingerprint(weekly({ days: ['Monday', 'Wednesday'] })));
	});

	it('counts the first day of the week only where weeks are left out', () => {
		expect(patternFingerprint(weekly({ firstDayOfWeek: 'Sunday' }))).not.toBe(patternFingerprint(weekly()));
		expect(patternFingerprint(weekly({ interval: 1, firstDayOfWeek: 'Sunday' }))).toBe(patternFingerprint(weekly({ interval: 1 })));
	});

	it('is that of the rule which a record has for it: who writes that back has changed nothing', () => {
		const rewritten = (one: SeriesPattern): SeriesPattern | undefined => {
			try {
				return recurrencePatternOf(rruleOf(one), one.range.startDate, 'UTC');
			} catch {
				return undefined;
			}
		};
		const on = (found: RecurrencePattern): SeriesPattern => ({ pattern: found, range: { startDate: '2026-03-31', end: { type: 'count', count: 9 } } });
		const odd: RecurrencePattern[] = [
			{ type: 'weekly', interval: 2, days: ['Tuesday'], firstDayOfWeek: 'Sunday' },
			{ type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 },
			{ type: 'absoluteMonthly', interval: 12, dayOfMonth: 31 },
			{ type: 'relativeMonthly', interval: 12, day: 'Tuesday', index: 'Last' },
		];
		for (const one of odd) expect(patternFingerprint(rewritten(on(one))!)).toBe(patternFingerprint(on(one)));
		fc.assert(
			fc.property(series, (one) => {
				const again = rewritten(one);
				fc.pre(again !== undefined);
				expect(patternFingerprint(again!)).toBe(patternFingerprint(one));
			}),
		);
	});

	it('a day that the month never has is its last one', () => {
		const april: SeriesPattern = { pattern: { type: 'absoluteYearly', month: 4, dayOfMonth: 31 }, range: { startDate: '2026-04-30', end: { type: 'never' } } };
		expect(rruleOf(april)).toBe('FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=-1');
		expect(recurrencePatternOf(rruleOf(april), '2026-04-30', 'UTC').pattern).toEqual({ type: 'relativeYearly', month: 4, day: 'Day', index: 'Last' });
	});

	it('differs wherever pattern or range differ', () => {
		fc.assert(
			fc.property(series, series, (one, other) => {
				fc.pre(rruleOf(one) !== rruleOf(other) || one.range.startDate !== other.range.startDate);
				expect(patternFingerprint(one)).not.toBe(patternFingerprint(other));
			}),
		);
	});
});
