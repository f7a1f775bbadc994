import { DateTime } from 'luxon';

import { firstOf } from '../../records/point-in-time';
import { dateOf } from './wire-values';

/**
 * The day that a date property of EWS means. Clients store such days as midnight in UTC (MS-OXOTASK) or as midnight of their own zone; the first is
 * taken as it stands, the second is read in `timeZone`, so that neither shifts by a day.
 */
export function dayOf(value: string | undefined, timeZone: string): string | undefined {
	const date = dateOf(value);
	if (value === undefined || date === undefined) return undefined;
	if (!value.includes('T') || /T00:00:00(?:\.0+)?(?:Z|\+00:00)?$/.test(value)) return date;
	const time = DateTime.fromISO(value, { zone: 'utc' }).setZone(timeZone);
	return time.isValid ? time.toISODate() : date;
}

/** Day of an instant in a zone. */
export function localDay(instant: string, timeZone: string): string {
	return DateTime.fromISO(instant, { zone: 'utc' }).setZone(timeZone).toISODate() ?? instant.slice(0, 10);
}

/** Wall-clock time of an instant in a zone, `YYYY-MM-DDTHH:mm:ss`. */
export function localTime(instant: string, timeZone: string): string {
	return DateTime.fromISO(instant, { zone: 'utc' }).setZone(timeZone).toFormat("yyyy-MM-dd'T'HH:mm:ss");
}

/** The instant at which clocks of a zone show `local` (`YYYY-MM-DD` or `YYYY-MM-DDTHH:mm[:ss]`), the first of two (RFC 5545, 3.3.5); a time with an offset keeps its own. */
export function instantIn(local: string, timeZone: string): string {
	const time = DateTime.fromISO(local, { zone: timeZone });
	return (HAS_OFFSET.test(local) ? time : firstOf(time)).toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
}

const HAS_OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/** `day` and so many days. */
export function addDays(day: string, days: number): string {
	return DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() ?? day;
}
