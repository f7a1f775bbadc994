import type { RecordKind } from './common-fields';
import type { ExchangeRecord } from './record';

/** Longest subject in a title, in characters; a longer one is cut and ends in an ellipsis. */
export const LONGEST_TITLE = 80;

const NO_SUBJECT = '(no subject)';

/**
 * What a person recognises an item by, for messages and outcomes.
 *
 * `subject` stands on one line and has at most {@link LONGEST_TITLE} characters; `(no subject)` where there is none. `date` has the form of the record's
 * own field: an appointment's start, a task's due date (else its start date), the time an email was received (else sent); empty where there is none.
 */
export function recordTitle(record: ExchangeRecord): { subject: string; date: string } {
	return { subject: shortSubject(record.subject), date: titleDate(record) };
}

/** The same of a record as another system sent it, which may be wrong in every field: empty where nothing can be told. */
export function titleAsSent(kind: RecordKind, record: Readonly<Record<string, unknown>>): { subject: string; date: string } {
	const said = (field: string): string => (typeof record[field] === 'string' ? record[field].trim() : '');
	const dates: Record<RecordKind, string> = { email: said('receivedAt') || said('sentAt'), appointment: said('start'), task: said('dueDate') || said('startDate') };
	const date = dates[kind];
	return { subject: said('subject') === '' ? '' : shortSubject(said('subject')), date: date.length <= LONGEST_TITLE ? date : '' };
}

/** A subject as a title has it. */
export function shortSubject(subject: string): string {
	const line = subject.replace(/[\s\p{Cc}]+/gu, ' ').trim();
	if (line === '') return NO_SUBJECT;
	// Counted in code points, so that no emoji is cut in two.
	const characters = Array.from(line.slice(0, LONGEST_TITLE * 2 + 2));
	return characters.length <= LONGEST_TITLE ? line : `${characters.slice(0, LONGEST_TITLE - 1).join('').trimEnd()}…`;
}

function titleDate(record: ExchangeRecord): string {
	switch (record.kind) {
		case 'email':
			return record.receivedAt ?? record.sentAt ?? '';
		case 'appointment':
			return record.start;
		case 'task':
			return record.dueDate ?? record.startDate ?? '';
	}
}
