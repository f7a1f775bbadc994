import { randomUUID } from 'node:crypto';

import { offerTurn } from '../../event-loop/offer-turn';

/** The body of a request, sent a little at a time; its length is told before, for gateways that want no chunked requests. */
export interface StreamedBody {
	readonly byteLength: number;
	/** The bytes from the beginning; once for each time that the request is sent. */
	bytes(): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Shorter content is written into the request's text. */
const DEFERRED_FROM_BYTES = 256 * 1024;
/** Divisible by 3: base64 of the pieces is base64 of the whole. */
const PIECE_BYTES = 192 * 1024;

/** Contents that belong into requests, by the mark that stands for each in the request's text. */
const deferred = new WeakMap<object, Map<string, Buffer>>();

/**
 * What stands in the text of a request for bytes that go out as base64: the base64 itself, or, where they are many, a mark that nobody can guess.
 * {@link requestBody} puts them in while the request is sent, so that 100 MB are never a text.
 * @param transport the one that the request goes out with
 */
export function base64Text(transport: object, content: Buffer): string {
	if (content.length < DEFERRED_FROM_BYTES) return content.toString('base64');
	const contents = deferred.get(transport) ?? new Map<string, Buffer>();
	deferred.set(transport, contents);
	const mark = `content:${randomUUID()}`;
	contents.set(mark, content);
	return mark;
}

/** The body of a request whose text may have marks of {@link base64Text}. */
export function requestBody(transport: object, text: string): string | StreamedBody {
	const contents = deferred.get(transport);
	if (contents === undefined) return text;
	const parts: Buffer[] = [];
	let byteLength = 0;
	let from = 0;
	// They stand in the text in the order in which they were written.
	for (const [mark, content] of contents) {
		const at = text.indexOf(mark, from);
		if (at < 0) continue;
		const before = Buffer.from(text.slice(from, at), 'utf8');
		parts.push(before, content);
		byteLength += before.length + Math.ceil(content.length / 3) * 4;
		from = at + mark.length;
	}
	const last = Buffer.from(text.slice(from), 'utf8');
	byteLength += last.length;
	return { byteLength, bytes: () => bytesOf(parts, last) };
}

/** @param parts text and content in turn */
async function* bytesOf(parts: readonly Buffer[], last: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
	for (const [index, part] of parts.entries()) {
		if (index % 2 === 0) {
			yield part;
			continue;
		}
		for (let at = 0; at < part.length; at += PIECE_BYTES) {
			yield Buffer.from(part.toString('base64', at, Math.min(part.length, at + PIECE_BYTES)), 'latin1');
			// A connection that takes everything at once gives nobody else a turn.
			await offerTurn();
		}
	}
	yield last;
}
