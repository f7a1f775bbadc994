import { findIana, findWindows, findIanaAliases, WINDOWS_TO_IANA_MAP } from 'windows-iana';

/** CLDR's territory for the zone that stands for a Windows zone wherever no country is given. */
const WORLD = '001';

/** All names in lower case, with their right spelling. */
interface ZoneNames {
	readonly windows: ReadonlyMap<string, string>;
	readonly iana: ReadonlyMap<string, string>;
}

let known: ZoneNames | undefined;

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
	return /^[a-z]/i.test(trimmed) && isSupported(trimmed) ? trimmed : undefined;
}

/**
 * The Windows zone that stands for an IANA zone. Exchange keeps zones as Windows zones, and many IANA zones share one.
 *
 * @returns the IANA name itself where there is no such Windows zone
 */
export function windowsZone(iana: string): string {
	const known = WINDOWS_ZONES.get(iana);
	if (known !== undefined) return known;
	const found = findWindowsZone(iana);
	if (WINDOWS_ZONES.size < REMEMBERED_ZONES) WINDOWS_ZONES.set(iana, found);
	return found;
}

/** To look through the mapping takes a good part of what it costs to handle an appointment. */
const WINDOWS_ZONES = new Map<string, string>();
/** More than there are zones: a bound for names that somebody makes up. */
const REMEMBERED_ZONES = 1_000;

function findWindowsZone(iana: string): string {
	const canonical = isSupported(iana) ? new Intl.DateTimeFormat('en', { timeZone: iana }).resolvedOptions().timeZone : iana;
	for (const name of [iana, canonical, RENAMED_ZONES[iana] ?? iana, ...findIanaAliases(iana)]) {
		const found = findWindows(name)[0];
		if (found !== undefined) return found;
	}
	return canonical;
}

/** Zones that the tz database renamed after the CLDR data of the mapping was made. */
const RENAMED_ZONES: Readonly<Record<string, string>> = { 'Europe/Kyiv': 'Europe/Kiev' };

function isSupported(zone: string): boolean {
	try {
		return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
	} catch {
		return false;
	}
}
