import { sleep } from './sleep';

/** How long the event loop, which all workflows of an n8n share, is held before others get a turn. */
const SLICE_MS = 10;

/** Lets others go on in the middle of long work: one for each piece of work, asked between its items. */
export class EventLoopShare {
	#since = performance.now();

	/** Gives others a turn where it is due. */
	async offer(): Promise<void> {
		if (performance.now() - this.#since < SLICE_MS) return;
		await sleep(0);
		this.#since = performance.now();
	}
}
