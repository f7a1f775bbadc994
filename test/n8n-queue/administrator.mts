import { listExecutions, readExecution, retryExecution } from '../n8n-harness/executions.mts';
import type { ExecutionSummary } from '../n8n-harness/executions.mts';
import type { RestClient } from '../n8n-harness/rest-client.mts';
import type { StoredWorkflow } from '../n8n-harness/workflows.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';

const RETRY_MS = 180_000;

/** What became of executions, over all workflows. */
export type ExecutionCounts = Partial<Record<string, number>>;

/** Who looks after n8n: sees in the list of executions what was cut off, and has it run again, as the README says. */
export class Administrator {
	readonly #client: RestClient;
	readonly #workflows: readonly StoredWorkflow[];
	readonly #seen = new Set<string>();
	#emptied = 0;

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

	/** Runs again what was cut off, oldest first, one after the other; how many there were. Those of a schedule need it not: the next one does their work. */
	async retryWhatWasCutOff(): Promise<number> {
		const ended = (await this.#executions()).filter(({ id, status, mode }) => (status === 'crashed' || status === 'error') && mode !== 'retry' && !this.#seen.has(id)).sort((a, b) => Number(a.id) - Number(b.id));
		let retried = 0;
		for (const { id } of ended) {
			this.#seen.add(id);
			if (await this.#isEmptied(id)) continue;
			retried++;
			await retryExecution(this.#client, id);
			await waitUntil(async () => await this.nothingRuns(), { what: `the retry of execution ${id} to end`, timeoutMs: RETRY_MS, everyMs: 1000 });
		}
		return retried;
	}

	/** Whether n8n has written over what the execution began with, as it does when the worker died: there is nothing to retry. It is told by its message. */
	async #isEmptied(id: string): Promise<boolean> {
		const { error } = await readExecution(this.#client, id);
		const emptied = error?.message.includes('failed to be processed too many times') === true;
		if (emptied) this.#emptied++;
		return emptied;
	}

	/** Executions that n8n emptied. */
	get emptied(): number {
		return this.#emptied;
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
