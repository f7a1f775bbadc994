import type { AddressObject } from 'mailparser';
import type { AttachmentContent, EmailAttachment, EmailRecord } from '../records/email';
import { emailKey } from '../records/email-key';
import { safeAttachmentNames } from './attachment-name';
import { lfText } from '../text/line-endings';
import { importanceOf, instantOf, mailAddresses, sensitivityOf, singleLine } from './message-fields';
import type { ReadAddress } from './message-fields';
import { type MessageAttachment, type MessageParts, messageParts } from './message-parts';
import { MimeError } from './mime-error';
import { visibleText } from '../text/plain-text';
import { rawFieldValue, readRawHeader } from './raw-header';
import type { RawHeader } from './raw-header';

/** What MIME says of an email: all of a record but what only a mailbox knows (categories, flag, read state) and S/MIME. */
export type MessageContent = Pick<
	EmailRecord,
	| 'key'
	| 'subject'
	| 'from'
	| 'sender'
	| 'to'
	| 'cc'
	| 'bcc'
	| 'replyTo'
	| 'sentAt'
	| 'text'
	| 'html'
	| 'importance'
	| 'sensitivity'
	| 'readReceipt'
	| 'attachments'
>;

/** A message, taken apart. `attachments` has the bytes to `content.attachments`, in the same order. */
export interface ParsedMessage {
	content: MessageContent;
	attachments: AttachmentContent[];
}

/** Bounds of {@link parseMessage}. */
export interface ParseLimits {
	/** Bytes of the whole message. Default 200 MiB. */
	size?: number;
	/** Bytes of the header of the message or of one part. Default 1 MiB, enough for 10,000 recipients. */
	header?: number;
	/** Parts at all depths together. Default 1,000; so no message nests deeper than that. */
	parts?: number;
}

const DEFAULT_LIMITS = { size: 200 * 1024 * 1024, header: 1024 * 1024, parts: 1000 } as const;

/**
 * Takes a MIME message apart.
 *
 * Text has line feeds only and none at its end; where a mail has HTML alone, or beside its text, it is derived from that. Any charset the WHATWG and iconv lists know is decoded; UTF-7 is not:
 * it could smuggle markup past whoever looks for `<`. A nested message is an attachment `.eml`, calendar parts and
 * `winmail.dat` are attachments as they are. An attachment is inline where it has a content id and the HTML refers to it or it stands in a
 * multipart/related as `inline`. A byte order mark in front, bare line feeds, missing ends and an empty message are taken.
 *
 * @throws MimeError Where a limit is passed, or the parser gives up.
 */
export async function parseMessage(mime: Buffer, limits: ParseLimits = {}): Promise<ParsedMessage> {
	const size = limits.size ?? DEFAULT_LIMITS.size;
	if (mime.length > size) throw new MimeError('tooLarge', `The message has ${mime.length} bytes, more than the ${size} that are read`);
	const bytes = withoutByteOrderMark(mime);
	const header = readRawHeader(bytes);
	const headerLimit = limits.header ?? DEFAULT_LIMITS.header;
	if (header.bodyStart > headerLimit) throw new MimeError('headerTooLong', `The header of the message has more than ${headerLimit} bytes`);
	return messageOf(await parsed(bytes, headerLimit, limits.parts ?? DEFAULT_LIMITS.parts), header);
}

function withoutByteOrderMark(mime: Buffer): Buffer {
	return mime[0] === 0xef && mime[1] === 0xbb && mime[2] === 0xbf ? mime.subarray(3) : mime;
}

async function parsed(bytes: Buffer, maxHeadSize: number, maxChildNodes: number): Promise<MessageParts> {
	try {
		return await messageParts(bytes, { keepDeliveryStatus: true, ignoreEmbedded: true, checksumAlgo: false, maxHeadSize, maxChildNodes });
	} catch (cause) {
		throw refusal(cause, maxHeadSize, maxChildNodes);
	}
}

function refusal(cause: unknown, maxHeadSize: number, maxChildNodes: number): MimeError {
	const text = cause instanceof Error ? cause.message : '';
	if (/header size/i.test(text)) return new MimeError('headerTooLong', `The header of a part of the message has more than ${maxHeadSize} bytes`, { cause });
	if (/child nodes/i.test(text)) return new MimeError('tooManyParts', `The message has more than ${maxChildNodes} parts`, { cause });
	return new MimeError('malformed', 'The message could not be taken apart', { cause });
}

function messageOf({ header: mail, text: ownText, html: ownHtml, attachments: parts }: MessageParts, header: RawHeader): ParsedMessage {
	const html = trimmedEnd(lfText(ownHtml));
	const text = bodyText(ownText, html);
	const attachments = attachmentsOf(parts, html);
	const subject = singleLine(mail.subject ?? '');
	const from = readAddresses(mail.from)[0];
	const sender = readAddresses(senderOf(mail))[0];
	const sentAt = instantOf(rawFieldValue(header, 'date'));
	const content: MessageContent = {
		key: emailKey(rawFieldValue(header, 'message-id'), { sentAt, from, subject, text }),
		subject,
		...(from === undefined ? {} : { from }),
		...(sender === undefined ? {} : { sender }),
		to: readAddresses(mail.to),
		cc: readAddresses(mail.cc),
		bcc: readAddresses(mail.bcc),
		replyTo: readAddresses(mail.replyTo),
		...(sentAt === undefined ? {} : { sentAt }),
		...(text === '' ? {} : { text }),
		...(html === '' ? {} : { html }),
		importance: importanceOf({
			importance: rawFieldValue(header, 'importance'),
			xPriority: rawFieldValue(header, 'x-priority'),
			priority: rawFieldValue(header, 'priority'),
		}),
		sensitivity: sensitivityOf(rawFieldValue(header, 'sensitivity')),
		readReceipt: (rawFieldValue(header, 'disposition-notification-to') ?? '') !== '',
		attachments: attachments.map(({ name, contentType, content: bytes, inline, contentId }): EmailAttachment => ({
			name,
			contentType,
			size: bytes.length,
			type: contentType === 'message/rfc822' ? 'message' : 'file',
			inline,
			...(contentId === undefined ? {} : { contentId }),
		})),
	};
	return { content, attachments };
}

function bodyText(text: string, html: string): string {
	const own = trimmedEnd(lfText(text));
	return html !== '' && own.trim() === '' ? visibleText(html) : own;
}

function trimmedEnd(text: string): string {
	let end = text.length;
	while (end > 0 && text.charCodeAt(end - 1) === 0x0a) end--;
	return text.slice(0, end);
}

function readAddresses(field: AddressObject | AddressObject[] | undefined): ReturnType<typeof mailAddresses> {
	if (field === undefined) return [];
	const read: ReadAddress[] = (Array.isArray(field) ? field : [field]).flatMap((part) => part.value);
	return mailAddresses(read);
}

function senderOf({ headers }: MessageParts['header']): AddressObject | undefined {
	const value = headers === false ? undefined : headers.get('sender');
	return typeof value === 'object' && value !== null && 'value' in value && Array.isArray(value.value) ? (value as AddressObject) : undefined;
}

function attachmentsOf(parts: readonly MessageAttachment[], html: string): AttachmentContent[] {
	const types = parts.map(contentTypeOf);
	const names = safeAttachmentNames(parts.map((part, index) => ({ name: part.filename, contentType: types[index] ?? '' })));
	const references = referredContentIds(html);
	return parts.map((part, index): AttachmentContent => {
		const contentId = part.cid === undefined || part.cid === '' ? undefined : singleLine(part.cid);
		const shown = contentId !== undefined && (references.has(contentId) || (part.related === true && part.contentDisposition === 'inline'));
		return {
			name: names[index] ?? '',
			contentType: types[index] ?? '',
			...(contentId === undefined ? {} : { contentId }),
			inline: shown && html !== '',
			content: part.content,
		};
	});
}

/** The type the part states: the parser guesses one from the name where it says `application/octet-stream`. */
function contentTypeOf(part: MessageAttachment): string {
	const stated = part.headers.get('content-type');
	const value = typeof stated === 'object' && 'params' in stated && typeof stated.value === 'string' ? stated.value : part.contentType;
	return /^[^\s/]+\/[^\s/]+$/.test(value) ? value.toLowerCase() : 'application/octet-stream';
}

function referredContentIds(html: string): ReadonlySet<string> {
	const references = new Set<string>();
	for (const [, reference] of html.matchAll(/\bcid:([^"'\s<>)]{1,998})/gi)) {
		if (reference === undefined) continue;
		references.add(reference);
		references.add(reference.replace(/&amp;/g, '&'));
		try {
			references.add(decodeURIComponent(reference));
		} catch {
			// A percent sign that encodes nothing is meant as it stands.
		}
	}
	return references;
}
