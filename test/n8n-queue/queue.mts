/**
 * `npm run test:queue -- --changes N --seed S --cursors durable|n8n --every SECONDS`: the example workflows in an n8n in queue mode (one main, two workers,
 * Redis, PostgreSQL) while users change both sides and processes are killed; then the administrator has run again what was cut off, and both sides must hold
 * exactly what their users left there, nothing twice. Two mains are left out: n8n wants an Enterprise licence for them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { seededRandom } from '../exchange-server/faults/faultScript.mts';
import { startExchange } from '../exchange-server/startExchange.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { ANNA, BASIC, basicCredential } from '../n8n-e2e/stage.mts';
import { createCredential } from '../n8n-harness/credentials.mts';
import { importExample, quickened, readExample } from '../n8n-harness/example-workflows.mts';
import { CACHE } from '../n8n-harness/places.mts';
import { activateWorkflow, changeOptions } from '../n8n-harness/workflows.mts';
import type { StoredWorkflow } from '../n8n-harness/workflows.mts';
import { Administrator } from './administrator.mts';
import { badDay } from './bad-day.mts';
import { compare } from './comparison.mts';
import { Entries } from './entries.mts';
import { ExchangeUsers } from './exchange-users.mts';
import { KILLS } from './kills.mts';
import { N8nQueue } from './n8n-queue.mts';
import { RecordUsers } from './record-users.mts';

const { values } = parseArgs({
	options: { changes: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' }, cursors: { type: 'string', default: 'durable' }, every: { type: 'string' }, 'per-second': { type: 'string', default: '12' } },
});
const seed = Number(values.seed);
const durableCursors = values.cursors === 'durable';
/** As the example workflows are shipped, they look each minute. */
const lookSeconds = Number(values.every ?? 60);
const EXAMPLES = ['emails-exchange-to-data-table.json', 'emails-data-table-to-exchange.json', 'appointments-two-way.json', 'tasks-two-way.json'];
const REST_LIMIT_MS = 15 * 60_000;

const started = Date.now();
function say(text: string): void {
	console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${text}`);
}

async function run(exchange: RunningExchange, queue: N8nQueue): Promise<boolean> {
	say(`n8n in queue mode is up: one main, two workers, ${durableCursors ? 'durable cursors' : 'n8n’s own way of storing cursors'}; ${values.changes} changes, seed ${seed}, a look every ${lookSeconds} s`);
	const credential = await createCredential(queue.client, 'Exchange', BASIC, basicCredential(exchange.url));
	const workflows: StoredWorkflow[] = [];
	const triggers = new Map<string, string>();
	for (const name of EXAMPLES) {
		const example = await readExample(name);
		const workflow = await importExample(queue.client, values.every === undefined ? example : quickened(example, lookSeconds), [credential]);
		const trigger = example.nodes.find(({ type }) => type.endsWith('.exchangeTrigger'));
		if (trigger !== undefined) triggers.set(workflow.id, trigger.name);
		await activateWorkflow(queue.client, workflow);
		workflows.push(workflow);
	}
	const emails = { workflow: workflows[0] as StoredWorkflow, trigger: triggers.get(workflows[0]?.id ?? '') ?? '' };
	const administrator = new Administrator(queue.client, workflows);
	const entries = new Entries(seededRandom(seed));
	const outlook = new ExchangeUsers(exchange, entries, seededRandom(seed + 1));
	const records = new RecordUsers(queue.client, entries, seededRandom(seed + 2));

	const changes = await badDay({ queue, exchange }, outlook, records, { changes: Number(values.changes), changesPerSecond: Number(values['per-second']), say });
	say(`all ${changes} changes are made`);

	let retries = 0;
	let last = await compare(exchange, records, entries);
	for (const end = Date.now() + REST_LIMIT_MS; Date.now() < end; ) {
		await wait(lookSeconds * 1500);
		if (!(await administrator.nothingRuns())) continue;
		const again = await administrator.retryWhatFailed();
		retries += again;
		// A read state is told apart from its email, and says no time: where executions overtook each other, the emails are read once more.
		if (again > 0) await changeOptions(queue.client, emails.workflow, emails.trigger, { resetFolders: `Inbox@${retries}` });
		const before = last;
		last = await compare(exchange, records, entries);
		say(`${last.wanted} things, ${last.due} rows due, ${last.differences.length} differences, ${again} executions run again`);
		// Twice the same, with a look in between: nothing comes any more.
		if (again === 0 && last.due === 0 && JSON.stringify(before) === JSON.stringify(last)) break;
	}
	const { events, echoes } = await administrator.handedOver(triggers);
	console.table({ changes, 'things in the end': last.wanted, 'rows still due': last.due, kills: KILLS.length, 'executions run again': retries, 'events handed over': events, 'echoes recognised': echoes, seconds: Math.round((Date.now() - started) / 1000) });
	console.table(await administrator.counts());
	for (const line of await administrator.failedRetries()) console.error(line);
	for (const difference of last.differences.slice(0, 50)) console.error(difference);
	console.log(last.differences.length === 0 && last.due === 0 ? 'Both sides hold what their users left there, nothing twice.' : `${last.differences.length} differences, ${last.due} rows due.`);
	return last.differences.length === 0 && last.due === 0;
}

/** What the processes of n8n wrote, for whoever looks into a failure. */
async function keepLogs(queue: N8nQueue): Promise<void> {
	const folder = join(CACHE, 'queue-logs');
	await mkdir(folder, { recursive: true });
	await Promise.all([queue.main, ...queue.workers].map(async ({ log }, index) => await writeFile(join(folder, index === 0 ? 'main.log' : `worker-${index}.log`), log)));
	console.log(`What n8n wrote: ${folder}`);
}

// Ended from outside, it takes its servers and folders along.
const ended = new Promise<never>((_, reject) => {
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)));
});
const exchange = await startExchange({ users: [ANNA], controlApi: false, keepsTexts: false });
let passed = false;
let queue: N8nQueue | undefined;
try {
	queue = await Promise.race([N8nQueue.start({ durableCursors }), ended]);
	passed = await Promise.race([run(exchange, queue), ended]);
} catch (error) {
	console.error(error);
} finally {
	if (queue !== undefined && !passed) await keepLogs(queue);
	await queue?.close();
	await exchange.close();
}
console.log(passed ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exit(passed ? 0 : 1);
