import type { AppointmentRecord, Recurrence, SeriesException } from './appointment';
import { canonicalText } from './canonical-fields';

/** A few lines (When, Where, in the sender's language), closed by `*~*~*~*~*~*~*~*~*~*`. */
const METADATA = /^(?:[^\n]{0,500}\n){0,12}?[ \t]*(?:\*~){4,}\*?[ \t]*(?:\n+|$)/;

/** A meeting's text without the block that Exchange puts in front of it for recipients (rule `meeting-metadata`). */
export function textWithoutMetadata(text: string): string {
	return text.replace(METADATA, '');
}

/** A meeting without that block in its text and in those of its exceptions; the very same where none has one. */
export function withoutMeetingMetadata(meeting: AppointmentRecord): AppointmentRecord {
	const { recurrence } = meeting;
	const texts = [meeting.text, ...(recurrence?.exceptions ?? []).flatMap(({ text }) => text ?? [])];
	if (!texts.some((text) => METADATA.test(text))) return meeting;
	const text = textWithoutMetadata(meeting.text);
	if (recurrence === undefined) return { ...meeting, text };
	const exceptions = recurrence.exceptions.flatMap((exception): SeriesException[] => {
		const { text: own, ...rest } = exception;
		if (own === undefined) return [exception];
		const told = textWithoutMetadata(own);
		if (!sameText(told, text)) return [{ ...rest, text: told }];
		return Object.keys(rest).length === 1 ? [] : [rest];
	});
	return { ...meeting, text, recurrence: { ...recurrence, exceptions } };
}

/** A record that may have been handed out without that block: with the stored texts where it says nothing else than they do without it, so that they stay as they are. */
export function withMetadataOf(stored: AppointmentRecord, record: AppointmentRecord): AppointmentRecord {
	const told = withoutMeetingMetadata(stored);
	if (told === stored) return record;
	const text = sameText(record.text, told.text) ? stored.text : record.text;
	if (record.recurrence === undefined || stored.recurrence === undefined) return { ...record, text };
	return { ...record, text, recurrence: { ...record.recurrence, exceptions: exceptionsWithMetadata(stored, stored.recurrence, record, record.recurrence) } };
}

function exceptionsWithMetadata(stored: AppointmentRecord, { exceptions: present }: Recurrence, record: AppointmentRecord, { exceptions, deleted }: Recurrence): SeriesException[] {
	const storedTexts = new Map(present.map(({ originalStart, text }) => [originalStart, text ?? stored.text]));
	const named = new Set([...deleted, ...exceptions.map(({ originalStart }) => originalStart)]);
	// One that differed in that block alone was handed out as none.
	const unnamed = present.filter(({ originalStart, text }) => text !== undefined && !named.has(originalStart)).map(({ originalStart }): SeriesException => ({ originalStart }));
	return [...exceptions, ...unnamed].sort((one, other) => (one.originalStart < other.originalStart ? -1 : 1)).flatMap((exception): SeriesException[] => {
		const own = storedTexts.get(exception.originalStart) ?? stored.text;
		if (sameText(exception.text ?? record.text, textWithoutMetadata(own))) return [{ ...exception, text: own }];
		return Object.keys(exception).length === 1 ? [] : [exception];
	});
}

function sameText(one: string, other: string): boolean {
	return canonicalText(one) === canonicalText(other);
}
