import { z } from 'zod';
import { body, type FieldReader, line, LONGEST_LIST, oneOf, readShape, truth, wholeNumber, withoutUndefined } from './accepted-forms';
import type { BusyStatus, OccurrenceTimes, Recurrence, SeriesException } from './appointment';
import { dateOf, daysAfter, instantOf, isPlainDate, localTimeOf } from './point-in-time';
import { RecordError } from './record-error';
import { parsedRule, ruleText } from './recurrence-rule';
import { firstOccurrence, lastDayOf, type SeriesAnchor, startsOutsideSeries } from './series-occurrences';

export const BUSY_STATES: readonly BusyStatus[] = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere'];
/** Most minutes between reminder and start: four years, far above what Outlook offers. */
export const MOST_REMINDER_MINUTES = 4 * 366 * 24 * 60;

/**
 * Reads a recurrence: `{ rrule, exceptions, deleted }`, or the rule alone as text, or as the one text of a list (as Google Calendar has it). Absent, empty: none.
 * An original start may be given as a plain date for the occurrence of that day.
 *
 * @param anchor the series' start; `end` in the same form
 * @throws RecordError for a rule that is none or gives no occurrence, and for exceptions and deletions that the rule does not give
 */
export function checkRecurrence(value: unknown, anchor: SeriesAnchor & { end: string }): Recurrence | undefined {
	const input = recurrenceInput(value);
	if (input === undefined) return undefined;
	const start = originalStart(anchor);
	const read = readShape(z.object({ recurrence: z.object({ rrule: line('', 4000), exceptions: list(exception(anchor)), deleted: list(requiredStart(start)) }) }), { recurrence: input }).recurrence;
	if (read.rrule.trim() === '') throw new RecordError('recurrence.rrule', input.rrule, 'an RFC 5545 rule such as FREQ=WEEKLY;BYDAY=MO');
	const rule = parsedRule(read.rrule, (until) => lastDayOf(until, anchor));
	if (firstOccurrence(rule, anchor) === undefined) throw new RecordError('recurrence.rrule', read.rrule, `a rule with an occurrence on or after the start ${anchor.start}`);

	const exceptions = read.exceptions.map((entry) => completeException(entry, anchor)).sort((a, b) => order(a.originalStart, b.originalStart));
	const deleted = [...new Set(read.deleted)].sort(order);
	const twice = exceptions.find((entry, index) => entry.originalStart === exceptions[index - 1]?.originalStart || deleted.includes(entry.originalStart));
	if (twice !== undefined) throw new RecordError('recurrence.exceptions', twice.originalStart, 'an occurrence that is changed once and not deleted');
	refuseForeignStarts(rule, anchor, 'recurrence.exceptions', exceptions.map((entry) => entry.originalStart));
	refuseForeignStarts(rule, anchor, 'recurrence.deleted', deleted);
	return { rrule: ruleText(rule), exceptions, deleted };
}

function refuseForeignStarts(rule: Parameters<typeof startsOutsideSeries>[0], anchor: SeriesAnchor, where: string, starts: readonly string[]): void {
	const foreign = startsOutsideSeries(rule, anchor, starts)[0];
	if (foreign !== undefined) throw new RecordError(where, foreign, `the original start of an occurrence of ${ruleText(rule)} from ${anchor.start} (${anchor.timeZone})`);
}

function recurrenceInput(value: unknown): { rrule: unknown; exceptions?: unknown; deleted?: unknown } | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	if (typeof value === 'string') return { rrule: value };
	if (Array.isArray(value)) {
		if (value.length === 0) return undefined;
		if (value.length === 1 && typeof value[0] === 'string') return { rrule: value[0] };
	} else if (typeof value === 'object' && 'rrule' in value) {
		return value.rrule === undefined || value.rrule === null || value.rrule === '' ? undefined : value;
	}
	throw new RecordError('recurrence', value, 'an object with rrule, exceptions and deleted, or an RFC 5545 rule');
}

function list<T>(entry: FieldReader<T>): FieldReader<T[]> {
	return z.preprocess(
		(value) => (value === undefined || value === null || value === '' ? [] : typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
		z
			.unknown()
			.superRefine((value, context) => {
				if (!Array.isArray(value) || value.length > LONGEST_LIST) {
					context.addIssue({ code: z.ZodIssueCode.custom, message: `a list of at most ${LONGEST_LIST} entries`, params: { part: value }, fatal: true });
				}
			})
			.pipe(z.array(entry)),
	);
}

type ReadStart = (value: unknown) => string | undefined;

/** Reads an original start; a plain date in a timed series is the occurrence of that day. */
function originalStart(anchor: SeriesAnchor): ReadStart {
	if (anchor.allDay) return (value) => dateOf(value, anchor.timeZone);
	const timeOfDay = localTimeOf(anchor.start, anchor.timeZone)?.slice(10) ?? '';
	return (value) => instantOf(isPlainDate(value) ? `${String(value).trim()}${timeOfDay}` : value, anchor.timeZone);
}

function requiredStart(read: ReadStart): FieldReader<string> {
	return z.unknown().transform((value, context) => {
		const start = read(value);
		if (start !== undefined) return start;
		context.addIssue({ code: z.ZodIssueCode.custom, message: 'the original start of an occurrence', params: { part: value } });
		return z.NEVER;
	});
}

function exception(anchor: SeriesAnchor): FieldReader<SeriesException> {
	return z
		.object({
			originalStart: requiredStart(originalStart(anchor)),
			subject: line(undefined),
			allDay: truth(undefined),
			start: z.unknown(),
			end: z.unknown(),
			location: line(undefined),
			text: body(undefined),
			busyStatus: oneOf(BUSY_STATES, undefined),
			// Null says "no reminder" here, where the series may have one; only a missing field is the series' own.
			reminderMinutes: z.unknown().transform((value, context) => {
				if (value === undefined || value === null) return value;
				const minutes = wholeNumber(null, 0, MOST_REMINDER_MINUTES).safeParse(value);
				if (minutes.success) return minutes.data;
				for (const issue of minutes.error.issues) context.addIssue(issue);
				return z.NEVER;
			}),
		})
		.transform(({ allDay, start, end, ...words }, context) => ({ ...withoutUndefined(words), ...occurrenceTimes({ allDay, start, end }, anchor, context) }));
}

/** Times of an exception, in the form that it says itself, else in that of its series. One of whole days is one day long where it has no end. */
function occurrenceTimes({ allDay: said, start, end }: { allDay: boolean | undefined; start?: unknown; end?: unknown }, anchor: SeriesAnchor, context: z.RefinementCtx): OccurrenceTimes {
	const allDay = said ?? anchor.allDay;
	const refuse = (name: 'start' | 'end', part: unknown): never => {
		const right = allDay ? 'a date such as 2026-03-02 (one that has times says allDay: false)' : 'a time such as 2026-03-02T09:00:00+01:00 (one of whole days says allDay: true)';
		context.addIssue({ code: z.ZodIssueCode.custom, message: right, params: { part }, path: [name] });
		return z.NEVER;
	};
	const read = (name: 'start' | 'end', value: unknown): string | undefined => {
		if (value === undefined || value === null) return undefined;
		const time = allDay ? dateOf(value, anchor.timeZone) : instantOf(value, anchor.timeZone);
		if (time === undefined) refuse(name, value);
		return time;
	};
	const own = { start: read('start', start), end: read('end', end) };
	if (allDay === anchor.allDay) return withoutUndefined(own);
	if (own.start === undefined) return refuse('start', start);
	const to = own.end ?? (allDay ? daysAfter(own.start, 1) : undefined);
	return to === undefined ? refuse('end', end) : { allDay, start: own.start, end: to };
}

/** A moved occurrence whose end is not given keeps the series' length; its end is written down, so that it stands for itself. */
function completeException(entry: SeriesException, anchor: SeriesAnchor & { end: string }): SeriesException {
	const { allDay = anchor.allDay } = entry;
	const start = entry.start ?? entry.originalStart;
	const end = entry.end ?? new Date(Date.parse(start) + Date.parse(anchor.end) - Date.parse(anchor.start)).toISOString();
	const inForm = allDay ? end.slice(0, 10) : `${end.slice(0, 19)}Z`;
	if (inForm < start || (allDay && inForm === start)) throw new RecordError('recurrence.exceptions', inForm, `an end after the start ${start}`);
	return entry.start !== undefined && entry.end === undefined ? { ...entry, end: inForm } : entry;
}

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
