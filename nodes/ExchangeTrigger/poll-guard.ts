import { randomUUID } from 'node:crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';

/** Nodes whose poll is under way in this process. */
const underWay = new Set<string>();

/** By node: the turns at which its latest polls in this process began, and when those polls ended (milliseconds since 1970). */
const turnsTaken = new Map<string, Array<{ beganAt: unknown; endedAt: number }>>();

/** So long n8n may take to store what a poll handed over, on a machine that is very busy. */
const STORED_WITHIN_MS = 30_000;

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
 * Whether n8n reads the memory from its table of cursors for each poll and hands out a copy (its durable cursors), rather than one object that all polls share.
 * It does not say so; seen in 2.41: the shared object is an observed one with the hidden property `__dataChanged`.
 */
export function isCopy(memory: IDataObject): boolean {
	return !('__dataChanged' in memory);
}

/**
 * Whether a poll was given memory with which an earlier one has just begun. Where n8n reads a copy, it does so some time before it polls: of two
 * poll times that fall together, the second may have read it before what the first left was stored, and begin when the first has ended.
 */
export function isOvertaken(functions: IPollFunctions, memory: IDataObject): boolean {
	return isCopy(memory) && latestTurns(functions).some(({ beganAt }) => beganAt === memory['turn']);
}

/** Marks the memory that a poll leaves as newer than the one it began with. */
export function takeTurn(functions: IPollFunctions, memory: IDataObject): void {
	if (!isCopy(memory)) return;
	turnsTaken.set(nodeKey(functions), [...latestTurns(functions), { beganAt: memory['turn'], endedAt: Date.now() }]);
	memory['turn'] = randomUUID();
}

function latestTurns(functions: IPollFunctions): Array<{ beganAt: unknown; endedAt: number }> {
	const now = Date.now();
	return (turnsTaken.get(nodeKey(functions)) ?? []).filter(({ endedAt }) => endedAt <= now && now - endedAt < STORED_WITHIN_MS);
}
