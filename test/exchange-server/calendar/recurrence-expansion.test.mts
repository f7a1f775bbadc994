import fc from 'fast-check';
import rrule from 'rrule';
import { describe, expect, it } from 'vitest';
import { dayNumber, dayFrom, formatDay, MILLISECONDS_PER_DAY, weekdayOf } from './civil-date.mts';
import { lastSlot, normalised, relativeDay, slotAt, slotOn, slots, smallestGapDays } from './recurrence-expansion.mts';
import { checkRecurrence, DAY_INDEXES, MONTHS, WEEKDAYS, type DayKind, type FixedPattern, type Recurrence } from './recurrence-pattern.mts';
import { runs } from '../../quick-look.mts';

const { RRule } = rrule;

function numbered(pattern: FixedPattern, start: string, count: number): Recurrence {
	return { pattern, range: { kind: 'Numbered', startDate: dayFrom(start), count } };
}

function datesOf(recurrence: Recurrence, limit = 50): string[] {
	const found: string[] = [];
	for (const slot of slots(recurrence)) {
		found.push(formatDay(slot.day));
		if (found.length === limit) break;
	}
	return found;
}

describe('expansion of EWS recurrences', () => {
	it('clamps a monthly series on the 31st to the last day of short months', () => {
		expect(datesOf(numbered({ kind: 'AbsoluteMonthly', interval: 1, dayOfMonth: 31 }, '2026-01-31', 4))).toEqual([
			'2026-01-31',
			'2026-02-28',
			'2026-03-31',
			'2026-04-30',
		]);
	});

	it('clamps a yearly series on 29 February to the 28th outside leap years', () => {
		expect(datesOf(numbered({ kind: 'AbsoluteYearly', month: 'February', dayOfMonth: 29 }, '2024-02-29', 5))).toEqual([
			'2024-02-29',
			'2025-02-28',
			'2026-02-28',
			'2027-02-28',
			'2028-02-29',
		]);
	});

	it('counts weekdays, weekend days and plain days in relative patterns', () => {
		expect(formatDay(relativeDay(2026, 5, 'Weekday', 'Last'))).toBe('2026-05-29');
		expect(formatDay(relativeDay(2026, 5, 'WeekendDay', 'First'))).toBe('2026-05-02');
		expect(formatDay(relativeDay(2026, 2, 'Day', 'Last'))).toBe('2026-02-28');
		expect(formatDay(relativeDay(2026, 3, 'Sunday', 'Last'))).toBe('2026-03-29');
	});

	it('takes the first day of the week into account every second week', () => {
		const pattern = { kind: 'Weekly', interval: 2, daysOfWeek: ['Sunday', 'Monday'] } as const;
		const make = (firstDayOfWeek: 'Sunday' | 'Monday'): string[] =>
			datesOf(numbered({ ...pattern, daysOfWeek: [...pattern.daysOfWeek], firstDayOfWeek }, '2026-03-02', 4));
		expect(make('Monday')).toEqual(['2026-03-02', '2026-03-08', '2026-03-16', '2026-03-22']);
		expect(make('Sunday')).toEqual(['2026-03-02', '2026-03-15', '2026-03-16', '2026-03-29']);
	});

	it('starts the range on the first occurrence', () => {
		const asked = numbered({ kind: 'Weekly', interval: 1, daysOfWeek: ['Friday'], firstDayOfWeek: 'Monday' }, '2026-03-03', 2);
		expect(normalised(asked).range).toEqual({ kind: 'Numbered', startDate: dayFrom('2026-03-06'), count: 2 });
	});

	it('refuses a range without an occurrence', () => {
		const asked: Recurrence = {
			pattern: { kind: 'AbsoluteMonthly', interval: 1, dayOfMonth: 20 },
			range: { kind: 'EndDate', startDate: dayFrom('2026-03-21'), endDate: dayFrom('2026-04-19') },
		};
		expect(() => normalised(asked)).toThrow(expect.objectContaining({ code: 'ErrorRecurrenceHasNoOccurrence' }));
	});

	it('finds slots by index and by date, and the last of a range', () => {
		const series = numbered({ kind: 'Daily', interval: 3 }, '2026-03-01', 5);
		expect(slotAt(series, 2)).toEqual({ index: 2, day: dayFrom('2026-03-04') });
		expect(slotAt(series, 6)).toBeUndefined();
		expect(slotAt(series, 0)).toBeUndefined();
		expect(slotOn(series, dayFrom('2026-03-07'))).toEqual({ index: 3, day: dayFrom('2026-03-07') });
		expect(slotOn(series, dayFrom('2026-03-08'))).toBeUndefined();
		expect(lastSlot(series)).toEqual({ index: 5, day: dayFrom('2026-03-13') });
		expect(smallestGapDays(series)).toBe(3);
	});

	it('ends by itself in the year 4500', () => {
		const forever: Recurrence = {
			pattern: { kind: 'AbsoluteYearly', month: 'January', dayOfMonth: 1 },
			range: { kind: 'NoEnd', startDate: dayFrom('2026-01-01') },
		};
		expect([...slots(forever)].at(-1)?.day).toBe(dayNumber(4500, 1, 1));
	});

	it.each([
		[{ kind: 'Daily', interval: 0 }, 'ErrorCalendarInvalidRecurrence'],
		[{ kind: 'Weekly', interval: 1, daysOfWeek: [], firstDayOfWeek: 'Sunday' }, 'ErrorCalendarInvalidDayForWeeklyRecurrence'],
		[{ kind: 'AbsoluteMonthly', interval: 1, dayOfMonth: 32 }, 'ErrorCalendarInvalidRecurrence'],
	] as [FixedPattern, string][])('refuses %j', (pattern, code) => {
		expect(() => checkRecurrence(numbered(pattern, '2026-01-01', 1))).toThrow(expect.objectContaining({ code }));
	});

	it('gives the dates that the rrule library gives', () => {
		const weekday = fc.constantFrom(...WEEKDAYS);
		const dayKind = fc.constantFrom<DayKind>(...WEEKDAYS, 'Day', 'Weekday', 'WeekendDay');
		const index = fc.constantFrom(...DAY_INDEXES);
		const month = fc.constantFrom(...MONTHS);
		const pattern = fc.oneof<fc.Arbitrary<FixedPattern>[]>(
			fc.record({ kind: fc.constant('Daily'), interval: fc.integer({ min: 1, max: 40 }) }),
			fc.record({
				kind: fc.constant('Weekly'),
				interval: fc.integer({ min: 1, max: 5 }),
				daysOfWeek: fc.uniqueArray(weekday, { minLength: 1 }),
				firstDayOfWeek: weekday,
			}),
			fc.record({ kind: fc.constant('AbsoluteMonthly'), interval: fc.integer({ min: 1, max: 13 }), dayOfMonth: fc.integer({ min: 1, max: 28 }) }),
			fc.record({ kind: fc.constant('RelativeMonthly'), interval: fc.integer({ min: 1, max: 13 }), dayOfWeek: dayKind, dayIndex: index }),
			fc.record({ kind: fc.constant('AbsoluteYearly'), month, dayOfMonth: fc.integer({ min: 1, max: 28 }) }),
			fc.record({ kind: fc.constant('RelativeYearly'), month, dayOfWeek: dayKind, dayIndex: index }),
		);
		fc.assert(
			fc.property(pattern, fc.integer({ min: dayFrom('2020-01-01'), max: dayFrom('2030-12-31') }), (asked, start) => {
				const dtstart = new Date(start * MILLISECONDS_PER_DAY);
				const dates = new RRule({ ...ruleOptions(asked), dtstart, count: 20 }).all().map((date) => date.toISOString().slice(0, 10));
				expect(datesOf({ pattern: asked, range: { kind: 'NoEnd', startDate: start } }, 20)).toEqual(dates);
				expect(weekdayOf(start)).toBe(dtstart.getUTCDay());
			}),
			{ numRuns: runs(400) },
		);
	});
});

/** Monday first, as rrule counts. */
function ruleDay(name: string): number {
	return (WEEKDAYS.indexOf(name as (typeof WEEKDAYS)[number]) + 6) % 7;
}

function ruleDays(kind: DayKind): number[] {
	if (kind === 'Day') return [0, 1, 2, 3, 4, 5, 6];
	if (kind === 'Weekday') return [0, 1, 2, 3, 4];
	return kind === 'WeekendDay' ? [5, 6] : [ruleDay(kind)];
}

function ruleOptions(pattern: FixedPattern): Partial<ConstructorParameters<typeof RRule>[0]> {
	const position = (index: (typeof DAY_INDEXES)[number]): number => (index === 'Last' ? -1 : DAY_INDEXES.indexOf(index) + 1);
	switch (pattern.kind) {
		case 'Daily':
			return { freq: RRule.DAILY, interval: pattern.interval };
		case 'Weekly':
			return { freq: RRule.WEEKLY, interval: pattern.interval, byweekday: pattern.daysOfWeek.map(ruleDay), wkst: ruleDay(pattern.firstDayOfWeek) };
		case 'AbsoluteMonthly':
			return { freq: RRule.MONTHLY, interval: pattern.interval, bymonthday: [pattern.dayOfMonth] };
		case 'RelativeMonthly':
			return { freq: RRule.MONTHLY, interval: pattern.interval, byweekday: ruleDays(pattern.dayOfWeek), bysetpos: [position(pattern.dayIndex)] };
		case 'AbsoluteYearly':
			return { freq: RRule.YEARLY, bymonth: [MONTHS.indexOf(pattern.month) + 1], bymonthday: [pattern.dayOfMonth] };
		case 'RelativeYearly':
			return {
				freq: RRule.YEARLY,
				bymonth: [MONTHS.indexOf(pattern.month) + 1],
				byweekday: ruleDays(pattern.dayOfWeek),
				bysetpos: [position(pattern.dayIndex)],
			};
	}
}
