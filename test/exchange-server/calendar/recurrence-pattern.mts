import { dayFrom, dayNumber, type DayNumber } from './civil-date.mts';

/** Days as EWS names them, Sunday first, so that the index is the weekday number. */
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
/** What a relative pattern counts: a weekday, any day, Monday to Friday, or Saturday and Sunday. */
export type DayKind = Weekday | 'Day' | 'Weekday' | 'WeekendDay';
export const DAY_INDEXES = ['First', 'Second', 'Third', 'Fourth', 'Last'] as const;
export type DayIndex = (typeof DAY_INDEXES)[number];
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
export type MonthName = (typeof MONTHS)[number];

/** Patterns of calendar items and tasks (types.xsd RecurrencePatternTypes). */
export type FixedPattern =
	| { kind: 'Daily'; interval: number }
	| { kind: 'Weekly'; interval: number; daysOfWeek: Weekday[]; firstDayOfWeek: Weekday }
	| { kind: 'AbsoluteMonthly'; interval: number; dayOfMonth: number }
	| { kind: 'RelativeMonthly'; interval: number; dayOfWeek: DayKind; dayIndex: DayIndex }
	| { kind: 'AbsoluteYearly'; month: MonthName; dayOfMonth: number }
	| { kind: 'RelativeYearly'; month: MonthName; dayOfWeek: DayKind; dayIndex: DayIndex };

export const REGENERATION_UNITS = ['Daily', 'Weekly', 'Monthly', 'Yearly'] as const;
/** Patterns of tasks alone: the next one comes so long after this one is completed (types.xsd TaskRecurrencePatternTypes). */
export interface RegenerationPattern {
	kind: 'Regeneration';
	unit: (typeof REGENERATION_UNITS)[number];
	interval: number;
}

export type RecurrencePattern = FixedPattern | RegenerationPattern;

export type RecurrenceRange =
	| { kind: 'NoEnd'; startDate: DayNumber }
	| { kind: 'EndDate'; startDate: DayNumber; endDate: DayNumber }
	| { kind: 'Numbered'; startDate: DayNumber; count: number };

/** Where a series ends: after `count` occurrences, on the date `until` (`YYYY-MM-DD`), or never. */
export interface RangePlan {
	count?: number;
	until?: string;
}

export function rangeFrom(startDate: DayNumber, { count, until }: RangePlan): RecurrenceRange {
	if (count !== undefined) return { kind: 'Numbered', startDate, count };
	return until !== undefined ? { kind: 'EndDate', startDate, endDate: dayFrom(until) } : { kind: 'NoEnd', startDate };
}

export interface Recurrence<P extends RecurrencePattern = FixedPattern> {
	pattern: P;
	range: RecurrenceRange;
}

/** Refusal of a recurrence, with the response code Exchange gives. */
export class RecurrenceRefused extends Error {
	readonly code: string;

	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}

/** The last date Exchange can store (MS-OXOCAL, value of "no end date" aside). */
export const LAST_DATE = dayNumber(4500, 8, 31);
const MAX_INTERVAL = { Daily: 999, Weekly: 99, AbsoluteMonthly: 99, RelativeMonthly: 99 } as const;
const MAX_OCCURRENCES = 999;

function refuse(message: string): never {
	throw new RecurrenceRefused('ErrorCalendarInvalidRecurrence', message);
}

function checkInterval(interval: number, max: number): void {
	if (!Number.isInteger(interval) || interval < 1 || interval > max) refuse(`Interval must be between 1 and ${max}.`);
}

function checkDayOfMonth(day: number): void {
	if (!Number.isInteger(day) || day < 1 || day > 31) refuse('DayOfMonth must be between 1 and 31.');
}

function checkPattern(pattern: RecurrencePattern): void {
	switch (pattern.kind) {
		case 'Daily':
			return checkInterval(pattern.interval, MAX_INTERVAL.Daily);
		case 'Weekly':
			if (pattern.daysOfWeek.length === 0) {
				throw new RecurrenceRefused('ErrorCalendarInvalidDayForWeeklyRecurrence', 'A weekly recurrence needs days of the week.');
			}
			return checkInterval(pattern.interval, MAX_INTERVAL.Weekly);
		case 'AbsoluteMonthly':
			checkDayOfMonth(pattern.dayOfMonth);
			return checkInterval(pattern.interval, MAX_INTERVAL.AbsoluteMonthly);
		case 'RelativeMonthly':
			return checkInterval(pattern.interval, MAX_INTERVAL.RelativeMonthly);
		case 'AbsoluteYearly':
			return checkDayOfMonth(pattern.dayOfMonth);
		case 'RelativeYearly':
			return;
		case 'Regeneration':
			return checkInterval(pattern.interval, 999);
	}
}

/**
 * Refuses what Exchange refuses.
 * @throws RecurrenceRefused with ErrorCalendarInvalidRecurrence, ErrorCalendarInvalidDayForWeeklyRecurrence, ErrorRecurrenceEndDateTooBig or
 *   ErrorCalendarEndDateIsEarlierThanStartDate
 */
export function checkRecurrence(recurrence: Recurrence<RecurrencePattern>): void {
	checkPattern(recurrence.pattern);
	const { range } = recurrence;
	if (range.startDate > LAST_DATE) refuse('StartDate lies too far in the future.');
	switch (range.kind) {
		case 'NoEnd':
			return;
		case 'EndDate':
			if (range.endDate > LAST_DATE) {
				throw new RecurrenceRefused('ErrorRecurrenceEndDateTooBig', 'The end date of the recurrence is later than the last date supported.');
			}
			if (range.endDate < range.startDate) {
				throw new RecurrenceRefused('ErrorCalendarEndDateIsEarlierThanStartDate', 'The recurrence ends before it starts.');
			}
			return;
		case 'Numbered':
			if (!Number.isInteger(range.count) || range.count < 1 || range.count > MAX_OCCURRENCES) {
				refuse(`NumberOfOccurrences must be between 1 and ${MAX_OCCURRENCES}.`);
			}
	}
}
