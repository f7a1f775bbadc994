import { EwsError } from '../operations/errors.mts';
import type { StructuredValue } from '../store/item.mts';
import { childText, listOf, type XmlElement } from '../xml/element.mts';
import { element, leaf, type Xml } from '../xml/write.mts';
import { formatDuration, formatWallClock, parseDateTime, parseDurationMinutes } from './civil-date.mts';
import { WEEKDAYS } from './recurrence-pattern.mts';
import type { GroupTransition, TimeZoneRules, TransitionsGroup, ZoneTransition } from './time-zone-definition.mts';
import { customZone, UTC_ZONE, windowsZone, zoneUnderOtherId, type TimeZone } from './time-zone.mts';

/** A zone as an item stores it: plain data. Its clock is that of a Windows zone or its own rules. */
export interface StoredZone extends StructuredValue {
	readonly structure: 'timeZone';
	readonly id: string;
	readonly name: string;
	/** Windows zone that gives the clock, where it is not `id` itself. */
	readonly clockOf?: string;
	readonly rules?: TimeZoneRules;
}

export function storedZone(zone: TimeZone, clockOf?: TimeZone): StoredZone {
	if (clockOf) return { structure: 'timeZone', id: zone.id, name: zone.name, clockOf: clockOf.id };
	return { structure: 'timeZone', id: zone.id, name: zone.name, ...(windowsZone(zone.id) ? {} : { rules: zone.rules() }) };
}

/** The clock of a stored zone; undefined where there is none. */
export function zoneOfStored(value: unknown): TimeZone | undefined {
	if (typeof value !== 'object' || value === null || (value as Partial<StoredZone>).structure !== 'timeZone') return undefined;
	const stored = value as StoredZone;
	if (stored.rules) return customZone(stored.id, stored.name, stored.rules);
	const zone = windowsZone(stored.clockOf ?? stored.id) ?? UTC_ZONE;
	return zone.id === stored.id && zone.name === stored.name ? zone : zoneUnderOtherId(zone, stored.id, stored.name);
}

function invalidZone(detail: string): EwsError {
	return new EwsError('ErrorCalendarInvalidTimeZone', { text: `The time zone is invalid: ${detail}` });
}

function minutes(parent: XmlElement, name: string): number {
	const read = parseDurationMinutes(childText(parent, name) ?? '');
	if (read === undefined) throw invalidZone(`${name} is no duration.`);
	return read;
}

function readGroupTransition(transition: XmlElement): GroupTransition {
	const to = childText(transition, 'To') ?? '';
	if (transition.name === 'Transition') return { to };
	const month = Number(childText(transition, 'Month'));
	if (!Number.isInteger(month) || month < 1 || month > 12) throw invalidZone('Month must be between 1 and 12.');
	const timeOffsetMinutes = minutes(transition, 'TimeOffset');
	if (transition.name === 'RecurringDateTransition') {
		return { to, when: { timeOffsetMinutes, month, day: { dayOfMonth: Number(childText(transition, 'Day')) } } };
	}
	const weekday = WEEKDAYS.findIndex((name) => name === childText(transition, 'DayOfWeek'));
	const occurrence = Number(childText(transition, 'Occurrence'));
	if (weekday < 0 || ![1, 2, 3, 4, 5, -1].includes(occurrence)) throw invalidZone('A transition names no day.');
	return { to, when: { timeOffsetMinutes, month, day: { weekday, occurrence } } };
}

function readTransition(transition: XmlElement): ZoneTransition {
	const target = transition.children.find((candidate) => candidate.name === 'To');
	const kind = target?.attributes['Kind'] === 'Period' ? 'Period' : 'Group';
	const from = parseDateTime(childText(transition, 'DateTime') ?? '')?.wallClock;
	return { kind, to: target?.text ?? '', ...(from === undefined ? {} : { from }) };
}

function readRules(definition: XmlElement): TimeZoneRules {
	const rules: TimeZoneRules = {
		periods: listOf(definition, 'Periods').map((period) => {
			const biasMinutes = parseDurationMinutes(period.attributes['Bias'] ?? '');
			if (biasMinutes === undefined) throw invalidZone('A period has no bias.');
			return { id: period.attributes['Id'] ?? '', name: period.attributes['Name'] ?? '', biasMinutes };
		}),
		groups: listOf(definition, 'TransitionsGroups').map(
			(group): TransitionsGroup => ({ id: group.attributes['Id'] ?? '', transitions: group.children.map(readGroupTransition) }),
		),
		transitions: listOf(definition, 'Transitions').map(readTransition),
	};
	const periods = new Set(rules.periods.map((period) => period.id));
	const groups = new Set(rules.groups.map((group) => group.id));
	const dangling =
		rules.groups.some((group) => group.transitions.some((transition) => !periods.has(transition.to))) ||
		rules.transitions.some((transition) => !(transition.kind === 'Group' ? groups : periods).has(transition.to));
	if (dangling || rules.transitions.length === 0) throw invalidZone('its transitions lead nowhere.');
	return rules;
}

/**
 * Reads a TimeZoneDefinition (StartTimeZone, EndTimeZone, TimeZoneContext): by its id, or by its rules where they are given.
 * @throws EwsError ErrorTimeZone for an id nobody knows without rules, ErrorCalendarInvalidTimeZone for rules that make no sense
 */
export function readTimeZone(definition: XmlElement): StoredZone {
	const id = definition.attributes['Id'] ?? '';
	const known = windowsZone(id);
	const name = definition.attributes['Name'] ?? known?.name ?? '';
	if (definition.children.length > 0) {
		const rules = readRules(definition);
		return known ? storedZone(known) : { structure: 'timeZone', id, name, rules };
	}
	if (!known) throw new EwsError('ErrorTimeZone', { text: 'The time zone is not supported.' });
	return storedZone(known);
}

function writeGroupTransition(transition: GroupTransition): Xml {
	const to = leaf('t:To', transition.to, { Kind: 'Period' });
	const { when } = transition;
	if (!when) return element('t:Transition', to);
	const time = leaf('t:TimeOffset', formatDuration(when.timeOffsetMinutes)) + leaf('t:Month', when.month);
	if ('dayOfMonth' in when.day) return element('t:RecurringDateTransition', to + time + leaf('t:Day', when.day.dayOfMonth));
	const day = leaf('t:DayOfWeek', WEEKDAYS[when.day.weekday] ?? 'Sunday') + leaf('t:Occurrence', when.day.occurrence);
	return element('t:RecurringDayTransition', to + time + day);
}

function writeTransition(transition: ZoneTransition): Xml {
	const to = leaf('t:To', transition.to, { Kind: transition.kind });
	if (transition.from === undefined) return element('t:Transition', to);
	return element('t:AbsoluteDateTransition', to + leaf('t:DateTime', formatWallClock(transition.from)));
}

/** Writes a whole definition: periods, groups, transitions. */
export function writeTimeZoneDefinition(name: string, zone: TimeZone): Xml {
	const rules = zone.rules();
	const periods = rules.periods.map((p) => element('t:Period', '', { Bias: formatDuration(p.biasMinutes), Name: p.name, Id: p.id }));
	const groups = rules.groups.map((g) => element('t:TransitionsGroup', g.transitions.map(writeGroupTransition).join(''), { Id: g.id }));
	const content =
		element('t:Periods', periods.join('')) +
		(groups.length > 0 ? element('t:TransitionsGroups', groups.join('')) : '') +
		element('t:Transitions', rules.transitions.map(writeTransition).join(''));
	return element(name, content, { Id: zone.id, Name: zone.name });
}

/** Writes the zone of an item: a known zone by its names alone, any other with its rules, as Exchange does. */
export function writeItemZone(name: string, zone: TimeZone): Xml {
	return windowsZone(zone.id) ? element(name, '', { Id: zone.id, Name: zone.name }) : writeTimeZoneDefinition(name, zone);
}
