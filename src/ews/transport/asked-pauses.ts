import type { Clock } from './clock';

/**
 * Pauses that servers asked for, by account. They belong to the process and not to a connection: whoever is the same account for a server shares them, by
 * whatever credential, proxy or time limit it comes, and connections come and go while a pause lasts. Measured by a clock that nobody sets, so that a
 * pause lasts as long as it was asked for, whatever happens to the machine's.
 */
export class AskedPauses {
	readonly #ends = new Map<string, number>();

	constructor(private readonly clock: Clock) {}

	/** Accounts whose pause is kept in mind: those that pause, and those whose pause has ended since the last one began. */
	get size(): number {
		return this.#ends.size;
	}

	/** Milliseconds that are left until all of these accounts may be asked for, in whole ones: asking a fraction too early would be too early. */
	left(accounts: readonly string[]): number {
		const now = this.clock.elapsed();
		return Math.max(0, ...accounts.map((account) => Math.ceil((this.#ends.get(account) ?? now) - now)));
	}

	/** Each of these accounts pauses for at least so long from now. */
	begin(accounts: readonly string[], ms: number): void {
		const now = this.clock.elapsed();
		for (const [account, end] of this.#ends) if (end <= now) this.#ends.delete(account);
		for (const account of accounts) this.#ends.set(account, Math.max(this.#ends.get(account) ?? 0, now + ms));
	}

	/** All pauses are over: for tests, which begin what another process would begin. */
	forget(): void {
		this.#ends.clear();
	}
}

/** Of this process, by the clock that they are measured with. */
const PAUSES = new WeakMap<Clock, AskedPauses>();

/** The pauses of this process. */
export function askedPauses(clock: Clock): AskedPauses {
	const pauses = PAUSES.get(clock) ?? new AskedPauses(clock);
	PAUSES.set(clock, pauses);
	return pauses;
}
