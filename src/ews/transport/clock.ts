import { sleep } from '../../event-loop/sleep';
import { whileWaitedFor } from '../errors/given-up';

/** Time as the connection sees it, so that tests need not wait. */
export interface Clock {
	/** Milliseconds since 1970; goes back and on when somebody sets the machine's clock. */
	now(): number;
	/** Milliseconds since any moment, always the same one: nobody sets it, so it measures how long something has lasted. */
	elapsed(): number;
	/** Waits. @throws EwsError `aborted` as soon as the signal is */
	wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/** The machine's clock. */
export const machineClock: Clock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	async wait(ms, signal) {
		// An older n8n's sleep knows no signal, a newer one's rejects with a reason of its own.
		await whileWaitedFor(signal, { mayBeSent: false }, async () => await sleep(ms, signal));
	},
};
