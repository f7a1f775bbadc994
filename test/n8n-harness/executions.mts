import { requireFromN8n } from './places.mts';
import { waitUntil } from './wait-until.mts';
import type { RestClient } from './rest-client.mts';

/** How an execution stands; `new`, `running` and `waiting` have not ended. */
export type ExecutionStatus = 'new' | 'running' | 'waiting' | 'success' | 'error' | 'canceled' | 'crashed' | 'unknown';

/** One row of n8n's list of executions. */
export interface ExecutionSummary {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
}

/** One item that a node put out. */
export interface OutputItem {
	json: Record<string, unknown>;
	binary?: Record<string, { data?: string; id?: string; fileName?: string; mimeType?: string; bytes?: number; fileSize?: string }>;
	error?: { message?: string };
}

interface NodeRun {
	data?: { main?: Array<OutputItem[] | null> };
	error?: { message?: string; description?: string | null; name?: string };
}

/** An execution with what each of its nodes put out. */
export interface Execution extends ExecutionSummary {
	/** Items of a node's output, over all its runs; the first output if not said. */
	items(node: string, output?: number): OutputItem[];
	/** What its trigger began it with, on the first output; of an execution that was cut off too. */
	beganWith(trigger: string): OutputItem[];
	/** What ended the execution, in the words of the person who reads it. */
	error?: { message: string; description: string; node?: string };
}

interface RunData {
	executionData?: { nodeExecutionStack?: Array<{ node: { name: string }; data: { main?: Array<OutputItem[] | null> } }> };
	resultData?: {
		runData?: Record<string, NodeRun[]>;
		error?: { message?: string; description?: string | null; node?: { name?: string } };
	};
}

const ENDED: readonly ExecutionStatus[] = ['success', 'error', 'canceled', 'crashed'];

/** n8n stores an execution's data with the library of the same name, which is n8n's own. */
const flatted = requireFromN8n('flatted') as { parse(text: string): unknown };

/** Executions of a workflow, oldest first. */
export async function listExecutions(client: RestClient, workflowId: string): Promise<ExecutionSummary[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const all: ExecutionSummary[] = [];
	for (let lastId: string | undefined; ; lastId = all.at(-1)?.id) {
		const page = lastId === undefined ? '' : `&lastId=${lastId}`;
		const { results } = await client.request<{ results: ExecutionSummary[] }>('GET', `/rest/executions?filter=${filter}&limit=100${page}`);
		all.push(...results);
		if (results.length < 100) return all.reverse();
	}
}

/** An execution with its data. */
export async function readExecution(client: RestClient, id: string): Promise<Execution> {
	const raw = await client.request<ExecutionSummary & { data: string | RunData }>('GET', `/rest/executions/${id}`);
	const data = (typeof raw.data === 'string' ? flatted.parse(raw.data) : raw.data) as RunData;
	const runData = data.resultData?.runData ?? {};
	const error = data.resultData?.error;
	const items = (node: string, output = 0): OutputItem[] => (runData[node] ?? []).flatMap((run) => run.data?.main?.[output] ?? []);
	return {
		id: raw.id,
		workflowId: raw.workflowId,
		status: raw.status,
		mode: raw.mode,
		items,
		// An execution that has not come past its trigger has the items on its stack still.
		beganWith: (trigger) => data.executionData?.nodeExecutionStack?.find(({ node }) => node.name === trigger)?.data.main?.[0] ?? items(trigger),
		...(error === undefined ? {} : { error: { message: error.message ?? '', description: error.description ?? '', ...(error.node?.name === undefined ? {} : { node: error.node.name }) } }),
	};
}

/** Waits until an execution has ended, well or not, and reads it. */
export async function executionEnd(client: RestClient, id: string, timeoutMs = 120_000): Promise<Execution> {
	let last: ExecutionStatus | undefined;
	await waitUntil(
		async () => {
			last = (await client.request<ExecutionSummary>('GET', `/rest/executions/${id}`)).status;
			return ENDED.includes(last);
		},
		{ what: `execution ${id} to end`, timeoutMs, state: () => `It is ${last}` },
	);
	return await readExecution(client, id);
}

/** All executions of a workflow that ended, with their data, oldest first. */
export async function endedExecutions(client: RestClient, workflowId: string): Promise<Execution[]> {
	const ended = (await listExecutions(client, workflowId)).filter((execution) => ENDED.includes(execution.status));
	const all: Execution[] = [];
	for (const { id } of ended) all.push(await readExecution(client, id));
	return all;
}

/** Runs an execution again with the data it began with, as an operator does from n8n's list; waits for its end. */
export async function retryExecution(client: RestClient, id: string): Promise<void> {
	await client.request('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
}
