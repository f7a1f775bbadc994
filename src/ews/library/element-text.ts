import { elementTextOf } from './xml-characters';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const GREATER = 0x3e;
const CLOSING_BRACKET = 0x5d;
/** First byte of U+FFFE and U+FFFF, and of many characters that XML may carry. */
const LAST_OF_THE_PLANE = 0xef;

/** 1 for bytes that stand for themselves whatever follows. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => ((byte >= 0x20 && ![AMPERSAND, GREATER, LAST_OF_THE_PLANE].includes(byte)) || byte === TAB || byte === LF ? 1 : 0));

/** Texts up to this length are put together in memory that is used again. */
const DESK_BYTES = 256 * 1024;
const desk = Buffer.allocUnsafeSlow(DESK_BYTES);

/**
 * What the text of an element says, as {@link elementTextOf}, from its UTF-8 bytes. In one pass, because bodies are most of an answer: 20 KB of HTML have a reference for each
 * bracket of each tag, and to replace them name by name reads and writes the text six times over. What is rare in answers is left to {@link elementTextOf}.
 * @param linesAlone carriage returns that are written as references are left out before a line feed; where the text is left to {@link elementTextOf}, they stay
 */
export function elementTextOfBytes(raw: Buffer, linesAlone = false): string | undefined {
	const length = raw.length;
	const text = length <= DESK_BYTES ? desk : Buffer.allocUnsafe(length);
	let written = 0;
	for (let at = 0; at < length; ) {
		let byte = 0;
		// A loop of its own, which V8 makes twice as fast.
		while (at < length && PLAIN[(byte = raw[at] as number)] === 1) {
			text[written++] = byte;
			at++;
		}
		if (at === length) break;
		switch (byte) {
			case AMPERSAND: {
				const reference = referenceAt(raw, at + 1);
				if (reference === NO_REFERENCE) return elementTextOf(raw.toString('utf8'));
				at += 1 + (reference & LENGTH_MASK);
				// One before it would then stand before the line feed.
				if (linesAlone && reference >> LENGTH_BITS === CR && raw[at] === LF && text[written - 1] !== CR) break;
				written = writeCharacter(text, written, reference >> LENGTH_BITS);
				break;
			}
			case CR:
				if (raw[at + 1] !== LF) text[written++] = LF;
				at++;
				break;
			case GREATER:
				// It may be the end of a section that never began.
				if (text[written - 1] === CLOSING_BRACKET) return elementTextOf(raw.toString('utf8'));
				text[written++] = byte;
				at++;
				break;
			case LAST_OF_THE_PLANE:
				if (raw[at + 1] === 0xbf && (raw[at + 2] ?? 0) >= 0xbe) return elementTextOf(raw.toString('utf8'));
				text[written++] = byte;
				at++;
				break;
			default:
				return elementTextOf(raw.toString('utf8'));
		}
	}
	return text.toString('utf8', 0, written);
}

const NO_REFERENCE = -1;
const LENGTH_BITS = 4;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;

/** A character and the length of its reference in one number, because a text has thousands of them and an object for each would be garbage. */
function reference(character: number, length: number): number {
	return (character << LENGTH_BITS) | length;
}

/** The reference behind an ampersand, where it means one character that XML may carry; otherwise {@link NO_REFERENCE}. */
function referenceAt(raw: Buffer, from: number): number {
	switch (raw[from]) {
		case 0x6c:
			return raw[from + 1] === 0x74 && raw[from + 2] === SEMICOLON ? reference(0x3c, 3) : NO_REFERENCE;
		case 0x67:
			return raw[from + 1] === 0x74 && raw[from + 2] === SEMICOLON ? reference(GREATER, 3) : NO_REFERENCE;
		case 0x61:
			if (raw[from + 1] === 0x6d) return raw[from + 2] === 0x70 && raw[from + 3] === SEMICOLON ? reference(AMPERSAND, 4) : NO_REFERENCE;
			return raw[from + 1] === 0x70 && raw[from + 2] === 0x6f && raw[from + 3] === 0x73 && raw[from + 4] === SEMICOLON ? reference(0x27, 5) : NO_REFERENCE;
		case 0x71:
			return raw[from + 1] === 0x75 && raw[from + 2] === 0x6f && raw[from + 3] === 0x74 && raw[from + 4] === SEMICOLON ? reference(0x22, 5) : NO_REFERENCE;
		case 0x23:
			return numericReferenceAt(raw, from);
		default:
			return NO_REFERENCE;
	}
}

function numericReferenceAt(raw: Buffer, from: number): number {
	const isHex = raw[from + 1] === 0x78;
	const base = isHex ? 16 : 10;
	const first = from + (isHex ? 2 : 1);
	let character = 0;
	let at = first;
	for (; at < first + 6; at++) {
		const digit = digitOf(raw[at] ?? 0);
		if (digit >= base) break;
		character = character * base + digit;
	}
	return at > first && raw[at] === SEMICOLON && isFreeOfPairs(character) ? reference(character, at + 1 - from) : NO_REFERENCE;
}

function digitOf(byte: number): number {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	const letter = byte | 0x20;
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.POSITIVE_INFINITY;
}

/** Legal by itself: halves of surrogate pairs may belong together with the next reference. */
function isFreeOfPairs(character: number): boolean {
	if (character < 0x20) return character === TAB || character === LF || character === CR;
	return character < 0xd800 || (character > 0xdfff && character < 0xfffe) || (character >= 0x1_0000 && character <= 0x10_ffff);
}

function writeCharacter(text: Buffer, at: number, character: number): number {
	if (character < 0x80) {
		text[at] = character;
		return at + 1;
	}
	return at + text.write(String.fromCodePoint(character), at, 'utf8');
}
