import { civilDate, dayNumber, daysInMonth, weekdayOf, type DayNumber } from './civil-date.mts';
import {
	LAST_DATE,
	MONTHS,
	RecurrenceRefused,
	WEEKDAYS,
	type DayIndex,
	type DayKind,
	type FixedPattern,
	type Recurrence,
	type RecurrenceRange,
} from './recurrence-pattern.mts';

/** One slot of a pattern: the date it falls on and its place, counted from 1 over the whole pattern, deleted occurrences included. */
export interface Slot {
	index: number;
	day: DayNumber;
}

function isKind(weekday: number, kind: DayKind): boolean {
	switch (kind) {
		case 'Day':
			return true;
		case 'Weekday':
			return weekday >= 1 && weekday <= 5;
		case 'WeekendDay':
			return weekday === 0 || weekday === 6;
		default:
			return WEEKDAYS[weekday] === kind;
	}
}

/** The first … fourth or last day of that kind in a month; every month has at least four of each kind. */
export function relativeDay(year: number, month: number, kind: DayKind, index: DayIndex): DayNumber {
	const first = dayNumber(year, month, 1);
	const { year: y, month: m } = civilDate(first);
	const length = daysInMonth(y, m);
	const matches: DayNumber[] = [];
	for (let day = first; day < first + length; day++) if (isKind(weekdayOf(day), kind)) matches.push(day);
	const place = { First: 0, Second: 1, Third: 2, Fourth: 3, Last: matches.length - 1 }[index];
	const found = matches[place];
	if (found === undefined) throw new RangeError(`Month ${year}-${month} has no ${index} ${kind}`);
	return found;
}

/** A day of a month, or its last day where the month is shorter: a series on the 31st happens on the 30th of April (MS-OXOCAL 2.2.1.44.1). */
export function clampedDay(year: number, month: number, day: number): DayNumber {
	const first = civilDate(dayNumber(year, month, 1));
	return dayNumber(first.year, first.month, Math.min(day, daysInMonth(first.year, first.month)));
}

function* everyMonths(start: DayNumber, step: number, pick: (year: number, month: number) => DayNumber): Generator<DayNumber> {
	const { year, month } = civilDate(start);
	for (let months = month; ; months += step) {
		const day = pick(year, months);
		if (day > LAST_DATE) return;
		if (day >= start) yield day;
	}
}

function* everyYear(start: DayNumber, pick: (year: number) => DayNumber): Generator<DayNumber> {
	for (let year = civilDate(start).year; ; year++) {
		const day = pick(year);
		if (day > LAST_DATE) return;
		if (day >= start) yield day;
	}
}

function* everyWeeks(start: DayNumber, pattern: Extract<FixedPattern, { kind: 'Weekly' }>): Generator<DayNumber> {
	const firstDay = WEEKDAYS.indexOf(pattern.firstDayOfWeek);
	const week = start - ((weekdayOf(start) - firstDay + 7) % 7);
	const offsets = [...new Set(pattern.daysOfWeek)].map((name) => (WEEKDAYS.indexOf(name) - firstDay + 7) % 7).sort((a, b) => a - b);
	for (let monday = week; monday <= LAST_DATE; monday += 7 * pattern.interval) {
		for (const offset of offsets) if (monday + offset >= start) yield monday + offset;
	}
}

/** The dates a pattern gives from a date on, without an end. */
export function* patternDays(pattern: FixedPattern, start: DayNumber): Generator<DayNumber> {
	switch (pattern.kind) {
		case 'Daily':
			for (let day = start; day <= LAST_DATE; day += pattern.interval) yield day;
			return;
		case 'Weekly':
			yield* everyWeeks(start, pattern);
			return;
		case 'AbsoluteMonthly':
			yield* everyMonths(start, pattern.interval, (year, month) => clampedDay(year, month, pattern.dayOfMonth));
			return;
		case 'RelativeMonthly':
			yield* everyMonths(start, pattern.interval, (year, month) => relativeDay(year, month, pattern.dayOfWeek, pattern.dayIndex));
			return;
		case 'AbsoluteYearly':
			yield* everyYear(start, (year) => clampedDay(year, MONTHS.indexOf(pattern.month) + 1, pattern.dayOfMonth));
			return;
		case 'RelativeYearly':
			yield* everyYear(start, (year) => relativeDay(year, MONTHS.indexOf(pattern.month) + 1, pattern.dayOfWeek, pattern.dayIndex));
	}
}

function endsBefore(range: RecurrenceRange, slot: Slot): boolean {
	switch (range.kind) {
		case 'NoEnd':
			return false;
		case 'EndDate':
			return slot.day > range.endDate;
		case 'Numbered':
			return slot.index > range.count;
	}
}

/** All slots of a recurrence in order. Ends by itself only for ranges with an end (or in the year 4500). */
export function* slots(recurrence: Recurrence): Generator<Slot> {
	let index = 0;
	for (const day of patternDays(recurrence.pattern, recurrence.range.startDate)) {
		const slot = { index: ++index, day };
		if (endsBefore(recurrence.range, slot)) return;
		yield slot;
	}
}

/** The slot at a place counted from 1; undefined beyond the end. */
export function slotAt(recurrence: Recurrence, index: number): Slot | undefined {
	if (index < 1) return undefined;
	for (const slot of slots(recurrence)) if (slot.index === index) return slot;
	return undefined;
}

/** The slot on a date; undefined when the pattern gives none there. */
export function slotOn(recurrence: Recurrence, day: DayNumber): Slot | undefined {
	for (const slot of slots(recurrence)) {
		if (slot.day === day) return slot;
		if (slot.day > day) return undefined;
	}
	return undefined;
}

/** The last slot; undefined for a recurrence without an end. */
export function lastSlot(recurrence: Recurrence): Slot | undefined {
	if (recurrence.range.kind === 'NoEnd') return undefined;
	let last: Slot | undefined;
	for (const slot of slots(recurrence)) last = slot;
	return last;
}

/**
 * The recurrence as the server keeps it: its range starts on the first occurrence.
 * @throws RecurrenceRefused ErrorRecurrenceHasNoOccurrence
 */
export function normalised(recurrence: Recurrence): Recurrence {
	const first = slotAt(recurrence, 1);
	if (!first) throw new RecurrenceRefused('ErrorRecurrenceHasNoOccurrence', 'The recurrence has no occurrence in its range.');
	return { pattern: recurrence.pattern, range: { ...recurrence.range, startDate: first.day } };
}

const SLOTS_COMPARED = 60;

/** The smallest number of days between two neighbouring slots, over the first few years of the pattern; undefined with a single slot. */
export function smallestGapDays(recurrence: Recurrence): number | undefined {
	let smallest: number | undefined;
	let previous: Slot | undefined;
	for (const slot of slots(recurrence)) {
		if (previous && (smallest === undefined || slot.day - previous.day < smallest)) smallest = slot.day - previous.day;
		if (slot.index > SLOTS_COMPARED) break;
		previous = slot;
	}
	return smallest;
}
