/** RC4, with which NTLM wraps the key of a session; OpenSSL 3 has it no more. */
export function rc4(key: Uint8Array, data: Uint8Array): Buffer {
	const box = Uint8Array.from({ length: 256 }, (_value, index) => index);
	const swap = (a: number, b: number): void => {
		[box[a], box[b]] = [box[b]!, box[a]!];
	};
	for (let i = 0, j = 0; i < 256; i++) {
		j = (j + box[i]! + key[i % key.length]!) & 255;
		swap(i, j);
	}
	let i = 0;
	let j = 0;
	return Buffer.from(
		data.map((byte) => {
			i = (i + 1) & 255;
			j = (j + box[i]!) & 255;
			swap(i, j);
			return byte ^ box[(box[i]! + box[j]!) & 255]!;
		}),
	);
}
