import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IBinaryKeyData, ICredentialDataDecryptedObject, IDataObject, INode, INodeExecutionData, INodeType, IPollFunctions } from 'n8n-workflow';

// n8n-core reads them when it is loaded, and would write into the home folder otherwise.
process.env['N8N_ENCRYPTION_KEY'] ??= 'key-of-the-node-tests';
process.env['N8N_USER_FOLDER'] ??= mkdtempSync(join(tmpdir(), 'exchange-nodes-'));

const requireFromN8n = createRequire(new URL('../../n8n/package.json', import.meta.url));

/** The parts of n8n-core and n8n-workflow that run a node; n8n-core ships no types for tests. */
interface Core {
	ExecuteContext: new (...parts: unknown[]) => object;
	PollContext: new (...parts: unknown[]) => object;
	LoadOptionsContext: new (...parts: unknown[]) => object;
	CredentialTestContext: new (...parts: unknown[]) => object;
	ExecutionLifecycleHooks: new (...parts: unknown[]) => object;
	WorkflowExecute: new (...parts: unknown[]) => { run(options: object): Promise<ExecutionEnd> };
}

/** How an execution ended, and what each node put out. */
interface ExecutionEnd {
	data: { resultData: { error?: Error; runData: Record<string, Array<{ data?: { main: INodeExecutionData[][] } }>> } };
}

const core = requireFromN8n('n8n-core') as Core;
const { Workflow } = requireFromN8n('n8n-workflow') as { Workflow: new (parameters: object) => object };

const { convertNodeToAiTool } = requireFromN8n('n8n/dist/tool-generation') as { convertNodeToAiTool(item: { description: INodeType['description'] }): { description: INodeType['description'] } };

/** The tool that n8n makes of a node, for agents. */
export function asTool(nodeType: INodeType): INodeType {
	const { description } = convertNodeToAiTool({ description: structuredClone(nodeType.description) });
	return { ...nodeType, description, async execute() { return (await nodeType.execute?.call(this)) ?? []; } };
}

/** Data of credentials by their type; the credential's name is `Test <type>` unless given. */
export type TestCredentials = Record<string, ICredentialDataDecryptedObject>;

/** A node with its parameters, ready to be run. */
export interface TestNode {
	nodeType: INodeType;
	parameters?: IDataObject;
	credentials?: TestCredentials;
	/** As in the node's settings. */
	continueOnFail?: boolean;
	/** Whether n8n's setting *On Error* is *Continue (using error output)*. */
	errorOutput?: boolean;
	/** Name of every credential. */
	credentialName?: string;
	/** Time zone of the workflow. */
	timeZone?: string;
}

/** What a trigger remembers, kept over polls. */
export interface TestMemory {
	staticData: IDataObject;
	/** n8n's durable poll cursors: another budget, and the cursor as a plain copy. */
	durable?: boolean;
	/** Time that n8n grants a poll with them; default 36 s, as it does. */
	grantedMs?: number;
	mode?: 'trigger' | 'manual';
	/** Default `workflow-1`. */
	workflowId?: string;
	/** Why n8n activated it; default `update`. */
	activation?: 'init' | 'leadershipChange' | 'activate' | 'update';
	/** n8n's way of having a batch executed: called with what a poll returned. */
	emit?: IPollFunctions['__emit'];
}

/** An item that a node is run over: its JSON alone, or with binary data. */
export type InputItem = IDataObject | { json: IDataObject; binary?: IBinaryKeyData };

function asItem(item: InputItem): INodeExecutionData {
	return ('json' in item ? item : { json: item }) as INodeExecutionData;
}

/** Runs an action node over items and returns its outputs. */
export async function execute(test: TestNode, items: InputItem[]): Promise<INodeExecutionData[][]> {
	const { workflow, node, additionalData } = prepared(test);
	const input = items.map(asItem);
	const runData = { startData: {}, resultData: { runData: {}, pinData: {} }, executionData: { contextData: {}, nodeExecutionStack: [], metadata: {}, waitingExecution: {}, waitingExecutionSource: {} } };
	const executeData = { data: { main: [input] }, node, source: null };
	const context = new core.ExecuteContext(workflow, node, additionalData, 'trigger', runData, 0, input, { main: [input] }, executeData, []);
	const outputs = await test.nodeType.execute?.call(context as never);
	return (outputs ?? []) as INodeExecutionData[][];
}

/**
 * Runs an action node as part of a workflow, over items that the node before it puts out: n8n's engine itself calls it and decides what leaves by which output.
 *
 * @throws Error that ended the execution
 */
export async function executeInWorkflow(test: TestNode, items: InputItem[]): Promise<INodeExecutionData[][]> {
	const { workflow, node, additionalData } = prepared(test, {}, 'workflow-1', items);
	const hooks = new core.ExecutionLifecycleHooks('manual', 'execution-1', workflow);
	const { data } = await new core.WorkflowExecute({ ...additionalData, hooks }, 'manual').run({ workflow, startNode: workflow.nodes[BEFORE] });
	if (data.resultData.error !== undefined) throw data.resultData.error;
	return data.resultData.runData[node.name]?.[0]?.data?.main ?? [];
}

/** Runs one poll of a trigger: the first after it was activated. */
export async function poll(test: TestNode, memory: TestMemory): Promise<INodeExecutionData[][] | null> {
	return await activated(test, memory)();
}

/** An activated trigger: each call is one poll, all in the context that n8n makes at activation. With durable cursors n8n makes one for each poll. */
export function activated(test: TestNode, memory: TestMemory): () => Promise<INodeExecutionData[][] | null> {
	const { workflow, node, additionalData } = prepared(test, memory.staticData, memory.workflowId);
	const mode = memory.mode ?? 'trigger';
	const activation = memory.activation ?? 'update';
	const unused = () => undefined;
	const ownData = workflow as unknown as { getStaticData(type: string, node: INode): IDataObject };
	const durableCopy = structuredClone(JSON.parse(JSON.stringify(memory.staticData)) as IDataObject);
	const emit = memory.emit ?? unused;
	const context = (memory.durable === true
		? new core.PollContext(workflow, node, additionalData, mode, activation, emit, unused, unused, unused, () => durableCopy, () => memory.grantedMs ?? 36_000)
		: new core.PollContext(workflow, node, additionalData, mode, activation, emit)) as IPollFunctions;
	return async () => {
		const result = (await test.nodeType.poll?.call(context)) ?? null;
		const after = memory.durable === true ? durableCopy : ownData.getStaticData('node', node);
		memory.staticData = JSON.parse(JSON.stringify(after)) as IDataObject;
		if (result !== null && memory.emit !== undefined) context.__emit(result);
		return result;
	};
}

/** What a method of the node needs to fill a list in the editor. */
export function editorContext(test: TestNode, currentParameters: IDataObject): object {
	const { workflow, node, additionalData } = prepared(test);
	return new core.LoadOptionsContext(workflow, node, { ...additionalData, currentNodeParameters: currentParameters }, '');
}

/** Runs a credential test as n8n does. */
export async function testCredential(nodeType: INodeType, method: string, credential: { type: string; data: ICredentialDataDecryptedObject; name?: string }): Promise<{ status: string; message: string }> {
	const { additionalData } = prepared({ nodeType });
	const test = nodeType.methods?.credentialTest?.[method];
	if (test === undefined) throw new Error(`The node has no credential test ${method}`);
	return await test.call(new core.CredentialTestContext(additionalData) as never, { id: '1', name: credential.name ?? 'Exchange', type: credential.type, data: credential.data });
}

/** Data of a credential with its expressions resolved, as n8n does it before it uses them. */
export function resolvedCredential(data: IDataObject): IDataObject {
	const node = { id: 'node-1', name: 'Credential', type: 'credential', typeVersion: 1, position: [0, 0], parameters: {} };
	const nodeTypes = { getByName: () => undefined, getByNameAndVersion: () => ({ description: { properties: [] } }) };
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes }) as unknown as { expression: { getComplexParameterValue(...parts: unknown[]): IDataObject } };
	return workflow.expression.getComplexParameterValue(node, data, 'internal', {}, undefined, undefined, data);
}

/** Name of the node before the one that is tested. */
const BEFORE = 'Before';

/** A node that puts out items. */
function puttingOut(items: InputItem[]): INodeType {
	return {
		description: { displayName: BEFORE, name: 'before', group: [], version: 1, description: '', defaults: {}, inputs: [], outputs: ['main'], properties: [] },
		execute: async () => [items.map(asItem)],
	};
}

function prepared(test: TestNode, staticData: IDataObject = {}, workflowId = 'workflow-1', itemsBefore: InputItem[] = []) {
	const { description } = test.nodeType;
	const credentials = test.credentials ?? {};
	const node: INode = {
		id: 'node-1',
		name: description.displayName,
		type: `n8n-nodes-exchange-ews.${description.name}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: (test.parameters ?? {}) as INode['parameters'],
		credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: `id-of-${type}`, name: test.credentialName ?? 'Exchange' }])),
		...(test.continueOnFail === true ? { onError: 'continueRegularOutput' } : {}),
		...(test.errorOutput === true ? { onError: 'continueErrorOutput' } : {}),
	};
	const before: INode = { id: 'node-0', name: BEFORE, type: BEFORE, typeVersion: 1, position: [0, 0], parameters: {} };
	const typeBefore = puttingOut(itemsBefore);
	const typeOf = (type: string): INodeType => (type === BEFORE ? typeBefore : test.nodeType);
	const nodeTypes = { getByName: typeOf, getByNameAndVersion: typeOf, getKnownTypes: () => ({}) };
	const workflow = new Workflow({
		id: workflowId,
		name: 'Test',
		nodes: [before, node],
		connections: { [BEFORE]: { main: [[{ node: node.name, type: 'main', index: 0 }]] } },
		active: true,
		nodeTypes,
		staticData: { [`node:${node.name}`]: staticData },
		settings: { timezone: test.timeZone ?? 'Europe/Zurich' },
	});
	const additionalData = {
		credentialsHelper: {
			getDecrypted: async (_data: unknown, _credential: unknown, type: string) => structuredClone(credentials[type] ?? {}),
			isCredentialUsableByNode: () => true,
			getParentTypes: () => [],
		},
		executionId: 'execution-1',
		restApiUrl: 'http://127.0.0.1/rest',
		instanceBaseUrl: 'http://127.0.0.1/',
		webhookBaseUrl: 'http://127.0.0.1/webhook',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		webhookTestBaseUrl: 'http://127.0.0.1/webhook-test',
		variables: {},
		hooks: undefined,
	};
	return { workflow: workflow as { nodes: Record<string, INode> }, node: (workflow as { nodes: Record<string, INode> }).nodes[node.name] ?? node, additionalData };
}
