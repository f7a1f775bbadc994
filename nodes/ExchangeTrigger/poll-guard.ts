import type { IPollFunctions } from 'n8n-workflow';

/** Nodes whose poll is under way in this process. */
const underWay = new Set<string>();

/**
 * Runs a poll unless one of the same node is still under way: n8n lets polls of one node overlap, and two that begin at the same cursor would hand
 * over the same items. The one that is left out loses nothing, the next poll goes on.
 */
export async function unlessUnderWay<T>(functions: IPollFunctions, poll: () => Promise<T>): Promise<T | null> {
	const key = `${functions.getWorkflow().id ?? ''}/${functions.getNode().id}`;
	if (underWay.has(key)) return null;
	underWay.add(key);
	try {
		return await poll();
	} finally {
		underWay.delete(key);
	}
}
