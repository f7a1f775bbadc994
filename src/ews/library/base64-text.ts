/** Characters that are decoded at once, whole groups of four: V8 gives a longer text pages of its own, and to fault them in costs more than to decode it. */
const PIECE_CHARACTERS = 64 * 1024;
const NEVER_IN_BASE64 = ['&', '\n', '\r', ' ', '\t'].map((character) => character.charCodeAt(0));

/**
 * The bytes that a text in base64 says; undefined where it is anything but whole groups of base64 (white space, references): whoever asks then reads it as text.
 * https://www.rfc-editor.org/rfc/rfc4648#section-4
 */
export function bytesOfBase64(text: Buffer): Buffer | undefined {
	if (text.length % 4 !== 0 || NEVER_IN_BASE64.some((character) => text.includes(character))) return undefined;
	const padding = text.subarray(-2).toString('latin1').replace(/[^=]/g, '').length;
	const bytes = Buffer.allocUnsafeSlow((text.length / 4) * 3 - padding);
	let written = 0;
	for (let at = 0; at < text.length; at += PIECE_CHARACTERS) written += bytes.write(text.toString('latin1', at, at + PIECE_CHARACTERS), written, 'base64');
	// Node leaves out what is no base64.
	return written === bytes.length ? bytes : undefined;
}
