import { createDataTable, readRows } from '../n8n-harness/data-tables.mts';
import type { DataTableRow, StoredDataTable } from '../n8n-harness/data-tables.mts';
import { listExecutions, readExecution, retryExecution } from '../n8n-harness/executions.mts';
import type { ExecutionSummary } from '../n8n-harness/executions.mts';
import { pollTwiceEvery } from '../n8n-harness/poll-times.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { activateWorkflow, createWorkflow, workflowOf } from '../n8n-harness/workflows.mts';
import type { StoredWorkflow } from '../n8n-harness/workflows.mts';
import { ANNA, mail, Stage, TRIGGER } from '../n8n-e2e/stage.mts';

const CHANGES = 'Changes';

const TABLE = { __rl: true, mode: 'name', value: 'arrived' };
const FIND = { conditions: [{ keyName: 'key', condition: 'eq', keyValue: '={{ $json.key }}' }] };
const VALUES = { mappingMode: 'defineBelow', value: { key: '={{ $json.key }}', subject: '={{ $json.subject }}' }, matchingColumns: [], schema: [] };

/** Polls with durable cursors begin when they are due; n8n itself looks every 5 s which are. */
const PROMPT = { N8N_SCHEDULER_EXECUTOR_INTERVAL: '1' };

/** How a backlog is worked off. */
export interface BacklogOptions {
	durableCursors: boolean;
	/** Events of one execution: so small that a kill falls into a backlog. */
	slice: number;
	/** Emails that lie there before the workflow is activated. */
	waiting: number;
	/** More of n8n's variables. */
	variables?: Readonly<Record<string, string>>;
}

/** An n8n that works off a backlog of emails: Exchange Trigger → upsert into a Data Table. What it has to bring is known. */
export class Backlog {
	readonly stage: Stage;
	readonly workflow: StoredWorkflow;
	readonly #arrived: StoredDataTable;
	#delivered: number;

	private constructor(stage: Stage, parts: { workflow: StoredWorkflow; arrived: StoredDataTable; delivered: number }) {
		this.stage = stage;
		this.workflow = parts.workflow;
		this.#arrived = parts.arrived;
		this.#delivered = parts.delivered;
	}

	/** Starts Exchange and n8n and activates the workflow. */
	static async start({ durableCursors, slice, waiting, variables = {} }: BacklogOptions): Promise<Backlog> {
		const stage = await Stage.start({ n8n: { durableCursors, variables: { ...PROMPT, ...variables } } });
		try {
			await deliver(stage, 0, waiting);
			const arrived = await createDataTable(stage.n8n.client, TABLE.value, { key: 'string', subject: 'string' });
			const pollTimes = pollTwiceEvery(5);
			const workflow = await createWorkflow(
				stage.n8n.client,
				workflowOf('backlog', [
					{ name: CHANGES, type: TRIGGER, parameters: { kinds: ['email'], firstRun: 'beginning', events: ['created'], options: { maxEvents: slice }, pollTimes }, credential: stage.credential },
					{ name: 'Store', type: 'n8n-nodes-base.dataTable', typeVersion: 1.1, parameters: { resource: 'row', operation: 'upsert', dataTableId: TABLE, matchType: 'allConditions', filters: FIND, columns: VALUES, options: {} } },
				]),
			);
			await activateWorkflow(stage.n8n.client, workflow);
			return new Backlog(stage, { workflow, arrived, delivered: waiting });
		} catch (error) {
			await stage.close();
			throw error;
		}
	}

	async close(): Promise<void> {
		await this.stage.close();
	}

	/** Puts emails into the inbox. */
	async deliver(count: number): Promise<void> {
		await deliver(this.stage, this.#delivered, count);
		this.#delivered += count;
	}

	/** Keys of all emails that were delivered, sorted. */
	get deliveredKeys(): string[] {
		return Array.from({ length: this.#delivered }, (_, index) => messageId(index + 1)).sort();
	}

	async rows(): Promise<DataTableRow[]> {
		return await readRows(this.stage.n8n.client, this.#arrived);
	}

	/** Keys in the Data Table, sorted. */
	async arrivedKeys(): Promise<string[]> {
		return (await this.rows()).map((row) => String(row['key'])).sort();
	}

	/** Executions that the trigger started, oldest first, and of each email delivered the number of those that began with it. */
	async handedOver(): Promise<{ executions: ExecutionSummary[]; times: Map<string, number> }> {
		const { client } = this.stage.n8n;
		const executions = (await listExecutions(client, this.workflow.id)).filter(({ mode }) => mode === 'trigger');
		const times = new Map<string, number>(this.deliveredKeys.map((key) => [key, 0]));
		for (const { id } of executions) {
			for (const { json } of (await readExecution(client, id)).beganWith(CHANGES)) times.set(String(json['key']), (times.get(String(json['key'])) ?? 0) + 1);
		}
		return { executions, times };
	}

	/** Waits until the trigger has nothing more to fetch and n8n nothing more to do. */
	async atRest(timeoutMs = 300_000): Promise<void> {
		const { control } = this.stage.exchange;
		const asked = (operation: string): number => control.requests().filter((request) => request.operation === operation).length;
		await waitUntil(
			async () => {
				control.clearRequests();
				await waitUntil(() => asked('SyncFolderItems') >= 6, { what: 'some polls', timeoutMs: 120_000 });
				const statuses = (await listExecutions(this.stage.n8n.client, this.workflow.id)).map(({ status }) => status);
				return asked('GetItem') === 0 && !statuses.some((status) => status === 'new' || status === 'running');
			},
			{ what: 'the end of the backlog', timeoutMs, everyMs: 1000, state: () => this.stage.n8n.process.log.slice(-3000) },
		);
	}

	/** What n8n had begun to work on when it died, it shows as crashed and leaves to its operator, who runs it again. How many there were. */
	async retryCrashed(): Promise<number> {
		const { client } = this.stage.n8n;
		const crashed = (await listExecutions(client, this.workflow.id)).filter(({ status }) => status === 'crashed');
		for (const { id } of crashed) await retryExecution(client, id);
		return crashed.length;
	}
}

function messageId(number: number): string {
	return `<mail-${number}@partner.example>`;
}

async function deliver({ exchange }: Stage, from: number, count: number): Promise<void> {
	for (let number = from + 1; number <= from + count; number++) {
		await exchange.control.deliver(ANNA.address, mail({ subject: `Mail ${number}`, messageId: messageId(number) }));
	}
}
