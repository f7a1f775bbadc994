import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { nodeError } from '../errors/node-error';
import type { AnswerRoute, ItemAnswer } from './operation';

/** Outputs of Sync and Delete where they are separated, in order. */
const ANSWER_ROUTES: readonly AnswerRoute[] = ['synced', 'skipped', 'failed', 'conflicts'];

/** Whether n8n adds an output for errors to the node's own (On Error: Continue, using error output). */
export function hasErrorOutput(functions: IExecuteFunctions): boolean {
	return functions.getNode().onError === 'continueErrorOutput';
}

/**
 * What an item that failed holds, where the node goes on. n8n (2.41) takes an item of no other fields than these for an error: it moves it from the node's own
 * outputs to the error output, where there is one, and adds the fields of the input item. The `error` of an item beside its `json` would do so too, but n8n
 * then leaves nothing but the message.
 */
export function failedJson(message: string, details: IDataObject): IDataObject {
	return { error: message, ...(Object.keys(details).length === 0 ? {} : { details }) };
}

/** Binary data of an input item that leaves by the error output: n8n adds the item's fields alone. */
export function binaryOfFailed(functions: IExecuteFunctions, item: number): { binary?: IBinaryKeyData } {
	const binary = hasErrorOutput(functions) ? functions.getInputData()[item]?.binary : undefined;
	return binary === undefined ? {} : { binary };
}

/**
 * The answers as the outputs of the node: one, or one for each route where the builder has separated them.
 *
 * @throws NodeApiError, NodeOperationError for the first error, unless the node is set to continue
 */
export function outputsOf(functions: IExecuteFunctions, answers: readonly ItemAnswer[], separate: boolean, connector: string | undefined): INodeExecutionData[][] {
	const outputs: Record<AnswerRoute, INodeExecutionData[]> = { synced: [], skipped: [], failed: [], conflicts: [] };
	for (const answer of answers) {
		const pairedItem = { item: answer.item };
		if ('error' in answer) {
			const error = nodeError(answer.error, { node: functions.getNode(), itemIndex: answer.item, ...(connector === undefined ? {} : { connector }) });
			if (!functions.continueOnFail()) throw error;
			const json = failedJson(error.message, error.description ? { description: error.description } : {});
			outputs[separate ? 'failed' : 'synced'].push({ json, ...binaryOfFailed(functions, answer.item), pairedItem });
			continue;
		}
		const route = separate ? (answer.route ?? 'synced') : 'synced';
		outputs[route].push({ json: answer.json, ...(answer.binary === undefined ? {} : { binary: answer.binary }), pairedItem });
	}
	return separate ? ANSWER_ROUTES.map((route) => outputs[route]) : [outputs.synced];
}
