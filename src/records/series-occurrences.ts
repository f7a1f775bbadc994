import { RRule } from 'rrule';
import { instantOf, localTimeOf } from './point-in-time';
import { type RecurrenceRule, type RuleDay, type UntilTime, WEEKDAYS } from './recurrence-rule';

/** Most occurrences that are walked through to find one: 54 years of a daily series. */
export const MOST_OCCURRENCES = 20_000;

/** What anchors a rule. `start` has the form of an appointment's start: a plain date, else an instant. */
export interface SeriesAnchor {
	start: string;
	allDay: boolean;
	/** IANA name. */
	timeZone: string;
}

/** The series' first occurrence, in the form of its start; undefined where the rule has none. */
export function firstOccurrence(rule: RecurrenceRule, anchor: SeriesAnchor): string | undefined {
	const clock = wallClock(anchor.start, anchor);
	const found = clock === undefined ? null : walker(rule, clock).after(clock, true);
	return found === null ? undefined : fromWallClock(found, anchor);
}

/**
 * Those of the starts that the rule does not give. The series' own start always counts as given (RFC 5545, 3.8.5.3).
 *
 * @param starts in the form of the series' start
 */
export function startsOutsideSeries(rule: RecurrenceRule, anchor: SeriesAnchor, starts: readonly string[]): string[] {
	const clock = wallClock(anchor.start, anchor);
	const asked = starts.flatMap((start) => wallClock(start, anchor) ?? []);
	if (clock === undefined || starts.length === 0) return [];
	// An occurrence in the gap of a change to daylight saving stands later on the clock than the rule has it, never on a later day but one.
	const last = Math.max(...asked.map(Number)) + DAY_MS;
	const given = new Set<string>([anchor.start]);
	const days = new Set(asked.map((time) => time.toISOString().slice(0, 10)));
	walker(rule, clock).all((time, index) => {
		if (time.getTime() > last || index >= MOST_OCCURRENCES) return false;
		if (days.has(time.toISOString().slice(0, 10))) {
			given.add(fromWallClock(time, anchor) ?? '');
			given.add(time.toISOString());
		}
		return true;
	});
	return starts.filter((start) => !given.has(start) && !given.has(wallClock(start, anchor)?.toISOString() ?? ''));
}

/** A rule, and what anchors it. */
export interface AnchoredRule {
	readonly rule: RecurrenceRule;
	readonly anchor: SeriesAnchor;
}

/**
 * The starts that another series has in the place of these: its first for the first, its second for the second, and so on. Those are absent that the one series
 * does not give, or that the other does not reach.
 *
 * @param starts in the form of the start of the one
 */
export function startsInStep(from: AnchoredRule, to: AnchoredRule, starts: readonly string[]): ReadonlyMap<string, string> {
	// Of an hour that clocks show twice Exchange may mean either one: there the clock tells.
	const asked = new Map(starts.flatMap((start) => [start, wallClock(start, from.anchor)?.toISOString() ?? start].map((form) => [form, start] as const)));
	const missing = new Set(starts);
	const places: Array<string | undefined> = [];
	walk(from, (start, clock) => {
		const original = asked.get(start) ?? asked.get(clock);
		places.push(original);
		if (original !== undefined) missing.delete(original);
		return missing.size > 0;
	});
	const found = new Map<string, string>();
	let place = 0;
	walk(to, (start) => {
		const original = places[place++];
		if (original !== undefined) found.set(original, start);
		return place < places.length;
	});
	return found;
}

/** Occurrences in their order, with the time that the rule has on the clock, as long as `take` wants more of them. */
function walk({ rule, anchor }: AnchoredRule, take: (start: string, clock: string) => boolean): void {
	const first = wallClock(anchor.start, anchor);
	if (first === undefined) return;
	walker(rule, first).all((time, index) => index < MOST_OCCURRENCES && take(fromWallClock(time, anchor) ?? '', time.toISOString()));
}

/** The last day of a UNTIL that has a time: the day before where its time comes before the series' time of day. */
export function lastDayOf(until: UntilTime, anchor: SeriesAnchor): string {
	const { date, time, utc } = until;
	if (anchor.allDay) return date;
	const text = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
	const local = utc ? localTimeOf(`${text}Z`, anchor.timeZone) : text;
	const timeOfDay = localTimeOf(anchor.start, anchor.timeZone)?.slice(11) ?? '';
	if (local === undefined) return date;
	const day = new Date(`${local.slice(0, 10)}T00:00:00Z`);
	return new Date(local.slice(11) >= timeOfDay ? day.getTime() : day.getTime() - DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The wall clock of a start as if it were UTC, which is how the rrule library counts floating times. */
export function wallClock(start: string, { allDay, timeZone }: Pick<SeriesAnchor, 'allDay' | 'timeZone'>): Date | undefined {
	const local = allDay ? `${start}T00:00:00` : localTimeOf(start, timeZone);
	const clock = local === undefined ? undefined : new Date(`${local}Z`);
	return clock === undefined || Number.isNaN(clock.getTime()) ? undefined : clock;
}

const DAY_MS = 24 * 60 * 60 * 1000;

function fromWallClock(clock: Date, { allDay, timeZone }: SeriesAnchor): string | undefined {
	const text = clock.toISOString();
	return allDay ? text.slice(0, 10) : instantOf(text.slice(0, 19), timeZone);
}

function walker(rule: RecurrenceRule, start: Date): RRule {
	const list = (values: readonly number[]): number[] | null => (values.length === 0 ? null : [...values]);
	return new RRule(
		{
			freq: RRule[rule.frequency],
			dtstart: start,
			interval: rule.interval,
			count: rule.count ?? null,
			until: rule.until === undefined ? null : new Date(`${rule.until.slice(0, 4)}-${rule.until.slice(4, 6)}-${rule.until.slice(6)}T23:59:59Z`),
			bymonth: list(rule.byMonth),
			byweekno: list(rule.byWeekNo),
			byyearday: list(rule.byYearDay),
			bymonthday: list(rule.byMonthDay),
			byweekday: rule.byDay.length === 0 ? null : rule.byDay.map(libraryDay),
			bysetpos: list(rule.bySetPos),
			wkst: rule.weekStart === undefined ? null : WEEKDAYS.indexOf(rule.weekStart),
		},
		true,
	);
}

function libraryDay({ day, nth }: RuleDay): typeof RRule.MO {
	return nth === undefined ? RRule[day] : RRule[day].nth(nth);
}
