import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { connectorSettings, openConnection } from '../connection';
import { nodeError } from '../errors/node-error';
import { outputsOf } from './answer-outputs';
import type { ItemAnswer, Operation } from './operation';

/** Runs the operation that the node is set to over all input items. */
export async function runOperation(functions: IExecuteFunctions, operations: readonly Operation[]): Promise<INodeExecutionData[][]> {
	const node = functions.getNode();
	const itemCount = functions.getInputData().length;
	const operation = chosenOperation(functions, operations);
	const separate = functions.getNodeParameter('separateOutputs', 0, false) === true && operation.properties.some(({ name }) => name === 'separateOutputs');
	let connectorName: string | undefined;
	let answers: ItemAnswer[];
	try {
		const settings = await connectorSettings(functions);
		connectorName = settings.name;
		if (settings.active || operation.answersWhenInactive === true) {
			const signal = functions.getExecutionCancelSignal();
			const connector = await openConnection(settings, signal === undefined ? {} : { signal });
			try {
				answers = await operation.run({ functions, connector, itemCount });
			} finally {
				await connector.close();
			}
		} else {
			answers = inactiveAnswers(settings.name, itemCount);
		}
	} catch (error) {
		if (!functions.continueOnFail()) throw nodeError(error, { node, ...(connectorName === undefined ? {} : { connector: connectorName }) });
		answers = Array.from({ length: itemCount }, (_, item) => ({ item, error }));
	}
	return outputsOf(functions, answers, separate, connectorName);
}

function chosenOperation(functions: IExecuteFunctions, operations: readonly Operation[]): Operation {
	const value = functions.getNodeParameter('operation', 0);
	const operation = operations.find((each) => each.value === value);
	if (operation === undefined) throw new NodeOperationError(functions.getNode(), `The operation "${String(value)}" does not exist`);
	return operation;
}

/** Rule `connector-inactive`: every item is skipped without touching the network. */
function inactiveAnswers(connector: string, itemCount: number): ItemAnswer[] {
	return Array.from({ length: itemCount }, (_, item) => ({
		item,
		json: {
			outcome: 'skipped',
			rule: 'connector-inactive',
			message: `The connector "${connector}" is switched off; nothing was done. Switch on "Active" in its credential.`,
			connector,
		},
		route: 'skipped',
	}));
}
