import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { ServerStatistics } from './bench-server.mts';
import type { Job } from './job.mts';
import type { ClientFigures } from './measure.mts';
import { onClientsProcessors, type Processors } from './processors.mts';
import type { Peer } from './scenarios.mts';

/** What came of one client's run: its own figures and the server's. */
export type Run = ClientFigures & { server: ServerStatistics };

const PYTHON = '/usr/bin/python3';
const LIMIT_MS = 30 * 60_000;
/**
 * V8 lets garbage lie as long as there is memory. With all of this machine's it would take what an n8n does not have: this is the heap that it takes in a
 * container of 1 GiB, 512 MiB for what is old and 16 MiB for each half of what is young (`heap_size_limit` was seen to be 560 MiB there, which is 512 and
 * three times 16). Without the second, the young generation alone is four times as large on a machine of 4 GiB and more.
 * https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
const HEAP_OF_A_CONTAINER = ['--max-old-space-size=512', '--max-semi-space-size=16'];
const START_TASKS: ReadonlySet<string> = new Set(['listNodes', 'firstRequest']);

let exchangelib: boolean | undefined;

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

/** Runs one client in a process of its own. @param processors undefined: on all that there are. Rejects with the end of what it complained about. */
export async function runClient(peer: Peer, job: Job, processors: Processors | undefined): Promise<Run> {
	const [program, ...parameters] = [...onClientsProcessors(processors), ...commandOf(peer, job)];
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
	const node = [process.execPath, ...HEAP_OF_A_CONTAINER, ...(process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean), '--expose-gc', '--disable-warning=ExperimentalWarning'];
	if (START_TASKS.has(job.task)) return [...node, join(import.meta.dirname, 'start-client.mts')];
	return [...node, join(import.meta.dirname, 'client.mts'), peer];
}
