import { type DayIndex, INDEXES, type RecurrencePattern, type RelativeDay, WEEKDAYS } from './recurrence-pattern';

/** Whether a pattern has this day, as far as its days go (intervals are counted from the start, which always is one). Dates are plain dates. */
export function matchesPattern(pattern: RecurrencePattern, date: string): boolean {
	const month = Number(date.slice(5, 7));
	switch (pattern.type) {
		case 'daily':
			return true;
		case 'weekly':
			return pattern.days.some((day) => isDay(day, weekdayIndex(date)));
		case 'absoluteMonthly':
			return isDayOfMonth(date, pattern.dayOfMonth);
		case 'absoluteYearly':
			return month === pattern.month && isDayOfMonth(date, pattern.dayOfMonth);
		case 'relativeMonthly':
			return isRelativeDay(date, pattern.day, pattern.index);
		case 'relativeYearly':
			return month === pattern.month && isRelativeDay(date, pattern.day, pattern.index);
	}
}

/** 0 is Monday. */
function weekdayIndex(date: string): number {
	return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function daysInMonth(date: string): number {
	return new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
}

function isDayOfMonth(date: string, day: number): boolean {
	return Number(date.slice(8, 10)) === Math.min(day, daysInMonth(date));
}

function isDay(day: RelativeDay, weekday: number): boolean {
	switch (day) {
		case 'Day':
			return true;
		case 'Weekday':
			return weekday < 5;
		case 'WeekendDay':
			return weekday >= 5;
		default:
			return WEEKDAYS[weekday] === day;
	}
}

function isRelativeDay(date: string, day: RelativeDay, index: DayIndex): boolean {
	const number = Number(date.slice(8, 10));
	const first = weekdayIndex(date) - (number - 1);
	const matching = Array.from({ length: daysInMonth(date) }, (_, offset) => offset + 1).filter((candidate) => isDay(day, (((first + candidate - 1) % 7) + 7) % 7));
	return (index === 'Last' ? matching.at(-1) : matching[INDEXES.indexOf(index)]) === number;
}
