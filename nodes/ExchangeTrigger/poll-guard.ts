import { randomUUID } from 'node:crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

/** Nodes whose poll is under way in this process. */
const underWay = new Set<string>();

/** By node: the turn at which its last poll in this process began, and when that poll ended (milliseconds since 1970). */
const lastTurns = new Map<string, { beganAt: unknown; endedAt: number }>();

/** So long n8n may take to store what a poll handed over. */
const STORED_WITHIN_MS = 5000;

/** Name of a node in this process. */
export function nodeKey(functions: IPollFunctions): string {
	return `${functions.getWorkflow().id ?? ''}/${functions.getNode().id}`;
}

/**
 * Runs a poll unless one of the same node is still under way: n8n lets polls of one node overlap, and two that begin at the same cursor would hand
 * over the same items. The one that is left out loses nothing, the next poll goes on.
 */
export async function unlessUnderWay<T>(functions: IPollFunctions, poll: () => Promise<T>): Promise<T | null> {
	const key = nodeKey(functions);
	if (underWay.has(key)) return null;
	underWay.add(key);
	try {
		return await poll();
	} finally {
		underWay.delete(key);
	}
}

/**
 * Whether a poll was given the memory that the poll before it had just begun with. With durable cursors n8n reads the cursor some time before it polls: where
 * two poll times fall together, the second may have read it before the first was stored, and begin when the first has ended.
 */
export function isOvertaken(functions: IPollFunctions, memory: IDataObject): boolean {
	const last = lastTurns.get(nodeKey(functions));
	const age = Date.now() - (last?.endedAt ?? 0);
	return last !== undefined && memory['turn'] !== undefined && memory['turn'] === last.beganAt && age >= 0 && age < STORED_WITHIN_MS;
}

/** Marks the memory that a poll leaves as newer than the one it began with. */
export function takeTurn(functions: IPollFunctions, memory: IDataObject): void {
	lastTurns.set(nodeKey(functions), { beganAt: memory['turn'], endedAt: Date.now() });
	memory['turn'] = randomUUID();
}
