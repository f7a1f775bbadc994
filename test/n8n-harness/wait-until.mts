import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait, how often to look, and what to say when it was in vain. */
export interface WaitOptions {
	/** Milliseconds; default 60,000. */
	timeoutMs?: number;
	/** Milliseconds; default 200. */
	everyMs?: number;
	/** What is waited for, for the error. */
	what: string;
	/** What is known at the end, for the error. */
	state?: () => string;
}

/**
 * Looks until `look` gives something else than `undefined` or `false`, and returns it.
 * @throws Error naming what was waited for when the time is over
 */
export async function waitUntil<T>(look: () => Promise<T | undefined | false> | T | undefined | false, options: WaitOptions): Promise<T> {
	const end = Date.now() + (options.timeoutMs ?? 60_000);
	for (;;) {
		const seen = await look();
		if (seen !== undefined && seen !== false) return seen;
		if (Date.now() > end) {
			const state = options.state?.();
			throw new Error(`Waited in vain for ${options.what}${state === undefined ? '' : `\n${state}`}`);
		}
		await sleep(options.everyMs ?? 200);
	}
}
