/**
 * MD4, which NTLM hashes passwords with and OpenSSL 3 no longer has. Not to be used for anything else.
 * https://www.rfc-editor.org/rfc/rfc1320
 */
export function md4(data: Buffer): Buffer {
	const padded = Buffer.alloc((((data.length + 8) >> 6) + 1) * 64);
	data.copy(padded);
	padded[data.length] = 0x80;
	padded.writeUInt32LE((data.length << 3) >>> 0, padded.length - 8);
	padded.writeUInt32LE(Math.floor(data.length / 0x20000000), padded.length - 4);

	let state: Words = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
	for (let block = 0; block < padded.length; block += 64) {
		const [a, b, c, d] = state;
		const mixed = ROUNDS.reduce<Words>((words, { order, shifts, constant, mix }) => {
			let current = words;
			order.forEach((word, step) => {
				const [w, x, y, z] = current;
				const sum = (w + mix(x, y, z) + padded.readUInt32LE(block + word * 4) + constant) | 0;
				current = [z, rotate(sum, shifts[step % 4] ?? 0), x, y];
			});
			return current;
		}, state);
		state = [(a + mixed[0]) | 0, (b + mixed[1]) | 0, (c + mixed[2]) | 0, (d + mixed[3]) | 0];
	}
	const digest = Buffer.alloc(16);
	state.forEach((word, index) => digest.writeUInt32LE(word >>> 0, index * 4));
	return digest;
}

type Words = [number, number, number, number];

interface Round {
	order: readonly number[];
	shifts: readonly number[];
	constant: number;
	mix(x: number, y: number, z: number): number;
}

const ROUNDS: readonly Round[] = [
	{ order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], shifts: [3, 7, 11, 19], constant: 0, mix: (x, y, z) => (x & y) | (~x & z) },
	{ order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15], shifts: [3, 5, 9, 13], constant: 0x5a827999, mix: (x, y, z) => (x & y) | (x & z) | (y & z) },
	{ order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15], shifts: [3, 9, 11, 15], constant: 0x6ed9eba1, mix: (x, y, z) => x ^ y ^ z },
];

function rotate(word: number, by: number): number {
	return (word << by) | (word >>> (32 - by));
}
