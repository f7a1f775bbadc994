import type { EmailRecord } from '../records/email';
import { instantOf } from './message-fields';
import { type MessageContent, parseMessage } from './parse-message';
import { type RawHeader, readRawHeader } from './raw-header';
import { isReceiptField } from './receipt-fields';

/** What the header of a message says of an email. */
export type HeaderContent = Omit<MessageContent, 'key' | 'text' | 'html' | 'attachments'> & Pick<EmailRecord, 'receivedAt'>;

/** Bytes of a message that are looked at for its header: what {@link parseMessage} takes, and the blank line. */
export const LONGEST_HEADER = 1024 * 1024 + 4;

/**
 * Reads a message's own header, whatever is below it, so that a large or encrypted message costs no more than a small one. `receivedAt` is the time that the
 * last server on the way noted (the first Received field, RFC 5321, 4.4). `readReceipt`: a receipt of any kind is asked for.
 *
 * @param mime the message or its first {@link LONGEST_HEADER} bytes
 * @throws MimeError Where the header is too long.
 */
export async function readMessageHeader(mime: Buffer): Promise<HeaderContent> {
	const header = readRawHeader(mime);
	// Without what says how the body is written: there is none to be read.
	const lines = header.fields.filter(({ name }) => !name.startsWith('content-') && name !== 'mime-version').map(({ start, end }) => mime.subarray(start, end));
	const { content } = await parseMessage(Buffer.concat([...lines, Buffer.from('\r\n')]));
	const { subject, from, sender, to, cc, bcc, replyTo, sentAt, importance, sensitivity } = content;
	const receivedAt = receivedAtOf(header);
	return {
		subject,
		...(from !== undefined && { from }),
		...(sender !== undefined && { sender }),
		to,
		cc,
		bcc,
		replyTo,
		...(sentAt !== undefined && { sentAt }),
		...(receivedAt !== undefined && { receivedAt }),
		importance,
		sensitivity,
		readReceipt: header.fields.some(({ name }) => isReceiptField(name)),
	};
}

function receivedAtOf(header: RawHeader): string | undefined {
	const received = header.fields.find(({ name }) => name === 'received')?.value;
	return received?.includes(';') === true ? instantOf(received.slice(received.lastIndexOf(';') + 1)) : undefined;
}
