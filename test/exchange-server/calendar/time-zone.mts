import { IANAZone } from 'luxon';
import { findIana, findWindows, WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { MILLISECONDS_PER_DAY, MILLISECONDS_PER_MINUTE, type Instant, type WallClock } from './civil-date.mts';
import { offsetByRules, rulesOf, type TimeZoneRules } from './time-zone-definition.mts';

/** A time zone as an item carries it: the names a client wrote, and the clock they stand for. */
export interface TimeZone {
	/** Windows id, or whatever a client has stored. */
	id: string;
	/** Display name. */
	name: string;
	/** Minutes east of UTC. */
	offsetAt(instant: Instant): number;
	/** What is written out as TimeZoneDefinition. */
	rules(): TimeZoneRules;
}

const DISPLAY_NAMES: Record<string, string> = {
	UTC: '(UTC) Coordinated Universal Time',
	'GMT Standard Time': '(UTC+00:00) Dublin, Edinburgh, Lisbon, London',
	'W. Europe Standard Time': '(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna',
	'Romance Standard Time': '(UTC+01:00) Brussels, Copenhagen, Madrid, Paris',
	'Central Europe Standard Time': '(UTC+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague',
	'India Standard Time': '(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi',
	'Tokyo Standard Time': '(UTC+09:00) Osaka, Sapporo, Tokyo',
	'New Zealand Standard Time': '(UTC+12:00) Auckland, Wellington',
	'Eastern Standard Time': '(UTC-05:00) Eastern Time (US & Canada)',
	'Pacific Standard Time': '(UTC-08:00) Pacific Time (US & Canada)',
	'Hawaiian Standard Time': '(UTC-10:00) Hawaii',
};

function displayName(id: string, iana: string, standardOffset: number): string {
	const sign = standardOffset < 0 ? '-' : '+';
	const absolute = Math.abs(standardOffset);
	const clock = `${String(Math.floor(absolute / 60)).padStart(2, '0')}:${String(absolute % 60).padStart(2, '0')}`;
	return DISPLAY_NAMES[id] ?? `(UTC${sign}${clock}) ${(iana.split('/').at(-1) ?? iana).replaceAll('_', ' ')}`;
}

function fromIana(id: string, iana: string, name?: string): TimeZone {
	const zone = IANAZone.create(iana);
	const offsetAt = (instant: Instant): number => zone.offset(instant);
	let rules: TimeZoneRules | undefined;
	return {
		id,
		name: name ?? displayName(id, iana, Math.min(offsetAt(Date.UTC(2026, 0, 1)), offsetAt(Date.UTC(2026, 6, 1)))),
		offsetAt,
		rules: () => (rules ??= rulesOf(offsetAt, id)),
	};
}

const known = new Map<string, TimeZone>();

/** The zone of a Windows id (compared exactly, as Exchange does); undefined when the server does not know it. */
export function windowsZone(id: string): TimeZone | undefined {
	const cached = known.get(id);
	if (cached) return cached;
	const iana = id === 'UTC' || id === 'tzone://Microsoft/Utc' ? 'Etc/UTC' : findIana(id as never)[0];
	if (iana === undefined || !IANAZone.isValidZone(iana)) return undefined;
	const zone = fromIana(id, iana);
	known.set(id, zone);
	return zone;
}

/** All Windows zones the server knows, by id. */
export function serverZones(): TimeZone[] {
	const ids = [...new Set(['UTC', ...WINDOWS_TO_IANA_MAP.map((entry) => String(entry.windowsName))])];
	return ids.map((id) => windowsZone(id)).filter((zone) => zone !== undefined);
}

export const UTC_ZONE: TimeZone = fromIana('UTC', 'Etc/UTC');

/**
 * The zone for tests and seeds, by IANA name or Windows id, under a Windows id.
 * @throws RangeError for a name nobody knows
 */
export function zoneNamed(name: string): TimeZone {
	const direct = windowsZone(name);
	if (direct) return direct;
	const windows = findWindows(name as never)[0];
	const zone = windows === undefined ? undefined : windowsZone(String(windows));
	if (!zone) throw new RangeError(`Unknown time zone ${name}`);
	return zone;
}

/** A zone whose id and name are what some client once stored (`Customized Time Zone`, an IANA name, a display name), with the clock of a real one. */
export function zoneUnderOtherId(zone: TimeZone, id: string, name = id): TimeZone {
	return { id, name, offsetAt: (instant) => zone.offsetAt(instant), rules: () => zone.rules() };
}

/** A zone from the rules a client sent. */
export function customZone(id: string, name: string, rules: TimeZoneRules): TimeZone {
	return { id, name, offsetAt: (instant) => offsetByRules(rules, instant), rules: () => rules };
}

export function toWallClock(zone: TimeZone, instant: Instant): WallClock {
	return instant + zone.offsetAt(instant) * MILLISECONDS_PER_MINUTE;
}

/**
 * The instant of a wall-clock time. A time that comes twice is taken as standard time, a time that is skipped moves forward by the gap, as
 * .NET's TimeZoneInfo reads both.
 */
export function toInstant(zone: TimeZone, wallClock: WallClock): Instant {
	const before = zone.offsetAt(wallClock - MILLISECONDS_PER_DAY);
	const after = zone.offsetAt(wallClock + MILLISECONDS_PER_DAY);
	const valid = [before, after]
		.map((offset) => ({ offset, instant: wallClock - offset * MILLISECONDS_PER_MINUTE }))
		.filter((candidate) => zone.offsetAt(candidate.instant) === candidate.offset)
		.map((candidate) => candidate.instant);
	return valid.length > 0 ? Math.max(...valid) : wallClock - before * MILLISECONDS_PER_MINUTE;
}
