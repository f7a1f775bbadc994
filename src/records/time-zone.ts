import { findIana, findWindows, findIanaAliases, WINDOWS_TO_IANA_MAP } from 'windows-iana';

/** CLDR's territory for the zone that stands for a Windows zone wherever no country is given. */
const WORLD = '001';

/** All names in lower case, with their right spelling. */
interface ZoneNames {
	readonly windows: ReadonlyMap<string, string>;
	readonly iana: ReadonlyMap<string, string>;
}

let known: ZoneNames | undefined;

let worldZones: ReadonlyMap<string, string> | undefined;

/** The IANA zone that CLDR names for each Windows zone, by its id. Made when a Windows zone is first asked for. */
export function zonesOfWindows(): ReadonlyMap<string, string> {
	worldZones ??= new Map(WINDOWS_TO_IANA_MAP.flatMap(({ windowsName, territory, iana }) => (territory === WORLD && iana[0] !== undefined ? [[windowsName, iana[0]] as const] : [])));
	return worldZones;
}

/** Made when a zone is first asked for: a process that reads only emails never loads the mapping. */
function zoneNames(): ZoneNames {
	known ??= {
		windows: new Map(WINDOWS_TO_IANA_MAP.map(({ windowsName }) => [windowsName.toLowerCase(), windowsName])),
		iana: new Map([...WINDOWS_TO_IANA_MAP.flatMap(({ iana }) => iana), ...Intl.supportedValuesOf('timeZone'), 'UTC'].map((name) => [name.toLowerCase(), name])),
	};
	return known;
}

/**
 * The IANA name of a zone given by its IANA or Windows name, whatever the case; the CLDR's choice for a Windows zone that covers several.
 *
 * @returns undefined for a zone that is not known, and for a bare offset, by which no series can recur
 * @see https://cldr.unicode.org/ (windowsZones.xml)
 */
export function ianaZone(name: string): string | undefined {
	const trimmed = name.trim();
	const { windows, iana } = zoneNames();
	const windowsName = windows.get(trimmed.toLowerCase());
	if (windowsName !== undefined && windowsName !== 'UTC') return findIana(windowsName, WORLD)[0];
	const ianaName = iana.get(trimmed.toLowerCase());
	if (ianaName !== undefined) return ianaName;
	return /^[a-z]/i.test(trimmed) && canonicalName(trimmed) !== undefined ? trimmed : undefined;
}

/**
 * The Windows zone that stands for an IANA zone, whatever name it has there. Exchange keeps zones as Windows zones, and many IANA zones share one.
 *
 * @returns undefined where Windows has no such zone: Antarctica/Troll, whose clocks go on by two hours
 */
export function windowsZone(iana: string): string | undefined {
	if (foundZones.has(iana)) return foundZones.get(iana);
	const found = findWindowsZone(iana);
	if (foundZones.size < REMEMBERED_ZONES) foundZones.set(iana, found);
	return found;
}

/** To look through the mapping takes a good part of what it costs to handle an appointment. */
const foundZones = new Map<string, string | undefined>();
/** More than there are zones: a bound for names that somebody makes up. */
const REMEMBERED_ZONES = 1_000;

function findWindowsZone(iana: string): string | undefined {
	const canonical = canonicalName(iana) ?? iana;
	for (const name of [iana, canonical, SINCE_THE_MAPPING[canonical] ?? canonical, ...findIanaAliases(iana)]) {
		const found = findWindows(name)[0];
		if (found !== undefined) return found;
	}
	return undefined;
}

/** What came after the CLDR data of the mapping was made: new names, and new zones, each with one of the same Windows zone (CLDR 48, windowsZones.xml). */
const SINCE_THE_MAPPING: Readonly<Record<string, string>> = {
	'America/Ciudad_Juarez': 'America/Denver',
	'America/Coyhaique': 'America/Punta_Arenas',
	'Europe/Kyiv': 'Europe/Kiev',
};

/** The name under which Node's zone data keeps a zone; undefined for one that it does not have. */
function canonicalName(zone: string): string | undefined {
	try {
		return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
	} catch {
		return undefined;
	}
}
