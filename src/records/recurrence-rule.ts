import { RecordError } from './record-error';

/** Frequencies a calendar has; RFC 5545 knows shorter ones, which no calendar shows. */
export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** Days of the week in the order of the week. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** BYDAY's entry: every such day, or the n-th (from the end if negative) of the month or year. */
export interface RuleDay {
	day: Weekday;
	nth?: number;
}

/** An RFC 5545 RECUR value (3.3.10), taken apart. Empty lists: the part is absent. */
export interface RecurrenceRule {
	frequency: Frequency;
	interval: number;
	count?: number;
	/** Plain date, `YYYYMMDD`: the last day on which an occurrence may start. */
	until?: string;
	byMonth: number[];
	byWeekNo: number[];
	byYearDay: number[];
	byMonthDay: number[];
	byDay: RuleDay[];
	bySetPos: number[];
	weekStart?: Weekday;
}

const LONGEST_RULE = 2000;
const FIELD = 'recurrence.rrule';

/** A UNTIL with a time; its day depends on the series' zone. */
export interface UntilTime {
	/** `YYYYMMDD` */
	date: string;
	/** `HHMMSS` */
	time: string;
	utc: boolean;
}

/**
 * Takes a rule apart.
 *
 * @param dayOfUntil the last day of a UNTIL that has a time
 * @throws RecordError naming the part that is wrong
 */
export function parsedRule(text: string, dayOfUntil: (until: UntilTime) => string): RecurrenceRule {
	if (text.length > LONGEST_RULE) throw wrong(text, `a rule of at most ${LONGEST_RULE} characters`);
	const parts = ruleParts(text);
	const frequency = parts.get('FREQ');
	if (frequency !== 'DAILY' && frequency !== 'WEEKLY' && frequency !== 'MONTHLY' && frequency !== 'YEARLY') {
		throw wrong(text, 'an RFC 5545 rule with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY');
	}
	const list = (name: string, lowest: number, highest: number): number[] => numbers(parts, name, lowest, highest, text);
	const count = list('COUNT', 1, 1_000_000)[0];
	const until = parts.has('UNTIL') ? untilDate(parts.get('UNTIL') ?? '', text, dayOfUntil) : undefined;
	if (count !== undefined && until !== undefined) throw wrong(text, 'a rule with COUNT or UNTIL, not both');
	const rule: RecurrenceRule = {
		frequency,
		interval: list('INTERVAL', 1, 32_767)[0] ?? 1,
		...(count === undefined ? {} : { count }),
		...(until === undefined ? {} : { until }),
		byMonth: list('BYMONTH', 1, 12),
		byWeekNo: list('BYWEEKNO', -53, 53),
		byYearDay: list('BYYEARDAY', -366, 366),
		byMonthDay: list('BYMONTHDAY', -31, 31),
		byDay: ruleDays(parts.get('BYDAY'), frequency, text),
		bySetPos: list('BYSETPOS', -366, 366),
		...weekStart(parts.get('WKST'), text),
	};
	refuseOddParts(rule, text);
	return rule;
}

/** The rule as text, parts in RFC 5545's order, without `INTERVAL=1`. */
export function ruleText(rule: RecurrenceRule): string {
	const list = (name: string, values: readonly number[]): string[] => (values.length === 0 ? [] : [`${name}=${values.join(',')}`]);
	return [
		`FREQ=${rule.frequency}`,
		...(rule.interval === 1 ? [] : [`INTERVAL=${rule.interval}`]),
		...(rule.count === undefined ? [] : [`COUNT=${rule.count}`]),
		...(rule.until === undefined ? [] : [`UNTIL=${rule.until}`]),
		...list('BYMONTH', rule.byMonth),
		...list('BYWEEKNO', rule.byWeekNo),
		...list('BYYEARDAY', rule.byYearDay),
		...list('BYMONTHDAY', rule.byMonthDay),
		...(rule.byDay.length === 0 ? [] : [`BYDAY=${rule.byDay.map(({ day, nth }) => `${nth ?? ''}${day}`).join(',')}`]),
		...list('BYSETPOS', rule.bySetPos),
		...(rule.weekStart === undefined ? [] : [`WKST=${rule.weekStart}`]),
	].join(';');
}

const KNOWN_PARTS: ReadonlySet<string> = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYMONTH', 'BYWEEKNO', 'BYYEARDAY', 'BYMONTHDAY', 'BYDAY', 'BYSETPOS', 'WKST']);

function ruleParts(text: string): Map<string, string> {
	const parts = new Map<string, string>();
	for (const part of text.trim().replace(/^RRULE:/i, '').replace(/;$/, '').split(';')) {
		const [name = '', value = '', ...more] = part.toUpperCase().split('=').map((piece) => piece.trim());
		if (!KNOWN_PARTS.has(name) || value === '' || more.length > 0) throw wrong(text, `an RFC 5545 rule without ${JSON.stringify(part.slice(0, 40))}`);
		if (parts.has(name)) throw wrong(text, `a rule with one ${name}`);
		parts.set(name, value);
	}
	return parts;
}

function numbers(parts: ReadonlyMap<string, string>, name: string, lowest: number, highest: number, text: string): number[] {
	const value = parts.get(name);
	if (value === undefined) return [];
	const read = value.split(',').map((entry) => (/^[+-]?\d{1,7}$/.test(entry) ? Number(entry) : Number.NaN));
	const single = name === 'COUNT' || name === 'INTERVAL';
	if (read.some((number) => !(number >= lowest && number <= highest) || number === 0) || (single && read.length > 1)) {
		throw wrong(text, `a rule whose ${name} is ${single ? 'a number' : 'numbers'} from ${lowest} to ${highest}${lowest < 0 ? ' except 0' : ''}`);
	}
	return [...new Set(read)];
}

function ruleDays(value: string | undefined, frequency: Frequency, text: string): RuleDay[] {
	if (value === undefined) return [];
	const days = value.split(',').map((entry) => {
		const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(entry);
		const nth = match?.[1] === undefined ? undefined : Number(match[1]);
		const day = WEEKDAYS.find((known) => known === match?.[2]);
		if (day === undefined || nth === 0 || Math.abs(nth ?? 0) > 53) throw wrong(text, 'a rule whose BYDAY has days such as MO, 2TU or -1FR');
		if (nth !== undefined && frequency !== 'MONTHLY' && frequency !== 'YEARLY') throw wrong(text, `a rule whose BYDAY has no numbers with FREQ=${frequency}`);
		return nth === undefined ? { day } : { day, nth };
	});
	return [...new Map(days.map((day) => [`${day.nth ?? ''}${day.day}`, day])).values()];
}

function weekStart(value: string | undefined, text: string): { weekStart?: Weekday } {
	if (value === undefined) return {};
	const day = WEEKDAYS.find((known) => known === value);
	if (day === undefined) throw wrong(text, 'a rule whose WKST is a day such as MO');
	return { weekStart: day };
}

function untilDate(value: string, text: string, dayOfUntil: (until: UntilTime) => string): string {
	const [, date = '', time, utc] = /^(\d{8})(?:T(\d{6})(Z)?)?$/.exec(value.replace(/[-:]/g, '').replace(/\.\d+/, '')) ?? [];
	const asDate = new Date(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00Z`);
	if (Number.isNaN(asDate.getTime()) || asDate.getUTCDate() !== Number(date.slice(6))) throw wrong(text, 'a rule whose UNTIL is a date such as 20261231');
	return time === undefined ? date : dayOfUntil({ date, time, utc: utc !== undefined });
}

/** Parts that no calendar has together; a search for their occurrences could take minutes. */
function refuseOddParts(rule: RecurrenceRule, text: string): void {
	const used = [
		...(rule.byMonth.length > 0 ? ['BYMONTH'] : []),
		...(rule.byWeekNo.length > 0 ? ['BYWEEKNO'] : []),
		...(rule.byYearDay.length > 0 ? ['BYYEARDAY'] : []),
		...(rule.byMonthDay.length > 0 ? ['BYMONTHDAY'] : []),
		...(rule.bySetPos.length > 0 ? ['BYSETPOS'] : []),
	];
	const barred: Record<Frequency, readonly string[]> = { DAILY: used, WEEKLY: used, MONTHLY: used.filter((name) => name === 'BYWEEKNO' || name === 'BYYEARDAY'), YEARLY: [] };
	const odd = barred[rule.frequency][0];
	if (odd !== undefined) throw wrong(text, `a rule without ${odd} where FREQ=${rule.frequency}`);
	if (rule.bySetPos.length > 0 && rule.byDay.length + rule.byMonthDay.length + rule.byWeekNo.length + rule.byYearDay.length === 0) throw wrong(text, 'a rule with BYSETPOS only beside another BY part');
}

function wrong(text: string, expected: string): RecordError {
	return new RecordError(FIELD, text, expected);
}
