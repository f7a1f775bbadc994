import { createHash } from 'node:crypto';
import { nfc } from '../text/normal-form';
import type { MailAddress } from './common-fields';

const DERIVED_KEY = /^<sha256-[0-9a-f]{64}@derived\.invalid>$/;

/** RFC 5322 limits a line to 998 characters; what is longer is no Message-ID. */
const LONGEST_MESSAGE_ID = 995;

/** What a key is derived from where a mail has no Message-ID. */
export interface KeyedContent {
	/** RFC 3339. */
	sentAt?: string | undefined;
	from?: MailAddress | undefined;
	subject: string;
	/** The mail's plain text, own or derived from its HTML. */
	text?: string | undefined;
}

/**
 * The Message-ID of a header value in the form records have it: with angle brackets, without blanks around or in it (RFC 5322, 3.6.4).
 * Of several ids the first counts. Undefined where there is none.
 */
export function normalisedMessageId(value: string | undefined): string | undefined {
	if (value === undefined) return undefined;
	const bracketed = /<([^<>]*)>/.exec(value)?.[1];
	const id = (bracketed ?? value).replace(/\s+/g, '');
	// Control characters are never part of an id and would break the header it is written into.
	if (id === '' || id.length > LONGEST_MESSAGE_ID || /[\p{Cc}<>]/u.test(id)) return undefined;
	if (bracketed === undefined && !id.includes('@')) return undefined;
	return `<${id}>`;
}

/**
 * The key of an email: its Message-ID, or one derived from its content. The same mail gets the same key on every way, since blanks and line ends
 * of subject and text do not count.
 */
export function emailKey(messageId: string | undefined, content: KeyedContent): string {
	return normalisedMessageId(messageId) ?? derivedEmailKey(content);
}

/** `<sha256-…@derived.invalid>` of sent date (to the second), sender, subject and text. `.invalid` never is a real domain (RFC 2606). */
export function derivedEmailKey(content: KeyedContent): string {
	const sent = content.sentAt === undefined ? NaN : Date.parse(content.sentAt);
	const parts = [
		Number.isNaN(sent) ? '' : String(Math.floor(sent / 1000)),
		(content.from?.address ?? '').trim().toLowerCase(),
		collapsed(content.subject),
		collapsed(content.text ?? ''),
	];
	return derived(parts);
}

/**
 * The key of a mail whose Message-ID another mail of the mailbox has, too: derived from it and from what the server knows the mail by for good.
 *
 * @param searchKey PidTagSearchKey (MS-OXCPRPT, 2.2.1.9): stays when the mail is moved or changed
 */
export function repeatedEmailKey(messageId: string, searchKey: string): string {
	return derived([messageId, searchKey]);
}

function derived(parts: readonly string[]): string {
	return `<sha256-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}@derived.invalid>`;
}

/** True for a key that stands for a missing or repeated Message-ID. */
export function isDerivedEmailKey(key: string): boolean {
	return DERIVED_KEY.test(key);
}

function collapsed(text: string): string {
	return nfc(text).replace(/\s+/g, ' ').trim();
}
