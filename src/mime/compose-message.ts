import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { MailAddress } from '../records/common-fields';
import type { AttachmentContent, EmailRecord } from '../records/email';
import { htmlBodyOf } from '../records/email-body';
import { emailKey } from '../records/email-key';
import { byteStream, gathered, inPieces } from './byte-stream';
import { crlfBytes, crlfText } from '../text/line-endings';

/** How {@link composeMessage} writes a message. */
export interface ComposeOptions {
	/**
	 * Ask for a read receipt where the record says so (rule `read-receipts`: only one side may ask, so the caller decides). Default: never.
	 */
	allowReadReceipt?: boolean;
	/** RFC 3339 instant for the Date field of a record that was neither sent nor received. Default: the record's own dates, else 1970. */
	fallbackDate?: string;
}

type ComposerOptions = NonNullable<ConstructorParameters<typeof MailComposer>[0]>;
type ComposerAttachment = NonNullable<ComposerOptions['attachments']>[number];

/** Smaller attachments are encoded in one piece. */
const STREAMED_FROM_BYTES = 1024 * 1024;

const CONTENT_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/;

/** RFC 2156, 5.3.4. */
const SENSITIVITY_FIELD = { personal: 'Personal', private: 'Private', confidential: 'Company-Confidential' } as const;

/**
 * Writes a record as an RFC 5322 message with CRLF line endings: the same record gives the same bytes.
 *
 * Message-ID is the record's key; where that is none, one is derived from the content, never made up. Bcc stays in the header, because the message is
 * stored in a mailbox, not sent: Exchange takes the blind recipients of a stored mail from there. Nothing ties the mail to others
 * (rule `email-independent`). Categories, flag and read state have no place in MIME and are written as properties of the item.
 *
 * Inline attachments need a content id and HTML; without HTML they become ordinary ones. A nested message stays as it is but for bare line
 * feeds, which become CRLF.
 */
export async function composeMessage(
	record: EmailRecord,
	attachments: readonly AttachmentContent[] = [],
	options: ComposeOptions = {},
): Promise<Buffer> {
	const key = emailKey(record.key, record);
	const body = htmlBodyOf(record);
	const html = body === undefined ? undefined : crlfText(body);
	const text = crlfText(record.text ?? '');
	const composer = new MailComposer({
		...addressFields(record),
		...(record.subject === '' ? {} : { subject: record.subject }),
		messageId: key,
		date: new Date(record.sentAt ?? record.receivedAt ?? options.fallbackDate ?? 0),
		headers: extraFields(record, options),
		// An empty alternative keeps a mail without any body from becoming its own first attachment.
		...(text === '' && html === undefined ? { alternatives: [{ contentType: 'text/plain; charset=utf-8', content: '' }] } : {}),
		...(text === '' ? {} : { text }),
		...(html === undefined ? {} : { html }),
		attachments: attachments.map((attachment) => composerAttachment(attachment, html !== undefined)),
		disableFileAccess: true,
		disableUrlAccess: true,
		// Boundaries made of the content keep the bytes the same each time and cannot occur in it.
		...{ baseBoundary: contentDigest(key, text, html, attachments) },
	});
	const message = composer.compile();
	message.keepBcc = true;
	// Base64 in lines of 76 characters; what else there is seldom matters beside it.
	const about = attachments.reduce((sum, { content }) => sum + Math.ceil(content.length * 1.37) + 1_000, 2 * (text.length + (html?.length ?? 0)) + 10_000);
	return await gathered(message.createReadStream(), about);
}

function addressFields(record: EmailRecord): Pick<ComposerOptions, 'from' | 'sender' | 'to' | 'cc' | 'bcc' | 'replyTo'> {
	return {
		...(record.from === undefined ? {} : { from: composerAddress(record.from) }),
		...(record.sender === undefined ? {} : { sender: composerAddress(record.sender) }),
		...(record.to.length === 0 ? {} : { to: record.to.map(composerAddress) }),
		...(record.cc.length === 0 ? {} : { cc: record.cc.map(composerAddress) }),
		...(record.bcc.length === 0 ? {} : { bcc: record.bcc.map(composerAddress) }),
		...(record.replyTo.length === 0 ? {} : { replyTo: record.replyTo.map(composerAddress) }),
	};
}

function composerAddress({ name, address }: MailAddress): MailAddress {
	return { name: name.replace(/[\r\n]+/g, ' '), address };
}

function extraFields(record: EmailRecord, options: ComposeOptions): Record<string, string> {
	const fields: Record<string, string> = {};
	if (record.importance !== 'normal') {
		fields['X-Priority'] = record.importance === 'high' ? '1' : '5';
		fields['Importance'] = record.importance;
	}
	if (record.sensitivity !== 'normal') fields['Sensitivity'] = SENSITIVITY_FIELD[record.sensitivity];
	const receiptTo = (record.sender ?? record.from)?.address.replace(/[\s<>]+/g, '') ?? '';
	if (options.allowReadReceipt === true && record.readReceipt && receiptTo !== '') fields['Disposition-Notification-To'] = `<${receiptTo}>`;
	return fields;
}

function composerAttachment(attachment: AttachmentContent, hasHtml: boolean): ComposerAttachment {
	const contentType = writableContentType(attachment.contentType);
	const isMessage = contentType === 'message/rfc822';
	// A text part shown inline would be read back as a piece of the body.
	const isText = contentType === 'text/plain' || contentType === 'text/html';
	const contentId = attachment.contentId?.replace(/[<>\s]/g, '') ?? '';
	const inline = attachment.inline && hasHtml && contentId !== '' && !isText && !isMessage;
	return {
		filename: attachment.name,
		contentType,
		contentDisposition: inline ? 'inline' : 'attachment',
		// The composer encodes at once what it is given at once, which takes 6 ms per MB.
		content: isMessage ? crlfBytes(attachment.content) : attachment.content.length > STREAMED_FROM_BYTES ? byteStream(inPieces(attachment.content)) : attachment.content,
		// Only message/rfc822 must not be encoded (RFC 2046, 5.2.1); for it the composer tells 7bit from 8bit.
		...(isMessage ? {} : { contentTransferEncoding: 'base64' as const }),
		...(inline ? { cid: contentId } : contentId === '' ? {} : { headers: { 'Content-ID': `<${contentId}>` } }),
	};
}

function writableContentType(contentType: string): string {
	const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
	return CONTENT_TYPE.test(type) && !type.startsWith('multipart/') ? type : 'application/octet-stream';
}

function contentDigest(key: string, text: string, html: string | undefined, attachments: readonly AttachmentContent[]): string {
	const digest = createHash('sha256').update(JSON.stringify([key, text, html ?? null]));
	for (const { name, contentType, content } of attachments) {
		digest.update(JSON.stringify([name, contentType, content.length]));
		// Other attachments are base64 and cannot hold a boundary.
		if (contentType.startsWith('message/')) digest.update(content);
	}
	return digest.digest('hex').slice(0, 32);
}
