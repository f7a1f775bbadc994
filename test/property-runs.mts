/** One of this many runs of a property is made in `npm run test:quick`; `npm test` makes them all. */
const QUICK_SHARE = 5;

/** How often a property is tried: in full, or a fifth of that where `npm run test:quick` asks for a quick look. */
export function runs(full: number): number {
	return process.env['TEST_QUICK'] === 'yes' ? Math.ceil(full / QUICK_SHARE) : full;
}

/** Rows of a table of cases that each take seconds: all, or every third one where `npm run test:quick` asks for a quick look. */
export function rows<T>(full: readonly T[]): readonly T[] {
	return process.env['TEST_QUICK'] === 'yes' ? full.filter((_row, index) => index % 3 === 0) : full;
}
