/** Answers of this size keep both ends busy and the event loop free (1 to 2 MB). */
const ANSWER_BYTES = 1_500_000;

/** To measure an item costs a tenth of what it takes to read it. */
const LOOKED_AT_EVERY = 5;

/** How many items a first request asks for, and how many one asks for at most. */
export interface BatchSizes {
	readonly first: number;
	readonly most: number;
}

/** For mails, whose size is not known before they are read. */
export const MAIL_SIZES: BatchSizes = { first: 50, most: 100 };
/** For appointments and tasks: a few KB each. */
export const SMALL_SIZES: BatchSizes = { first: 100, most: 200 };
/** For whole messages. */
export const MIME_SIZES: BatchSizes = { first: 5, most: 25 };

/** How large the items of a mailbox were that were read so far, so that requests ask for as many as make a good answer. */
export class AnswerSizes {
	readonly #seen = new Map<BatchSizes, { bytes: number; items: number }>();

	/** How many items share the next request. */
	itemsPerRequest(sizes: BatchSizes): number {
		const { bytes, items } = this.#seen.get(sizes) ?? { bytes: 0, items: 0 };
		return nextSize(bytes, items, sizes);
	}

	/** Takes note of items that were read together. To look at some of them says enough. */
	read(sizes: BatchSizes, items: readonly unknown[]): void {
		const seen = this.#seen.get(sizes) ?? { bytes: 0, items: 0 };
		for (let index = 0; index < items.length; index += LOOKED_AT_EVERY) {
			seen.bytes += approximateBytes(items[index]);
			seen.items++;
		}
		this.#seen.set(sizes, seen);
	}
}

/** How many items share a request when those seen so far had so many bytes. */
export function nextSize(bytes: number, items: number, sizes: BatchSizes): number {
	if (items === 0) return sizes.first;
	return Math.max(1, Math.min(sizes.most, Math.floor(ANSWER_BYTES / Math.max(1, bytes / items))));
}

function approximateBytes(value: unknown): number {
	if (typeof value === 'string' || Buffer.isBuffer(value)) return value.length;
	if (typeof value !== 'object' || value === null) return 0;
	let sum = 0;
	for (const name of Object.keys(value)) sum += 2 * name.length + 5 + approximateBytes(Reflect.get(value, name));
	return sum;
}
