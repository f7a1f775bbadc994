/**
 * Plain dates and wall-clock times without any zone. A date is a day number (days since 1970-01-01, proleptic Gregorian); a wall-clock
 * time is the number of milliseconds a UTC clock would show for the same digits. Both are plain numbers, so arithmetic on them never meets
 * a daylight-saving change.
 */

export const MILLISECONDS_PER_MINUTE = 60_000;
export const MILLISECONDS_PER_DAY = 86_400_000;

/** Days since 1970-01-01. */
export type DayNumber = number;
/** What a clock on the wall shows, as the milliseconds a UTC clock would count for the same digits. */
export type WallClock = number;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export interface CivilDate {
	year: number;
	/** 1 to 12. */
	month: number;
	/** 1 to 31. */
	day: number;
}

/** Day number of a date; month may be outside 1..12 and is carried into the year. */
export function dayNumber(year: number, month: number, day: number): DayNumber {
	return Math.floor(Date.UTC(year, month - 1, day) / MILLISECONDS_PER_DAY);
}

export function civilDate(day: DayNumber): CivilDate {
	const date = new Date(day * MILLISECONDS_PER_DAY);
	return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function daysInMonth(year: number, month: number): number {
	return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 0 (Sunday) to 6 (Saturday). */
export function weekdayOf(day: DayNumber): number {
	return (((day + 4) % 7) + 7) % 7;
}

/** The date a wall clock shows. */
export function dayOf(wallClock: WallClock): DayNumber {
	return Math.floor(wallClock / MILLISECONDS_PER_DAY);
}

/** Milliseconds since midnight on the wall clock. */
export function timeOfDay(wallClock: WallClock): number {
	return wallClock - dayOf(wallClock) * MILLISECONDS_PER_DAY;
}

export function midnightOf(day: DayNumber): WallClock {
	return day * MILLISECONDS_PER_DAY;
}

/** `YYYY-MM-DD`. */
export function formatDay(day: DayNumber): string {
	return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

/** `YYYY-MM-DDTHH:MM:SS`. */
export function formatWallClock(wallClock: WallClock): string {
	return new Date(wallClock).toISOString().slice(0, 19);
}

/** Instant as xs:dateTime in UTC with whole seconds, the form Exchange answers in. */
export function formatInstant(instant: Instant): string {
	return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** Reads `YYYY-MM-DD` with an optional zone suffix, which xs:date allows and which Exchange ignores; undefined when it is no date. */
export function parseDay(text: string): DayNumber | undefined {
	const match = /^(\d{4})-(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2})?$/.exec(text.trim());
	if (!match) return undefined;
	const day = dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
	return formatDay(day) === `${match[1]}-${match[2]}-${match[3]}` ? day : undefined;
}

/** As {@link parseDay}; throws where it is no date. */
export function dayFrom(text: string): DayNumber {
	const day = parseDay(text);
	if (day === undefined) throw new RangeError(`${text} is no date`);
	return day;
}

/** An xs:dateTime as it was written: digits, and the offset in minutes when the text names one. */
export interface DateTimeText {
	wallClock: WallClock;
	/** Minutes east of UTC; undefined: the text names no zone. */
	offsetMinutes?: number;
}

/** Reads an xs:dateTime (a plain date counts as its midnight); undefined when it is none. */
export function parseDateTime(text: string): DateTimeText | undefined {
	const trimmed = text.trim();
	const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?$/.exec(trimmed);
	if (!match) return undefined;
	const day = parseDay(match[1] ?? '');
	if (day === undefined) return undefined;
	const [hours, minutes, seconds] = [Number(match[2] ?? 0), Number(match[3] ?? 0), Number(match[4] ?? 0)];
	if (hours > 24 || minutes > 59 || seconds > 59) return undefined;
	const wallClock = midnightOf(day) + ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number((match[5] ?? '0').padEnd(3, '0').slice(0, 3));
	const zone = match[6];
	if (zone === undefined) return { wallClock };
	if (zone === 'Z') return { wallClock, offsetMinutes: 0 };
	const sign = zone.startsWith('-') ? -1 : 1;
	return { wallClock, offsetMinutes: sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) };
}

/** Reads the xs:duration forms that Bias, Offset and TimeOffset take (`-PT60M`, `PT2H`, `P0DT2H0M0.0S`); minutes, or undefined. */
export function parseDurationMinutes(text: string): number | undefined {
	const match = /^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text.trim());
	if (!match) return undefined;
	const minutes = Number(match[2] ?? 0) * 1440 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0) + Number(match[5] ?? 0) / 60;
	return match[1] === '-' ? -minutes : minutes;
}

/** xs:duration of whole minutes, as Exchange writes it: `-PT60M` is written `-PT1H`. */
export function formatDuration(minutes: number): string {
	if (minutes === 0) return 'PT0S';
	const absolute = Math.abs(minutes);
	const [days, hours, rest] = [Math.floor(absolute / 1440), Math.floor((absolute % 1440) / 60), absolute % 60];
	const time = `${hours ? `${hours}H` : ''}${rest ? `${rest}M` : ''}`;
	return `${minutes < 0 ? '-' : ''}P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}
