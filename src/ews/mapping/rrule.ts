import { RecordError } from '../../records/record-error';
import { type DayIndex, INDEXES, type RecurrencePattern, type RecurrenceRange, type RelativeDay, type SeriesPattern, WEEKDAYS, type Weekday } from './recurrence-pattern';
import { matchesPattern } from './recurrence-match';
import { localDay } from './wall-clock';

const FIELD = 'recurrence.rrule';

/** Names of RFC 5545, 3.3.10, in the order of {@link WEEKDAYS}. */
const DAY_NAMES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const KNOWN_PARTS: ReadonlySet<string> = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS', 'WKST']);
/** EWS types.xsd: intervals of days go to 999, of all else to 99. */
const MOST_DAYS = 999;
const MOST_OTHER = 99;
const MOST_OCCURRENCES = 999;

/**
 * The RFC 5545 rule of a series in one spelling: parts in a fixed order, defaults left out, days of the week from Monday on.
 *
 * Exchange moves day 29, 30 or 31 to the last day of a shorter month, where RFC 5545 leaves the month out; so these are written as what Exchange does:
 * the last of the days that there are (MS-OXOCAL 2.2.1.44.1.3).
 */
export function rruleOf({ pattern, range }: SeriesPattern): string {
	return [...patternParts(pattern, range), ...endParts(range)].join(';');
}

function patternParts(pattern: RecurrencePattern, range: RecurrenceRange): string[] {
	switch (pattern.type) {
		case 'daily':
			return ['FREQ=DAILY', ...intervalPart(pattern.interval)];
		case 'weekly': {
			const days = WEEKDAYS.flatMap((day, index) => (pattern.days.includes(day) ? [DAY_NAMES[index] ?? 'MO'] : []));
			const firstDay = DAY_NAMES[WEEKDAYS.indexOf(pattern.firstDayOfWeek)] ?? 'MO';
			return [
				'FREQ=WEEKLY',
				...intervalPart(pattern.interval),
				`BYDAY=${days.join()}`,
				// It makes a difference only where weeks are left out and the series has several days in one.
				...(pattern.interval > 1 && days.length > 1 && firstDay !== 'MO' ? [`WKST=${firstDay}`] : []),
			];
		}
		case 'absoluteMonthly':
			return [...monthly(pattern.interval, startMonth(range)), ...(pattern.interval % 12 === 0 ? [yearDay(startMonth(range), pattern.dayOfMonth)] : monthDay(pattern.dayOfMonth))];
		case 'relativeMonthly':
			return [...monthly(pattern.interval, startMonth(range)), ...relativeParts(pattern.day, pattern.index)];
		case 'absoluteYearly':
			return ['FREQ=YEARLY', `BYMONTH=${pattern.month}`, yearDay(pattern.month, pattern.dayOfMonth)];
		case 'relativeYearly':
			return ['FREQ=YEARLY', `BYMONTH=${pattern.month}`, ...relativeParts(pattern.day, pattern.index)];
	}
}

/** Every twelve months is every year, in the month of the start. */
function monthly(interval: number, startMonth: number): string[] {
	return interval % 12 === 0 ? ['FREQ=YEARLY', ...intervalPart(interval / 12), `BYMONTH=${startMonth}`] : ['FREQ=MONTHLY', ...intervalPart(interval)];
}

/** A day of one month. */
function yearDay(month: number, day: number): string {
	return `BYMONTHDAY=${day > daysOfMonth(month) ? -1 : day}`;
}

/** Month (1 to 12) in which a series begins. */
export function startMonth({ startDate }: RecurrenceRange): number {
	return Number(startDate.slice(5, 7));
}

/** A day of every month. */
function monthDay(day: number): string[] {
	switch (day) {
		case 31:
			return ['BYMONTHDAY=-1'];
		case 30:
			return ['BYMONTHDAY=28,29,30', 'BYSETPOS=-1'];
		case 29:
			return ['BYMONTHDAY=28,29', 'BYSETPOS=-1'];
		default:
			return [`BYMONTHDAY=${day}`];
	}
}

function relativeParts(day: RelativeDay, index: DayIndex): string[] {
	const position = index === 'Last' ? -1 : INDEXES.indexOf(index) + 1;
	switch (day) {
		case 'Day':
			return [`BYMONTHDAY=${position}`];
		case 'Weekday':
			return ['BYDAY=MO,TU,WE,TH,FR', `BYSETPOS=${position}`];
		case 'WeekendDay':
			return ['BYDAY=SA,SU', `BYSETPOS=${position}`];
		default:
			return [`BYDAY=${position}${DAY_NAMES[WEEKDAYS.indexOf(day)] ?? 'MO'}`];
	}
}

function intervalPart(interval: number): string[] {
	return interval === 1 ? [] : [`INTERVAL=${interval}`];
}

function endParts({ end }: RecurrenceRange): string[] {
	switch (end.type) {
		case 'never':
			return [];
		case 'date':
			return [`UNTIL=${end.date.replaceAll('-', '')}`];
		case 'count':
			return [`COUNT=${end.count}`];
	}
}

/**
 * A rule as Exchange keeps it. Nothing is bent: what Exchange has no pattern for is refused.
 * @param rrule RFC 5545 RECUR, with or without `RRULE:`
 * @param start of the series, in the form of AppointmentRecord.start
 * @param zone IANA name: the days of the rule are days there
 * @throws RecordError with field `recurrence.rrule`
 */
export function recurrencePatternOf(rrule: string, start: string, zone: string): SeriesPattern {
	const startDate = dayOfStart(start, zone);
	const parts = partsOf(rrule);
	const pattern = patternFor(new Rule(rrule, parts, startDate));
	const range: RecurrenceRange = { startDate, end: endOf(rrule, parts, startDate, zone) };
	if (!matchesPattern(pattern, startDate)) throw new RecordError(FIELD, rrule, `a rule that the start (${startDate}) is a day of`);
	return { pattern, range };
}

function dayOfStart(start: string, zone: string): string {
	return /[Zz]$|[+-]\d\d:?\d\d$/.test(start) && start.includes('T') ? localDay(start, zone) : start.slice(0, 10);
}

function partsOf(rrule: string): ReadonlyMap<string, string> {
	const parts = new Map<string, string>();
	for (const part of rrule.trim().replace(/^RRULE:/i, '').split(';')) {
		if (part === '') continue;
		const [name = '', value = ''] = part.toUpperCase().split('=');
		if (!KNOWN_PARTS.has(name)) throw new RecordError(FIELD, rrule, `a rule without ${name === '' ? 'parts that are none' : name}, which Exchange has no pattern for`);
		if (parts.has(name) || value === '') throw new RecordError(FIELD, rrule, `a rule that says ${name} once, with a value`);
		parts.set(name, value);
	}
	return parts;
}

/** A rule, read part by part; each reading refuses what is no value of it. */
class Rule {
	readonly text: string;
	readonly startDate: string;
	readonly #parts: ReadonlyMap<string, string>;

	constructor(text: string, parts: ReadonlyMap<string, string>, startDate: string) {
		this.text = text;
		this.startDate = startDate;
		this.#parts = parts;
	}

	refuse(expected: string): never {
		throw new RecordError(FIELD, this.text, expected);
	}

	has(name: string): boolean {
		return this.#parts.has(name);
	}

	frequency(): string {
		return this.#parts.get('FREQ') ?? this.refuse('a rule with FREQ');
	}

	numbers(name: string): number[] {
		const value = this.#parts.get(name);
		if (value === undefined) return [];
		return value.split(',').map((word) => (/^[+-]?\d{1,4}$/.test(word) ? Number(word) : this.refuse(`a rule with whole numbers in ${name}`)));
	}

	interval(most: number): number {
		const [interval = 1] = this.numbers('INTERVAL');
		return interval >= 1 && interval <= most ? interval : this.refuse(`a rule with an INTERVAL of 1 to ${most}`);
	}

	/** Days with the position in front of them, 0 for none. */
	days(): Array<{ day: Weekday; position: number }> {
		const value = this.#parts.get('BYDAY');
		if (value === undefined) return [];
		return value.split(',').map((word) => {
			const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(word);
			const day = WEEKDAYS[DAY_NAMES.findIndex((name) => name === match?.[2])];
			return day === undefined ? this.refuse('a rule with days of the week (MO to SU) in BYDAY') : { day, position: Number(match?.[1] ?? 0) };
		});
	}

	firstDayOfWeek(): Weekday {
		const name = this.#parts.get('WKST') ?? 'MO';
		return WEEKDAYS[DAY_NAMES.findIndex((known) => known === name)] ?? this.refuse('a rule with a day of the week in WKST');
	}

	none(...names: string[]): void {
		const found = names.find((name) => this.has(name));
		if (found !== undefined) this.refuse(`a rule without ${found}, which Exchange has no such pattern for`);
	}
}

function patternFor(rule: Rule): RecurrencePattern {
	switch (rule.frequency()) {
		case 'DAILY':
			return daily(rule);
		case 'WEEKLY':
			return weekly(rule, rule.interval(MOST_OTHER));
		case 'MONTHLY':
			rule.none('BYMONTH');
			return monthlyPattern(rule, rule.interval(MOST_OTHER));
		case 'YEARLY':
			return yearly(rule);
		default:
			return rule.refuse('a rule with FREQ DAILY, WEEKLY, MONTHLY or YEARLY');
	}
}

function daily(rule: Rule): RecurrencePattern {
	rule.none('BYMONTH', 'BYMONTHDAY', 'BYSETPOS');
	const interval = rule.interval(MOST_DAYS);
	if (!rule.has('BYDAY')) return { type: 'daily', interval };
	if (interval !== 1) rule.refuse('a daily rule with INTERVAL or BYDAY, not both');
	return weekly(rule, 1);
}

function weekly(rule: Rule, interval: number): RecurrencePattern {
	rule.none('BYMONTH', 'BYMONTHDAY', 'BYSETPOS');
	const named = rule.days();
	if (named.some(({ position }) => position !== 0)) rule.refuse('a weekly rule with plain days of the week in BYDAY');
	const chosen = named.length === 0 ? [weekdayOf(rule.startDate)] : named.map(({ day }) => day);
	return { type: 'weekly', interval, days: WEEKDAYS.filter((day) => chosen.includes(day)), firstDayOfWeek: rule.firstDayOfWeek() };
}

function weekdayOf(date: string): Weekday {
	return WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'Monday';
}

/** What a month has: one day of it by number, or by position. */
type DayOfMonth = { by: 'number'; day: number } | { by: 'position'; day: RelativeDay; index: DayIndex };

function monthlyPattern(rule: Rule, interval: number): RecurrencePattern {
	const day = dayOfMonth(rule, undefined);
	return day.by === 'number' ? { type: 'absoluteMonthly', interval, dayOfMonth: day.day } : { type: 'relativeMonthly', interval, day: day.day, index: day.index };
}

function yearly(rule: Rule): RecurrencePattern {
	const startMonth = Number(rule.startDate.slice(5, 7));
	const [month = startMonth, ...others] = rule.numbers('BYMONTH');
	if (others.length > 0 || month < 1 || month > 12) rule.refuse('a yearly rule with one month in BYMONTH');
	if (rule.has('BYDAY') && !rule.has('BYMONTH')) rule.refuse('a yearly rule with BYMONTH beside BYDAY: Exchange counts days of a month only');
	const interval = rule.interval(Math.floor(MOST_OTHER / 12));
	const day = dayOfMonth(rule, month);
	if (interval > 1) {
		// Exchange has no years between; every 24 months from a month on is the same.
		if (month !== startMonth) rule.refuse(`a rule whose BYMONTH is the month of the start (${startMonth})`);
		const months = interval * 12;
		return day.by === 'number' ? { type: 'absoluteMonthly', interval: months, dayOfMonth: day.day } : { type: 'relativeMonthly', interval: months, day: day.day, index: day.index };
	}
	return day.by === 'number' ? { type: 'absoluteYearly', month, dayOfMonth: day.day } : { type: 'relativeYearly', month, day: day.day, index: day.index };
}

const SHORTEST_MONTH = 28;
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days that a month (1 to 12) has in every year. */
export function daysOfMonth(month: number): number {
	return MONTH_LENGTHS[month - 1] ?? SHORTEST_MONTH;
}

function dayOfMonth(rule: Rule, month: number | undefined): DayOfMonth {
	if (rule.has('BYDAY')) {
		rule.none('BYMONTHDAY');
		return relativeDayOf(rule);
	}
	const days = rule.numbers('BYMONTHDAY');
	if (rule.has('BYSETPOS')) return lastOfDays(rule, days);
	if (days.length > 1) rule.refuse('a rule with one day in BYMONTHDAY');
	const day = days[0] ?? Number(rule.startDate.slice(8, 10));
	if (day === -1) return { by: 'position', day: 'Day', index: 'Last' };
	const most = month === undefined ? SHORTEST_MONTH : daysOfMonth(month);
	if (day >= 1 && day <= most) return { by: 'number', day };
	if (day > most && day <= 31)
		return rule.refuse(
			`a rule with BYMONTHDAY=-1 (last day) or BYMONTHDAY=28,29,30;BYSETPOS=-1: Exchange does not leave out shorter months but takes their last day`,
		);
	return rule.refuse('a rule with a BYMONTHDAY of 1 to 31, or -1');
}

/** `BYMONTHDAY=28,29,30;BYSETPOS=-1` is day 30, or the last day of a shorter month: what Exchange means by day 30. */
function lastOfDays(rule: Rule, days: readonly number[]): DayOfMonth {
	const [position, ...more] = rule.numbers('BYSETPOS');
	const sorted = [...days].sort((one, other) => one - other);
	const isRun = sorted[0] === SHORTEST_MONTH && sorted.every((day, index) => day === SHORTEST_MONTH + index) && sorted.length <= 4;
	if (position !== -1 || more.length > 0 || !isRun) rule.refuse('a rule with BYSETPOS only as in BYMONTHDAY=28,29,30;BYSETPOS=-1 or beside BYDAY');
	const last = sorted[sorted.length - 1] ?? SHORTEST_MONTH;
	return last === 31 ? { by: 'position', day: 'Day', index: 'Last' } : { by: 'number', day: last };
}

function relativeDayOf(rule: Rule): DayOfMonth {
	const days = rule.days();
	const positions = rule.numbers('BYSETPOS');
	const [only] = days;
	if (days.length === 1 && only !== undefined) {
		const position = only.position === 0 ? positions[0] : only.position;
		if (only.position !== 0 && positions.length > 0) rule.refuse('a rule with a position in BYDAY or in BYSETPOS, not both');
		return { by: 'position', day: only.day, index: indexOf(rule, positions.length > 1 ? undefined : position) };
	}
	if (days.some(({ position }) => position !== 0) || positions.length !== 1)
		rule.refuse('a rule with one day in BYDAY (such as 2TU or -1FR), or all working days, all days of the weekend or all days with one BYSETPOS');
	const names = WEEKDAYS.filter((day) => days.some((entry) => entry.day === day)).join();
	const index = indexOf(rule, positions[0]);
	if (names === WEEKDAYS.join()) return { by: 'position', day: 'Day', index };
	if (names === WEEKDAYS.slice(0, 5).join()) return { by: 'position', day: 'Weekday', index };
	if (names === WEEKDAYS.slice(5).join()) return { by: 'position', day: 'WeekendDay', index };
	return rule.refuse('a rule whose BYDAY is one day, all working days, all days of the weekend or all days');
}

function indexOf(rule: Rule, position: number | undefined): DayIndex {
	const index = position === -1 ? 'Last' : INDEXES[(position ?? 0) - 1];
	if (index === undefined || position === 5) return rule.refuse('a rule with a position of 1 to 4 or -1 (last)');
	return index;
}

function endOf(rrule: string, parts: ReadonlyMap<string, string>, startDate: string, zone: string): RecurrenceRange['end'] {
	const count = parts.get('COUNT');
	const until = parts.get('UNTIL');
	if (count !== undefined && until !== undefined) throw new RecordError(FIELD, rrule, 'a rule with COUNT or UNTIL, not both');
	if (count !== undefined) {
		const times = Number(count);
		if (!/^\d+$/.test(count) || times < 1 || times > MOST_OCCURRENCES) throw new RecordError(FIELD, rrule, `a rule with a COUNT of 1 to ${MOST_OCCURRENCES}`);
		return { type: 'count', count: times };
	}
	if (until === undefined) return { type: 'never' };
	const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})(Z?))?$/.exec(until);
	const day = match === null ? undefined : `${match[1]}-${match[2]}-${match[3]}`;
	if (match === null || day === undefined || Number.isNaN(Date.parse(`${day}T00:00:00Z`))) throw new RecordError(FIELD, rrule, 'a rule with a date (YYYYMMDD) in UNTIL');
	// RFC 5545 has UNTIL of a timed series as an instant; the day it falls on in the zone of the series is the last one.
	const date = match[7] === 'Z' ? localDay(`${day}T${match[4]}:${match[5]}:${match[6]}Z`, zone) : day;
	if (date < startDate) throw new RecordError(FIELD, rrule, `a rule with an UNTIL not before the start (${startDate})`);
	return { type: 'date', date };
}
