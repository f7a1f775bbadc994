import type { RunningExchange } from '../exchange-server/startExchange.mts';
import type { N8nProcess } from '../n8n-harness/n8n-process.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import type { N8nQueue } from './n8n-queue.mts';

/** What a kill looks at to find its moment. */
export interface Scene {
	queue: N8nQueue;
	exchange: RunningExchange;
}

/** A process that is killed with SIGKILL in the middle of something. */
export interface Kill {
	/** Share of the changes that are made by then. */
	after: number;
	what: string;
	moment: (scene: Scene) => Promise<void>;
	victim: (queue: N8nQueue) => N8nProcess;
}

/** Longer than any pause between two polls. */
const PATIENCE_MS = 180_000;

/** Executions that a worker has begun, as it says in its log. */
function begunBy(worker: N8nProcess): number {
	return worker.log.split('Worker started execution').length - 1;
}

function workerAt(queue: N8nQueue, index: number): N8nProcess {
	const worker = queue.workers[index];
	if (worker === undefined) throw new RangeError(`There is no worker ${index + 1}`);
	return worker;
}

/** Waits until Exchange gets a request of one of these operations from now on. */
async function asked({ exchange }: Scene, operations: readonly string[]): Promise<void> {
	exchange.control.clearRequests();
	await waitUntil(() => exchange.control.requests().some(({ operation }) => operations.includes(operation ?? '')), { what: operations.join(' or '), timeoutMs: PATIENCE_MS, everyMs: 5 });
}

/** Waits until a worker has begun a new execution. It may have ended already: on a machine with nothing else to do most are over within a few milliseconds. */
async function atWork(worker: N8nProcess): Promise<void> {
	const before = begunBy(worker);
	await waitUntil(() => begunBy(worker) > before, { what: 'a worker to be at work', timeoutMs: PATIENCE_MS, everyMs: 5, state: () => worker.log.slice(-1000) });
}

export const KILLS: readonly Kill[] = [
	{ after: 0.2, what: 'worker 1 while it stores what changed in Exchange', moment: async ({ queue }) => await atWork(workerAt(queue, 0)), victim: (queue) => workerAt(queue, 0) },
	{ after: 0.4, what: 'the main while it reads what changed in Exchange', moment: async (scene) => (await asked(scene, ['SyncFolderItems']), await asked(scene, ['GetItem'])), victim: ({ main }) => main },
	{ after: 0.6, what: 'worker 2 while records are written to Exchange', moment: async (scene) => await asked(scene, ['CreateItem', 'UpdateItem']), victim: (queue) => workerAt(queue, 1) },
];
