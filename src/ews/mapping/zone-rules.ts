import { IANAZone } from 'luxon';

import { zonesOfWindows } from '../../records/time-zone';
import { currentName } from './zone-names';
import { type WireNode, attribute, child, children, elements, text } from './wire-node';

/** A year whose rules are settled everywhere. */
const YEAR = 2026;
const MINUTE_MS = 60_000;
const YEAR_BEGINS = Date.UTC(YEAR, 0, 1);
const YEAR_ENDS = Date.UTC(YEAR + 1, 0, 1);
const JANUARY = Date.UTC(YEAR, 0, 15);
const JULY = Date.UTC(YEAR, 6, 15);

/** What clocks show in the course of a year. Offsets are minutes east of Greenwich. */
interface YearOfClocks {
	readonly january: number;
	readonly july: number;
	/** Instants at which the clocks are changed, in their order; undefined: not known. */
	readonly changes: readonly number[] | undefined;
}

/** Zones that are tried first where nothing but rules is known, those with most people first. */
const LARGEST = [
	'Europe/Berlin',
	'Europe/London',
	'Europe/Helsinki',
	'America/New_York',
	'America/Chicago',
	'America/Denver',
	'America/Los_Angeles',
	'Asia/Kolkata',
	'Asia/Shanghai',
	'Asia/Tokyo',
	'Australia/Sydney',
	'Pacific/Auckland',
	'America/Sao_Paulo',
	'Europe/Moscow',
	'Asia/Dubai',
	'UTC',
];

/** One zone for each clock that Exchange can have, those that are meant most often first. */
function* candidates(fallback: string): Generator<string> {
	yield fallback;
	yield* LARGEST;
	for (const zone of zonesOfWindows().values()) yield currentName(zone);
}

/** A zone whose clocks show this without daylight saving. @param minutes east of Greenwich */
export function zoneOfOffset(minutes: number, fallback: string): string | undefined {
	for (const zone of candidates(fallback)) if (standardOffset(zone) === minutes) return zone;
	return undefined;
}

/** Minutes east of Greenwich without daylight saving. */
export function standardOffset(zone: string): number {
	return Math.min(offsetAt(zone, JANUARY), offsetAt(zone, JULY));
}

function offsetAt(zone: string, instant: number): number {
	return IANAZone.create(zone).offset(instant);
}

const REMEMBERED_RULES = 200;
const byRules = new Map<string, string | undefined>();

/**
 * The zone that a definition describes: its clocks show the same in winter and in summer, and are changed at the same time or, where there is none such, as near to it
 * as any. Where several have these rules it is `fallback`, else the one with most people.
 */
export function zoneOfRules(definition: WireNode, fallback: string): string | undefined {
	const described = describedYear(definition);
	if (described === undefined) return undefined;
	// Exchange repeats the definition with each appointment; bounded, as clients make up rules.
	const key = JSON.stringify([fallback, described]);
	if (byRules.has(key)) return byRules.get(key);
	const found = nearestZone(described, fallback);
	if (byRules.size < REMEMBERED_RULES) byRules.set(key, found);
	return found;
}

function nearestZone(described: YearOfClocks, fallback: string): string | undefined {
	let nearest: { zone: string; apart: number } | undefined;
	for (const zone of candidates(fallback)) {
		if (offsetAt(zone, JANUARY) !== described.january || offsetAt(zone, JULY) !== described.july) continue;
		const apart = timeApart(described.changes, zone);
		if (apart === 0) return zone;
		if (nearest === undefined || apart < nearest.apart) nearest = { zone, apart };
	}
	return nearest?.zone;
}

/** How far the changes of a zone's clocks are from these, in milliseconds. */
function timeApart(changes: YearOfClocks['changes'], zone: string): number {
	if (changes === undefined) return 0;
	const own = [...changeBetween(zone, YEAR_BEGINS, JULY), ...changeBetween(zone, JULY, YEAR_ENDS)];
	if (own.length !== changes.length) return YEAR_ENDS - YEAR_BEGINS;
	return own.reduce((sum, change, index) => sum + Math.abs(change - (changes[index] ?? change)), 0);
}

/** The instant between two others, to the minute, at which the clocks of a zone are changed for good. */
function changeBetween(zone: string, from: number, to: number): number[] {
	const after = offsetAt(zone, to);
	if (offsetAt(zone, from) === after) return [];
	let [before, changed] = [from, to];
	while (changed - before > MINUTE_MS) {
		const middle = before + Math.floor((changed - before) / 2 / MINUTE_MS) * MINUTE_MS;
		if (offsetAt(zone, middle) === after) changed = middle;
		else before = middle;
	}
	return [changed];
}

/** The year as the periods and transitions of a definition have it; undefined where there are none. */
function describedYear(definition: WireNode): YearOfClocks | undefined {
	const periods = children(child(definition, 'Periods'), 'Period').flatMap((period) => offsetOfBias(attribute(period, 'Bias')).map((offset) => ({ id: attribute(period, 'Id'), offset })));
	if (periods.length === 0) return undefined;
	const offsetOf = (id: string | undefined): number | undefined => periods.find((period) => period.id === id)?.offset;
	const { period, turns } = inForce(definition);
	const fixed = offsetOf(period) ?? (periods.length === 1 ? periods[0]?.offset : undefined);
	if (fixed !== undefined) return { january: fixed, july: fixed, changes: [] };
	const dated = turns.flatMap(({ local, to }) => {
		const offset = offsetOf(to);
		return offset === undefined ? [] : [{ local, offset }];
	});
	const last = dated.at(-1);
	if (last === undefined) {
		const offsets = periods.map(({ offset }) => offset);
		return { january: Math.min(...offsets), july: Math.max(...offsets), changes: undefined };
	}
	const changes = dated.flatMap(({ local, offset }, index) => {
		const before = (dated[index - 1] ?? last).offset;
		return before === offset ? [] : [{ at: local - before * MINUTE_MS, offset }];
	});
	const shownAt = (instant: number): number => (changes.findLast(({ at }) => at <= instant) ?? last).offset;
	return { january: shownAt(JANUARY), july: shownAt(JULY), changes: changes.map(({ at }) => at) };
}

/** A change to another period. */
interface Turn {
	/** Wall clock at which it comes, as if it were UTC. */
	readonly local: number;
	/** Id of the period. */
	readonly to: string | undefined;
}

/** What of a definition is in force in the year: one period throughout, or turns from one to another, in their order. */
function inForce(definition: WireNode): { period?: string | undefined; turns: Turn[] } {
	const groups = children(child(definition, 'TransitionsGroups'), 'TransitionsGroup');
	const transitions = child(definition, 'Transitions');
	const dated = children(transitions, 'AbsoluteDateTransition').filter((transition) => Number(text(transition, 'DateTime')?.slice(0, 4)) <= YEAR);
	const current = dated.reduce<WireNode | undefined>((latest, next) => ((text(next, 'DateTime') ?? '') >= (text(latest, 'DateTime') ?? '') ? next : latest), undefined);
	const target = child(current ?? child(transitions, 'Transition'), 'To');
	if (attribute(target, 'Kind') === 'Period') return { period: text(target, 'To'), turns: [] };
	const group = groups.find((each) => attribute(each, 'Id') === text(target, 'To')) ?? groups.at(-1);
	const turns = elements(group)
		.flatMap(({ node }) => localTime(node).map((local): Turn => ({ local, to: text(node, 'To') })))
		.sort((one, other) => one.local - other.local);
	const [only] = children(group, 'Transition');
	return turns.length === 0 && only !== undefined ? { period: text(only, 'To'), turns } : { turns };
}

const WEEKDAYS: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Wall clock of a `RecurringDayTransition` or `RecurringDateTransition` in the year, as if it were UTC; none for a transition without a date. */
function localTime(transition: WireNode): number[] {
	const month = Number(text(transition, 'Month') ?? 0);
	const [, hours = '0', minutes = '0', seconds = '0'] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?$/.exec(text(transition, 'TimeOffset') ?? '') ?? [];
	const day = Number(text(transition, 'Day') ?? 0) || weekdayOfMonth(month, text(transition, 'DayOfWeek'), Number(text(transition, 'Occurrence') ?? 0));
	if (!(month >= 1 && month <= 12) || !(day >= 1 && day <= 31)) return [];
	// Windows has changes at midnight a moment before it.
	const time = Number(hours) * 60 + Number(minutes) + (Number(seconds) >= 30 ? 1 : 0);
	return [Date.UTC(YEAR, month - 1, day) + time * MINUTE_MS];
}

/** Day of the month of its n-th such weekday; -1, and a fifth where there are four, is the last. */
function weekdayOfMonth(month: number, name: string | undefined, nth: number): number {
	const weekday = WEEKDAYS.indexOf(name ?? '');
	if (weekday < 0 || nth === 0) return 0;
	const length = new Date(Date.UTC(YEAR, month, 0)).getUTCDate();
	const first = 1 + ((weekday - new Date(Date.UTC(YEAR, month - 1, 1)).getUTCDay() + 7) % 7);
	const days = Array.from({ length: 5 }, (_, week) => first + 7 * week).filter((day) => day <= length);
	return (nth < 0 ? days.at(-1) : (days[nth - 1] ?? days.at(-1))) ?? 0;
}

/** Bias is what is added to local time to get UTC, as xs:duration: `-PT1H`. */
function offsetOfBias(bias: string | undefined): number[] {
	const match = /^(-?)P(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+(?:\.\d+)?S)?)?$/.exec(bias ?? '');
	if (match === null) return [];
	const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
	return [minutes === 0 ? 0 : match[1] === '-' ? minutes : -minutes];
}
