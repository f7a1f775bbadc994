import { setTimeout as wait } from 'node:timers/promises';
import type { ExchangeUsers } from './exchange-users.mts';
import { KILLS } from './kills.mts';
import type { Scene } from './kills.mts';
import type { RecordUsers } from './record-users.mts';

/** How long a process that was killed stays away. */
const AWAY_MS = 3_000;

/** How much is to happen. */
export interface BadDayOptions {
	/** In all; half of them on each side. */
	changes: number;
	/** Over both sides. */
	changesPerSecond: number;
	say: (text: string) => void;
}

/** Users change both sides while processes are killed and come back; how many changes there were. */
export async function badDay(scene: Scene, outlook: ExchangeUsers, records: RecordUsers, { changes, changesPerSecond, say }: BadDayOptions): Promise<number> {
	const { queue } = scene;
	const half = Math.floor(changes / 2);
	const pauseMs = 2_000 / changesPerSecond;
	const done = { exchange: 0, records: 0 };
	// Users of the other system work through the main, so they wait while it is away; users of Exchange do not.
	let mainIsThere: Promise<void> = Promise.resolve();
	let workOfRecords: Promise<number> = Promise.resolve(0);

	async function workInExchange(): Promise<void> {
		for (; done.exchange < half; done.exchange++) {
			outlook.act();
			await wait(pauseMs);
		}
	}

	async function workInRecords(): Promise<void> {
		while (done.records < changes - half) {
			await mainIsThere;
			workOfRecords = records.act();
			const made = await workOfRecords;
			done.records += made;
			await wait(made * pauseMs);
		}
	}

	async function killInTheMiddle(): Promise<void> {
		for (const { after, what, moment, victim } of KILLS) {
			while (done.exchange + done.records < changes * after) await wait(100);
			await moment(scene);
			const process = victim(queue);
			let back: () => void = () => undefined;
			if (process === queue.main) {
				mainIsThere = new Promise((resolve) => (back = resolve));
				await workOfRecords;
			}
			await process.kill();
			say(`killed ${what}, after ${done.exchange} changes in Exchange and ${done.records} in the records`);
			await wait(AWAY_MS);
			await (process === queue.main ? queue.startMainAgain() : process.start());
			back();
			say('it is back');
		}
	}

	await Promise.all([workInExchange(), workInRecords(), killInTheMiddle()]);
	return done.exchange + done.records;
}
