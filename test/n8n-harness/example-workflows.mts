import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredCredential } from './credentials.mts';
import { executionEnd } from './executions.mts';
import { REPOSITORY } from './places.mts';
import { pollEvery } from './poll-times.mts';
import type { RestClient } from './rest-client.mts';
import { createWorkflow, startWorkflow, withCredentials } from './workflows.mts';
import type { StoredWorkflow, WorkflowJson, WorkflowNode } from './workflows.mts';

const FOLDER = join(REPOSITORY, 'workflows');

/** File names of the example workflows that ship with the package. */
export async function exampleNames(): Promise<string[]> {
	return (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
}

/** An example workflow as a user imports it. */
export async function readExample(name: string): Promise<WorkflowJson> {
	return JSON.parse(await readFile(join(FOLDER, name), 'utf8')) as WorkflowJson;
}

/** The workflow with every trigger that looks each minute looking every few seconds, for whoever watches or waits; a daily one stays. */
export function quickened(workflow: WorkflowJson, seconds: number): WorkflowJson {
	const nodes = workflow.nodes.map((node): WorkflowNode => {
		if ('pollTimes' in node.parameters) return { ...node, parameters: { ...node.parameters, pollTimes: pollEvery(seconds) } };
		if (node.type === 'n8n-nodes-base.scheduleTrigger' && JSON.stringify(node.parameters).includes('minutesInterval')) {
			return { ...node, parameters: { ...node.parameters, rule: { interval: [{ field: 'seconds', secondsInterval: seconds }] } } };
		}
		return node;
	});
	return { ...workflow, nodes };
}

/** The workflow with other parameters in one of its nodes, merged into those it has. */
export function withParameters(workflow: WorkflowJson, nodeName: string, parameters: Record<string, unknown>): WorkflowJson {
	if (!workflow.nodes.some((node) => node.name === nodeName)) throw new Error(`${workflow.name} has no node ${nodeName}`);
	return { ...workflow, nodes: workflow.nodes.map((node) => (node.name === nodeName ? { ...node, parameters: { ...node.parameters, ...parameters } } : node)) };
}

/** Imports an example as a user does: chooses the credentials, and runs "Set up once" where it has that. It is not active yet. */
export async function importExample(client: RestClient, workflow: WorkflowJson, credentials: readonly StoredCredential[]): Promise<StoredWorkflow> {
	const stored = await createWorkflow(client, withCredentials(workflow, credentials));
	if (workflow.nodes.some((node) => node.name === 'Set up once')) {
		const execution = await executionEnd(client, await startWorkflow(client, stored, 'Set up once'));
		if (execution.status !== 'success') throw new Error(`${workflow.name}, Set up once: ${execution.error?.message ?? execution.status}`);
	}
	return stored;
}

/** The workflow with its trigger's place taken by a node of the same name that hands over these items when it is run from *By hand*. */
export function fedByHand(workflow: WorkflowJson, triggerName: string, items: ReadonlyArray<Record<string, unknown>>): WorkflowJson {
	const byHand = { id: 'by-hand', name: 'By hand', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [-200, 0], parameters: {} } satisfies WorkflowNode;
	const jsCode = `return ${JSON.stringify(items.map((json) => ({ json })))};`;
	const nodes = workflow.nodes.map((node): WorkflowNode => {
		if (node.name !== triggerName) return node;
		const { id, name, position } = node;
		return { id, name, position, type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { mode: 'runOnceForAllItems', language: 'javaScript', jsCode } };
	});
	return { ...workflow, nodes: [...nodes, byHand], connections: { ...workflow.connections, [byHand.name]: { main: [[{ node: triggerName, type: 'main', index: 0 }]] } } };
}
