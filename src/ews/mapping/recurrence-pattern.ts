import { type WireNode, elements, integer, text, textsOf } from './wire-node';
import { type XmlElement, element } from './xml-element';

/** EWS `t:DayOfWeekType`, the seven days in the order of RFC 5545's names. */
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number];

/** What a relative pattern counts: one day of the week, any day, working days or days of the weekend. */
export type RelativeDay = Weekday | 'Day' | 'Weekday' | 'WeekendDay';
/** EWS `t:DayOfWeekIndexType`. */
export const INDEXES = ['First', 'Second', 'Third', 'Fourth', 'Last'] as const;
/** The how-manieth. */
export type DayIndex = (typeof INDEXES)[number];

/** EWS `t:MonthNamesType`. */
export const MONTHS = [
	'January',
	'February',
	'March',
	'April',
	'May',
	'June',
	'July',
	'August',
	'September',
	'October',
	'November',
	'December',
] as const;

/** One of the patterns that Exchange has (EWS `t:RecurrencePatternTypes`). Months are 1 to 12. */
export type RecurrencePattern =
	| { type: 'daily'; interval: number }
	| { type: 'weekly'; interval: number; days: Weekday[]; firstDayOfWeek: Weekday }
	| { type: 'absoluteMonthly'; interval: number; dayOfMonth: number }
	| { type: 'relativeMonthly'; interval: number; day: RelativeDay; index: DayIndex }
	| { type: 'absoluteYearly'; month: number; dayOfMonth: number }
	| { type: 'relativeYearly'; month: number; day: RelativeDay; index: DayIndex };

/** From when to when a series goes (EWS `t:RecurrenceRangeTypes`); plain dates, both inclusive. */
export interface RecurrenceRange {
	startDate: string;
	end: { type: 'never' } | { type: 'date'; date: string } | { type: 'count'; count: number };
}

/** A series as Exchange keeps it. */
export interface SeriesPattern {
	pattern: RecurrencePattern;
	range: RecurrenceRange;
}

/** `calendar:Recurrence` as it was read; undefined where it has a pattern that appointments do not have. */
export function seriesPatternOf(recurrence: WireNode | undefined): SeriesPattern | undefined {
	const parts = elements(recurrence);
	const pattern = parts.map(({ name, node }) => patternOf(name, node)).find((found) => found !== undefined);
	const range = parts.map(({ name, node }) => rangeOf(name, node)).find((found) => found !== undefined);
	return pattern === undefined || range === undefined ? undefined : { pattern, range };
}

function patternOf(name: string, node: WireNode): RecurrencePattern | undefined {
	const interval = integer(node, 'Interval') ?? 1;
	const words = daysOf(node);
	const day = relativeDay(words);
	const index = INDEXES.find((known) => known === text(node, 'DayOfWeekIndex')) ?? 'First';
	const month = MONTHS.findIndex((known) => known === text(node, 'Month')) + 1;
	const dayOfMonth = integer(node, 'DayOfMonth') ?? 1;
	switch (name) {
		case 'DailyRecurrence':
			return { type: 'daily', interval };
		case 'WeeklyRecurrence':
			return { type: 'weekly', interval, days: weekdays(words), firstDayOfWeek: weekday(text(node, 'FirstDayOfWeek')) ?? 'Sunday' };
		case 'AbsoluteMonthlyRecurrence':
			return { type: 'absoluteMonthly', interval, dayOfMonth };
		case 'RelativeMonthlyRecurrence':
			return { type: 'relativeMonthly', interval, day, index };
		case 'AbsoluteYearlyRecurrence':
			return { type: 'absoluteYearly', month: Math.max(1, month), dayOfMonth };
		case 'RelativeYearlyRecurrence':
			return { type: 'relativeYearly', month: Math.max(1, month), day, index };
		default:
			return undefined;
	}
}

/** DaysOfWeek is a list with blanks between (xs:list); some servers repeat the element. */
function daysOf(node: WireNode): string[] {
	return textsOf(node, 'DaysOfWeek').flatMap((list) => list.split(/\s+/)).filter((word) => word !== '');
}

function weekday(word: string | undefined): Weekday | undefined {
	return WEEKDAYS.find((known) => known === word);
}

const WORKING_DAYS: readonly Weekday[] = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];
const WEEKEND: readonly Weekday[] = ['Saturday', 'Sunday'];

function weekdays(words: readonly string[]): Weekday[] {
	const chosen = new Set(
		words.flatMap((word): readonly Weekday[] => {
			if (word === 'Day') return WEEKDAYS;
			if (word === 'Weekday') return WORKING_DAYS;
			if (word === 'WeekendDay') return WEEKEND;
			const day = weekday(word);
			return day === undefined ? [] : [day];
		}),
	);
	return WEEKDAYS.filter((day) => chosen.has(day));
}

function relativeDay(words: readonly string[]): RelativeDay {
	const [word] = words;
	if (words.length === 1 && (word === 'Day' || word === 'Weekday' || word === 'WeekendDay')) return word;
	const days = weekdays(words);
	if (days.length === 7) return 'Day';
	if (days.join() === WORKING_DAYS.join()) return 'Weekday';
	if (days.join() === WEEKEND.join()) return 'WeekendDay';
	return days[0] ?? 'Day';
}

function rangeOf(name: string, node: WireNode): RecurrenceRange | undefined {
	const startDate = plainDate(text(node, 'StartDate'));
	switch (name) {
		case 'NoEndRecurrence':
			return { startDate, end: { type: 'never' } };
		case 'EndDateRecurrence':
			return { startDate, end: { type: 'date', date: plainDate(text(node, 'EndDate')) } };
		case 'NumberedRecurrence':
			return { startDate, end: { type: 'count', count: integer(node, 'NumberOfOccurrences') ?? 1 } };
		default:
			return undefined;
	}
}

/** Exchange puts its zone behind dates (`2026-03-02+01:00`, `2026-03-02Z`); the date is meant as it stands. */
function plainDate(value: string | undefined): string {
	return (value ?? '').slice(0, 10);
}

/** `t:Recurrence`. */
export function recurrenceElement({ pattern, range }: SeriesPattern): XmlElement {
	return element('Recurrence', [patternElement(pattern), rangeElement(range)]);
}

function patternElement(pattern: RecurrencePattern): XmlElement {
	const interval = (value: number): XmlElement => element('Interval', String(value));
	const month = (value: number): XmlElement => element('Month', MONTHS[value - 1] ?? 'January');
	switch (pattern.type) {
		case 'daily':
			return element('DailyRecurrence', [interval(pattern.interval)]);
		case 'weekly':
			return element('WeeklyRecurrence', [
				interval(pattern.interval),
				element('DaysOfWeek', pattern.days.join(' ')),
				element('FirstDayOfWeek', pattern.firstDayOfWeek),
			]);
		case 'absoluteMonthly':
			return element('AbsoluteMonthlyRecurrence', [interval(pattern.interval), element('DayOfMonth', String(pattern.dayOfMonth))]);
		case 'relativeMonthly':
			return element('RelativeMonthlyRecurrence', [
				interval(pattern.interval),
				element('DaysOfWeek', pattern.day),
				element('DayOfWeekIndex', pattern.index),
			]);
		case 'absoluteYearly':
			return element('AbsoluteYearlyRecurrence', [element('DayOfMonth', String(pattern.dayOfMonth)), month(pattern.month)]);
		case 'relativeYearly':
			return element('RelativeYearlyRecurrence', [
				element('DaysOfWeek', pattern.day),
				element('DayOfWeekIndex', pattern.index),
				month(pattern.month),
			]);
	}
}

function rangeElement({ startDate, end }: RecurrenceRange): XmlElement {
	const start = element('StartDate', startDate);
	switch (end.type) {
		case 'never':
			return element('NoEndRecurrence', [start]);
		case 'date':
			return element('EndDateRecurrence', [start, element('EndDate', end.date)]);
		case 'count':
			return element('NumberedRecurrence', [start, element('NumberOfOccurrences', String(end.count))]);
	}
}
