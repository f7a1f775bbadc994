import { lfText } from '../../text/line-endings';
import { normalisedText, visibleText } from '../../text/plain-text';
import { htmlBodyOf } from '../../records/email-body';
import { emailKey } from '../../records/email-key';
import type { EmailRecord } from '../../records/email';
import type { ReadOptions, StoredItem } from '../../sync/mailbox';
import type { ServerVersion } from '../transport/connection-settings';
import { attachmentsOf } from './email-attachments';
import { emailFacts, isClearSignedClass, isSmimeClass } from './email-facts';
import { EMAIL_FIELDS, NO_READ_RECEIPT } from './email-fields';
import { type FieldUpdate, differences, knows, pathsOf, readFields } from './field-table';
import { MEETING_PATHS } from './meeting-message';
import { STORED_PATHS, storedItem } from './stored-item';
import type { PropertyPath } from './property-path';
import { type WireNode, attribute, child, text } from './wire-node';
import { required } from './wire-values';
import { element } from './xml-element';

const BODY: PropertyPath = { uri: 'item:Body' };

/** What only reading an item in full needs; left out where an item is too damaged to be read with them. */
const HEAVY_PATHS: readonly PropertyPath[] = [BODY, { uri: 'item:Attachments' }];

/** The properties of an email to ask for; `light`: without body and attachments, for items that Exchange cannot convert. */
export function emailPaths(version: ServerVersion, light: boolean): PropertyPath[] {
	return [
		...STORED_PATHS,
		{ uri: 'item:IsDraft' },
		...pathsOf(EMAIL_FIELDS, version),
		...MEETING_PATHS,
		...(light ? [] : HEAVY_PATHS),
	];
}

/**
 * An email as it was read with {@link emailPaths}. S/MIME mails come out as their outside; their inside needs the MIME.
 * @param light the body was not asked for
 * @throws MailboxFault `malformedAnswer` where the server left out what it was asked for
 */
export function emailOf(item: WireNode, options: ReadOptions, light = false): StoredItem<'email'> {
	const facts = emailFacts(item);
	const fields = readFields(EMAIL_FIELDS, item, options);
	// A draft may have no body; a mail that was sent or received has at least an empty one.
	if (!light && facts.nature === 'message' && !facts.isDraft) required(child(item, 'Body'), 'item:Body');
	const { own, html } = bodyOf(item);
	// The slowest step of all by far, so only where its result is wanted: as the record's text, or for the key of a mail without Message-ID.
	const wantsText = options.body !== 'html' || fields.key === undefined;
	const visible = own ?? (html === undefined || !wantsText ? undefined : visibleText(html));
	const record: EmailRecord = {
		kind: 'email',
		key: '',
		subject: '',
		to: [],
		cc: [],
		bcc: [],
		replyTo: [],
		isRead: true,
		importance: 'normal',
		sensitivity: 'normal',
		flag: { status: 'notFlagged' },
		readReceipt: false,
		categories: [],
		...fields,
		attachments: attachmentsOf(item),
		encryption: isSmimeClass(facts.itemClass) && !isClearSignedClass(facts.itemClass) ? 'encrypted' : 'none',
		signature: 'none',
	};
	record.key = emailKey(fields.key, { ...record, text: visible });
	if (html !== undefined && options.body !== 'text') record.html = withoutLineFeedsAtEnd(html);
	// HTML alone was asked for: the text stays where it is all the mail has.
	if (visible !== undefined && visible !== '' && (options.body !== 'html' || html === undefined)) record.text = visible;
	return { ...storedItem(item), record, facts };
}

/** The body as text or as HTML. The latter with line feeds at its end, if it has any: without them it is a view, in which to look at a character takes longer. */
function bodyOf(item: WireNode): { own?: string; html?: string } {
	const body = child(item, 'Body');
	const content = (text(item, 'Body') ?? '').replace(/^\ufeff/, '');
	if (body === undefined || content === '') return {};
	const lines = lfText(content);
	return attribute(body, 'BodyType') === 'HTML' ? { html: lines } : { own: withoutLineFeedsAtEnd(lines) };
}

/** An expression would look at every line feed of a long body. */
function withoutLineFeedsAtEnd(value: string): string {
	let end = value.length;
	while (end > 0 && value.charCodeAt(end - 1) === 0x0a) end--;
	return end === value.length ? value : value.slice(0, end);
}

/**
 * What must be written so that a stored mail becomes `record`. Sender, recipients, dates and attachments of a mail that was sent or received are
 * history: Exchange refuses to change them.
 */
export function emailUpdates(stored: EmailRecord, record: EmailRecord, version: ServerVersion): FieldUpdate[] {
	const updates = differences(EMAIL_FIELDS, stored, record, version);
	// What is inside an encrypted or signed mail cannot be written: it would break the signature, or show what was secret.
	const body = stored.encryption === 'none' && stored.signature === 'none' && record.mime === undefined ? bodyUpdate(stored, record) : undefined;
	if (body !== undefined) updates.push(body);
	if (!stored.isRead && record.isRead && stored.readReceipt && !knows(version, 'Exchange2013')) updates.unshift(NO_READ_RECEIPT);
	return updates;
}

/** The body is written only where a reader sees a difference: a round trip as plain text must not destroy formatting. */
function bodyUpdate(stored: EmailRecord, record: EmailRecord): FieldUpdate | undefined {
	if (record.html === stored.html && record.text === stored.text) return undefined;
	const wanted = readerText(record);
	if (wanted === undefined || wanted === (readerText(stored) ?? '')) return undefined;
	const html = htmlBodyOf(record);
	const set = html === undefined ? element('Body', record.text ?? '', { BodyType: 'Text' }) : element('Body', html, { BodyType: 'HTML' });
	return { path: BODY, set };
}

function readerText(record: EmailRecord): string | undefined {
	const html = htmlBodyOf(record);
	if (html !== undefined) return normalisedText(visibleText(html));
	return record.text === undefined ? undefined : normalisedText(record.text);
}
