/** One of this many runs of a property is made in `npm run test:quick`; `npm test` makes them all. */
const QUICK_SHARE = 5;

/** How often a property is tried: in full, or a fifth of that where `npm run test:quick` asks for a quick look. */
export function runs(full: number): number {
	return process.env['TEST_QUICK'] === 'yes' ? Math.ceil(full / QUICK_SHARE) : full;
}
