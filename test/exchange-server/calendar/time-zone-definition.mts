import {
	civilDate,
	dayNumber,
	dayOf,
	daysInMonth,
	midnightOf,
	MILLISECONDS_PER_DAY,
	MILLISECONDS_PER_MINUTE,
	weekdayOf,
	type Instant,
	type WallClock,
} from './civil-date.mts';

/** types.xsd PeriodType. UTC = local time + bias. */
export interface ZonePeriod {
	id: string;
	name: string;
	biasMinutes: number;
}

/** When, in every year, a group changes to a period. Without `when` the group is in that period all the time. */
export interface GroupTransition {
	to: string;
	when?: {
		/** On the clock that runs before the change. */
		timeOffsetMinutes: number;
		month: number;
		/** Occurrence 1 to 4, or -1 for the last. */
		day: { weekday: number; occurrence: number } | { dayOfMonth: number };
	};
}

export interface TransitionsGroup {
	id: string;
	transitions: GroupTransition[];
}

/** From a moment on (from the beginning without `from`), which group or period holds. */
export interface ZoneTransition {
	kind: 'Group' | 'Period';
	to: string;
	from?: WallClock;
}

/** types.xsd TimeZoneDefinitionType, read. */
export interface TimeZoneRules {
	periods: ZonePeriod[];
	groups: TransitionsGroup[];
	transitions: ZoneTransition[];
}

function transitionDay(year: number, when: NonNullable<GroupTransition['when']>): number {
	if ('dayOfMonth' in when.day) return dayNumber(year, when.month, Math.min(when.day.dayOfMonth, daysInMonth(year, when.month)));
	const { weekday, occurrence } = when.day;
	if (occurrence === -1 || occurrence === 5) {
		const last = dayNumber(year, when.month, daysInMonth(year, when.month));
		return last - ((weekdayOf(last) - weekday + 7) % 7);
	}
	const first = dayNumber(year, when.month, 1);
	return first + ((weekday - weekdayOf(first) + 7) % 7) + (occurrence - 1) * 7;
}

function biasIn(rules: TimeZoneRules, period: string): number {
	const found = rules.periods.find((p) => p.id === period);
	if (!found) throw new RangeError(`Time zone definition names an unknown period ${period}`);
	return found.biasMinutes;
}

/** The group or period that holds at a wall-clock time. */
function holderAt(rules: TimeZoneRules, wallClock: WallClock): ZoneTransition | undefined {
	let holder: ZoneTransition | undefined;
	for (const transition of rules.transitions) {
		if (transition.from === undefined) holder ??= transition;
		else if (transition.from <= wallClock) holder = transition;
	}
	return holder;
}

/** Minutes east of UTC at an instant. */
export function offsetByRules(rules: TimeZoneRules, instant: Instant): number {
	const standard = rules.periods.find((p) => p.name === 'Standard') ?? rules.periods[0];
	if (!standard) return 0;
	const holder = holderAt(rules, instant - standard.biasMinutes * MILLISECONDS_PER_MINUTE);
	if (!holder) return -standard.biasMinutes;
	if (holder.kind === 'Period') return -biasIn(rules, holder.to);
	const group = rules.groups.find((g) => g.id === holder.to);
	const recurring = group?.transitions.filter((t) => t.when !== undefined) ?? [];
	if (recurring.length === 0) {
		const only = group?.transitions[0];
		return only ? -biasIn(rules, only.to) : -standard.biasMinutes;
	}
	const { year } = civilDate(dayOf(instant));
	const changes = [year - 1, year, year + 1]
		.flatMap((y) =>
			recurring.map((t) => {
				const when = t.when;
				if (!when) throw new RangeError('A transition without a time was kept');
				return { wallClock: midnightOf(transitionDay(y, when)) + when.timeOffsetMinutes * MILLISECONDS_PER_MINUTE, bias: biasIn(rules, t.to) };
			}),
		)
		.sort((a, b) => a.wallClock - b.wallClock);
	let bias = changes.at(-1)?.bias ?? standard.biasMinutes;
	for (const change of changes) {
		if (change.wallClock + bias * MILLISECONDS_PER_MINUTE > instant) break;
		bias = change.bias;
	}
	return -bias;
}

interface OffsetChange {
	at: Instant;
	before: number;
	after: number;
}

/** Changes of an offset function within a year, to the minute. */
function changesInYear(offsetAt: (instant: Instant) => number, year: number): OffsetChange[] {
	const found: OffsetChange[] = [];
	const end = Date.UTC(year + 1, 0, 1);
	let from = Date.UTC(year, 0, 1);
	while (from < end) {
		const to = Math.min(from + 7 * MILLISECONDS_PER_DAY, end);
		const before = offsetAt(from);
		if (offsetAt(to) !== before) {
			let [low, high] = [from, to];
			while (high - low > MILLISECONDS_PER_MINUTE) {
				const middle = low + Math.floor((high - low) / 2 / MILLISECONDS_PER_MINUTE) * MILLISECONDS_PER_MINUTE;
				if (offsetAt(middle) === before) low = middle;
				else high = middle;
			}
			found.push({ at: high, before, after: offsetAt(high) });
		}
		from = to;
	}
	return found;
}

const RULE_YEAR = 2026;
const YEARS_COMPARED = [2024, 2025, 2026, 2027, 2028, 2029, 2030];

function yearlyRule(changes: OffsetChange[], reference: OffsetChange, to: string): GroupTransition {
	const wallClock = reference.at + reference.before * MILLISECONDS_PER_MINUTE;
	const day = civilDate(dayOf(wallClock));
	const days = changes
		.map((change) => civilDate(dayOf(change.at + change.before * MILLISECONDS_PER_MINUTE)))
		.filter((other) => other.month === day.month);
	const inLastWeek = days.every((d) => d.day > daysInMonth(d.year, d.month) - 7);
	const occurrence = inLastWeek ? -1 : Math.min(4, Math.ceil(day.day / 7));
	return {
		to,
		when: {
			timeOffsetMinutes: (wallClock - midnightOf(dayOf(wallClock))) / MILLISECONDS_PER_MINUTE,
			month: day.month,
			day: { weekday: weekdayOf(dayOf(wallClock)), occurrence },
		},
	};
}

/**
 * The rules that an offset function follows these years, in the form Exchange writes them: one group with a change to daylight time and one to
 * standard time, or a group of one period. Zones whose changes follow no yearly rule get the rule of one year.
 */
export function rulesOf(offsetAt: (instant: Instant) => number, zoneId: string): TimeZoneRules {
	const changes = changesInYear(offsetAt, RULE_YEAR);
	const all = YEARS_COMPARED.flatMap((year) => changesInYear(offsetAt, year));
	const offsets = [offsetAt(Date.UTC(RULE_YEAR, 0, 1)), ...changes.map((c) => c.after)];
	const standardOffset = Math.min(...offsets);
	const [standard, daylight] = [`trule:Microsoft/Registry/${zoneId}/1-Standard`, `trule:Microsoft/Registry/${zoneId}/1-Daylight`];
	const periods: ZonePeriod[] = [{ id: standard, name: 'Standard', biasMinutes: -standardOffset }];
	const [toStandard, toDaylight] = [changes.find((c) => c.after < c.before), changes.find((c) => c.after > c.before)];
	if (!toStandard || !toDaylight) {
		const only = offsetAt(Date.UTC(RULE_YEAR + 1, 0, 1));
		return {
			periods: [{ id: standard, name: 'Standard', biasMinutes: -only }],
			groups: [{ id: '0', transitions: [{ to: standard }] }],
			transitions: [{ kind: 'Group', to: '0' }],
		};
	}
	periods.push({ id: daylight, name: 'Daylight', biasMinutes: -toDaylight.after });
	const transitions = [yearlyRule(all, toDaylight, daylight), yearlyRule(all, toStandard, standard)].sort(
		(a, b) => (a.when?.month ?? 0) - (b.when?.month ?? 0),
	);
	return { periods, groups: [{ id: '0', transitions }], transitions: [{ kind: 'Group', to: '0' }] };
}
