/** `npm run test:quick` asks for a quick look; `npm test` makes everything. */
export const QUICK = process.env['TEST_QUICK'] === 'yes';

/** One of this many runs of a property or rows of a table is made in `npm run test:quick`; `npm test` makes them all. */
const QUICK_SHARE = 10;

/** How often a property is tried: in full, or a tenth of that where `npm run test:quick` asks for a quick look. */
export function runs(full: number): number {
	return QUICK ? Math.ceil(full / QUICK_SHARE) : full;
}

/** Rows of a table of cases that each take seconds: all, or a tenth of them where `npm run test:quick` asks for a quick look. */
export function rows<T>(full: readonly T[]): readonly T[] {
	return QUICK ? full.filter((_row, index) => index % QUICK_SHARE === 0) : full;
}
