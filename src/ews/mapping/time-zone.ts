import { DateTime, IANAZone } from 'luxon';
import { findIana, findIanaAliases, findWindows } from 'windows-iana';

import { RecordError } from '../../records/record-error';
import { type WireNode, attribute, child, children, elements, text } from './wire-node';
import { ABBREVIATIONS, LOCALISED_NAMES } from './zone-names';

/** A zone of an item as records have it. */
export interface ItemZone {
	/** IANA name. */
	timeZone: string;
	/** Id as the server gave it, where it is none that is known and the zone is a guess. */
	unknownZone?: string;
}

/** Names that CLDR still keeps for compatibility, and what they are called now (IANA `backward`). */
const RENAMED: Readonly<Record<string, string>> = {
	'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
	'America/Godthab': 'America/Nuuk',
	'America/Indianapolis': 'America/Indiana/Indianapolis',
	'Asia/Calcutta': 'Asia/Kolkata',
	'Asia/Katmandu': 'Asia/Kathmandu',
	'Asia/Rangoon': 'Asia/Yangon',
	'Asia/Saigon': 'Asia/Ho_Chi_Minh',
	'Europe/Kiev': 'Europe/Kyiv',
	'Etc/UTC': 'UTC',
	'Etc/GMT': 'UTC',
	GMT: 'UTC',
};

/** Zones that are tried where nothing but rules is known, those with most people first. */
const CANDIDATES = [
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

/**
 * The IANA zone of an item. Never fails: what Exchange hands out as a zone id is what some client once wrote (EWS has been seen with display names, words in
 * the client's language, IANA names, abbreviations and ids that say nothing). Tried in turn: Windows id, IANA name, display name, rules of the
 * definition; else it is `fallback`. Of the many IANA names of one Windows zone, `fallback` is taken where it is one of them.
 * @param definition `calendar:StartTimeZone`
 */
export function zoneOf(definition: WireNode | undefined, fallback: string): ItemZone {
	const id = (attribute(definition, 'Id') ?? '').trim();
	const name = (attribute(definition, 'Name') ?? '').trim();
	for (const word of [id, name]) {
		const found = zoneOfWord(word, fallback);
		if (found !== undefined) return { timeZone: found };
	}
	const guessed = definition === undefined ? undefined : zoneOfRules(definition, fallback);
	const shown = id || name;
	return { timeZone: guessed ?? fallback, ...(shown === '' ? {} : { unknownZone: shown }) };
}

function zoneOfWord(word: string, fallback: string): string | undefined {
	if (word === '') return undefined;
	if (/^(?:tzone:\/\/Microsoft\/Utc|Z|UTC|Etc\/UTC|GMT|Etc\/GMT|Coordinated Universal Time)$/i.test(word)) return sameWindowsZone('UTC', fallback) ? fallback : 'UTC';
	const iana = ianaOfWindows(word, fallback);
	if (iana !== undefined) return iana;
	if (isIana(word)) return currentName(word);
	return LOCALISED_NAMES[word.toLowerCase()] ?? ABBREVIATIONS[word.toUpperCase()] ?? zoneOfDisplayName(word, fallback);
}

function ianaOfWindows(windowsId: string, fallback: string): string | undefined {
	const found = firstIana(windowsId);
	if (found === undefined) return undefined;
	return windowsZone(fallback) === windowsId ? fallback : currentName(found);
}

function currentName(name: string): string {
	return RENAMED[name] ?? name;
}

function isIana(name: string): boolean {
	return name.includes('/') && IANAZone.isValidZone(name);
}

/** `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`: a city among them that has this offset. */
function zoneOfDisplayName(word: string, fallback: string): string | undefined {
	const match = /^\((?:UTC|GMT)(?:([+-])(\d{1,2}):(\d{2}))?\)\s*(.*)$/.exec(word);
	if (match === null) return undefined;
	const minutes = (match[1] === '-' ? -1 : 1) * (Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0));
	const cities = (match[4] ?? '').split(',').map((city) => city.trim().replaceAll(' ', '_').toLowerCase());
	const zones = Intl.supportedValuesOf('timeZone');
	for (const city of cities) {
		const found = zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`) && standardOffset(zone) === minutes);
		if (found !== undefined) return sameWindowsZone(found, fallback) ? fallback : currentName(found);
	}
	return [fallback, ...CANDIDATES].find((zone) => standardOffset(zone) === minutes);
}

/** A year whose rules are settled; only the kind of rule matters here. */
const YEAR = 2024;

function offsetIn(zone: string, month: number): number {
	return DateTime.fromObject({ year: YEAR, month, day: 15 }, { zone }).offset;
}

/** Minutes east of Greenwich without daylight saving. */
function standardOffset(zone: string): number {
	return Math.min(offsetIn(zone, 1), offsetIn(zone, 7));
}

/** A zone with the same offsets as the definition's periods, and summer at the same time of the year. */
function zoneOfRules(definition: WireNode, fallback: string): string | undefined {
	const offsets = children(child(definition, 'Periods'), 'Period').flatMap((period) => offsetOfBias(attribute(period, 'Bias')));
	if (offsets.length === 0) return undefined;
	const standard = Math.min(...offsets);
	const daylight = Math.max(...offsets);
	const summerFrom = daylightMonth(definition);
	const january = summerFrom !== undefined && summerFrom > 6 ? daylight : standard;
	const july = summerFrom !== undefined && summerFrom > 6 ? standard : daylight;
	return [fallback, ...CANDIDATES].find((zone) => offsetIn(zone, 1) === january && offsetIn(zone, 7) === july);
}

/** Bias is what is added to local time to get UTC, as xs:duration: `-PT1H`. */
function offsetOfBias(bias: string | undefined): number[] {
	const match = /^(-?)P(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+(?:\.\d+)?S)?)?$/.exec(bias ?? '');
	if (match === null) return [];
	const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
	return [minutes === 0 ? 0 : match[1] === '-' ? minutes : -minutes];
}

/** Month in which the clocks go forward. */
function daylightMonth(definition: WireNode): number | undefined {
	const periods = children(child(definition, 'Periods'), 'Period');
	const daylight = [...periods].sort((one, other) => (offsetOfBias(attribute(other, 'Bias'))[0] ?? 0) - (offsetOfBias(attribute(one, 'Bias'))[0] ?? 0))[0];
	const id = attribute(daylight, 'Id');
	for (const group of children(child(definition, 'TransitionsGroups'), 'TransitionsGroup')) {
		for (const { node } of elements(group)) {
			if (id !== undefined && text(node, 'To') === id && text(node, 'Month') !== undefined) return Number(text(node, 'Month'));
		}
	}
	return undefined;
}

/** Whether two IANA names are the same to Exchange, which knows Windows zones only. */
export function sameWindowsZone(one: string, other: string): boolean {
	return one === other || (windowsZone(one) !== undefined && windowsZone(one) === windowsZone(other));
}

const REMEMBERED_ZONES = 1_000;

/** To look through the mapping takes a good part of what it costs to read an appointment; bounded, as servers make up names. */
function remembered(find: (zone: string) => string | undefined): (zone: string) => string | undefined {
	const known = new Map<string, string | undefined>();
	return (zone) => {
		if (known.has(zone)) return known.get(zone);
		const found = find(zone);
		if (known.size < REMEMBERED_ZONES) known.set(zone, found);
		return found;
	};
}

const windowsZone = remembered(findWindowsZone);
/** The zone that CLDR names first for a Windows id. */
const firstIana = remembered((windowsId) => findIana(windowsId)[0]);

function findWindowsZone(zone: string): string | undefined {
	if (RENAMED[zone] === 'UTC' || zone === 'UTC') return 'UTC';
	const former = Object.keys(RENAMED).filter((name) => RENAMED[name] === zone);
	for (const name of [zone, ...former, ...findIanaAliases(zone)]) {
		const [found] = findWindows(name);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** Windows id of a zone, for writing. @throws RecordError with field `timeZone` */
export function windowsZoneOf(zone: string): string {
	const found = windowsZone(zone);
	if (found === undefined) throw new RecordError('timeZone', zone, 'an IANA time zone such as Europe/Zurich');
	return found;
}
