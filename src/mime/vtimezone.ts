import { DateTime } from 'luxon';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const WEEK = 7 * 24 * 3600 * 1000;
const MINUTE = 60 * 1000;

/** Years a pattern must hold to be written as a rule, and that are listed one by one where there is none. */
const YEARS_AHEAD = 12;

/** One change of a zone's offset from UTC; offsets in minutes. */
interface Transition {
	at: number;
	before: number;
	after: number;
	/** Wall clock at that moment, by the offset before. */
	wall: DateTime;
}

/**
 * The VTIMEZONE of an IANA zone for a series that begins in a given year (RFC 5545, 3.6.5), lines with CRLF. Where the changes of summer time follow one
 * rule, it is written as a rule that goes on; where they do not (Morocco, Israel), the changes of the next twelve years are listed.
 */
export function vtimezone(zone: string, year: number): string {
	const transitions = transitionsOf(zone, year - 1, year + YEARS_AHEAD);
	const rules = yearlyRules(transitions, year - 1, year + YEARS_AHEAD);
	const observances = transitions.length === 0 ? [fixedObservance(zone, year)] : (rules ?? [fixedObservance(zone, year - 1), ...transitions.map((change) => observance(change))]);
	return ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...observances.flat(), 'END:VTIMEZONE'].join('\r\n');
}

function transitionsOf(zone: string, fromYear: number, toYear: number): Transition[] {
	const offsetAt = (at: number): number => DateTime.fromMillis(at, { zone }).offset;
	const transitions: Transition[] = [];
	const end = Date.UTC(toYear + 1, 0, 1);
	for (let from = Date.UTC(fromYear, 0, 1); from < end; from += WEEK) {
		const before = offsetAt(from);
		const after = offsetAt(from + WEEK);
		if (before === after) continue;
		let [low, high] = [from, from + WEEK];
		while (high - low > MINUTE) {
			const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE;
			if (offsetAt(middle) === before) low = middle;
			else high = middle;
		}
		transitions.push({ at: high, before, after, wall: DateTime.fromMillis(high + before * MINUTE, { zone: 'utc' }) });
	}
	return transitions;
}

/** Two rules, one for each change of the year, where every year has them at the same place; undefined otherwise. */
function yearlyRules(transitions: readonly Transition[], fromYear: number, toYear: number): string[][] | undefined {
	const years = toYear - fromYear + 1;
	const first = transitions.slice(0, 2);
	if (first.length !== 2 || transitions.length !== 2 * years) return undefined;
	const rules = first.map((change, index) => {
		const same = transitions.filter((_, position) => position % 2 === index);
		const place = placeInMonth(same.map(({ wall }) => wall));
		const isRegular = same.every(({ before, after, wall }, position) => before === change.before && after === change.after && wall.year === fromYear + position);
		return place === undefined || !isRegular ? undefined : observance(change, `RRULE:FREQ=YEARLY;BYMONTH=${change.wall.month};BYDAY=${place}`);
	});
	return rules.every((rule) => rule !== undefined) ? rules : undefined;
}

/** BYDAY of days that stand at the same place of the same month each year, such as `-1SU`. */
function placeInMonth(days: readonly DateTime[]): string | undefined {
	const [first] = days;
	if (first === undefined) return undefined;
	const isAlike = days.every(({ month, weekday, hour, minute }) => month === first.month && weekday === first.weekday && hour === first.hour && minute === first.minute);
	if (!isAlike) return undefined;
	const weekday = WEEKDAYS[first.weekday - 1] ?? 'SU';
	if (days.every((day) => day.day + 7 > (day.daysInMonth ?? 31))) return `-1${weekday}`;
	const nth = Math.ceil(first.day / 7);
	return days.every((day) => Math.ceil(day.day / 7) === nth) ? `${nth}${weekday}` : undefined;
}

function observance({ before, after, wall }: Transition, rule?: string): string[] {
	const kind = after > before ? 'DAYLIGHT' : 'STANDARD';
	return [
		`BEGIN:${kind}`,
		`DTSTART:${wall.toFormat("yyyyLLdd'T'HHmmss")}`,
		`TZOFFSETFROM:${offsetText(before)}`,
		`TZOFFSETTO:${offsetText(after)}`,
		...(rule === undefined ? [] : [rule]),
		`END:${kind}`,
	];
}

function fixedObservance(zone: string, year: number): string[] {
	const offset = offsetText(DateTime.fromMillis(Date.UTC(year, 0, 1), { zone }).offset);
	return ['BEGIN:STANDARD', `DTSTART:${year}0101T000000`, `TZOFFSETFROM:${offset}`, `TZOFFSETTO:${offset}`, 'END:STANDARD'];
}

function offsetText(minutes: number): string {
	const size = Math.abs(minutes);
	return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}${String(size % 60).padStart(2, '0')}`;
}
