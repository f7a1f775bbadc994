import pLimit, { type LimitFunction } from 'p-limit';

import { givenUp } from '../errors/given-up';
import type { Clock } from './clock';

/** After each such time without a complaint one request more goes out at once, until it is as many as at first; longer than the pause that follows a complaint. */
const RECOVERS_EVERY_MS = 5 * 60_000;

/**
 * The turns of one mailbox's requests: so many at once, within those of its connection. A server that finds it too many (`ErrorExceededConnectionCount`) gets half as many;
 * they become more again one by one, since it counts what other programs of the account ask as well, and these come and go.
 */
export class Turns {
	readonly #limit: LimitFunction;
	#changedAt = 0;

	/**
	 * @param most requests at once
	 * @param overall those of all mailboxes of the connection
	 */
	constructor(
		private readonly most: number,
		private readonly overall: LimitFunction,
		private readonly clock: Pick<Clock, 'elapsed'>,
	) {
		this.#limit = pLimit(most);
	}

	/** Halves how many go out at once; one goes in any case. */
	halve(): void {
		this.#limit.concurrency = Math.max(1, Math.floor(this.#limit.concurrency / 2));
		this.#changedAt = this.clock.elapsed();
	}

	/**
	 * Does something when its turn has come. From then on it heeds the signal itself.
	 * @throws EwsError `aborted` where the caller gives up while it waits for its turn, which is then left to the next
	 */
	async take<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
		this.#recover();
		if (signal === undefined) return await this.#limit(async () => await this.overall(work));
		if (signal.aborted) throw givenUp(signal, { mayBeSent: false });
		return await new Promise<T>((resolve, reject) => {
			const leave = (): void => reject(givenUp(signal, { mayBeSent: false }));
			const turn = async (): Promise<void> => {
				signal.removeEventListener('abort', leave);
				if (!signal.aborted) await work().then(resolve, reject);
			};
			signal.addEventListener('abort', leave, { once: true });
			this.#limit(async () => await this.overall(turn)).catch(reject);
		});
	}

	#recover(): void {
		if (this.#limit.concurrency === this.most) return;
		const steps = Math.floor((this.clock.elapsed() - this.#changedAt) / RECOVERS_EVERY_MS);
		if (steps < 1) return;
		this.#limit.concurrency = Math.min(this.most, this.#limit.concurrency + steps);
		this.#changedAt = this.clock.elapsed();
	}
}
