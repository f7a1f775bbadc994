import { EwsError } from '../errors/ews-error';
import { cannotBeRead } from './answer-body';

/** Characters that are decoded at once: few calls, and nothing that holds the event loop. */
const PIECE_CHARACTERS = 256 * 1024;
/** What may stand between the characters of base64 in XML: white space, also as the numeric references that .NET writes for it. */
const SPACE = /[\t\n\r ]+|&#(?:x(?:9|[aA]|[dD]|20)|9|10|13|32);/g;
/** The longest of these references, and the beginning of one at the end of a piece. */
const TORN_REFERENCE = /&[^;]{0,5}$/;

/**
 * The bytes of base64 text that comes in pieces, torn anywhere. Anything that is not base64 is an error, unlike with `Buffer.from`, which leaves out
 * what it does not know: half an attachment must not pass for a whole one. https://www.rfc-editor.org/rfc/rfc4648#section-4
 *
 * @throws EwsError `tooLarge` beyond `maxBytes`, `malformedAnswer`
 */
export async function* decodedBase64(texts: AsyncIterable<string>, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
	const decoder = new Base64Decoder(maxBytes);
	let held: string[] = [];
	let length = 0;
	for await (const text of texts) {
		held.push(text);
		length += text.length;
		if (length < PIECE_CHARACTERS) continue;
		const bytes = decoder.decode(held.join(''), false);
		held = [];
		length = 0;
		if (bytes.length > 0) yield bytes;
	}
	const bytes = decoder.decode(held.join(''), true);
	if (bytes.length > 0) yield bytes;
}

class Base64Decoder {
	readonly #maxBytes: number;
	#rest = '';
	#bytes = 0;
	#padded = false;

	constructor(maxBytes: number) {
		this.#maxBytes = maxBytes;
	}

	decode(piece: string, last: boolean): Buffer {
		let text = this.#rest + piece;
		const torn = last ? -1 : text.slice(-6).search(TORN_REFERENCE);
		const kept = torn < 0 ? '' : text.slice(-6).slice(torn);
		text = text.slice(0, text.length - kept.length).replace(SPACE, '');
		const whole = text.length - (text.length % 4);
		if (last && whole !== text.length) throw cannotBeRead('the base64 of an attachment ends in the middle of a group');
		this.#rest = text.slice(whole) + kept;
		if (whole === 0) return Buffer.alloc(0);
		return this.#groups(text.slice(0, whole));
	}

	#groups(text: string): Buffer {
		const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
		const due = (text.length / 4) * 3 - padding;
		const bytes = Buffer.from(text, 'base64');
		// What is no base64 is left out by Node, or taken as the variant for URLs.
		if (this.#padded || bytes.length !== due || text.includes('-') || text.includes('_')) throw cannotBeRead('the content of an attachment is not base64');
		this.#padded = padding > 0;
		this.#bytes += due;
		if (this.#bytes > this.#maxBytes) {
			throw new EwsError({ kind: 'tooLarge', limitBytes: this.#maxBytes }, 'The attachment is larger than what is taken in.', { outcomeUnknown: true });
		}
		return bytes;
	}
}
