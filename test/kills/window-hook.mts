/**
 * Loaded into n8n by `--import` (held-window.mts), for tests only. Once the file `armed` is there, and as many batches have passed as the number in it says, n8n does not
 * get to create the execution of a poll any more: as soon as its cursor is stored, what the execution would have begun with is written to `held.json`, and the
 * process waits there to be killed.
 *
 * With n8n's own way of storing cursors (2.41), `__emit` of trigger-execution-context.factory.js begins to save the static data and then has the execution created by
 * ExecutionPersistence.create. With durable cursors the same create runs in the transaction that has just stored the cursor.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Module } from 'node:module';
import { join } from 'node:path';

type Method = (this: unknown, ...parameters: unknown[]) => Promise<unknown>;
type Loaded = Record<string, { prototype: Record<string, Method> } | undefined>;

interface NewExecution {
	mode?: string;
	data?: { executionData?: { nodeExecutionStack?: Array<{ data?: { main?: Array<Array<{ json: { key?: unknown } }>> } }> } };
}

const folder = process.env['HELD_WINDOW_FOLDER'] ?? '';
const wrapped = new WeakSet<object>();
let passed = 0;
/** Saves of static data since the execution before was created, and what became of them. */
const saves: Array<Promise<boolean>> = [];

/** Whether the window is armed, and as many batches have passed as it says. */
function isHeldNow(): boolean {
	const armed = join(folder, 'armed');
	if (!existsSync(armed)) {
		passed = 0;
		return false;
	}
	return passed++ >= Number(readFileSync(armed, 'utf8'));
}

function wrap(type: { prototype: Record<string, Method> } | undefined, name: string, around: (original: Method) => Method): void {
	const original = type?.prototype[name];
	if (type === undefined || original === undefined) throw new Error(`n8n has no ${name} any more: the window cannot be held`);
	type.prototype[name] = around(original);
}

function wrapOnce(id: string, loaded: Loaded): void {
	const isCursor = /\/workflow-static-data\.service(\.js)?$/.test(id);
	const isExecution = /\/execution-persistence(\.js)?$/.test(id);
	if ((!isCursor && !isExecution) || wrapped.has(loaded)) return;
	wrapped.add(loaded);
	if (isCursor) {
		wrap(loaded['WorkflowStaticDataService'], 'saveStaticDataById', (original) => async function save(...parameters) {
			const saved = original.apply(this, parameters);
			saves.push(saved.then(() => true, () => false));
			return await saved;
		});
		return;
	}
	wrap(loaded['ExecutionPersistence'], 'create', (original) => async function create(...parameters) {
		const [execution] = parameters as [NewExecution];
		if (execution.mode !== 'trigger') return await original.apply(this, parameters);
		const cursorStored = (await Promise.all(saves.splice(0))).includes(true);
		if (!isHeldNow()) return await original.apply(this, parameters);
		const items = execution.data?.executionData?.nodeExecutionStack?.[0]?.data?.main?.[0] ?? [];
		const held = join(folder, 'held.json');
		if (!existsSync(held)) {
			writeFileSync(`${held}.new`, JSON.stringify({ keys: items.map(({ json }) => json.key), cursorStored }));
			renameSync(`${held}.new`, held);
		}
		return await new Promise(() => undefined);
	});
}

const load = Module.prototype.require;
Module.prototype.require = Object.assign(function require(this: NodeJS.Module, id: string): unknown {
	const loaded: unknown = load.call(this, id);
	if (typeof loaded === 'object' && loaded !== null) wrapOnce(id, loaded as Loaded);
	return loaded;
}, load) as NodeJS.Require;
