import type { IPollFunctions } from 'n8n-workflow';

import { nodeKey } from './poll-guard';

/** Contexts that have polled: n8n makes one for each activation, and polls with it until the next. */
const known = new WeakSet<IPollFunctions>();

/** Nodes whose last poll in this process was left to the next. */
const left = new Set<string>();

/** Whether this is the first poll that n8n makes with this context: the one by which it activates the trigger. */
export function isFirstPoll(functions: IPollFunctions): boolean {
	if (known.has(functions)) return false;
	known.add(functions);
	return true;
}

/**
 * Whether the first poll of an activation is left to the first poll time: when n8n starts, and when another main process takes over.
 *
 * n8n 2.41 makes the activation depend on it. A fault then (Exchange is away just now) makes the trigger count as not activated, and n8n does not try
 * again, not even at its next start. A process that dies during it leaves the activation as being under way, and the next process waits until its lease of
 * two minutes has run out. Where a person activates the workflow, the first poll is made and tells at once what is wrong.
 *
 * @param first see {@link isFirstPoll}
 */
export function isLeftToTheNext(functions: IPollFunctions, first: boolean): boolean {
	const key = nodeKey(functions);
	const mode = functions.getActivationMode();
	// Never twice in a row: should n8n make a context for each poll one day, the trigger still polls.
	if (!first || left.has(key) || (mode !== 'init' && mode !== 'leadershipChange')) {
		left.delete(key);
		return false;
	}
	left.add(key);
	return true;
}
