import { crlfBytes } from '../../text/line-endings';
import { rawFieldValue, readRawHeader, readStructuredValue } from '../raw-header';
import type { RawHeader, StructuredValue } from '../raw-header';

/** How a MIME entity is protected, as far as its own header says (RFC 8551, 3.2). */
export type SmimeEnvelope =
	/** Not by S/MIME. */
	| { form: 'plain' }
	/** A CMS structure with the content inside: encrypted or signed. */
	| { form: 'opaque'; cms: Buffer }
	/** multipart/signed: the content is readable beside its signature. */
	| { form: 'clearSigned'; content: Buffer; cms: Buffer };

const PKCS7_TYPES: ReadonlySet<string> = new Set(['application/pkcs7-mime', 'application/x-pkcs7-mime']);
const SIGNATURE_TYPES: ReadonlySet<string> = new Set(['application/pkcs7-signature', 'application/x-pkcs7-signature']);

/** Looks at the header of an entity and takes out what is protected. Never throws. */
export function smimeEnvelopeOf(entity: Buffer): SmimeEnvelope {
	const header = readRawHeader(entity);
	const type = readStructuredValue(rawFieldValue(header, 'content-type') ?? '');
	if (type.value === 'multipart/signed') return clearSigned(entity, header, type);
	if (isOpaque(header, type)) return { form: 'opaque', cms: decodedBody(entity, header) };
	return { form: 'plain' };
}

/** Whether an entity is a CMS structure by its header. */
export function isOpaque(header: RawHeader, type: StructuredValue): boolean {
	return PKCS7_TYPES.has(type.value) || isNamedP7m(header, type);
}

/** Whether the one file of a mail is the CMS structure that the mail is, by its type, or by the name that mail programs give it: others are signed documents. */
export function isOpaqueFile(contentType: string, name: string): boolean {
	return PKCS7_TYPES.has(contentType) || (contentType === ANY_BYTES && name.toLowerCase() === 'smime.p7m');
}

const ANY_BYTES = 'application/octet-stream';
const P7M_NAME = /\.p7m$/i;

/** Some gateways know no better type than octet-stream (RFC 8551, 3.2.1; MS-OXOSMIME). */
function isNamedP7m(header: RawHeader, type: StructuredValue): boolean {
	if (type.value !== ANY_BYTES) return false;
	const disposition = readStructuredValue(rawFieldValue(header, 'content-disposition') ?? '');
	return P7M_NAME.test(type.params.get('name') ?? disposition.params.get('filename') ?? '');
}

function clearSigned(entity: Buffer, header: RawHeader, type: StructuredValue): SmimeEnvelope {
	const boundary = type.params.get('boundary') ?? '';
	const protocol = type.params.get('protocol')?.toLowerCase() ?? '';
	if (boundary === '' || (protocol !== '' && !SIGNATURE_TYPES.has(protocol))) return { form: 'plain' };
	const [content, signature] = firstTwoParts(entity, header.bodyStart, boundary);
	if (content === undefined || signature === undefined) return { form: 'plain' };
	const signatureHeader = readRawHeader(signature);
	const signatureType = readStructuredValue(rawFieldValue(signatureHeader, 'content-type') ?? '').value;
	if (!SIGNATURE_TYPES.has(signatureType)) return { form: 'plain' };
	return { form: 'clearSigned', content, cms: decodedBody(signature, signatureHeader) };
}

/** The first two parts of a multipart, byte for byte; the line ending in front of a boundary belongs to the boundary (RFC 2046, 5.1.1). */
function firstTwoParts(entity: Buffer, from: number, boundary: string): [Buffer | undefined, Buffer | undefined] {
	const delimiter = Buffer.from(`--${boundary}`, 'latin1');
	const parts: Buffer[] = [];
	let start = -1;
	// Line by line: a search for the delimiter itself compares a boundary of hyphens with each place in a line of hyphens.
	for (let at = from; at >= 0 && parts.length < 2; at = nextLineOfHyphens(entity, at)) {
		if (!entity.subarray(at, at + delimiter.length).equals(delimiter)) continue;
		const rest = entity.subarray(at + delimiter.length, at + delimiter.length + 200).toString('latin1');
		const tail = /^(--)?[ \t]*(?:\r?\n|$)/.exec(rest);
		if (tail === null) continue;
		if (start >= 0) parts.push(entity.subarray(start, at - (entity[at - 2] === 0x0d ? 2 : 1)));
		start = at + delimiter.length + tail[0].length;
		if (tail[1] !== undefined) return [parts[0], parts[1]];
	}
	// A message that was cut off still has its signature where only the closing boundary is missing.
	if (parts.length === 1 && start >= 0) parts.push(entity.subarray(start));
	return [parts[0], parts[1]];
}

/** Where the next line that begins with two hyphens begins; below 0 where there is none. */
function nextLineOfHyphens(entity: Buffer, from: number): number {
	const lineFeed = entity.indexOf('\n--', from, 'latin1');
	return lineFeed < 0 ? lineFeed : lineFeed + 1;
}

function decodedBody(entity: Buffer, header: RawHeader): Buffer {
	const body = entity.subarray(header.bodyStart);
	const encoding = (rawFieldValue(header, 'content-transfer-encoding') ?? '').toLowerCase().replace(/\([^()]*\)/g, '').trim();
	if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
	if (encoding === 'quoted-printable') {
		const text = body.toString('latin1').replace(BLANKS_AT_END_OF_LINE, '').replace(/=\r?\n/g, '');
		return Buffer.from(text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
	}
	return body;
}

/** From the first blank of a run only: tried from each of them, the expression is quadratic in their number. */
const BLANKS_AT_END_OF_LINE = /(?<![ \t])[ \t]+(?=\r?\n)/g;

/**
 * A whole message made of the inner entity: the outer header without what described the protected form, then the inner description and content. Header fields inside
 * other than Content-* are not taken over: the outer ones are what Exchange shows and knows the mail by.
 */
export function unwrappedMessage(message: Buffer, inner: Buffer): Buffer {
	const outerHeader = readRawHeader(message);
	const innerHeader = headerOfInner(inner);
	const outer = outerHeader.fields.filter(({ name }) => !name.startsWith('content-') && name !== 'mime-version');
	const content = innerHeader.fields.filter(({ name }) => name.startsWith('content-'));
	return Buffer.concat([
		...outer.map(({ start, end }) => wholeLine(message.subarray(start, end))),
		Buffer.from('MIME-Version: 1.0\r\n'),
		...content.map(({ start, end }) => wholeLine(inner.subarray(start, end))),
		Buffer.from('\r\n'),
		inner.subarray(innerHeader.bodyStart),
	]);
}

/** Some senders encrypt bare text: what does not begin with a header field or the blank line in place of one is all content. */
function headerOfInner(inner: Buffer): RawHeader {
	const header = readRawHeader(inner);
	const [first] = header.fields;
	const startsBlank = inner[0] === 0x0a || (inner[0] === 0x0d && inner[1] === 0x0a);
	const startsWithField = first?.start === 0 && /^[!-9;-~]+$/.test(first.name);
	return startsBlank || startsWithField ? header : { fields: [], bodyStart: 0 };
}

function wholeLine(field: Buffer): Buffer {
	return field.at(-1) === 0x0a ? field : Buffer.concat([field, Buffer.from('\r\n')]);
}

/** The forms in which clear-signed content may have been signed: as it is, and with CRLF where a gateway has changed the line endings (RFC 8551, 3.1.1). */
export function signedForms(content: Buffer): Buffer[] {
	const canonical = crlfBytes(content);
	return canonical === content ? [content] : [content, canonical];
}
