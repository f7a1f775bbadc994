import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { listens } from '../n8n-harness/free-ports.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';

/** A program that serves on a port of the loopback address until it is stopped. */
export interface ServerCommand {
	command: string;
	args: readonly string[];
	port: number;
	/** Where its data lies; the folder goes with the server. */
	folder: string;
	/** Whom it runs as; this process's own user if not said. */
	runAs?: { uid: number; gid: number };
	/** The signal after which it writes what it has to and ends. */
	stopSignal: NodeJS.Signals;
}

const LOG_KEPT = 20_000;
const PATIENCE_MS = 20_000;

/** A running server; it goes down with this process whatever happens. */
export class ServerProcess {
	readonly port: number;
	readonly #child: ChildProcess;
	readonly #name: string;
	readonly #folder: string;
	readonly #stopSignal: NodeJS.Signals;
	#log = '';

	private constructor({ command, args, port, folder, runAs, stopSignal }: ServerCommand) {
		this.port = port;
		this.#name = command;
		this.#folder = folder;
		this.#stopSignal = stopSignal;
		this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...runAs });
		const keep = (chunk: Buffer): void => {
			this.#log = (this.#log + chunk.toString('utf8')).slice(-LOG_KEPT);
		};
		this.#child.stdout?.on('data', keep);
		this.#child.stderr?.on('data', keep);
		this.#child.once('error', (error) => keep(Buffer.from(String(error))));
		process.once('exit', () => this.#child.kill('SIGKILL'));
	}

	get #running(): boolean {
		return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
	}

	/** Starts it and waits until it listens. @throws Error with what it wrote where it ends instead */
	static async start(command: ServerCommand): Promise<ServerProcess> {
		const server = new ServerProcess(command);
		await waitUntil(
			async () => {
				if (!server.#running) throw new Error(`${server.#name} ended while starting\n${server.#log}`);
				return await listens(server.port);
			},
			{ what: `${server.#name} to listen`, timeoutMs: 30_000, everyMs: 50, state: () => server.#log },
		);
		return server;
	}

	async close(): Promise<void> {
		await this.#stop();
		await rm(this.#folder, { recursive: true, force: true });
	}

	async #stop(): Promise<void> {
		if (!this.#running) return;
		const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
		this.#child.kill(this.#stopSignal);
		const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
		await ended;
		clearTimeout(timer);
	}
}
