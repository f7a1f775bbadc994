import { Hash } from 'node:crypto';

import { offerTurn } from '../event-loop/offer-turn';

/** Divisible by 57, the bytes in a line of base64: no line of a message is torn. */
const PIECE_BYTES = 57 * 4096;

/** Bytes as a stream of Node's, the form in which n8n and the composer of messages take what need not stand in memory as a whole. */
export type ByteStream = ReturnType<typeof Hash.from>;

/**
 * Pieces as a stream. `Hash` is a stream.Duplex (https://nodejs.org/api/crypto.html#class-hash) and has its static functions: of Node's modules a community node
 * may import crypto alone, not stream.
 */
export function byteStream(pieces: AsyncIterable<Buffer> | Iterable<Buffer>): ByteStream {
	return Hash.from(pieces);
}

/** Bytes that are in memory, a little at a time, with others getting the event loop in between: streams alone pass on what is in memory without a pause. */
export async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
	for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
		yield bytes.subarray(at, at + PIECE_BYTES);
		await offerTurn();
	}
}

/**
 * All bytes of a stream, put together as they come: to join them in the end takes the memory twice and holds the event loop.
 * @param about how many bytes are expected
 */
export async function gathered(stream: AsyncIterable<Buffer | string>, about: number): Promise<Buffer> {
	let bytes = Buffer.allocUnsafe(about);
	let length = 0;
	for await (const chunk of stream) {
		const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk, 'utf8');
		if (length + piece.length > bytes.length) {
			const larger = Buffer.allocUnsafe(Math.ceil((length + piece.length) * 1.5));
			bytes.copy(larger, 0, 0, length);
			bytes = larger;
		}
		length += piece.copy(bytes, length);
	}
	return bytes.subarray(0, length);
}
