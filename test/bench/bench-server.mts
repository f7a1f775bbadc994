/** What the benchmark's processes know of its server: addresses, orders, and what it answers to them. */
import { fork } from 'node:child_process';
import { join } from 'node:path';

import { moveToServersProcessors, type Processors } from './processors.mts';

export const PASSWORD = 'secret';
/** Whose mailbox the scenarios with one mailbox use. */
export const OWNER = 'owner@bench.test';
/** May impersonate everybody. */
export const SERVICE = 'service@bench.test';
export const IDLE_MAILBOXES = 200;
export const mailboxNumber = (n: number): string => `user${n}@bench.test`;

/** A request as the product sent it, without its logon. */
export interface RecordedRequest {
	headers: Record<string, string>;
	body: string;
}

/** What the server saw between `begin` and `end`. Bytes are those of bodies as they went over the wire. */
export interface ServerStatistics {
	requests: number;
	operations: Record<string, number>;
	bytesIn: number;
	bytesOut: number;
	/** Answers other than HTTP 200. */
	failures: number;
	/** CPU of the server itself: where it is near the wall time, the server is the bottleneck. */
	cpuSeconds: number;
	mostInFlight: number;
}

/** Gives the server at `url` an order and resolves to its answer. */
export async function order<T = unknown>(url: string, name: string, content: object = {}): Promise<T> {
	const response = await fetch(new URL(`/bench/${name}`, url), { method: 'POST', body: JSON.stringify(content), headers: { connection: 'close' } });
	if (!response.ok) throw new Error(`order ${name}: HTTP ${response.status} ${(await response.text()).slice(0, 300)}`);
	return (await response.json()) as T;
}

/** A server that is running. */
export interface BenchServer {
	readonly url: string;
	close(): Promise<void>;
}

/** Starts an Exchange with empty mailboxes in a process of its own. @param processors undefined: on all that there are */
export async function startBenchServer(processors: Processors | undefined): Promise<BenchServer> {
	const child = fork(join(import.meta.dirname, 'exchange-process.mts'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--max-old-space-size=6144', '--disable-warning=ExperimentalWarning'] });
	const url = await new Promise<string>((resolve, reject) => {
		child.once('message', (message) => resolve((message as { url: string }).url));
		child.once('exit', (code) => reject(new Error(`the benchmark's server ended with ${code}`)));
	});
	if (processors !== undefined && child.pid !== undefined) moveToServersProcessors(child.pid, processors);
	return {
		url,
		close: async () => {
			const ended = new Promise((resolve) => child.once('exit', resolve));
			child.kill();
			await ended;
		},
	};
}
