import { IANAZone } from 'luxon';

import { RecordError } from '../../records/record-error';
import { ianaZone, zonesOfWindows, windowsZone } from '../../records/time-zone';
import { type WireNode, attribute } from './wire-node';
import { ABBREVIATIONS, currentName, LOCALISED_NAMES } from './zone-names';
import { standardOffset, zoneOfOffset, zoneOfRules } from './zone-rules';

/** A zone of an item as records have it. */
export interface ItemZone {
	/** IANA name. */
	timeZone: string;
	/** Id as the server gave it, where it is none that is known and the zone is a guess. */
	unknownZone?: string;
}

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
	const found = zonesOfWindows().get(windowsId);
	if (found === undefined) return undefined;
	return windowsZone(fallback) === windowsId ? fallback : currentName(found);
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
	return zoneOfOffset(minutes, fallback);
}

/** Whether two IANA names are the same to Exchange, which knows Windows zones only. */
export function sameWindowsZone(one: string, other: string): boolean {
	return one === other || (windowsZone(one) !== undefined && windowsZone(one) === windowsZone(other));
}

/** Windows id of a zone, for writing. @throws RecordError with field `timeZone` */
export function windowsZoneOf(zone: string): string {
	const found = windowsZone(zone);
	if (found !== undefined) return found;
	throw new RecordError('timeZone', zone, ianaZone(zone) === undefined ? 'an IANA time zone such as Europe/Zurich' : 'a time zone that Windows has, too, as Exchange keeps no others');
}
