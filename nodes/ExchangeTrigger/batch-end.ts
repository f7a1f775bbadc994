import type { IDataObject, IPollFunctions, IRun } from 'n8n-workflow';

import { nodeKey } from './poll-guard';

/** Executions that have begun with a batch of this node and not ended, with the time at which they began (milliseconds since 1970). */
const underWay = new Map<string, Set<{ since: number }>>();

/** n8n's own way to have a batch executed; the watched one takes its place for one batch. */
const originalEmits = new WeakMap<IPollFunctions, IPollFunctions['__emit']>();

/** So long a batch holds back the next. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** Whether n8n hands its executions to workers; undefined until one has ended in this process. */
let handsToWorkers: boolean | undefined;

/** What a poll wants to know of the execution that n8n makes of its batch. */
export interface BatchListener {
	/** n8n takes the batch. */
	begun(): void;
	/** The execution has come to its end, or to a Wait; undefined: none was made, and the cursor is where it was, because another process has the turn. */
	ended(run: IRun | undefined): void;
}

/**
 * Hears how the execution ends that n8n makes of what this poll returns, by the promise that `__emit` takes. It is `__emit` that is listened to, and not
 * called from here, because n8n drops what a poll returns that came too late or whose workflow was changed meanwhile.
 */
export function onBatchEnd(functions: IPollFunctions, listener: BatchListener): void {
	const emit = originalEmits.get(functions) ?? functions.__emit;
	originalEmits.set(functions, emit);
	functions.__emit = (data, response, done) => {
		functions.__emit = emit;
		listener.begun();
		const settle = begin(nodeKey(functions));
		const watched = {
			promise: done?.promise ?? Promise.resolve(undefined),
			resolve: (run: IRun | undefined | PromiseLike<IRun | undefined>): void => {
				done?.resolve(run);
				void Promise.resolve(run).then((end) => {
					settle();
					if (end !== undefined) handsToWorkers = end.jobId !== undefined || isEmptied(end);
					listener.ended(end);
				});
			},
			// It was stopped, or n8n does not know it any more: it keeps its items.
			reject: (error: Error): void => {
				settle();
				done?.reject(error);
			},
		};
		emit.call(functions, data, response, watched);
	};
}

/**
 * Whether the execution of an earlier batch of this node is under way: the next batch waits for its end, so that what is older is never stored over what
 * is newer. A batch that has taken very long holds back nothing any more.
 */
export function isBatchUnderWay(functions: IPollFunctions): boolean {
	const now = Date.now();
	return [...(underWay.get(nodeKey(functions)) ?? [])].some(({ since }) => since <= now && now - since < LONGEST_WAIT_MS);
}

/**
 * Whether n8n runs in queue mode: it does not say so, but names the job of an execution that a worker had. What was found before a restart is in the memory; undefined where no
 * execution of a batch has ended yet.
 */
export function isQueueMode(memory: IDataObject): boolean | undefined {
	const remembered = memory['queueMode'];
	return handsToWorkers ?? (typeof remembered === 'boolean' ? remembered : undefined);
}

/**
 * Whether n8n has written over an execution what it was begun with. A workflow that fails names the node at which it stopped, and keeps the trigger's
 * items for a retry; what n8n wrote over has neither.
 */
export function isEmptied({ status, data }: IRun): boolean {
	const { lastNodeExecuted, runData } = data.resultData;
	return (status === 'error' || status === 'crashed') && lastNodeExecuted === undefined && Object.keys(runData).length === 0;
}

function begin(node: string): () => void {
	const ofNode = underWay.get(node) ?? new Set();
	underWay.set(node, ofNode);
	const execution = { since: Date.now() };
	ofNode.add(execution);
	return () => {
		ofNode.delete(execution);
		if (ofNode.size === 0) underWay.delete(node);
	};
}
