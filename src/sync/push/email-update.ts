import type { RecordKind } from '../../records/common-fields';
import { contentHash, differingFields } from '../../records/content-hash';
import type { EmailRecord } from '../../records/email';
import { htmlBodyOf } from '../../records/email-body';
import { isFlagAsSaid } from '../../records/email-flag';
import type { RecordOf } from '../../records/record';
import { namedItem } from '../../rules/verdict';
import type { StoredItem } from '../mailbox';
import { keptOutcome, type WrittenOver } from './kept-fields';
import { type PushJob, writtenOver } from './push-job';

/**
 * What an update makes of an email. Once a mail is there its people, dates, sensitivity and attachments are history to Exchange, as is the text of a signed or
 * encrypted one; the rest can be written.
 */
export interface EmailUpdate {
	/** Content hash of what Exchange has afterwards. */
	storedHash: string;
	/** Whether that is sure without looking: bodies Exchange writes in its own way, to flags it may add a day, and Exchange 2010 has none. */
	isKnown: boolean;
	/** Whether anything is another than before. */
	isChange: boolean;
	/** Fields of which the record says what Exchange does not let be changed. */
	kept: string[];
}

/** What comes of writing a job's record over a stored one; undefined where it is no email. */
export function emailUpdate(job: PushJob, item: StoredItem): EmailUpdate | undefined {
	const said = writtenOver(job, item);
	const stored = item.record;
	if (said.kind !== 'email' || stored.kind !== 'email') return undefined;
	const after = emailAfter(stored, said);
	const changed = differingFields(stored, after);
	return {
		storedHash: contentHash(after),
		isKnown: !changed.includes('text') && !changed.includes('flag'),
		isChange: changed.length > 0,
		kept: differingFields(said, after).filter((field) => field !== 'flag' && !job.unmentioned.includes(field)),
	};
}

function emailAfter(stored: EmailRecord, said: EmailRecord): EmailRecord {
	const { subject, isRead, importance, categories, text } = said;
	const html = htmlBodyOf(said);
	const flag = isFlagAsSaid(stored.flag, said.flag) ? stored.flag : said.flag;
	const isSealed = stored.encryption !== 'none' || stored.signature !== 'none' || said.mime !== undefined;
	const { text: storedText, html: storedHtml, ...rest } = stored;
	const body = isSealed || (text === undefined && html === undefined) ? { text: storedText, html: storedHtml } : { text, html };
	return { ...rest, subject, isRead, importance, categories, flag, ...(body.text !== undefined && { text: body.text }), ...(body.html !== undefined && { html: body.html }) };
}

/** What is told of an email that was written over. Where no field of it could be written it is `unchanged`, although its stamp is another. */
export function emailOutcome(record: RecordOf<RecordKind>, { isChange, kept }: EmailUpdate, message: string): WrittenOver {
	if (kept.length === 0) return isChange ? { outcome: 'updated', message } : { outcome: 'unchanged', message: `${namedItem(record)} is in Exchange as it is.` };
	return keptOutcome(record, kept, isChange, message, 'an email that is there');
}
