import { sleep } from '../../event-loop/sleep';
import { instantOf } from '../../records/point-in-time';
import { ianaZone } from '../../records/time-zone';

/** What the first record makes a process load and set up: calendar arithmetic with the locale's data, and the names of zones. */
const FIRST_USES: ReadonlyArray<() => unknown> = [() => instantOf('2000-01-01T00:00:00', 'Europe/Zurich'), () => ianaZone('W. Europe Standard Time')];

let used: Promise<void> | undefined;

/**
 * Does once, each in a turn of its own, what would hold the event loop for 60 ms if the first record of a process came to all of it in one.
 */
export async function firstUses(): Promise<void> {
	used ??= inTurns();
	await used;
}

async function inTurns(): Promise<void> {
	for (const use of FIRST_USES) {
		await sleep(0);
		use();
	}
	await sleep(0);
}
