/** What `npm run test:quick`, a quick look between two changes, leaves to `npm test`, which makes everything. */
import { it } from 'vitest';

export const QUICK = process.env['TEST_QUICK'] === 'yes';

/** One of this many runs of a property or rows of a table is made for a quick look. */
const QUICK_SHARE = 10;

/** How often a property is tried: in full, or a tenth of that for a quick look. */
export function runs(full: number): number {
	return QUICK ? Math.ceil(full / QUICK_SHARE) : full;
}

/** Rows of a table of cases that each take seconds: all, or a tenth of them for a quick look. */
export function rows<T>(full: readonly T[]): readonly T[] {
	return QUICK ? full.filter((_row, index) => index % QUICK_SHARE === 0) : full;
}

/** A test of many megabytes or thousands of items, which takes seconds of processor; left out of a quick look. */
export const itIsLarge = it.skipIf(QUICK);
