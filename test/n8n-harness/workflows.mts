import { waitUntil } from './wait-until.mts';
import type { StoredCredential } from './credentials.mts';
import type { RestClient } from './rest-client.mts';

/** One node, as it stands in a workflow's JSON. */
export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string | null; name: string }>;
	onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	disabled?: boolean;
}

type Connections = Record<string, { main: Array<Array<{ node: string; type: 'main'; index: number }>> }>;

/** A workflow, as n8n exports and imports it. */
export interface WorkflowJson {
	name: string;
	nodes: WorkflowNode[];
	connections: Connections;
	settings: Record<string, unknown>;
}

/** A workflow that n8n knows. */
export interface StoredWorkflow {
	id: string;
	name: string;
	versionId: string;
}

/** What a test says of a node; the rest follows. */
export interface NodeSketch {
	name: string;
	type: string;
	typeVersion?: number;
	parameters?: Record<string, unknown>;
	credential?: StoredCredential;
	onError?: WorkflowNode['onError'];
	/** Names of the nodes that follow, per output; if not said, the next node in the list on the first output. */
	to?: string[][];
}

/** A workflow from its nodes, one after the other unless they say where they lead. */
export function workflowOf(name: string, sketches: readonly NodeSketch[], settings: Record<string, unknown> = {}): WorkflowJson {
	const connections: Connections = {};
	const nodes = sketches.map((sketch, index): WorkflowNode => {
		const next = sketches[index + 1];
		const outputs = sketch.to ?? (next === undefined ? [] : [[next.name]]);
		connections[sketch.name] = { main: outputs.map((targets) => targets.map((node) => ({ node, type: 'main', index: 0 }))) };
		return {
			id: `node-${index + 1}`,
			name: sketch.name,
			type: sketch.type,
			typeVersion: sketch.typeVersion ?? 1,
			position: [240 * index, 0],
			parameters: sketch.parameters ?? {},
			...(sketch.credential === undefined ? {} : { credentials: { [sketch.credential.type]: { id: sketch.credential.id, name: sketch.credential.name } } }),
			...(sketch.onError === undefined ? {} : { onError: sketch.onError }),
		};
	});
	return { name, nodes, connections, settings: { executionOrder: 'v1', saveDataSuccessExecution: 'all', saveDataErrorExecution: 'all', ...settings } };
}

/** The workflow with each of its credentials replaced by the stored one of the same type. */
export function withCredentials(workflow: WorkflowJson, credentials: readonly StoredCredential[]): WorkflowJson {
	const nodes = workflow.nodes.map((node) => {
		if (node.credentials === undefined) return node;
		const replaced = Object.keys(node.credentials).map((type): [string, { id: string; name: string }] => {
			const stored = credentials.find((credential) => credential.type === type);
			if (stored === undefined) throw new Error(`Workflow ${workflow.name} needs a credential of type ${type}`);
			return [type, { id: stored.id, name: stored.name }];
		});
		return { ...node, credentials: Object.fromEntries(replaced) };
	});
	return { ...workflow, nodes };
}

/** Stores a workflow, inactive. */
export async function createWorkflow(client: RestClient, workflow: WorkflowJson): Promise<StoredWorkflow> {
	const stored = await client.request<StoredWorkflow>('POST', '/rest/workflows', { ...workflow, active: false });
	return { id: stored.id, name: stored.name, versionId: stored.versionId };
}

interface PublicationStatus {
	status: string;
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

/**
 * Activates a workflow and waits until n8n runs its triggers.
 * @throws Error with the trigger's own words where it could not be activated
 */
export async function activateWorkflow(client: RestClient, workflow: StoredWorkflow): Promise<void> {
	await client.request('POST', `/rest/workflows/${workflow.id}/activate`, { versionId: workflow.versionId });
	let last: PublicationStatus | undefined;
	await waitUntil(
		async () => {
			last = await client.request<PublicationStatus>('GET', `/rest/workflows/${workflow.id}/publication-status`);
			const broken = last.triggers.find((trigger) => trigger.errorMessage !== null && trigger.errorMessage !== '');
			if (broken !== undefined) throw new Error(`${workflow.name} could not be activated: ${broken.errorMessage}`);
			return last.status === 'published';
		},
		{ what: `workflow ${workflow.name} to be active`, timeoutMs: 60_000, state: () => JSON.stringify(last) },
	);
}

export async function deactivateWorkflow(client: RestClient, workflow: StoredWorkflow): Promise<void> {
	await client.request('POST', `/rest/workflows/${workflow.id}/deactivate`, {});
}

/** Runs a workflow by hand from one of its triggers; the id of the execution. */
export async function startWorkflow(client: RestClient, workflow: StoredWorkflow, triggerName: string): Promise<string> {
	const { executionId } = await client.request<{ executionId: string }>('POST', `/rest/workflows/${workflow.id}/run`, { triggerToStartFrom: { name: triggerName } });
	return executionId;
}

/** Changes the options of a node in a workflow that is at work, and publishes the workflow anew. */
export async function changeOptions(client: RestClient, workflow: StoredWorkflow, nodeName: string, options: Record<string, unknown>): Promise<void> {
	const stored = await client.request<StoredWorkflow & WorkflowJson>('GET', `/rest/workflows/${workflow.id}`);
	const nodes = stored.nodes.map((node) => (node.name === nodeName ? { ...node, parameters: { ...node.parameters, options: { ...(node.parameters['options'] as Record<string, unknown> | undefined), ...options } } } : node));
	const { versionId } = await client.request<StoredWorkflow>('PATCH', `/rest/workflows/${workflow.id}`, { nodes, connections: stored.connections, settings: stored.settings, versionId: stored.versionId });
	await activateWorkflow(client, { ...workflow, versionId });
}
