const LF = 0x0a;
const CR = 0x0d;

/** Turns every line feed without a carriage return before it into CRLF, as Exchange expects of MIME; a carriage return alone stays. */
export function crlfBytes(bytes: Buffer): Buffer {
	let missing = 0;
	for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) if (bytes[at - 1] !== CR) missing++;
	if (missing === 0) return bytes;
	const result = Buffer.allocUnsafe(bytes.length + missing);
	let from = 0;
	let written = 0;
	for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
		if (bytes[at - 1] === CR) continue;
		written += bytes.copy(result, written, from, at);
		result[written++] = CR;
		result[written++] = LF;
		from = at + 1;
	}
	bytes.copy(result, written, from);
	return result;
}

/** Text with line feeds only, as records have it. */
export function lfText(text: string): string {
	if (!text.includes('\r')) return text;
	// V8 puts the text together in one go for an expression without alternatives; for a fixed text or any other it leaves two objects for each line.
	const lines = text.replace(/\r\n/g, '\n');
	return lines.includes('\r') ? lines.replace(/\r/g, '\n') : lines;
}

/** Text with CRLF, as MIME has it. */
export function crlfText(text: string): string {
	return lfText(text).replace(/\n/g, '\r\n');
}
