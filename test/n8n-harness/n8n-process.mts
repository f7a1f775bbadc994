import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { n8nEnvironment } from './n8n-environment.mts';
import type { N8nRole, N8nSettings } from './n8n-environment.mts';
import { N8N_COMMAND, NODE } from './places.mts';
import { waitUntil } from './wait-until.mts';

const LOG_KEPT = 200_000;
/** The most that is kept of n8n's whole output. */
const WHOLE_LOG = 50_000_000;

const COMMANDS: Record<N8nRole, string> = { main: 'start', worker: 'worker' };

/** Where an n8n says that it is ready. Readiness speaks of the database; the editor's settings answer when modules and nodes are loaded too. */
const READY: Record<N8nRole, readonly string[]> = { main: ['/healthz/readiness', '/rest/settings'], worker: ['/healthz/readiness'] };

/** One n8n, as a process of its own that can be stopped, killed and started again on the same folder. */
export class N8nProcess {
	readonly address: string;
	readonly settings: N8nSettings;
	readonly #role: N8nRole;
	#child: ChildProcess | undefined;
	#log = '';
	readonly #output: Buffer[] = [];
	#outputSize = 0;

	constructor(settings: N8nSettings) {
		this.settings = settings;
		this.#role = settings.role ?? 'main';
		this.address = `http://127.0.0.1:${settings.port}`;
		// In a process group of its own it would outlive a parent that ends without stopping it.
		process.once('exit', () => this.#killNow());
	}

	/** The end of what n8n wrote, over all its starts. */
	get log(): string {
		return this.#log;
	}

	/**
	 * Everything that n8n wrote, over all its starts.
	 * @throws Error when it was more than is kept
	 */
	get wholeLog(): Buffer {
		if (this.#outputSize > WHOLE_LOG) throw new Error(`n8n wrote ${this.#outputSize} bytes`);
		return Buffer.concat(this.#output);
	}

	get running(): boolean {
		return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
	}

	/** Starts n8n and waits until it is ready: database migrated, nodes loaded, REST answering; or, for a worker, the queue at hand. */
	async start(timeoutMs = 120_000): Promise<void> {
		if (this.running) throw new Error('n8n runs already');
		// A process group of its own: n8n starts a task runner, which has to go with it.
		const child = spawn(NODE, [N8N_COMMAND, COMMANDS[this.#role]], { env: n8nEnvironment(this.settings), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
		this.#child = child;
		const keep = (chunk: Buffer): void => {
			this.#log = (this.#log + chunk.toString('utf8')).slice(-LOG_KEPT);
			this.#outputSize += chunk.length;
			if (this.#outputSize <= WHOLE_LOG) this.#output.push(chunk);
		};
		child.stdout.on('data', keep);
		child.stderr.on('data', keep);
		child.once('error', (error) => keep(Buffer.from(String(error))));
		await waitUntil(
			async () => {
				if (!this.running) throw new Error(`n8n ended while starting\n${this.#log.slice(-4000)}`);
				return await this.#isReady();
			},
			{ what: 'n8n to be ready', timeoutMs, everyMs: 100, state: () => this.#log.slice(-4000) },
		);
	}

	async #isReady(): Promise<boolean> {
		for (const path of READY[this.#role]) {
			const response = await fetch(`${this.address}${path}`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
			await response?.arrayBuffer().catch(() => undefined);
			if (response?.status !== 200) return false;
		}
		return true;
	}

	/** Ends n8n as its operator would; after 20 seconds by force. */
	async stop(): Promise<void> {
		await this.#end('SIGTERM', 20_000);
	}

	/** Ends n8n in the middle of whatever it does, as a power cut would. */
	async kill(): Promise<void> {
		await this.#end('SIGKILL', 0);
		// After a crash n8n waits ten seconds before it starts, so that a loop of crashes does no harm; the file is how it knows.
		await rm(join(this.settings.userFolder, '.n8n', 'crash.journal'), { force: true });
	}

	#killNow(): void {
		if (this.running) this.#signal('SIGKILL');
	}

	async #end(signal: NodeJS.Signals, patienceMs: number): Promise<void> {
		const child = this.#child;
		if (child === undefined || !this.running) return;
		const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
		if (signal === 'SIGKILL') {
			this.#signal('SIGKILL');
			await ended;
			return;
		}
		// To n8n alone: it ends its task runner itself.
		child.kill(signal);
		const timer = setTimeout(() => this.#signal('SIGKILL'), patienceMs);
		await ended;
		clearTimeout(timer);
		this.#signal('SIGKILL');
	}

	#signal(signal: NodeJS.Signals): void {
		const pid = this.#child?.pid;
		if (pid === undefined) return;
		try {
			process.kill(-pid, signal);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
		}
	}
}
