import type { IPollFunctions } from 'n8n-workflow';

import type { HandedOverItem } from '../../src/sync/pull/handed-over';
import { strongerEvent } from '../../src/sync/pull/stronger-event';
import { isEmptied, onBatchEnd } from './batch-end';
import { nodeKey } from './poll-guard';

/** An item that was in an execution which n8n lost. */
interface Loss {
	item: HandedOverItem;
	times: number;
	/** The next poll hands it over again; otherwise an execution has it, and how that ends is not known yet. */
	due: boolean;
}

/** By node, then by item. Empty but for the minutes after a worker died. */
const losses = new Map<string, Map<string, Loss>>();

/** What n8n has lost of this node's batches and what no poll has handed over again yet. */
export function lostItems(functions: IPollFunctions): HandedOverItem[] {
	return [...(losses.get(nodeKey(functions))?.values() ?? [])].filter(({ due }) => due).map(({ item }) => item);
}

/** One batch, as the poll leaves it to n8n. */
export interface WatchedBatch {
	items: readonly HandedOverItem[];
	/** What {@link lostItems} said before this poll. */
	again: readonly HandedOverItem[];
	/** Rule `import-attempts`: a batch that ends its worker each time must not do so for ever. */
	attempts: number;
}

/**
 * Looks what becomes of the execution that n8n makes of this poll's batch.
 *
 * In queue mode n8n writes over an execution whose worker died what it was begun with (2.41, `processError` in workflow-runner.js: an execution without
 * data): nobody can run it again, and its items exist nowhere else. So the next poll hands them over again.
 */
export function watchBatch(functions: IPollFunctions, batch: WatchedBatch): void {
	onBatchEnd(functions, {
		begun: () => setDue(functions, batch.again, false),
		ended: (run) => {
			if (run === undefined) return setDue(functions, batch.again, true);
			if (isEmptied(run)) noteLoss(functions, batch);
			else forget(functions, batch.items);
			// Those that this poll could not read yet wait in the cursor.
			forget(functions, batch.again);
		},
	});
}

/** A poll looked at these again, and there is nothing to hand over, or not yet: then they wait in the cursor. */
export function nothingLeftOf(functions: IPollFunctions, again: readonly HandedOverItem[]): void {
	setDue(functions, again, false);
	forget(functions, again);
}

function keyOf({ mailbox, folderId, exchangeId, event }: HandedOverItem): string {
	return JSON.stringify([mailbox, folderId, exchangeId, event === 'deleted']);
}

function setDue(functions: IPollFunctions, items: readonly HandedOverItem[], due: boolean): void {
	const ofNode = losses.get(nodeKey(functions));
	for (const item of items) {
		const loss = ofNode?.get(keyOf(item));
		if (loss !== undefined) loss.due = due;
	}
}

function noteLoss(functions: IPollFunctions, { items, attempts }: WatchedBatch): void {
	if (items.length === 0) return;
	const node = nodeKey(functions);
	const ofNode = losses.get(node) ?? new Map<string, Loss>();
	losses.set(node, ofNode);
	let givenUp = 0;
	for (const item of items) {
		const key = keyOf(item);
		const before = ofNode.get(key);
		const times = (before?.times ?? 0) + 1;
		if (times < attempts) ofNode.set(key, { item: { ...item, event: strongerEvent(before?.item.event, item.event) }, times, due: true });
		else {
			ofNode.delete(key);
			givenUp++;
		}
	}
	const log = { workflow: functions.getWorkflow().id, node: functions.getNode().name };
	const again = items.length - givenUp;
	if (again > 0) functions.logger.warn(`Exchange Trigger: n8n lost an execution with ${items.length} items, as it does when its worker dies; ${again} of them are handed over again`, log);
	if (givenUp > 0) functions.logger.error(`Exchange Trigger: ${givenUp} items were lost ${attempts} times with their executions and are left out until they change; look for what ends the workers, then have the folders read again`, log);
}

/** An execution has come to an end with these. What was lost before and is still due was in another one. */
function forget(functions: IPollFunctions, items: readonly HandedOverItem[]): void {
	const node = nodeKey(functions);
	const ofNode = losses.get(node);
	for (const item of items) {
		const key = keyOf(item);
		if (ofNode?.get(key)?.due === false) ofNode.delete(key);
	}
	if (ofNode?.size === 0) losses.delete(node);
}
