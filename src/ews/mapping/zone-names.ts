/** Names of zones in the language of some client, lower case, as they have been seen in zone ids (Windows' own names and those of eM Client and Evolution). */
export const LOCALISED_NAMES: Readonly<Record<string, string>> = {
	'mitteleuropäische zeit': 'Europe/Berlin',
	'mitteleuropäische normalzeit': 'Europe/Berlin',
	'mitteleuropäische sommerzeit': 'Europe/Berlin',
	'westeuropäische zeit': 'Europe/Lisbon',
	'osteuropäische zeit': 'Europe/Helsinki',
	'westeuropäische normalzeit': 'Europe/Lisbon',
	'osteuropäische normalzeit': 'Europe/Helsinki',
	'koordinierte weltzeit': 'UTC',
	'greenwich zeit': 'Europe/London',
	'heure d’europe centrale': 'Europe/Paris',
	"heure d'europe centrale": 'Europe/Paris',
	'heure normale d’europe centrale': 'Europe/Paris',
	'paris, madrid': 'Europe/Paris',
	'paris, madrid (heure d’été)': 'Europe/Paris',
	'hora de europa central': 'Europe/Madrid',
	'hora estándar romance': 'Europe/Madrid',
	'ora dell’europa centrale': 'Europe/Rome',
	'ora solare europa occidentale': 'Europe/Rome',
	'midden-europese tijd': 'Europe/Amsterdam',
	'west-europa (standaardtijd)': 'Europe/Amsterdam',
	'czas środkowoeuropejski': 'Europe/Warsaw',
	'středoevropský čas': 'Europe/Prague',
	'central european time': 'Europe/Berlin',
	'eastern time (us & canada)': 'America/New_York',
	'central time (us & canada)': 'America/Chicago',
	'mountain time (us & canada)': 'America/Denver',
	'pacific time (us & canada)': 'America/Los_Angeles',
	'eastern time': 'America/New_York',
	'central time': 'America/Chicago',
	'mountain time': 'America/Denver',
	'pacific time': 'America/Los_Angeles',
};

/** Abbreviations as they have been seen in zone ids; those that mean several zones are left out. */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
	CET: 'Europe/Berlin',
	CEST: 'Europe/Berlin',
	MEZ: 'Europe/Berlin',
	MESZ: 'Europe/Berlin',
	WET: 'Europe/Lisbon',
	WEST: 'Europe/Lisbon',
	EET: 'Europe/Helsinki',
	EEST: 'Europe/Helsinki',
	EST: 'America/New_York',
	EDT: 'America/New_York',
	CDT: 'America/Chicago',
	MST: 'America/Denver',
	MDT: 'America/Denver',
	PST: 'America/Los_Angeles',
	PDT: 'America/Los_Angeles',
	JST: 'Asia/Tokyo',
	NZST: 'Pacific/Auckland',
	NZDT: 'Pacific/Auckland',
	AEST: 'Australia/Sydney',
	AEDT: 'Australia/Sydney',
};

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

/** What a zone is called now. */
export function currentName(name: string): string {
	return RENAMED[name] ?? name;
}
