import { EwsError } from '../operations/errors.mts';
import { child, childText, type XmlElement } from '../xml/element.mts';
import { element, leaf, type Xml } from '../xml/write.mts';
import { formatDay, midnightOf, parseDay, type DayNumber } from './civil-date.mts';
import {
	checkRecurrence,
	DAY_INDEXES,
	MONTHS,
	RecurrenceRefused,
	REGENERATION_UNITS,
	WEEKDAYS,
	type DayIndex,
	type DayKind,
	type FixedPattern,
	type MonthName,
	type Recurrence,
	type RecurrencePattern,
	type RecurrenceRange,
	type Weekday,
} from './recurrence-pattern.mts';
import { toInstant, type TimeZone } from './time-zone.mts';

function invalid(message: string): EwsError {
	return new EwsError('ErrorCalendarInvalidRecurrence', { text: message });
}

function number(pattern: XmlElement, name: string): number {
	const text = childText(pattern, name)?.trim();
	if (text === undefined || !/^-?\d+$/.test(text)) throw invalid(`${name} is missing or no number.`);
	return Number(text);
}

function oneOf<T extends string>(pattern: XmlElement, name: string, allowed: readonly T[]): T {
	const text = childText(pattern, name)?.trim();
	const found = allowed.find((value) => value === text);
	if (found === undefined) throw invalid(`${name} is missing or unknown.`);
	return found;
}

const DAY_KINDS: readonly DayKind[] = [...WEEKDAYS, 'Day', 'Weekday', 'WeekendDay'];

function weekdays(pattern: XmlElement): Weekday[] {
	const names = (childText(pattern, 'DaysOfWeek') ?? '').split(/\s+/).filter((name) => name !== '');
	const found = WEEKDAYS.filter((day) => names.includes(day));
	if (found.length === 0 || names.some((name) => !WEEKDAYS.includes(name as Weekday))) {
		throw new EwsError('ErrorCalendarInvalidDayForWeeklyRecurrence', { text: 'A weekly recurrence takes days from Sunday to Saturday.' });
	}
	return found;
}

function relative(pattern: XmlElement): { dayOfWeek: DayKind; dayIndex: DayIndex } {
	return { dayOfWeek: oneOf(pattern, 'DaysOfWeek', DAY_KINDS), dayIndex: oneOf(pattern, 'DayOfWeekIndex', DAY_INDEXES) };
}

function readPattern(pattern: XmlElement): RecurrencePattern {
	switch (pattern.name) {
		case 'DailyRecurrence':
			return { kind: 'Daily', interval: number(pattern, 'Interval') };
		case 'WeeklyRecurrence':
			return {
				kind: 'Weekly',
				interval: number(pattern, 'Interval'),
				daysOfWeek: weekdays(pattern),
				firstDayOfWeek: child(pattern, 'FirstDayOfWeek') ? oneOf<Weekday>(pattern, 'FirstDayOfWeek', WEEKDAYS) : 'Sunday',
			};
		case 'AbsoluteMonthlyRecurrence':
			return { kind: 'AbsoluteMonthly', interval: number(pattern, 'Interval'), dayOfMonth: number(pattern, 'DayOfMonth') };
		case 'RelativeMonthlyRecurrence':
			return { kind: 'RelativeMonthly', interval: number(pattern, 'Interval'), ...relative(pattern) };
		case 'AbsoluteYearlyRecurrence':
			return { kind: 'AbsoluteYearly', month: oneOf<MonthName>(pattern, 'Month', MONTHS), dayOfMonth: number(pattern, 'DayOfMonth') };
		case 'RelativeYearlyRecurrence':
			return { kind: 'RelativeYearly', month: oneOf<MonthName>(pattern, 'Month', MONTHS), ...relative(pattern) };
		default: {
			const unit = REGENERATION_UNITS.find((name) => pattern.name === `${name}Regeneration`);
			if (!unit) throw invalid(`Unknown recurrence pattern ${pattern.name}.`);
			return { kind: 'Regeneration', unit, interval: number(pattern, 'Interval') };
		}
	}
}

function date(range: XmlElement, name: string): DayNumber {
	const day = parseDay(childText(range, name) ?? '');
	if (day === undefined) throw invalid(`${name} is missing or no date.`);
	return day;
}

function readRange(range: XmlElement): RecurrenceRange {
	const startDate = date(range, 'StartDate');
	switch (range.name) {
		case 'NoEndRecurrence':
			return { kind: 'NoEnd', startDate };
		case 'EndDateRecurrence':
			return { kind: 'EndDate', startDate, endDate: date(range, 'EndDate') };
		case 'NumberedRecurrence':
			return { kind: 'Numbered', startDate, count: number(range, 'NumberOfOccurrences') };
		default:
			throw invalid(`Unknown recurrence range ${range.name}.`);
	}
}

/** The refusal of a recurrence as the answer of the item. */
export function refusing<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		if (error instanceof RecurrenceRefused) throw new EwsError(error.code, { text: error.message });
		throw error;
	}
}

/**
 * Reads `t:Recurrence` of a task, regeneration patterns included.
 * @throws EwsError ErrorCalendarInvalidRecurrence and the other codes of {@link checkRecurrence}
 */
export function readTaskRecurrence(recurrence: XmlElement): Recurrence<RecurrencePattern> {
	const [pattern, range] = recurrence.children;
	if (!pattern || !range) throw invalid('A recurrence has a pattern and a range.');
	const read = { pattern: readPattern(pattern), range: readRange(range) };
	refusing(() => checkRecurrence(read));
	return read;
}

/** Reads `t:Recurrence` of a calendar item; @throws EwsError as {@link readTaskRecurrence} */
export function readRecurrence(recurrence: XmlElement): Recurrence {
	const read = readTaskRecurrence(recurrence);
	if (read.pattern.kind === 'Regeneration') throw invalid('Calendar items do not regenerate.');
	return { pattern: read.pattern, range: read.range };
}

function writeRelative(pattern: { dayOfWeek: DayKind; dayIndex: DayIndex }): Xml {
	return leaf('t:DaysOfWeek', pattern.dayOfWeek) + leaf('t:DayOfWeekIndex', pattern.dayIndex);
}

function writeFixedPattern(pattern: FixedPattern, withFirstDay: boolean): Xml {
	switch (pattern.kind) {
		case 'Daily':
			return element('t:DailyRecurrence', leaf('t:Interval', pattern.interval));
		case 'Weekly':
			return element(
				't:WeeklyRecurrence',
				leaf('t:Interval', pattern.interval) +
					leaf('t:DaysOfWeek', pattern.daysOfWeek.join(' ')) +
					(withFirstDay ? leaf('t:FirstDayOfWeek', pattern.firstDayOfWeek) : ''),
			);
		case 'AbsoluteMonthly':
			return element('t:AbsoluteMonthlyRecurrence', leaf('t:Interval', pattern.interval) + leaf('t:DayOfMonth', pattern.dayOfMonth));
		case 'RelativeMonthly':
			return element('t:RelativeMonthlyRecurrence', leaf('t:Interval', pattern.interval) + writeRelative(pattern));
		case 'AbsoluteYearly':
			return element('t:AbsoluteYearlyRecurrence', leaf('t:DayOfMonth', pattern.dayOfMonth) + leaf('t:Month', pattern.month));
		case 'RelativeYearly':
			return element('t:RelativeYearlyRecurrence', writeRelative(pattern) + leaf('t:Month', pattern.month));
	}
}

function writeRange(range: RecurrenceRange, suffix: string): Xml {
	const start = leaf('t:StartDate', `${formatDay(range.startDate)}${suffix}`);
	switch (range.kind) {
		case 'NoEnd':
			return element('t:NoEndRecurrence', start);
		case 'EndDate':
			return element('t:EndDateRecurrence', start + leaf('t:EndDate', `${formatDay(range.endDate)}${suffix}`));
		case 'Numbered':
			return element('t:NumberedRecurrence', start + leaf('t:NumberOfOccurrences', range.count));
	}
}

function offsetSuffix(zone: TimeZone, day: DayNumber): string {
	const minutes = zone.offsetAt(toInstant(zone, midnightOf(day)));
	const absolute = Math.abs(minutes);
	return `${minutes < 0 ? '-' : '+'}${String(Math.floor(absolute / 60)).padStart(2, '0')}:${String(absolute % 60).padStart(2, '0')}`;
}

/**
 * Writes `t:Recurrence`. Exchange puts the zone's offset behind the dates (`2026-03-02+01:00`), which changes with daylight saving and means
 * nothing; UTC is written `+00:00`. FirstDayOfWeek is known from Exchange2010_SP1 on.
 */
export function writeRecurrence(recurrence: Recurrence<RecurrencePattern>, zone: TimeZone, serverVersion: string): Xml {
	const { pattern, range } = recurrence;
	const written =
		pattern.kind === 'Regeneration'
			? element(`t:${pattern.unit}Regeneration`, leaf('t:Interval', pattern.interval))
			: writeFixedPattern(pattern, !['Exchange2007', 'Exchange2007_SP1', 'Exchange2010'].includes(serverVersion));
	return element('t:Recurrence', written + writeRange(range, offsetSuffix(zone, range.startDate)));
}
