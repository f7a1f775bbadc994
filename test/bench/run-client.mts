import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { ServerStatistics } from './bench-server.mts';
import type { Job } from './job.mts';
import type { ClientFigures } from './measure.mts';
import type { Peer } from './scenarios.mts';

/** What came of one client's run: its own figures and the server's. */
export type Run = ClientFigures & { server: ServerStatistics };

const PYTHON = '/usr/bin/python3';
const LIMIT_MS = 30 * 60_000;
/**
 * V8 lets garbage lie as long as there is memory. With all of this machine's it would take what an n8n does not have: this is the heap that it takes in a
 * container of 1 GiB (half of it, MB).
 */
const HEAP_OF_A_CONTAINER = 512;
const START_TASKS: ReadonlySet<string> = new Set(['listNodes', 'firstRequest']);

/** Linux's real-time class, whose threads get a processor before all others: what a client gets of two processors is then what it would get with the server on another machine. */
const AHEAD = ['chrt', '--rr', '1'];
/** How long a thread of that class keeps a processor before another of the class gets it, ms: 100, unless set. */
const TURN_FILE = '/proc/sys/kernel/sched_rr_timeslice_ms';
/** About as long as in the usual class: with 100 ms two helpers of a client could keep its main thread waiting as they do nowhere else. */
const TURN_MS = 4;

let exchangelib: boolean | undefined;

/** Makes the machine ready for clients that run ahead of the server, until this process ends. @throws Error where that is not possible: it needs Linux with util-linux, CAP_SYS_NICE and the right to set the kernel's parameters */
export function prepareRunningAhead(): void {
	try {
		execFileSync('chrt', [...AHEAD.slice(1), 'true'], { stdio: 'ignore' });
		const turnBefore = readFileSync(TURN_FILE, 'utf8');
		writeFileSync(TURN_FILE, String(TURN_MS));
		process.once('exit', () => writeFileSync(TURN_FILE, turnBefore));
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
	} catch (error) {
		throw new Error(`--ahead needs Linux with chrt (util-linux), the right to a real-time priority (CAP_SYS_NICE) and to write ${TURN_FILE}`, { cause: error });
	}
}

/** Whether a client is installed here. */
export function canRun(peer: Peer): boolean {
	if (peer !== 'exchangelib') return true;
	try {
		if (exchangelib === undefined) execFileSync(PYTHON, ['-c', 'import exchangelib'], { stdio: 'ignore' });
		exchangelib ??= true;
	} catch {
		exchangelib = false;
	}
	return exchangelib;
}

/** Runs one client in a process of its own. @param ahead of the server, see {@link AHEAD}. Rejects with the end of what it complained about. */
export async function runClient(peer: Peer, job: Job, ahead: boolean): Promise<Run> {
	const [program, ...parameters] = [...(ahead ? AHEAD : []), ...commandOf(peer, job)];
	try {
		const { stdout } = await promisify(execFile)(program ?? '', [...parameters, JSON.stringify(job)], { timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 });
		return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Run;
	} catch (error) {
		const complaint = String(Reflect.get(error as object, 'stderr') ?? '').split('\n').filter((line) => /^[\w.]*(?:Error|Fault)\b.*: /.test(line));
		throw new Error((complaint[0] ?? (error instanceof Error ? error.message : String(error))).trim().slice(0, 300));
	}
}

function commandOf(peer: Peer, job: Job): string[] {
	if (peer === 'exchangelib') return [PYTHON, join(import.meta.dirname, 'exchangelib_client.py')];
	const node = [process.execPath, `--max-old-space-size=${HEAP_OF_A_CONTAINER}`, ...(process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean), '--expose-gc', '--disable-warning=ExperimentalWarning'];
	if (START_TASKS.has(job.task)) return [...node, join(import.meta.dirname, 'start-client.mts')];
	return [...node, join(import.meta.dirname, 'client.mts'), peer];
}
