/** What an answer is unpacked into comes in memory of this size, which nobody else has a part of: `chunkSize` in build/npm-packages.mjs. */
export const UNPACKED_BYTES = 512 * 1024;

/**
 * Gives back the memory that an answer was unpacked into as soon as it was read. V8 counts such memory as old from its first byte on and begins to collect everything when there is
 * much of it; two of five collections of a first sync came from waiting for that.
 * https://tc39.es/ecma262/#sec-arraybuffer.prototype.transfer
 */
export class ReadMemory {
	readonly #read: ArrayBuffer[] = [];
	/** Memory that is read up to a place behind which the answer may go on. */
	#begun: ArrayBuffer | undefined;

	/** Notes the memory of `bytes`. Memory of another size may be shared (what a socket received, Node's pool for small buffers) and is left to V8. */
	note({ buffer, byteOffset, byteLength }: Uint8Array): void {
		if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== UNPACKED_BYTES) return;
		const isReadToItsEnd = byteOffset + byteLength === UNPACKED_BYTES;
		if (isReadToItsEnd) this.#read.push(buffer);
		this.#begun = isReadToItsEnd ? undefined : buffer;
	}

	/** To be called when nobody will look at what was noted: whoever still did would find it empty. Memory that more of the answer may be unpacked into is kept. */
	giveBack(): void {
		for (const memory of this.#read.splice(0)) memory.transfer(0);
	}

	/** As {@link giveBack}, when all of the answer was read: most answers end in the first memory or fill the last one in part. */
	giveBackAll(): void {
		this.giveBack();
		this.#begun?.transfer(0);
		this.#begun = undefined;
	}
}
