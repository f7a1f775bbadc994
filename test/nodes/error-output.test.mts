import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeTask } from '../../nodes/ExchangeTask/ExchangeTask.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import type { InputItem, TestNode } from './harness/n8n-core.mts';
import { executeInWorkflow } from './harness/n8n-core.mts';

const server = embeddedExchange();

async function run(parameters: IDataObject, items: InputItem[], settings: Partial<TestNode> = { errorOutput: true }): Promise<INodeExecutionData[][]> {
	return await executeInWorkflow({ nodeType: new ExchangeTask(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url) }, ...settings }, items);
}

/** What stands on each output: `json` itself, and the input item that it came of. */
const seen = (outputs: INodeExecutionData[][]) => outputs.map((output) => output.map(({ json, pairedItem }) => ({ json, pairedItem })));

describe('On Error: Continue (using error output)', () => {
	it('a record that Sync cannot write leaves by the error output, with its outcome and the input item', async () => {
		const [success = [], error = [], ...others] = seen(
			await run({ operation: 'sync' }, [
				{ externalId: 'e-1', subject: 'Right' },
				{ externalId: 'e-2', subject: 'Wrong', dueDate: 'sometime', table: 'orders' },
				{ externalId: 'e-3', subject: 'Private', recurring: true },
			]),
		);
		expect(success).toMatchObject([
			{ json: { outcome: 'created', externalId: 'e-1' }, pairedItem: { item: 0 } },
			{ json: { outcome: 'skipped', externalId: 'e-3', rule: 'recurring-tasks-not-synced' }, pairedItem: { item: 2 } },
		]);
		expect(error).toEqual([
			{
				json: {
					externalId: 'e-2',
					subject: 'Wrong',
					dueDate: 'sometime',
					table: 'orders',
					error: expect.stringMatching(/dueDate/),
					details: expect.objectContaining({ outcome: 'failed', kind: 'task', externalId: 'e-2', message: expect.stringMatching(/dueDate/) }),
				},
				pairedItem: { item: 1 },
			},
		]);
		expect(others).toEqual([]);
	});

	it('an item that Delete cannot delete leaves by it, with the code of Exchange', async () => {
		await run({ operation: 'sync' }, [{ externalId: 'd-1', subject: 'Stays' }, { externalId: 'd-2', subject: 'Goes' }]);
		server().control.inject({ operation: 'DeleteItem', do: { effect: 'item', code: 'ErrorCannotDeleteObject', indexes: [0] } });
		const [success = [], error = []] = seen(await run({ operation: 'delete' }, [{ externalId: 'd-1' }, { externalId: 'd-2' }]));
		expect(success).toMatchObject([{ json: { outcome: 'deleted', externalId: 'd-2' } }]);
		expect(error).toMatchObject([{ json: { externalId: 'd-1', error: expect.any(String), details: { outcome: 'failed', code: 'ErrorCannotDeleteObject' } }, pairedItem: { item: 0 } }]);
	});

	it('where nothing but failures came out, all of them leave by it', async () => {
		const [success, error] = await run({ operation: 'sync' }, [{ subject: 'Nameless' }, { externalId: 'n-2', subject: 'Dateless', dueDate: 'sometime' }]);
		expect([success?.length, error?.map(({ json }) => json['subject'])]).toEqual([0, ['Nameless', 'Dateless']]);
	});

	it('with Separate Outputs a failed record stands under Failed: the builder has chosen that output for it', async () => {
		const outputs = await run({ operation: 'sync', separateOutputs: true }, [
			{ externalId: 's-1', subject: 'Right' },
			{ externalId: 's-2', subject: 'Wrong', dueDate: 'sometime' },
		]);
		expect(outputs.map((output) => output.map(({ json }) => [json['externalId'], json['outcome']]))).toEqual([[['s-1', 'created']], [], [['s-2', 'failed']], [], []]);
	});

	it('an item that another operation cannot do keeps its fields, and says what to do', async () => {
		const [success, error] = seen(await run({ operation: 'get' }, [{ exchangeId: '', row: 7 }]));
		expect(success).toEqual([]);
		expect(error).toMatchObject([{ json: { row: 7, error: expect.stringMatching(/Exchange ID/) }, pairedItem: { item: 0 } }]);
	});

	it('binary data of the input item goes along', async () => {
		const binary = { file: { data: 'eA==', mimeType: 'text/plain', fileName: 'x.txt' } };
		const failing: Array<[operation: string, json: IDataObject]> = [['sync', { externalId: 'b-1', subject: 'Dateless', dueDate: 'sometime' }], ['get', { exchangeId: '' }]];
		for (const [operation, json] of failing) {
			const [success, error] = await run({ operation }, [{ json, binary }]);
			expect([success, error?.map((item) => item.binary)]).toEqual([[], [binary]]);
		}
	});
});

describe('On Error: Continue', () => {
	it('failed records stay on the one output, as outcomes', async () => {
		const outputs = await run(
			{ operation: 'sync' },
			[
				{ externalId: 'c-1', subject: 'Right' },
				{ externalId: 'c-2', subject: 'Wrong', dueDate: 'sometime' },
			],
			{ continueOnFail: true },
		);
		expect(outputs.map((output) => output.map(({ json }) => [json['externalId'], json['outcome'], json['error']]))).toEqual([
			[
				['c-1', 'created', undefined],
				['c-2', 'failed', undefined],
			],
		]);
	});

	it('an item that another operation cannot do says what to do', async () => {
		const [[answer] = []] = await run({ operation: 'get' }, [{ exchangeId: 'AAMkAGone' }], { continueOnFail: true });
		expect(answer?.json).toEqual({ error: expect.stringMatching(/Exchange/), details: { description: expect.stringMatching(/./) } });
	});
});
