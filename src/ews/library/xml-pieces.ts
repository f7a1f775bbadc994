import { EwsError } from '../errors/ews-error';
import { withoutForbiddenCharacters } from './xml-characters';

/** What is written to a parser: XML, or a long text behind a `>` that may be the end of a tag, torn as it came. */
export type XmlPiece = { xml: string } | { xml: string; longText: readonly Buffer[] };

/** Characters that a parser is given at once, so that it does not hold the event loop long. */
const SLICE_LENGTH = 64 * 1024;
/** A text from so many bytes on is not shown to the parser. */
const LONG_TEXT = 256;
/** Exchange writes no attribute longer than an id. */
const LONGEST_TAG = 1024 * 1024;

const LESS = 0x3c;
const GREATER = 0x3e;
const EXCLAMATION_MARK = 0x21;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a document in UTF-8 that comes in chunks, torn anywhere, into pieces. Long texts (bodies, contents of attachments) are pieces of their own, because a parser that looks at each
 * of their characters is what reading an answer costs most: with them it takes 19 ms for each MB, without them a fifth of that. From a section, comment or declaration on, where a
 * `>` may stand for itself, all goes to the parser.
 */
export class XmlPieces {
	#begun = false;
	/** Bytes of a tag or a short text whose end has not come, in memory of their own. */
	#held: Buffer = NOTHING;
	/** A long text whose end has not come. */
	#text: Buffer[] | undefined;
	/** Everything from the first `<!` on. */
	#rest: Buffer[] | undefined;

	/** Whether parts of chunks that were written are still needed. */
	get keepsBytes(): boolean {
		return this.#text !== undefined || this.#rest !== undefined;
	}

	/** What can be said of the document with this chunk. @throws EwsError `malformedAnswer` */
	*write(chunk: Buffer): Generator<XmlPiece, void, undefined> {
		if (this.#rest !== undefined) {
			this.#rest.push(chunk);
			return;
		}
		if (this.#text === undefined) {
			yield* this.#behindHeld(chunk);
			return;
		}
		const end = chunk.indexOf(LESS);
		this.#text.push(end < 0 ? chunk : chunk.subarray(0, end));
		if (end < 0) return;
		yield this.#longText(this.#text);
		yield* this.#pieces(chunk.subarray(end));
	}

	/** What is left at the end of the document. */
	*end(): Generator<XmlPiece, void, undefined> {
		if (this.#text !== undefined) yield this.#longText(this.#text);
		yield* slices(this.#held);
		if (this.#rest !== undefined) yield* slices(Buffer.concat(this.#rest));
	}

	/** Joins what is held with the chunk up to the next tag alone: to copy all of a chunk for a few bytes before it doubles what is left to collect. */
	*#behindHeld(chunk: Buffer): Generator<XmlPiece, void, undefined> {
		const held = this.#held;
		const next = chunk.indexOf(LESS);
		if (held.length === 0) yield* this.#pieces(chunk);
		else if (!this.#begun || next < 0 || !(held.includes(GREATER) || chunk.subarray(0, next).includes(GREATER))) yield* this.#pieces(Buffer.concat([held, chunk]));
		else {
			yield* this.#pieces(Buffer.concat([held, chunk.subarray(0, next)]));
			const rest = chunk.subarray(next);
			if (this.#rest === undefined && this.#text === undefined) {
				yield* slices(this.#held);
				this.#held = NOTHING;
				yield* this.#pieces(rest);
			} else yield* this.write(rest);
		}
	}

	#longText(parts: readonly Buffer[]): XmlPiece {
		this.#text = undefined;
		return { xml: '>', longText: parts };
	}

	*#pieces(unmarked: Buffer): Generator<XmlPiece, void, undefined> {
		this.#held = NOTHING;
		const data = this.#begun || !unmarked.subarray(0, 3).equals(BYTE_ORDER_MARK) ? unmarked : unmarked.subarray(3);
		// Before `given` all is with the parser, before `whole` there are tags and texts that have ended.
		let given = 0;
		let whole = data.indexOf(LESS);
		while (whole >= 0 && whole + 1 < data.length) {
			this.#begun = true;
			if (data[whole + 1] === EXCLAMATION_MARK) {
				yield* slices(data.subarray(given, whole));
				this.#rest = [data.subarray(whole)];
				return;
			}
			const tagEnd = data.indexOf(GREATER, whole);
			if (tagEnd < 0) break;
			const next = data.indexOf(LESS, tagEnd);
			const textLength = (next < 0 ? data.length : next) - tagEnd - 1;
			if (textLength >= LONG_TEXT) {
				yield* slices(data.subarray(given, tagEnd));
				if (next < 0) {
					this.#text = [data.subarray(tagEnd + 1)];
					return;
				}
				yield { xml: '>', longText: [data.subarray(tagEnd + 1, next)] };
				given = next;
			}
			if (next < 0) break;
			whole = next;
		}
		const ended = Math.max(0, whole);
		yield* slices(data.subarray(given, ended));
		this.#held = Buffer.from(data.subarray(ended));
		if (this.#held.length > LONGEST_TAG) {
			throw new EwsError({ kind: 'malformedAnswer', text: 'a tag without an end' }, `The server's answer has a tag of more than ${LONGEST_TAG} bytes.`);
		}
	}
}

/** Cut where a tag begins or ends, so that characters and references are whole. */
function* slices(bytes: Buffer): Generator<XmlPiece, void, undefined> {
	const legal = withoutForbiddenCharacters(bytes.toString('utf8'));
	for (let at = 0; at < legal.length; at += SLICE_LENGTH) yield { xml: legal.slice(at, at + SLICE_LENGTH) };
}
