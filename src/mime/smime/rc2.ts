/** Permutation of RFC 2268, 2. */
const PI_TABLE = Buffer.from(
	'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32' +
		'bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
		'6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a' +
		'961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
		'2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e' +
		'c5f3db47e5a59c770aa62068fe7fc1ad',
	'hex',
);

const BLOCK = 8;

/**
 * Decrypts RC2 in CBC mode and takes the padding off (RFC 2268). OpenSSL 3, and so Node, no longer has this weak cipher; Windows still writes
 * certificates encrypted by it into PKCS #12 files, and old mail is encrypted by it. Decryption only.
 *
 * @returns undefined Where the padding is wrong: a wrong key or damaged data.
 */
export function decryptRc2Cbc(key: Buffer, effectiveBits: number, iv: Buffer, data: Buffer): Buffer | undefined {
	if (data.length === 0 || data.length % BLOCK !== 0 || iv.length !== BLOCK || key.length === 0 || key.length > 128) return undefined;
	const words = expandedKey(key, effectiveBits);
	const plain = Buffer.alloc(data.length);
	let previous = iv;
	for (let offset = 0; offset < data.length; offset += BLOCK) {
		const block = data.subarray(offset, offset + BLOCK);
		decryptBlock(words, block, plain, offset);
		for (let index = 0; index < BLOCK; index++) plain[offset + index] = at(plain, offset + index) ^ at(previous, index);
		previous = block;
	}
	const padding = at(plain, plain.length - 1);
	if (padding < 1 || padding > BLOCK) return undefined;
	if (!plain.subarray(plain.length - padding).every((byte) => byte === padding)) return undefined;
	return plain.subarray(0, plain.length - padding);
}

function at(bytes: { readonly [index: number]: number }, index: number): number {
	return bytes[index] ?? 0;
}

function expandedKey(key: Buffer, effectiveBits: number): Uint16Array {
	const bytes = new Uint8Array(128);
	bytes.set(key);
	for (let index = key.length; index < 128; index++) bytes[index] = at(PI_TABLE, (at(bytes, index - 1) + at(bytes, index - key.length)) & 0xff);
	const effectiveBytes = Math.ceil(effectiveBits / 8);
	const mask = 0xff >> (8 * effectiveBytes - effectiveBits);
	bytes[128 - effectiveBytes] = at(PI_TABLE, at(bytes, 128 - effectiveBytes) & mask);
	for (let index = 127 - effectiveBytes; index >= 0; index--) bytes[index] = at(PI_TABLE, at(bytes, index + 1) ^ at(bytes, index + effectiveBytes));
	return Uint16Array.from({ length: 64 }, (_, index) => at(bytes, 2 * index) | (at(bytes, 2 * index + 1) << 8));
}

function decryptBlock(key: Uint16Array, block: Buffer, out: Buffer, offset: number): void {
	const r = [block.readUInt16LE(0), block.readUInt16LE(2), block.readUInt16LE(4), block.readUInt16LE(6)];
	let next = 63;
	const mix = (rounds: number): void => {
		for (let round = 0; round < rounds; round++) {
			for (const [index, rotation] of REVERSE_ROTATIONS) {
				const word = at(r, index);
				const rotated = ((word >>> rotation) | (word << (16 - rotation))) & 0xffff;
				const [one, two, three] = [at(r, (index + 3) % 4), at(r, (index + 2) % 4), at(r, (index + 1) % 4)];
				r[index] = (rotated - at(key, next--) - (one & two) - (~one & three)) & 0xffff;
			}
		}
	};
	const mash = (): void => {
		for (let index = 3; index >= 0; index--) r[index] = (at(r, index) - at(key, at(r, (index + 3) % 4) & 63)) & 0xffff;
	};
	mix(5);
	mash();
	mix(6);
	mash();
	mix(5);
	r.forEach((word, index) => out.writeUInt16LE(word, offset + 2 * index));
}

const REVERSE_ROTATIONS: ReadonlyArray<readonly [number, number]> = [
	[3, 5],
	[2, 3],
	[1, 2],
	[0, 1],
];
