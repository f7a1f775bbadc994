import { DateTime } from 'luxon';

/** First and last year of a record: what MAPI's PtypTime begins with (MS-OXCDATA 2.11.1) and Outlook's calendar ends with. */
export const FIRST_YEAR = 1601;
export const LAST_YEAR = 4500;

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T\s](\d{2}:\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/i;
const PLAIN_DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads an instant: RFC 3339 with an offset, a local time without one (read in `zone`, also with a blank for the `T`), a `Date`, a luxon `DateTime`.
 * A local time that a change to daylight saving skips moves forward by the gap; one that occurs twice is the first (RFC 5545, 3.3.5).
 *
 * @param zone IANA name
 * @returns RFC 3339 in UTC, whole seconds, e.g. `2026-03-02T08:00:00Z`; undefined for anything else, also for a plain date
 */
export function instantOf(value: unknown, zone: string): string | undefined {
	const written = writtenTime(value);
	if (written === undefined) return undefined;
	const { date, time, offset } = written;
	if (offset !== '') return utcText(DateTime.fromISO(`${date}T${time}${offset}`, { zone: 'utc' }));
	return utcText(firstOf(DateTime.fromISO(`${date}T${time}`, { zone })));
}

/** The first of two equal local times (RFC 5545, 3.3.5): luxon picks one of them by the offset of the present moment. */
export function firstOf(local: DateTime): DateTime {
	return local.isValid ? (local.getPossibleOffsets()[0] ?? local) : local;
}

/**
 * Reads a date: a plain date, or a time at midnight, either as it is written or in `zone`. Databases hand dates over like that.
 *
 * @returns `YYYY-MM-DD`; undefined for anything else, also for any other time of day
 */
export function dateOf(value: unknown, zone: string): string | undefined {
	const text = textOf(value);
	if (text !== undefined && PLAIN_DATE.test(text)) return inRange(DateTime.fromISO(text, { zone: 'utc' }))?.toFormat('yyyy-MM-dd');
	const written = writtenTime(value);
	if (written?.time === '00:00:00') return dateOf(written.date, zone);
	return dayBegunAt(value, zone);
}

/** The day whose first moment in a zone this is: its midnight or, where the clocks skip that, the first time they show. */
export function dayBegunAt(value: unknown, zone: string): string | undefined {
	const local = localTimeOf(value, zone);
	if (local === undefined) return undefined;
	const day = local.slice(0, 10);
	return local.endsWith('T00:00:00') || instantOf(`${day}T00:00:00`, zone) === instantOf(value, zone) ? day : undefined;
}

/** Reads the day: as {@link dateOf}, and of any other time the day on which it falls in `zone`. */
export function dayOf(value: unknown, zone: string): string | undefined {
	return dateOf(value, zone) ?? localTimeOf(value, zone)?.slice(0, 10);
}

/** Whether a value is a plain date without a time. */
export function isPlainDate(value: unknown): boolean {
	return typeof value === 'string' && PLAIN_DATE.test(value.trim());
}

/** The wall clock at an instant in a zone, e.g. `2026-03-02T09:00:00`; undefined where the value is no instant. */
export function localTimeOf(value: unknown, zone: string): string | undefined {
	const instant = instantOf(value, zone);
	return instant === undefined ? undefined : DateTime.fromISO(instant, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
}

/** The date some days later. */
export function daysAfter(date: string, days: number): string {
	return DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toFormat('yyyy-MM-dd');
}

function writtenTime(value: unknown): { date: string; time: string; offset: string } | undefined {
	const match = DATE_TIME.exec(textOf(value) ?? '');
	if (match === null) return undefined;
	const [, date = '', minutes = '', seconds = '00', offset = ''] = match;
	return { date, time: `${minutes}:${seconds}`, offset: offset.toUpperCase() };
}

/** Dates come as objects where a node hands them on without making JSON of them, and from another realm where a sandbox made them. */
function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value.trim();
	if (typeof value !== 'object' || value === null) return undefined;
	if (Object.prototype.toString.call(value) === '[object Date]') {
		const time = Number(value);
		return Number.isNaN(time) ? undefined : new Date(time).toISOString();
	}
	if ('toISO' in value && typeof value.toISO === 'function') {
		const text: unknown = value.toISO();
		return typeof text === 'string' ? text : undefined;
	}
	return undefined;
}

function utcText(time: DateTime): string | undefined {
	return inRange(time.toUTC())?.toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
}

function inRange(time: DateTime): DateTime | undefined {
	return time.isValid && time.year >= FIRST_YEAR && time.year <= LAST_YEAR ? time : undefined;
}
