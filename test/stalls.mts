/** When an event loop stood still: a process that is not given the processor sends and hears nothing meanwhile. */

/** Milliseconds since 1970. */
export interface Stall {
	from: number;
	to: number;
}

const LOOK_EVERY_MS = 10;
const WORTH_TELLING_MS = 10;

/** Tells each time at which this process's event loop did not come round for a while, until it is told to stop. Keeps no process alive. */
export function watchStalls(tell: (stall: Stall) => void): () => void {
	let last = Date.now();
	const looking = setInterval(() => {
		const now = Date.now();
		if (now - last > LOOK_EVERY_MS + WORTH_TELLING_MS) tell({ from: last, to: now });
		last = now;
	}, LOOK_EVERY_MS).unref();
	return () => clearInterval(looking);
}

/** How much of a time one of them stood still; what two stood still at once counts once. */
export function stoodStillMs(stalls: readonly Stall[], from: number, to: number): number {
	let sum = 0;
	let counted = from;
	for (const stall of [...stalls].sort((a, b) => a.from - b.from)) {
		const begin = Math.max(stall.from, counted);
		const end = Math.min(stall.to, to);
		if (end <= begin) continue;
		sum += end - begin;
		counted = end;
	}
	return sum;
}
