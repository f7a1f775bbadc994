/** Torn texts up to this length are joined in memory that is used again: what is made anew for each, V8 counts as garbage and collects the sooner. */
const DESK_BYTES = 256 * 1024;
const desk = Buffer.allocUnsafeSlow(DESK_BYTES);

/** Bytes that came in parts, in one piece; to be used before the next call, which may write over them. */
export function inOnePiece(parts: readonly Buffer[]): Buffer {
	const [first] = parts;
	if (first !== undefined && parts.length === 1) return first;
	const length = parts.reduce((sum, part) => sum + part.length, 0);
	if (length > DESK_BYTES) return Buffer.concat(parts);
	let written = 0;
	for (const part of parts) written += part.copy(desk, written);
	return desk.subarray(0, written);
}
