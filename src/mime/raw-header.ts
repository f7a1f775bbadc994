const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

/** One header field as it stands in the bytes, continuation lines included. */
export interface RawHeaderField {
	/** Lower case. */
	name: string;
	/** Offset of the first byte of the field. */
	start: number;
	/** Offset after the line ending of its last line. */
	end: number;
	/** Everything after the colon, unfolded and trimmed, one character a byte (latin1). */
	value: string;
}

/** The header of a message or of one of its parts. */
export interface RawHeader {
	fields: RawHeaderField[];
	/** Offset of the first byte after the blank line; the length of the bytes where there is no body. */
	bodyStart: number;
}

/**
 * Finds the header fields of a message without decoding anything (RFC 5322, 2.2), so that bytes can be cut out of it without touching others.
 * Takes CRLF, bare LF and a byte order mark in front. A line that is no field (such as the `From ` of an mbox) is passed over.
 * Linear in the size of the header.
 */
export function readRawHeader(bytes: Buffer, from = 0, to = bytes.length): RawHeader {
	const fields: RawHeaderField[] = [];
	let position = from;
	if (from === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) position = 3;
	while (position < to) {
		const lineEnd = endOfLine(bytes, position, to);
		if (isBlank(bytes, position, lineEnd)) return { fields, bodyStart: lineEnd };
		let end = lineEnd;
		while (end < to && (bytes[end] === SPACE || bytes[end] === TAB)) {
			end = endOfLine(bytes, end, to);
		}
		// Searched within the line alone: a search that runs on to the next colon of the body makes a body without any quadratic.
		const colon = bytes.subarray(position, lineEnd).indexOf(COLON);
		if (colon > 0) {
			fields.push({
				name: bytes.toString('latin1', position, position + colon).trim().toLowerCase(),
				start: position,
				end,
				value: bytes
					.toString('latin1', position + colon + 1, end)
					.replace(/\r?\n/g, '')
					.trim(),
			});
		}
		position = end;
	}
	return { fields, bodyStart: to };
}

/** The value of the first field of that name, lower case; the first counts where a field stands twice. */
export function rawFieldValue(header: RawHeader, name: string): string | undefined {
	return header.fields.find((field) => field.name === name)?.value;
}

/** A value such as `multipart/signed; micalg=sha-256`: the word before the first semicolon, lower case, and the parameters by lower-case name. */
export interface StructuredValue {
	value: string;
	params: Map<string, string>;
}

/** Reads a Content-Type or Content-Disposition value (RFC 2045, 5.1): quoted strings and comments; the first of a repeated parameter counts. */
export function readStructuredValue(text: string): StructuredValue {
	const pieces = splitOutsideQuotes(text);
	const params = new Map<string, string>();
	for (const piece of pieces.slice(1)) {
		const equals = piece.indexOf('=');
		if (equals < 1) continue;
		const name = piece.slice(0, equals).trim().toLowerCase();
		if (!params.has(name)) params.set(name, unquoted(piece.slice(equals + 1).trim()));
	}
	return { value: (pieces[0] ?? '').trim().toLowerCase(), params };
}

function splitOutsideQuotes(text: string): string[] {
	const pieces: string[] = [];
	let piece = '';
	let quoted = false;
	let comment = 0;
	for (let index = 0; index < text.length; index++) {
		const character = text.charAt(index);
		if (character === '\\' && (quoted || comment > 0)) {
			if (comment === 0) piece += character + text.charAt(index + 1);
			index++;
		} else if (comment > 0) {
			if (character === '(') comment++;
			if (character === ')') comment--;
		} else if (character === '"') {
			quoted = !quoted;
			piece += character;
		} else if (!quoted && character === '(') {
			comment++;
		} else if (!quoted && character === ';') {
			pieces.push(piece);
			piece = '';
		} else {
			piece += character;
		}
	}
	pieces.push(piece);
	return pieces;
}

function unquoted(text: string): string {
	if (!text.startsWith('"')) return text;
	const end = text.length > 1 && text.endsWith('"') ? text.length - 1 : text.length;
	return text.slice(1, end).replace(/\\(.)/g, '$1');
}

function endOfLine(bytes: Buffer, from: number, to: number): number {
	const lineFeed = bytes.indexOf(LF, from);
	return lineFeed < 0 || lineFeed >= to ? to : lineFeed + 1;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
	const length = end - start;
	return (length === 1 && bytes[start] === LF) || (length === 2 && bytes[start] === CR && bytes[start + 1] === LF);
}
