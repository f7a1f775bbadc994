import { listExecutions, readExecution, retryExecution } from '../n8n-harness/executions.mts';
import type { ExecutionSummary } from '../n8n-harness/executions.mts';
import type { RestClient } from '../n8n-harness/rest-client.mts';
import type { StoredWorkflow } from '../n8n-harness/workflows.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';

const RETRY_MS = 180_000;

/** What became of executions, over all workflows. */
export type ExecutionCounts = Partial<Record<string, number>>;

/** Who looks after n8n: sees in the list of executions what failed, and has it run again, as the README says. */
export class Administrator {
	readonly #client: RestClient;
	readonly #workflows: readonly StoredWorkflow[];
	readonly #seen = new Set<string>();

	constructor(client: RestClient, workflows: readonly StoredWorkflow[]) {
		this.#client = client;
		this.#workflows = workflows;
	}

	async #executions(): Promise<ExecutionSummary[]> {
		return (await Promise.all(this.#workflows.map(({ id }) => listExecutions(this.#client, id)))).flat();
	}

	/** Whether n8n has nothing to do at the moment. */
	async nothingRuns(): Promise<boolean> {
		return !(await this.#executions()).some(({ status }) => status === 'new' || status === 'running' || status === 'waiting');
	}

	/** Runs again what failed at a node, oldest first, one after the other; how many there were. What was cut off with its worker or its main needs it not. */
	async retryWhatFailed(): Promise<number> {
		const failed = (await this.#executions()).filter(({ id, status, mode }) => status === 'error' && mode !== 'retry' && !this.#seen.has(id)).sort((a, b) => Number(a.id) - Number(b.id));
		let retried = 0;
		for (const { id } of failed) {
			this.#seen.add(id);
			const { error } = await readExecution(this.#client, id);
			if (error?.node === undefined && error?.message.includes('failed to be processed too many times') === true) continue;
			retried++;
			await retryExecution(this.#client, id);
			await waitUntil(async () => await this.nothingRuns(), { what: `the retry of execution ${id} to end`, timeoutMs: RETRY_MS, everyMs: 1000 });
		}
		return retried;
	}

	/** What ended the executions that were run again and ended badly once more, in n8n's words. */
	async failedRetries(): Promise<string[]> {
		const failed = (await this.#executions()).filter(({ status, mode }) => mode === 'retry' && status !== 'success');
		return await Promise.all(
			failed.map(async ({ id, workflowId, status }) => {
				const { error } = await readExecution(this.#client, id);
				const workflow = this.#workflows.find((one) => one.id === workflowId)?.name ?? workflowId;
				return `run again, ended as ${status}: ${workflow}, ${error?.node ?? 'no node'}: ${error?.message ?? 'no error'} ${error?.description ?? ''}`.trim();
			}),
		);
	}

	async counts(): Promise<ExecutionCounts> {
		const counts: Record<string, number> = {};
		for (const { mode, status } of await this.#executions()) counts[`${mode}: ${status}`] = (counts[`${mode}: ${status}`] ?? 0) + 1;
		return counts;
	}

	/** What the triggers handed over in all, and what they recognised as our own writes. */
	async handedOver(triggers: ReadonlyMap<string, string>): Promise<{ events: number; echoes: number }> {
		const sum = { events: 0, echoes: 0 };
		for (const { id, workflowId } of await this.#executions()) {
			const trigger = triggers.get(workflowId);
			if (trigger === undefined) continue;
			const execution = await readExecution(this.#client, id);
			sum.events += execution.items(trigger).length;
			for (const { json } of execution.items(trigger, 1)) sum.echoes += Number(json['echoes'] ?? 0);
		}
		return sum;
	}
}
