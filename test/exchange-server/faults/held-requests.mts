import { setTimeout as sleep } from 'node:timers/promises';

/** Requests that the server has taken in and does not act on yet: until their time is up, or a test lets them go. */
export class HeldRequests {
	private readonly held = new Set<AbortController>();

	/** Resolves when this request may be carried out. */
	async hold(milliseconds: number): Promise<void> {
		const letGo = new AbortController();
		this.held.add(letGo);
		try {
			await sleep(milliseconds, undefined, { signal: letGo.signal });
		} catch (error) {
			if (!letGo.signal.aborted) throw error;
		} finally {
			this.held.delete(letGo);
		}
	}

	/** All of them go on at once. */
	letGo(): void {
		for (const each of this.held) each.abort();
	}
}
