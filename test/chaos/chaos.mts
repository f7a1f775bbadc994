/**
 * `npm run chaos -- --seed N --minutes M`: a whole two-way sync under random faults and kills. Users change both sides, the server misbehaves, processes are
 * killed; then everything heals, and both sides must come to rest with the same records, none twice.
 *
 * What no client of Exchange can know is not done: an item is deleted in Exchange only after a poll has handed it over (EWS reports net changes).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { seededRandom } from '../exchange-server/faults/faultScript.mts';
import type { Fault } from '../exchange-server/faults/fault.mts';
import { type RunningExchange, startExchange } from '../exchange-server/startExchange.mts';
import { type Kind, OtherSystem, type Row } from './other-system.mts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '2' }, durable: { type: 'boolean', default: false }, dist: { type: 'string', default: '../../dist/index.js' } } });
const seed = Number(values.seed);
const minutes = Number(values.minutes);
const random = seededRandom(seed);
const ANNA = 'anna@example.test';
const KINDS: readonly Kind[] = ['email', 'appointment', 'task'];
const FOLDERS: Record<Kind, string> = { email: 'inbox', appointment: 'calendar', task: 'tasks' };
const WORKER = fileURLToPath(new URL('./worker.mts', import.meta.url));

/** Each with a small probability on each request; together about one request in eight goes wrong. */
const BAD_DAYS: readonly Fault[] = [
	{ do: { effect: 'http', status: 500, body: '' }, probability: 0.008 },
	{ do: { effect: 'http', status: 502, body: '<html>Bad gateway</html>' }, probability: 0.008 },
	{ do: { effect: 'http', status: 503, headers: { 'retry-after': '1' } }, probability: 0.008 },
	{ do: { effect: 'http', status: 500, acted: true }, probability: 0.008 },
	{ do: { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 700 }, probability: 0.01 },
	{ do: { effect: 'fault', code: 'ErrorServerBusy', hiddenIn: 'ErrorInternalServerError', backOffMilliseconds: 300 }, probability: 0.005 },
	{ do: { effect: 'fault', code: 'ErrorInternalServerTransientError' }, probability: 0.01 },
	{ do: { effect: 'item', code: 'ErrorMailboxMoveInProgress' }, probability: 0.005 },
	{ do: { effect: 'item', code: 'ErrorTimeoutExpired' }, probability: 0.005 },
	{ do: { effect: 'item', code: 'ErrorItemNotFound', indexes: [0] }, operation: 'GetItem', probability: 0 },
	{ do: { effect: 'item', code: 'ErrorInvalidSyncStateData' }, operation: 'SyncFolderItems', containing: 'calendar', probability: 0.002 },
	{ do: { effect: 'batch-stopped', from: 1 }, operation: ['GetItem', 'CreateItem', 'UpdateItem', 'DeleteItem'], probability: 0.01 },
	{ do: { effect: 'fewer-responses' }, operation: ['GetItem', 'CreateItem', 'UpdateItem'], probability: 0.008 },
	{ do: { effect: 'drop', when: 'before' }, probability: 0.008 },
	{ do: { effect: 'drop', when: 'acted' }, probability: 0.01 },
	{ do: { effect: 'drop', when: 'during' }, probability: 0.01 },
	{ do: { effect: 'truncate' }, probability: 0.006 },
	{ do: { effect: 'stall', milliseconds: 1_500 }, probability: 0.004 },
];

let serial = 0;
let actions = 0;
let kills = 0;
const restored = new Set<string>();
/** What the steady worker held after each minute. */
const resources: Resources[] = [];
/** So much may come and go from one minute to another: caches, compiled code, answers under way. */
const HEAP_TOLERANCE_MB = 15;
const HANDLES_TOLERANCE = 4;

function pick<T>(list: readonly T[]): T | undefined {
	return list[Math.floor(random() * list.length)];
}

/** What one process holds after a minute, garbage collected. */
interface Resources {
	minute: number;
	heapMb: number;
	/** Kinds of `process.getActiveResourcesInfo()` and how many there are of each. */
	handles: Record<string, number>;
}

/** What a user of Outlook does next. */
function actInExchange(server: RunningExchange, other: OtherSystem): void {
	const kind = pick(KINDS) ?? 'task';
	const outlook = server.control.outlook(ANNA);
	const rows = outlook.items(FOLDERS[kind]).filter((row) => !restored.has(row.subject));
	const chance = random();
	if (chance < 0.35 || rows.length === 0) {
		const subject = `x${seed}-${++serial}`;
		create(server, kind, subject);
		return;
	}
	const row = pick(rows);
	if (row === undefined) return;
	if (chance < 0.75) {
		other.note('user of Exchange', 'changes', row.subject, row.id);
		outlook.edit(row.id, { categories: [`C${Math.floor(random() * 1_000)}`] });
		return;
	}
	if (!row.subject.startsWith('x') || !other.knows(row.id)) return;
	other.count(`user of Exchange: ${chance < 0.92 ? 'deletes' : 'tries to restore'}`);
	other.note('user of Exchange', chance < 0.92 ? 'deletes' : 'restores something', row.subject, row.id);
	if (chance < 0.92) outlook.remove(row.id, random() < 0.7 ? 'bin' : 'hard');
	else {
		const binned = outlook.items('deleteditems');
		const back = pick(binned);
		if (back !== undefined && !restored.has(back.subject)) {
			restored.add(back.subject);
			outlook.restore(back.id);
		}
	}
}

function create(server: RunningExchange, kind: Kind, subject: string): void {
	switch (kind) {
		case 'email':
			server.control.outlook(ANNA).create({ folder: 'inbox', subject, messageId: `<${subject}@example.test>`, from: { name: 'Bert', address: 'bert@example.test' } } as never);
			break;
		case 'appointment':
			server.control.calendar(ANNA).create({ subject, start: '2026-12-01T10:00:00', end: '2026-12-01T11:00:00', zone: 'Europe/Zurich', uid: subject });
			break;
		case 'task':
			server.control.tasks(ANNA).create({ subject });
			break;
	}
}

/** What a user of the other system does next. */
function actInOther(other: OtherSystem): void {
	const rows = other.rows().filter((row) => row.deleted === 0);
	const row = pick(rows);
	const chance = random();
	if (chance < 0.4 || row === undefined) {
		const kind = pick(KINDS) ?? 'task';
		const subject = `o${seed}-${++serial}`;
		other.create(subject, kind, subject, keyOf(kind, subject), JSON.stringify(newRecord(kind, subject)));
		return;
	}
	if (chance < 0.85) other.change(row.rowId, JSON.stringify({ ...(JSON.parse(row.record) as object), categories: [`C${Math.floor(random() * 1_000)}`] }));
	else other.markDeleted(row.rowId);
}

function keyOf(kind: Kind, subject: string): string {
	return kind === 'email' ? `<${subject}@example.test>` : subject;
}

function newRecord(kind: Kind, subject: string): object {
	const key = keyOf(kind, subject);
	switch (kind) {
		case 'email':
			return { kind, key, subject, from: 'Cora <cora@example.test>', to: ANNA, text: 'Hello', receivedAt: '2026-11-01T08:00:00Z', sentAt: '2026-11-01T08:00:00Z' };
		case 'appointment':
			return { kind, key, subject, start: '2026-12-02T10:00:00', end: '2026-12-02T11:00:00', timeZone: 'Europe/Zurich' };
		case 'task':
			return { kind, key, subject };
	}
}

class Workers {
	private readonly running: ChildProcess[] = [];
	private steady: ChildProcess | undefined;
	steadyEnded = false;
	private readonly url: string;
	private readonly file: string;

	constructor(url: string, file: string) {
		this.url = url;
		this.file = file;
		this.start('both');
		this.start('push');
		this.start('steady');
	}

	/** Kills one of the processes in the middle of whatever it does; another takes its place. */
	killOne(): void {
		const victim = pick(this.running.filter((child) => child !== this.steady));
		if (victim === undefined) return;
		kills++;
		victim.kill('SIGKILL');
	}

	stop(): void {
		for (const child of this.running.splice(0)) child.kill('SIGKILL');
	}

	private start(role: 'both' | 'push' | 'steady'): void {
		const child = fork(WORKER, [this.url, this.file, role, values.durable ? 'durable' : 'default', values.dist], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'] });
		if (role === 'steady') this.steady = child;
		child.on('message', (message) => {
			const held = message as Resources;
			resources.push(held);
			console.log(`minute ${held.minute}: heap ${held.heapMb} MB, handles ${JSON.stringify(held.handles)}`);
		});
		child.on('exit', (code, signal) => {
			const index = this.running.indexOf(child);
			if (index < 0) return;
			this.running.splice(index, 1);
			this.steadyEnded ||= role === 'steady';
			if (signal !== 'SIGKILL') console.error(`a worker ended by itself: ${code ?? signal}`);
			this.start(role);
		});
		this.running.push(child);
	}
}

/** One line a record: what both sides must agree on. */
function ofExchange(server: RunningExchange): string[] {
	const outlook = server.control.outlook(ANNA);
	return KINDS.flatMap((kind) => outlook.items(FOLDERS[kind]).filter((row) => !restored.has(row.subject)).map((row) => `${kind} ${row.subject} ${[...row.categories].sort().join(',')}`)).sort();
}

function ofOther(rows: readonly Row[]): string[] {
	return rows
		.filter((row) => !restored.has(row.subject))
		.map((row) => `${row.kind} ${row.subject} ${((JSON.parse(row.record) as { categories?: string[] }).categories ?? []).sort().join(',')}${row.deleted ? ' (to be deleted)' : ''}`)
		.sort();
}

async function comeToRest(server: RunningExchange, other: OtherSystem): Promise<boolean> {
	other.setFact('quietPolls', '0');
	for (const end = Date.now() + 120_000; Date.now() < end; await wait(200)) {
		const dirty = other.rows().some((row) => row.dirty === 1);
		if (!dirty && Number(other.fact('quietPolls') ?? 0) >= 5) return true;
	}
	console.error('dirty rows:', other.rows().filter((row) => row.dirty === 1).map((row) => row.rowId), server.control.faults.pending());
	return false;
}

function handleCount(held: Resources | undefined): number {
	return Object.values(held?.handles ?? {}).reduce((sum, count) => sum + count, 0);
}

/** Memory and handles that the steady worker has taken since its first minute and not given back. */
function grown(): string[] {
	const [first, last] = [resources[0], resources.at(-1)];
	if (first === undefined || last === undefined) return [];
	return [
		...(last.heapMb > first.heapMb + HEAP_TOLERANCE_MB ? [`the heap grew from ${first.heapMb} to ${last.heapMb} MB`] : []),
		...(handleCount(last) > handleCount(first) + HANDLES_TOLERANCE ? [`the handles grew from ${JSON.stringify(first.handles)} to ${JSON.stringify(last.handles)}`] : []),
	];
}

const folder = mkdtempSync(join(tmpdir(), 'exchange-chaos-'));
const server = await startExchange({ users: [{ address: ANNA, password: 'secret', name: 'Anna' }], controlApi: false });
const other = new OtherSystem(join(folder, 'other.sqlite'));
server.control.faults.seed(seed);
const workers = new Workers(server.url, join(folder, 'other.sqlite'));
console.log(`chaos: seed ${seed}, ${minutes} minutes, ${values.durable ? 'durable' : 'default'} cursor`);

await wait(2_000);
server.control.inject(...BAD_DAYS.filter((fault) => fault.probability !== 0));
const end = Date.now() + minutes * 60_000;
let nextKill = Date.now() + 4_000;
while (Date.now() < end) {
	if (random() < 0.6) actInExchange(server, other);
	else actInOther(other);
	actions++;
	if (Date.now() > nextKill) {
		workers.killOne();
		// A process takes seconds to start on a slow machine: one that dies before its first poll proves nothing.
		nextKill = Date.now() + 4_000 + random() * 12_000;
	}
	await wait(20 + random() * 150);
}

server.control.heal();
other.setFact('healed', 'yes');
const rested = await comeToRest(server, other);
workers.stop();
const left = ofExchange(server);
const right = ofOther(other.rows());
const twice = (list: string[]) => list.map((line) => line.split(' ').slice(0, 2).join(' ')).filter((name, index, names) => names.indexOf(name) !== index);
const failures = [
	...(rested ? [] : ['it did not come to rest within two minutes']),
	...left.filter((line) => !right.includes(line)).map((line) => `only in Exchange: ${line}`),
	...right.filter((line) => !left.includes(line)).map((line) => `only in the other system: ${line}`),
	...twice(left).map((name) => `twice in Exchange: ${name}`),
	...twice(right).map((name) => `twice in the other system: ${name}`),
	...(workers.steadyEnded ? ['the steady worker ended'] : []),
	...grown(),
	...(await server.control.schemaViolations()).map(({ where, operation, message }) => `against Microsoft's schema: ${where} ${operation ?? ''}: ${message}`),
	...server.exchange.outbox.map((sent) => `was sent to somebody: ${JSON.stringify(sent).slice(0, 200)}`),
];
console.table({ actions, kills, 'faults that struck': server.control.faults.struck, 'records at rest': left.length, 'restored, left out': restored.size, 'largest cursor (bytes)': Number(other.fact('cursorBytes') ?? 0), 'heap after the first minute (MB)': resources[0]?.heapMb, 'heap at last (MB)': resources.at(-1)?.heapMb, 'handles after the first minute': handleCount(resources[0]), 'handles at last': handleCount(resources.at(-1)) });
console.table(other.counts());
for (const failure of failures) console.error(failure, other.journalOf(/[ox]\d+-\d+/.exec(failure)?.[0] ?? '').slice(-12));
console.log(failures.length === 0 ? 'Both sides hold the same records, none twice.' : `${failures.length} differences.`);
other.close();
await server.close();
rmSync(folder, { recursive: true, force: true });
console.log(`1 passed, ${failures.length === 0 ? 0 : 1} failed`.replace(/^1(?= passed, 1)/, '0'));
process.exit(failures.length === 0 ? 0 : 1);
