/** Small deterministic generator (mulberry32): the same seed gives the same mails everywhere. */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** At least 0, below 1. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	/** At least `from`, at most `to`. */
	int(from: number, to: number): number {
		return from + Math.floor(this.next() * (to - from + 1));
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.int(0, list.length - 1)] as T;
	}

	many<T>(list: readonly T[], from: number, to: number): T[] {
		return Array.from({ length: this.int(from, to) }, () => this.pick(list));
	}

	bytes(length: number): Buffer {
		const bytes = Buffer.alloc(length);
		for (let index = 0; index < length; index++) bytes[index] = this.int(0, 255);
		return bytes;
	}
}
