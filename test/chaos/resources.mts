/** What the steady worker holds of memory and handles, and whether it gives back what it takes. */

/** What one process holds, garbage collected. */
export interface Resources {
	/** Minutes since it began. */
	minute: number;
	heapMb: number;
	/** Kinds of `process.getActiveResourcesInfo()` and how many there are of each. */
	handles: Record<string, number>;
}

/** So much may come and go from one minute to another: caches, compiled code, answers under way. */
const HEAP_TOLERANCE_MB = 15;
const HANDLES_TOLERANCE = 4;
/** A shorter run has no first minute to compare with. */
const MINUTES_TO_COMPARE = 2;

export function handleCount({ handles }: Resources): number {
	return Object.values(handles).reduce((sum, count) => sum + count, 0);
}

/** Memory and handles that were taken since the first minute and not given back. */
export function grown(told: readonly Resources[], minutes: number): string[] {
	const [first, last] = [told[0], told.at(-1)];
	if (first === undefined || last === undefined || told.length < 2) {
		return minutes < MINUTES_TO_COMPARE ? [] : [`the steady worker told ${told.length} times in ${minutes} minutes what it holds, so that nothing can be compared`];
	}
	return [
		...(last.heapMb > first.heapMb + HEAP_TOLERANCE_MB ? [`the heap grew from ${first.heapMb} to ${last.heapMb} MB`] : []),
		...(handleCount(last) > handleCount(first) + HANDLES_TOLERANCE ? [`the handles grew from ${JSON.stringify(first.handles)} to ${JSON.stringify(last.handles)}`] : []),
	];
}
