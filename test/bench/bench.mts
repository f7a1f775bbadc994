/**
 * `npm run bench`: the product against the floor and against its peers, in the same run. Prints a table, with another one of how figures grow with the size, and writes JSON. Asserts nothing.
 *
 *   --quick           every scenario, small; under a minute
 *   --only first      scenarios whose name contains this
 *   --peers a,b       of connector, floor, exchangelib, library; default: all
 *   --rounds 3        each client so many times, in turn; figures are medians
 *   --together        clients and server share all processors; otherwise they have half of them each, where the machine has two and taskset (Linux)
 *   --json file       default: bench.json in the system's folder for temporary files
 *   --dist file       the built package's index.js; default: dist/index.js, built where it is missing
 */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { order, startBenchServer } from './bench-server.mts';
import { processorsApart } from './processors.mts';
import { canRun, runClient } from './run-client.mts';
import type { Run } from './run-client.mts';
import type { Peer, Scenario } from './scenarios.mts';
import { FULL, QUICK } from './scenarios.mts';
import type { Measured } from './table.mts';
import { growthTable, markdownTable, medianRun } from './table.mts';

const ROOT = resolve(import.meta.dirname, '../..');
const { values: options } = parseArgs({
	options: {
		quick: { type: 'boolean', default: false },
		only: { type: 'string', default: '' },
		peers: { type: 'string' },
		rounds: { type: 'string' },
		together: { type: 'boolean', default: false },
		json: { type: 'string', default: join(tmpdir(), 'bench.json') },
		dist: { type: 'string', default: join(ROOT, 'dist/index.js') },
	},
});
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const processors = options.together ? undefined : processorsApart();

async function runScenario(scenario: Scenario): Promise<Measured[]> {
	const server = await startBenchServer(processors);
	const runs = new Map<Peer, Run[]>();
	const failed = new Map<Peer, string>();
	const { task, size, changes, concurrency } = scenario;
	const peers = scenario.peers.filter((peer) => options.peers === undefined || options.peers.split(',').includes(peer));
	const job = { task, url: server.url, dist: resolve(options.dist), size, concurrency, ...(changes !== undefined && { changes }) };
	try {
		for (const { order: name, content } of scenario.prepare) await order(server.url, name, content);
		if (scenario.doneBefore === true) await runClient('connector', { ...job, unmeasured: true }, processors);
		if (scenario.writes === true) await order(server.url, 'backup');
		for (let round = 0; round < (scenario.rounds ?? rounds); round++) {
			for (const peer of peers) {
				if (round > 0 && scenario.once?.includes(peer) === true) continue;
				if (failed.has(peer) || (peer === 'floor' && failed.has('connector')) || !canRun(peer)) continue;
				// What is replayed must find the mailbox as it was.
				if (scenario.writes === true && !(peer === 'floor' && task === 'pullSeries')) await order(server.url, 'restore');
				try {
					// The floor has handled as many items as the product whose requests it repeats.
					const items = runs.get('connector')?.at(-1)?.items ?? size;
					const run = await runClient(peer, { ...job, ...(peer === 'floor' && { task: 'replay' as const, size: items }), record: peer === 'connector' }, processors);
					runs.set(peer, [...(runs.get(peer) ?? []), run]);
					process.stderr.write(`${scenario.name}: ${peer} ${(run.wallMs / 1000).toFixed(2)} s\n`);
				} catch (error) {
					failed.set(peer, error instanceof Error ? error.message : String(error));
					process.stderr.write(`${scenario.name}: ${peer} failed: ${failed.get(peer)}\n`);
				}
			}
		}
	} finally {
		await server.close();
	}
	return peers.map((peer) => {
		const ofPeer = runs.get(peer) ?? [];
		const problem = failed.get(peer) ?? (ofPeer.length > 0 ? undefined : peer === 'floor' ? 'nothing to repeat' : 'not installed here');
		return { scenario: scenario.name, ...(scenario.sizeOf !== undefined && { sizeOf: scenario.sizeOf }), size, peer, runs: ofPeer, ...(ofPeer.length > 0 && { median: medianRun(ofPeer) }), ...(problem !== undefined && { problem }) };
	});
}

if (!existsSync(options.dist)) execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
const wanted = (options.quick ? QUICK : FULL).filter(({ name }) => name.includes(options.only));
const loadBefore = loadavg()[0] ?? 0;
const measured: Measured[] = [];
for (const scenario of wanted) measured.push(...(await runScenario(scenario)));
const machine = {
	date: new Date().toISOString().slice(0, 10),
	node: process.version,
	processors: availableParallelism(),
	processor: cpus()[0]?.model ?? '',
	memoryGiB: Math.round(totalmem() / 2 ** 30),
	rounds,
	/** Whether clients and server have processors of their own. */
	apart: processors !== undefined,
	/** Runnable processes before the first scenario: above nought, something else was going on. */
	loadBefore: Math.round(loadBefore * 10) / 10,
};
writeFileSync(options.json, JSON.stringify({ machine, measured }, undefined, '\t'));
process.stdout.write(`${JSON.stringify(machine)}\n\n${[markdownTable(measured), growthTable(measured)].filter((table) => table !== '').join('\n\n')}\n\nJSON: ${options.json}\n`);
