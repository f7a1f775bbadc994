import { afterEach, describe, expect, it } from 'vitest';
import { endedExecutions, listExecutions } from '../n8n-harness/executions.mts';
import { pollEvery } from '../n8n-harness/poll-times.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { activateWorkflow, createWorkflow, workflowOf } from '../n8n-harness/workflows.mts';
import { ANNA, mail, Stage, TRIGGER } from './stage.mts';

describe('n8n started again while Exchange is away', () => {
	let stage: Stage | undefined;

	afterEach(async () => {
		await stage?.close();
	});

	it('polls, shows the error, and goes on by itself when Exchange is back', async () => {
		const { n8n, exchange, credential } = (stage = await Stage.start());
		const workflow = await createWorkflow(
			n8n.client,
			workflowOf('watch', [{ name: 'Changes', type: TRIGGER, parameters: { kinds: ['email'], events: ['created'], firstRun: 'now', pollTimes: pollEvery(5) }, credential }, { name: 'Changed', type: 'n8n-nodes-base.noOp' }]),
		);
		await activateWorkflow(n8n.client, workflow);
		await n8n.process.stop();
		exchange.control.inject({ do: { effect: 'http', status: 404, body: '' }, probability: 1 });
		await exchange.control.deliver(ANNA.address, mail({ subject: 'Meanwhile', messageId: '<meanwhile@partner.example>' }));
		await n8n.startAgain();
		const state = (): string => n8n.process.log.slice(-3000);
		await waitUntil(async () => (await listExecutions(n8n.client, workflow.id)).some(({ status }) => status === 'error'), { what: 'a poll that failed', timeoutMs: 90_000, everyMs: 500, state });
		exchange.control.heal();
		const arrived = await waitUntil(
			async () => (await endedExecutions(n8n.client, workflow.id)).flatMap((execution) => execution.items('Changes')).find(({ json }) => json['subject'] === 'Meanwhile'),
			{ what: 'the email from meanwhile', timeoutMs: 90_000, everyMs: 500, state },
		);
		expect(arrived.json).toMatchObject({ event: 'created', key: '<meanwhile@partner.example>' });
	}, 300_000);
});
