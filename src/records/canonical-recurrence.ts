import type { RecurrenceRule, RuleDay, Weekday } from './recurrence-rule';
import { WEEKDAYS } from './recurrence-rule';

/**
 * The one form of all rules that say the same: what the start implies is written out, defaults are left out, lists are sorted. Exchange keeps
 * patterns, not rules, and gives a rule back in the form that is nearest to its pattern.
 *
 * @param start wall clock of the first occurrence, as if it were UTC
 */
export function canonicalRule(rule: RecurrenceRule, start: Date): RecurrenceRule {
	return sortedRule(withoutDefaults(simplified(completed(withOrdinals(rule), start), start)));
}

/** `BYDAY=TU;BYSETPOS=2` is `BYDAY=2TU`; the n-th of all seven days is the n-th of the month. */
function withOrdinals(rule: RecurrenceRule): RecurrenceRule {
	const [position, ...more] = rule.bySetPos;
	const isMonthly = rule.frequency === 'MONTHLY' || (rule.frequency === 'YEARLY' && rule.byMonth.length === 1);
	if (!isMonthly || position === undefined || more.length > 0 || rule.byMonthDay.length > 0 || rule.byDay.some(({ nth }) => nth !== undefined)) return rule;
	const [day, ...others] = rule.byDay;
	if (day !== undefined && others.length === 0) return { ...rule, byDay: [{ day: day.day, nth: position }], bySetPos: [] };
	return rule.byDay.length === WEEKDAYS.length && Math.abs(position) <= 28 ? { ...rule, byDay: [], bySetPos: [], byMonthDay: [position] } : rule;
}

/** Writes out what RFC 5545 (3.3.10) takes from the start. */
function completed(rule: RecurrenceRule, start: Date): RecurrenceRule {
	if (rule.byDay.length > 0 || rule.byMonthDay.length > 0 || rule.byWeekNo.length > 0 || rule.byYearDay.length > 0) return rule;
	const day = start.getUTCDate();
	switch (rule.frequency) {
		case 'DAILY':
			return rule;
		case 'WEEKLY':
			return { ...rule, byDay: [{ day: weekdayOf(start) }] };
		case 'MONTHLY':
			return { ...rule, byMonthDay: [day] };
		case 'YEARLY':
			return { ...rule, byMonthDay: [day], byMonth: rule.byMonth.length > 0 ? rule.byMonth : [start.getUTCMonth() + 1] };
	}
}

/** Daily on some days is weekly, weekly on all days is daily, and every twelfth month is every year. */
function simplified(rule: RecurrenceRule, start: Date): RecurrenceRule {
	if (rule.frequency === 'DAILY' && rule.interval === 1 && rule.byDay.length > 0) return simplified({ ...rule, frequency: 'WEEKLY' }, start);
	if (rule.frequency === 'WEEKLY' && rule.interval === 1 && rule.byDay.length === WEEKDAYS.length) return { ...rule, frequency: 'DAILY', byDay: [] };
	if (rule.frequency === 'MONTHLY' && rule.interval % 12 === 0 && rule.byMonth.length === 0) {
		return { ...rule, frequency: 'YEARLY', interval: rule.interval / 12, byMonth: [start.getUTCMonth() + 1] };
	}
	return rule;
}

/** The start of the week matters only where whole weeks are left out. */
function withoutDefaults(rule: RecurrenceRule): RecurrenceRule {
	const { weekStart, ...rest } = rule;
	const matters = (rule.frequency === 'WEEKLY' && rule.interval > 1) || rule.byWeekNo.length > 0;
	return matters && weekStart !== undefined && weekStart !== 'MO' ? { ...rest, weekStart } : rest;
}

function sortedRule(rule: RecurrenceRule): RecurrenceRule {
	const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
	return {
		...rule,
		byMonth: ascending(rule.byMonth),
		byWeekNo: ascending(rule.byWeekNo),
		byYearDay: ascending(rule.byYearDay),
		byMonthDay: ascending(rule.byMonthDay),
		byDay: [...rule.byDay].sort((a, b) => dayOrder(a) - dayOrder(b)),
		bySetPos: ascending(rule.bySetPos),
	};
}

function dayOrder({ day, nth }: RuleDay): number {
	return (nth ?? 0) * WEEKDAYS.length + WEEKDAYS.indexOf(day);
}

function weekdayOf(date: Date): Weekday {
	return WEEKDAYS[(date.getUTCDay() + 6) % 7] ?? 'MO';
}
