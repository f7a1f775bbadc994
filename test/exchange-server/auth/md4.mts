const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;
const SHIFTS = [
	[3, 7, 11, 19],
	[3, 5, 9, 13],
	[3, 9, 11, 15],
] as const;
const ADDENDS = [0, 0x5a827999, 0x6ed9eba1] as const;

function wordOf(round: number, step: number): number {
	if (round === 0) return step;
	if (round === 1) return (step % 4) * 4 + (step >> 2);
	// The order of the third round is that of four bits read backwards.
	return ((step & 1) << 3) | ((step & 2) << 1) | ((step & 4) >> 1) | ((step & 8) >> 3);
}

function mixed(round: number, b: number, c: number, d: number): number {
	if (round === 0) return (b & c) | (~b & d);
	if (round === 1) return (b & c) | (b & d) | (c & d);
	return b ^ c ^ d;
}

/** MD4 (RFC 1320), the hash of NT passwords; OpenSSL 3 has it no more. */
export function md4(message: Uint8Array): Buffer {
	const length = (Math.floor((message.length + 8) / 64) + 1) * 64;
	const padded = new DataView(new ArrayBuffer(length));
	message.forEach((byte, index) => padded.setUint8(index, byte));
	padded.setUint8(message.length, 0x80);
	padded.setBigUint64(length - 8, BigInt(message.length) * 8n, true);
	let [a, b, c, d]: number[] = [...INITIAL] as [number, number, number, number];
	for (let block = 0; block < length; block += 64) {
		const before = [a, b, c, d] as [number, number, number, number];
		for (let round = 0; round < 3; round++) {
			for (let step = 0; step < 16; step++) {
				const sum: number = (a! + mixed(round, b!, c!, d!) + padded.getUint32(block + wordOf(round, step) * 4, true) + ADDENDS[round]!) | 0;
				const shift = SHIFTS[round]![step % 4]!;
				[a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
			}
		}
		[a, b, c, d] = [(a! + before[0]) | 0, (b! + before[1]) | 0, (c! + before[2]) | 0, (d! + before[3]) | 0];
	}
	const hash = Buffer.alloc(16);
	[a, b, c, d].forEach((word, index) => hash.writeInt32LE(word!, index * 4));
	return hash;
}
