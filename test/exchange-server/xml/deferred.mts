import { randomBytes } from 'node:crypto';
import type { Xml } from './write.mts';

/** Shorter content stands in the answer's text, where tests and the request log can look at it. */
const DEFERRED_FROM_BYTES = 256 * 1024;
/** Divisible by 3: base64 of the pieces is base64 of the whole. */
const PIECE_BYTES = 192 * 1024;
const INDEX_DIGITS = 11;
/** Base64 itself, so that an answer with it is still valid against the schema. */
const MARK = `Later${randomBytes(8).toString('hex')}`;
const MARKS = new RegExp(`${MARK}\\d{${INDEX_DIGITS}}`, 'g');

const numbers = new WeakMap<Buffer, number>();
const contents: Array<WeakRef<Buffer>> = [];

/** Base64 of bytes for an answer. Where they are many, a mark that {@link deferredParts} finds again: 150 MB are never a text. */
export function base64Text(content: Buffer): Xml {
	if (content.length < DEFERRED_FROM_BYTES) return content.toString('base64');
	let number = numbers.get(content);
	if (number === undefined) {
		number = contents.push(new WeakRef(content)) - 1;
		numbers.set(content, number);
	}
	return MARK + String(number).padStart(INDEX_DIGITS, '0');
}

/** An answer's text and the contents that belong between; a single text where there are none. */
export function deferredParts(body: Xml): Array<string | Buffer> {
	const parts: Array<string | Buffer> = [];
	let from = 0;
	for (const mark of body.matchAll(MARKS)) {
		const content = contents[Number(mark[0].slice(MARK.length))]?.deref();
		if (content === undefined) continue;
		parts.push(body.slice(from, mark.index), content);
		from = mark.index + mark[0].length;
	}
	return [...parts, body.slice(from)];
}

/** How many bytes the parts have on the wire. */
export function wireLength(parts: ReadonlyArray<string | Buffer>): number {
	return parts.reduce((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : Math.ceil(part.length / 3) * 4), 0);
}

/** The bytes of the parts, a little at a time. */
export function* wireBytes(parts: ReadonlyArray<string | Buffer>): Generator<Buffer> {
	for (const part of parts) {
		if (typeof part === 'string') {
			if (part !== '') yield Buffer.from(part, 'utf8');
			continue;
		}
		for (let at = 0; at < part.length; at += PIECE_BYTES) yield Buffer.from(part.toString('base64', at, Math.min(part.length, at + PIECE_BYTES)), 'latin1');
	}
}
