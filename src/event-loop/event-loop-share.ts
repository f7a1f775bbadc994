import { sleep } from './sleep';

/** How long the event loop, which all workflows of an n8n share, is held before others get a turn. */
const SLICE_MS = 10;

/** Works that wait at the same time go on one after the other, each in a turn of its own: timers that are due together run in one turn, and would hold the loop together. */
let lastTurn: Promise<void> = Promise.resolve();

function nextTurn(): Promise<void> {
	const turn = async (): Promise<void> => await sleep(0);
	lastTurn = lastTurn.then(turn, turn);
	return lastTurn;
}

/** Lets others go on in the middle of long work: one for each piece of work, asked between its items. */
export class EventLoopShare {
	#since = performance.now();

	/** Gives others a turn where it is due. */
	async offer(): Promise<void> {
		if (performance.now() - this.#since < SLICE_MS) return;
		await nextTurn();
		this.#since = performance.now();
	}
}
