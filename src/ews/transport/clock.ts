import { sleep } from '../../event-loop/sleep';
import { givenUp } from '../errors/given-up';

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
		if (signal === undefined) {
			await sleep(ms);
			return;
		}
		const cancelled = aborted(signal);
		// Older n8n knows no signal there, so the abort is listened for as well; newer rejects with a reason of its own.
		await Promise.race([sleep(ms, signal).catch(async () => await cancelled), cancelled]);
	},
};

async function aborted(signal: AbortSignal): Promise<never> {
	return await new Promise((_resolve, reject) => {
		const refuse = (): void => reject(givenUp(signal, { mayBeSent: false }));
		if (signal.aborted) refuse();
		else signal.addEventListener('abort', refuse, { once: true });
	});
}
