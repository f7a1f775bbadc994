import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../exchange-server/faults/faultScript.mts';
import type { N8n } from '../n8n-harness/n8n.mts';
import { Backlog } from './backlog.mts';
import { HeldWindow } from './held-window.mts';

/** What a series of kills is to do. */
export interface SeriesOptions {
	kills: number;
	durable: boolean;
	/** Kill between storing the cursor and creating the execution instead of at random moments. */
	aimed: boolean;
	seed: number;
	/** An empty folder. */
	folder: string;
	/** Told one line for each kill. */
	say: (line: string) => void;
}

/** What a series of kills showed. Mails are counted by their keys. */
export interface SeriesResult {
	kills: number;
	/** Kills before n8n was ready again. */
	whileStarting: number;
	/** Starts that n8n ended itself; see {@link startedBySupervisor}. */
	gaveUp: number;
	/** Kills with a batch held in the window. */
	inWindow: number;
	/** Of these, with the cursor stored already. */
	cursorStored: number;
	/** Mails in the batches that were held: n8n had no execution for them. */
	withheld: number;
	/** Of these, mails that came in an execution after all. */
	withheldArrived: number;
	delivered: number;
	/** Executions that the trigger started. */
	executions: number;
	/** Executions that n8n shows as crashed and that were run again. */
	crashed: number;
	/** Executions that ended in any other way than well or crashed. */
	ended: string[];
	/** Mails in no execution. */
	inNone: string[];
	/** Mails in more than one execution. */
	inSeveral: string[];
	/** Mails that are missing in the Data Table. */
	missingRows: string[];
	/** Mails that stand in the Data Table more than once. */
	doubleRows: string[];
}

const SLICE = 20;
/** Longest time from n8n's being ready to a kill at random. */
const READY_MS = 12_000;
/** Longest time from n8n's start to a kill while it is starting. */
const STARTING_MS = 9000;
/** More in a row are no accident. */
const MOST_RESTARTS = 3;

/** Kills an n8n again and again while emails keep arriving, lets it come to rest, and counts. */
export async function killSeries(options: SeriesOptions): Promise<SeriesResult> {
	const window = new HeldWindow(options.folder);
	const variables = options.aimed ? window.variables : {};
	const backlog = await Backlog.start({ durableCursors: options.durable, slice: SLICE, waiting: 3 * SLICE, variables });
	try {
		// A poll takes as long as with a server some way off, so that more moments fall into one.
		backlog.stage.exchange.control.latency = 100;
		const counts = await killAgainAndAgain(backlog, window, options);
		await backlog.atRest(1_800_000);
		return await counted(backlog, counts);
	} finally {
		await backlog.close();
	}
}

interface KillCounts {
	kills: number;
	whileStarting: number;
	/** Starts that n8n ended itself; see {@link startedBySupervisor}. */
	gaveUp: number;
	cursorStored: number;
	held: string[][];
}

async function killAgainAndAgain(backlog: Backlog, window: HeldWindow, { kills, aimed, seed, say }: SeriesOptions): Promise<KillCounts> {
	const random = seededRandom(seed);
	const { n8n } = backlog.stage;
	const counts: KillCounts = { kills: 0, whileStarting: 0, gaveUp: 0, cursorStored: 0, held: [] };
	while (counts.kills < kills) {
		await backlog.deliver(5 + Math.floor(random() * SLICE));
		if (aimed) {
			// The first batch after a kill in the window is the one that was held before; others are let pass to come to new ones.
			const passing = Math.floor(random() * 3);
			await backlog.deliver(passing * SLICE);
			const { keys, cursorStored } = await window.hold(passing, 240_000, () => n8n.process.log.slice(-3000));
			counts.held.push(keys);
			if (cursorStored) counts.cursorStored++;
			await n8n.kill();
			await window.release();
		} else {
			const moment = random() * READY_MS;
			const second = random();
			await sleep(moment / 2);
			await backlog.deliver(Math.floor((second * SLICE) / 2));
			await sleep(moment / 2);
			await n8n.kill();
		}
		counts.kills++;
		say(`kill ${counts.kills} of ${kills}${aimed ? ` with a batch of ${counts.held.at(-1)?.length} in the window` : ''}`);
		if (!aimed && counts.kills < kills && random() < 0.2) {
			const starting = n8n.startAgain().then(() => 'ready', () => 'killed');
			await sleep(random() * STARTING_MS);
			await n8n.kill();
			if ((await starting) === 'killed') counts.whileStarting++;
			counts.kills++;
			say(`kill ${counts.kills} of ${kills}, soon after the start`);
		}
		counts.gaveUp += await startedBySupervisor(n8n);
	}
	return counts;
}

/**
 * Starts n8n as a container's restart policy does: n8n 2.41 was seen to end itself while it recovers an execution that was killed before it began
 * (`getTime` of null in its hooks), and to start the next time.
 *
 * @returns how often n8n ended itself
 */
async function startedBySupervisor(n8n: N8n): Promise<number> {
	for (let gaveUp = 0; ; gaveUp++) {
		try {
			await n8n.startAgain();
			return gaveUp;
		} catch (error) {
			if (gaveUp >= MOST_RESTARTS || n8n.process.running) throw error;
		}
	}
}

async function counted(backlog: Backlog, counts: KillCounts): Promise<SeriesResult> {
	const { executions, times } = await backlog.handedOver();
	const crashed = await backlog.retryCrashed();
	const rows = new Map<string, number>();
	for (const key of await backlog.arrivedKeys()) rows.set(key, (rows.get(key) ?? 0) + 1);
	const withheld = new Set(counts.held.flat());
	const keysWith = (of: Map<string, number>, isSo: (count: number) => boolean): string[] => [...of].flatMap(([key, count]) => (isSo(count) ? [key] : []));
	return {
		kills: counts.kills,
		whileStarting: counts.whileStarting,
		gaveUp: counts.gaveUp,
		inWindow: counts.held.length,
		cursorStored: counts.cursorStored,
		withheld: withheld.size,
		withheldArrived: [...withheld].filter((key) => (times.get(key) ?? 0) > 0).length,
		delivered: backlog.deliveredKeys.length,
		executions: executions.length,
		crashed,
		ended: executions.flatMap(({ id, status }) => (status === 'success' || status === 'crashed' ? [] : [`${id}: ${status}`])),
		inNone: keysWith(times, (count) => count === 0),
		inSeveral: keysWith(times, (count) => count > 1),
		missingRows: backlog.deliveredKeys.filter((key) => !rows.has(key)),
		doubleRows: keysWith(rows, (count) => count > 1),
	};
}
