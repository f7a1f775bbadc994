/**
 * A process that does nothing but wait for its timer, beside a client that is measured: how long the machine kept it waiting is what a longest block of the client can owe to
 * the machine alone. Run by itself it is that process; it answers any message with its figure and ends.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';

const TICK_MS = 2;

/** A bystander that is running. */
export interface Bystander {
	/** Ends it and resolves to the longest time between two turns of its event loop, ms. */
	stop(): Promise<number>;
}

/** Starts a bystander; resolves when it ticks. */
export async function startBystander(): Promise<Bystander> {
	const child = fork(import.meta.filename, [], { execArgv: ['--disable-warning=ExperimentalWarning'] });
	await once(child, 'message');
	return {
		stop: async () => {
			const figure = once(child, 'message') as Promise<[number]>;
			child.send('stop');
			return (await figure)[0];
		},
	};
}

if (process.argv[1] === import.meta.filename) {
	let at = performance.now();
	let longestMs = 0;
	const tick = (): void => {
		const now = performance.now();
		longestMs = Math.max(longestMs, now - at);
		at = now;
		setTimeout(tick, TICK_MS);
	};
	tick();
	process.once('message', () => process.send?.(longestMs, () => process.exit(0)));
	process.once('disconnect', () => process.exit(0));
	process.send?.('ticks');
}
