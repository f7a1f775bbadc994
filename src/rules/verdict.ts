import { recordTitle, titleAsSent } from '../records/record-title';
import type { ExchangeRecord } from '../records/record';
import type { RecordKind } from '../records/common-fields';
import type { RuleId } from './catalogue';

/** Whether an item takes part in the sync, and if not, by which rule and in words for a person. */
export type Verdict = { sync: true } | { sync: false; rule: RuleId; message: string };

/** It takes part. */
export const SYNCED: Verdict = Object.freeze({ sync: true });

const KIND_WORDS: Record<RecordKind, string> = { email: 'Email', appointment: 'Appointment', task: 'Task' };

/** How a message names an item, e.g. `Email "Offer" (2026-03-02)`. */
export function namedItem(record: ExchangeRecord): string {
	const noun = record.kind === 'appointment' && record.recurrence !== undefined ? 'Series' : KIND_WORDS[record.kind];
	return named(noun, recordTitle(record));
}

/** How a message names a record that was refused before it could be read as an item, e.g. `Task "Call" (2026-03-06)`, or `A task` where it says nothing of itself. */
export function namedAsSent(kind: RecordKind, record: Readonly<Record<string, unknown>>): string {
	return namedByTitle(kind, titleAsSent(kind, record));
}

/** How a message names an item of which nothing but subject and date is known, each empty where it is not. */
export function namedByTitle(kind: RecordKind, { subject, date }: { subject: string; date: string }): string {
	if (subject === '' && date === '') return `${kind === 'task' ? 'A' : 'An'} ${kind}`;
	return named(KIND_WORDS[kind], { subject, date });
}

function named(noun: string, { subject, date }: { subject: string; date: string }): string {
	return `${noun}${subject === '' ? '' : ` "${subject}"`}${date === '' ? '' : ` (${date})`}`;
}

/**
 * It is left out by `rule`.
 *
 * @param reason what follows the item's name in the sentence, without the full stop: `is a draft and is not synced`
 */
export function leftOut(rule: RuleId, record: ExchangeRecord, reason: string): Verdict {
	return { sync: false, rule, message: `${namedItem(record)} ${reason}.` };
}

/** The first verdict that leaves the item out, else {@link SYNCED}. */
export function firstExclusion(...verdicts: readonly Verdict[]): Verdict {
	return verdicts.find((verdict) => !verdict.sync) ?? SYNCED;
}
