import { crlfBytes } from '../text/line-endings';
import { readRawHeader } from './raw-header';
import { isReceiptField } from './receipt-fields';

/** Header fields that tie a mail to another one (RFC 5322, 3.6.4; MS-OXCMAIL, Thread-Index and Thread-Topic). */
const RELATION_FIELDS: ReadonlySet<string> = new Set(['in-reply-to', 'references', 'thread-index', 'thread-topic']);

/** A part whose bytes are signed or encrypted, wherever it stands in the message. */
const PROTECTED_PART = /^content-type:[ \t]*(?:\r?\n[ \t]+)*(?:multipart\/(?:signed|encrypted)|application\/(?:x-)?pkcs7-mime)/im;

/** A part whose bytes stand as they are: a line feed alone is none of a line (RFC 2045, 2.9 and 6.2). */
const BINARY_PART = /^content-transfer-encoding:[ \t]*(?:\r?\n[ \t]+)*binary[ \t]*\r?$/im;

/** How {@link independentMessage} treats line endings. */
export interface IndependentMessageOptions {
	/**
	 * `asTheyAre` (default): untouched. `crlf`: a bare line feed becomes CRLF, in the header, and in the body unless it has a signed, encrypted or binary part
	 * anywhere; such a body stays byte for byte.
	 */
	lineEndings?: 'asTheyAre' | 'crlf';
	/** Rule `read-receipts`: `takeOut` where this message may not ask for one. Default: `keep`. */
	receiptRequests?: 'keep' | 'takeOut';
}

/**
 * A message without the outer header fields that show which mail it answers or forwards (rule `email-independent`), nor, if told so, those that ask for
 * receipts. No other byte changes: S/MIME signatures cover the parts below the outer header and stay valid (RFC 8551, 3.1).
 */
export function independentMessage(mime: Buffer, options: IndependentMessageOptions = {}): Buffer {
	const header = readRawHeader(mime);
	const kept: Buffer[] = [];
	let from = 0;
	for (const field of header.fields) {
		if (!RELATION_FIELDS.has(field.name) && !(options.receiptRequests === 'takeOut' && isReceiptField(field.name))) continue;
		kept.push(mime.subarray(from, field.start));
		from = field.end;
	}
	kept.push(mime.subarray(from, header.bodyStart));
	const head = kept.length === 1 ? mime.subarray(0, header.bodyStart) : Buffer.concat(kept);
	const body = mime.subarray(header.bodyStart);
	if (options.lineEndings !== 'crlf') return kept.length === 1 ? mime : Buffer.concat([head, body]);
	return Buffer.concat([crlfBytes(head), staysAsItIs(mime) ? body : crlfBytes(body)]);
}

/** True where a part of the message, the message itself included, is signed or encrypted by S/MIME or PGP/MIME, or binary. */
function staysAsItIs(mime: Buffer): boolean {
	const text = mime.toString('latin1');
	return PROTECTED_PART.test(text) || BINARY_PART.test(text);
}
