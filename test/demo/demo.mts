import { parseArgs } from 'node:util';
import { rm } from 'node:fs/promises';
import { seedDemo } from '../exchange-server/seed/demo.mts';
import { startExchange } from '../exchange-server/startExchange.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { createCredential } from '../n8n-harness/credentials.mts';
import { findDataTable, insertRows } from '../n8n-harness/data-tables.mts';
import { importExample, quickened, readExample } from '../n8n-harness/example-workflows.mts';
import { portOrAnother } from '../n8n-harness/free-ports.mts';
import { N8n } from '../n8n-harness/n8n.mts';
import { packPackage } from '../n8n-harness/package-tarball.mts';
import { OWNER } from '../n8n-harness/rest-client.mts';
import { newUserFolder } from '../n8n-harness/user-folder.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { activateWorkflow } from '../n8n-harness/workflows.mts';
import { census, DEMO_KINDS, WATCHED } from './census.mts';
import type { Census, DemoKind } from './census.mts';
import { crmRows } from './crm-rows.mts';
import { allRight, figures, figureTable } from './figures.mts';
import type { Figure } from './figures.mts';
import { playScenes } from './scenes.mts';

const ANNA = { address: 'anna@example.test', password: 'secret', name: 'Anna Muster' } as const;
const ACTIVE = ['emails-exchange-to-data-table.json', 'emails-data-table-to-exchange.json', 'appointments-two-way.json', 'tasks-two-way.json'] as const;
const EVERY_SECONDS = 5;
const CHECK_LIMIT_MS = 6 * 60_000;

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false }, port: { type: 'string', default: '5678' }, 'exchange-port': { type: 'string', default: '8443' } } });

const started = Date.now();
function say(text: string): void {
	console.log(`[demo ${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s] ${text}`);
}

/** What has to be given back at the end, whatever happened. */
const open: Array<() => Promise<void>> = [];
async function closeAll(): Promise<void> {
	for (const close of open.splice(0).reverse()) await close().catch((error: unknown) => console.error(error));
}

async function start(): Promise<{ exchange: RunningExchange; n8n: N8n; before: Record<DemoKind, Census> }> {
	say('building and packing the package …');
	await packPackage();
	say('starting the embedded Exchange …');
	const exchange = await startExchange({ users: [ANNA], port: await portOrAnother(Number(options['exchange-port'])) });
	open.push(() => exchange.close());
	await seedDemo(exchange.exchange, ANNA.address);
	const before = Object.fromEntries(DEMO_KINDS.map((kind) => [kind, census(exchange, ANNA.address, kind)])) as Record<DemoKind, Census>;
	say(`Exchange has ${DEMO_KINDS.map((kind) => `${before[kind].seeded} ${kind}s`).join(', ')} for ${ANNA.address}`);
	say('starting n8n …');
	const userFolder = await newUserFolder();
	open.push(() => rm(userFolder, { recursive: true, force: true }));
	const n8n = await N8n.start({ userFolder, port: await portOrAnother(Number(options.port)) });
	open.push(() => n8n.close());
	await putToWork(exchange, n8n);
	return { exchange, n8n, before };
}

/** Credential, tables with the CRM's rows, and the example workflows, active. */
async function putToWork(exchange: RunningExchange, n8n: N8n): Promise<void> {
	say('setting up credential, data tables and example workflows …');
	const credential = await createCredential(n8n.client, 'Exchange', 'exchangeEwsBasicApi', {
		active: true,
		url: exchange.url,
		authentication: 'basic',
		user: ANNA.address,
		password: ANNA.password,
		timeZone: 'Europe/Zurich',
	});
	const imported = [];
	for (const name of ACTIVE) imported.push(await importExample(n8n.client, quickened(await readExample(name), EVERY_SECONDS), [credential]));
	for (const kind of DEMO_KINDS) {
		const { table, rows } = crmRows(kind, ANNA.address);
		const stored = await findDataTable(n8n.client, table);
		if (stored === undefined) throw new Error(`The example workflows made no table ${table}`);
		await insertRows(n8n.client, stored, rows);
	}
	for (const workflow of imported) await activateWorkflow(n8n.client, workflow);
}

/** Waits until both directions have come to rest and a few more polls have brought nothing new. */
async function converged(exchange: RunningExchange, n8n: N8n, before: Record<DemoKind, Census>): Promise<Figure[]> {
	let last: Figure[] = [];
	let told = '';
	const look = async (): Promise<boolean> => {
		last = await figures(n8n.client, exchange, ANNA.address, before);
		const arrived = last.filter(({ what }) => what.endsWith(': arrived')).map(({ seen, expected }) => `${seen}/${expected}`);
		const pushed = last.filter(({ what }) => what.endsWith(': pushed')).map(({ seen, expected }) => `${seen}/${expected}`);
		const now = `arrived ${arrived.join(' ')}, pushed ${pushed.join(' ')} (emails, appointments, tasks)`;
		if (now !== told) say((told = now));
		return allRight(last);
	};
	const end = Date.now() + CHECK_LIMIT_MS;
	while (Date.now() < end) {
		const right = await waitUntil(look, { what: 'both directions', timeoutMs: end - Date.now(), everyMs: 2000 }).catch(() => false);
		if (!right) break;
		// What comes back as an echo comes with one of the next polls of each folder.
		const asked = (): number => exchange.control.requests().filter(({ operation, status }) => operation === 'SyncFolderItems' && status === 200).length;
		const folders = Object.values(WATCHED).flat().length;
		const mark = asked();
		await waitUntil(() => asked() >= mark + 4 * folders, { what: 'a few more polls', timeoutMs: Math.max(0, end - Date.now()), everyMs: 500 });
		if (await look()) break;
	}
	return last;
}

/** Both directions come to rest, a user changes things in Outlook, both come to rest again. */
async function checked(exchange: RunningExchange, n8n: N8n, before: Record<DemoKind, Census>): Promise<Figure[]> {
	const first = await converged(exchange, n8n, before);
	if (!allRight(first)) return first;
	say('in Outlook: a series gets another pattern, an email is deleted and restored …');
	return await converged(exchange, n8n, await playScenes(exchange, n8n.client, ANNA.address, before));
}

function printWelcome(exchange: RunningExchange, n8n: N8n): void {
	console.log(`
n8n                ${n8n.process.address}
                   log in with ${OWNER.email} / ${OWNER.password}
Exchange (EWS)     ${exchange.url}
                   user ${ANNA.address} / ${ANNA.password}

What to look at
  Workflows        four are active; open one and read its notes, then its Executions
  Data tables      ${n8n.process.address}/home/datatables
                   “Exchange emails”: what came from Exchange; “Exchange excluded items”: what did not, and why
                   “CRM emails”, “CRM appointments”, “CRM tasks”: the other system. Change a row and its modifiedAt:
                   it is in Exchange ${EVERY_SECONDS} seconds later, and it does not come back as an echo
  Credentials      “Exchange”: open it and test it

Ctrl-C stops everything.
`);
}

const stopped = new Promise<void>((resolve) => {
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
});

try {
	const running = await Promise.race([start(), stopped]);
	if (running !== undefined) {
		const { exchange, n8n, before } = running;
		if (options.check) {
			const result = await Promise.race([checked(exchange, n8n, before), stopped]);
			if (result !== undefined) {
				console.log(`\n${figureTable(result, before)}\n`);
				process.exitCode = allRight(result) ? 0 : 1;
				say(allRight(result) ? 'every number is right' : 'some numbers are wrong');
				if (!allRight(result)) console.error(n8n.process.log.slice(-4000));
			} else {
				process.exitCode = 130;
			}
		} else {
			printWelcome(exchange, n8n);
			await stopped;
			say('stopping …');
		}
	}
} catch (error) {
	console.error(error);
	process.exitCode = 1;
} finally {
	await closeAll();
}
