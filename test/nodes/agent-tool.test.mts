import type { INodeType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTask } from '../../nodes/ExchangeTask/ExchangeTask.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import { asTool, execute } from './harness/n8n-core.mts';

const server = embeddedExchange();
const NODES: Array<[name: string, node: INodeType]> = [
	['Exchange Email', new ExchangeEmail()],
	['Exchange Appointment', new ExchangeAppointment()],
	['Exchange Task', new ExchangeTask()],
];

describe('an action as a tool of an agent', () => {
	// n8n hands an agent the first output and nothing else.
	it.each(NODES)('%s: the agent sees what was skipped and what failed, also with Separate Outputs from before the node became a tool', async (_name, node) => {
		const outputs = await execute({ nodeType: asTool(node), parameters: { operation: 'sync', separateOutputs: true }, credentials: { exchangeEwsBasicApi: basicCredential(server().url, { active: false } as never) } }, [{ externalId: 'x-1' }]);
		expect(outputs.map((output) => output.map(({ json }) => json['outcome']))).toEqual([['skipped']]);
		const failing = await execute({ nodeType: asTool(node), parameters: { operation: 'sync', separateOutputs: true }, credentials: { exchangeEwsBasicApi: basicCredential(server().url) }, continueOnFail: true }, [{ subject: 'Without an id' }]);
		expect(failing.map((output) => output.map(({ json }) => json['outcome']))).toEqual([['failed']]);
	});
});
