import { type DayIndex, INDEXES, type RecurrencePattern, type RecurrenceRange, type SeriesPattern, WEEKDAYS } from './recurrence-pattern';
import { daysOfMonth, startMonth } from './rrule';

/**
 * Fingerprint of a series' pattern and range (rule `series-pattern-changed`): the same for what Exchange writes now and after a change of the clocks, for it has
 * dates alone and no zone, and no time of day; and the same for all patterns that are the same days, as a record has one rule for them: who writes that rule back has changed nothing.
 */
export function patternFingerprint({ pattern, range }: SeriesPattern): string {
	const end = range.end.type === 'never' ? 'never' : range.end.type === 'date' ? `until ${range.end.date}` : `${range.end.count} times`;
	return [...patternParts(inOneForm(pattern, range)), `from ${range.startDate}`, end].join('|');
}

/** Every twelve months is every year; the nth of all days is the day of that number, and the last one what Exchange makes of a day that the month does not have. */
function inOneForm(pattern: RecurrencePattern, range: RecurrenceRange): RecurrencePattern {
	switch (pattern.type) {
		case 'daily':
		case 'weekly':
			return pattern;
		case 'absoluteMonthly':
			if (pattern.interval === 12) return inOneForm({ type: 'absoluteYearly', month: startMonth(range), dayOfMonth: pattern.dayOfMonth }, range);
			return pattern.dayOfMonth > (pattern.interval % 12 === 0 ? daysOfMonth(startMonth(range)) : 30) ? { type: 'relativeMonthly', interval: pattern.interval, day: 'Day', index: 'Last' } : pattern;
		case 'relativeMonthly':
			if (pattern.interval === 12) return inOneForm({ type: 'relativeYearly', month: startMonth(range), day: pattern.day, index: pattern.index }, range);
			return pattern.day === 'Day' && pattern.index !== 'Last' ? { type: 'absoluteMonthly', interval: pattern.interval, dayOfMonth: numberOf(pattern.index) } : pattern;
		case 'absoluteYearly':
			return pattern.dayOfMonth > daysOfMonth(pattern.month) ? { type: 'relativeYearly', month: pattern.month, day: 'Day', index: 'Last' } : pattern;
		case 'relativeYearly':
			return pattern.day === 'Day' && pattern.index !== 'Last' ? { type: 'absoluteYearly', month: pattern.month, dayOfMonth: numberOf(pattern.index) } : pattern;
	}
}

function numberOf(index: DayIndex): number {
	return INDEXES.indexOf(index) + 1;
}

function patternParts(pattern: RecurrencePattern): string[] {
	switch (pattern.type) {
		case 'daily':
			return ['daily', String(pattern.interval)];
		case 'weekly': {
			const days = WEEKDAYS.filter((day) => pattern.days.includes(day));
			// The first day of the week makes a difference only where weeks are left out and the series has several days in one.
			return ['weekly', String(pattern.interval), days.join(), ...(pattern.interval > 1 && days.length > 1 ? [pattern.firstDayOfWeek] : [])];
		}
		case 'absoluteMonthly':
			return ['absoluteMonthly', String(pattern.interval), String(pattern.dayOfMonth)];
		case 'relativeMonthly':
			return ['relativeMonthly', String(pattern.interval), pattern.day, pattern.index];
		case 'absoluteYearly':
			return ['absoluteYearly', String(pattern.month), String(pattern.dayOfMonth)];
		case 'relativeYearly':
			return ['relativeYearly', String(pattern.month), pattern.day, pattern.index];
	}
}
