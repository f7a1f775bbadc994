import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../n8n-harness/free-ports.mts';
import { ServerProcess } from './server-process.mts';

/** A Redis of its own on a free port, in a folder that goes with it: n8n's queue. */
export class RedisServer {
	readonly port: number;
	readonly #server: ServerProcess;
	readonly #folder: string;

	private constructor(port: number, server: ServerProcess, folder: string) {
		this.port = port;
		this.#server = server;
		this.#folder = folder;
	}

	/** Needs `redis-server` on the path, as Debian's package of that name brings it. */
	static async start(): Promise<RedisServer> {
		const folder = await mkdtemp(join(tmpdir(), 'queue-redis-'));
		const [port] = (await freePorts(1)) as [number];
		const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
		return new RedisServer(port, await ServerProcess.start({ command: 'redis-server', args, port, stopSignal: 'SIGTERM' }), folder);
	}

	async close(): Promise<void> {
		await this.#server.stop();
		await rm(this.#folder, { recursive: true, force: true });
	}
}
