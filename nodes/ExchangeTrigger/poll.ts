import type { INodeExecutionData, IPollFunctions, NodeApiError } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { Cursor } from '../../src/sync/pull/cursor';
import { handedOverItems } from '../../src/sync/pull/handed-over';
import type { PullResult } from '../../src/sync/pull/pull-types';
import { connectorSettings, openConnection } from '../shared/connection';
import { nodeError } from '../shared/errors/node-error';
import { BinaryStore } from '../shared/operations/binary-store';
import { isBatchUnderWay, isQueueMode } from './batch-end';
import { isFirstPoll, isLeftToTheNext } from './first-poll';
import { lostItems, nothingLeftOf, watchBatch } from './lost-batches';
import { isOvertaken, takeTurn, unlessUnderWay } from './poll-guard';
import { type PollTime, pollTime } from './poll-time';
import { pullOptions } from './pull-options';
import { hasSecondOutput, pullOutputs, recordSummary } from './pull-output';
import { toldOnce } from './standing-faults';
import { sampleItems } from './sample-items';
import { forgetUntold, keepUntold, untoldOutcomes } from './untold-outcomes';

/** One poll: what changed since the last, or null. In a test run of the editor, recent items, and the cursor is left alone. */
export async function poll(functions: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		if (functions.getMode() === 'manual') return await sampleItems(functions);
		const first = isFirstPoll(functions);
		if (isLeftToTheNext(functions, first) || isBatchUnderWay(functions)) return null;
		return await unlessUnderWay(functions, async () => await pullOnce(functions, pollTime(functions, first)));
	} catch (error) {
		throw nodeError(error, { node: functions.getNode() });
	}
}

async function pullOnce(functions: IPollFunctions, time: PollTime): Promise<INodeExecutionData[][] | null> {
	const deadlineAt = Date.now() + time.lastRequestMs;
	// A poll only reads: whatever is under way may be given up.
	const signal = AbortSignal.timeout(time.endsMs);
	const settings = await connectorSettings(functions);
	// Rule connector-inactive: the cursor stays, so that nothing is lost when it is switched on again.
	if (!settings.active) return null;
	const staticData = functions.getWorkflowStaticData('node');
	if (isOvertaken(functions, staticData)) return null;
	const binary = new BinaryStore(functions);
	const again = lostItems(functions);
	const options = { ...(await pullOptions(functions, settings, staticData, time)), storeAttachment: binary.store, lost: again, signal };
	const connector = await openConnection(settings, { deadlineAt, signal });
	let result: PullResult;
	try {
		result = await connector.pull(storedCursor(staticData['cursor']), options);
	} finally {
		await connector.close();
	}
	const { news, standing } = toldOnce(result.outcomes, textsIn(staticData['standingFaults']));
	const outputs = pullOutputs(functions, { ...result, outcomes: [...untoldOutcomes(staticData, standing), ...news] }, settings.name, binary);
	// Only now, with everything ready to be handed over: a poll that fails before leaves the cursor where it was.
	staticData['cursor'] = JSON.parse(JSON.stringify(result.cursor)) as typeof staticData;
	staticData['standingFaults'] = standing;
	const queueMode = isQueueMode(staticData);
	if (queueMode !== undefined) staticData['queueMode'] = queueMode;
	takeTurn(functions, staticData);
	recordSummary(functions, { ...result, outcomes: news }, settings.name);
	const error = errorWhenAllFailed(functions, result, settings.name, options.accounts?.length ?? connector.accounts.length);
	if (error !== undefined) {
		if (hasSecondOutput(functions)) keepUntold(staticData, news);
		throw error;
	}
	forgetUntold(staticData);
	if (outputs === null) nothingLeftOf(functions, again);
	else watchBatch(functions, { items: handedOverItems(result.events), again, attempts: options.importAttempts });
	return outputs;
}

/** The cursor as plain JSON: n8n hands out observed proxies, which cannot be cloned. */
function storedCursor(stored: unknown): Cursor | undefined {
	return stored === undefined || stored === null ? undefined : (JSON.parse(JSON.stringify(stored)) as Cursor);
}

function textsIn(stored: unknown): string[] {
	return Array.isArray(stored) ? stored.filter((each: unknown) => typeof each === 'string') : [];
}

/** One account that fails is an outcome; when all do, n8n has to know, for it then backs off and shows the error. */
function errorWhenAllFailed(functions: IPollFunctions, result: PullResult, connector: string, watched: number): NodeApiError | NodeOperationError | undefined {
	const [first, ...others] = result.failedAccounts;
	if (first === undefined || result.failedAccounts.length < watched || result.events.length > 0) return undefined;
	const error = nodeError(first.fault, { node: functions.getNode(), connector });
	if (others.length > 0 && !(error instanceof NodeOperationError)) error.message = `${error.message} (all ${others.length + 1} accounts failed; this is ${first.mailbox})`;
	return error;
}
