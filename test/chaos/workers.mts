/** The processes of the run: one that polls and pushes and one that pushes, both killed again and again, and the steady one. */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { Resources } from './resources.mts';
import type { RunOptions } from './settings.mts';
import type { Stall } from '../stalls.mts';
import type { Told } from './worker.mts';

const WORKER = fileURLToPath(new URL('./worker.mts', import.meta.url));
/** The loop of a worker comes round that often at least. */
const ANSWER_MS = 20_000;
const LONGEST_START_MS = 60_000;
const ROLES = ['both', 'push', 'steady'] as const;
type Role = (typeof ROLES)[number];

export class Workers {
	kills = 0;
	/** Processes that took the place of another. */
	restarts = 0;
	steadyEnded = false;
	/** What the steady worker held, each minute and at last. */
	readonly resources: Resources[] = [];
	/** What workers wrote that ended by themselves. */
	readonly ended: string[] = [];
	readonly #running: ChildProcess[] = [];
	/** Those that have polled or pushed at least once. */
	readonly #atWork = new Set<ChildProcess>();
	#steady: ChildProcess | undefined;
	readonly #url: string;
	readonly #file: string;
	readonly #options: RunOptions;
	readonly #stalled: (stall: Stall) => void;

	constructor(url: string, file: string, options: RunOptions, stalled: (stall: Stall) => void) {
		this.#url = url;
		this.#file = file;
		this.#options = options;
		this.#stalled = stalled;
		for (const role of ROLES) this.#start(role);
	}

	/** Waits until all have begun their work, so that a run is as long as it says however long they take for it. */
	async allAtWork(): Promise<void> {
		for (const end = Date.now() + LONGEST_START_MS; this.#atWork.size < ROLES.length; await wait(50)) {
			if (Date.now() > end) throw new Error(`only ${this.#atWork.size} of ${ROLES.length} workers have begun within ${LONGEST_START_MS / 1_000} seconds`);
		}
	}

	/** Kills one of the processes in the middle of whatever it does; another takes its place. One that dies before its first poll, as it has only just begun, proves nothing. */
	killOne(random: () => number): void {
		const mortal = [...this.#atWork].filter((child) => child !== this.#steady);
		const victim = mortal[Math.floor(random() * mortal.length)];
		if (victim === undefined) return;
		this.kills++;
		this.#atWork.delete(victim);
		victim.kill('SIGKILL');
	}

	/** Has the steady worker tell once more what it holds. */
	async askSteady(): Promise<void> {
		const told = this.resources.length;
		this.#steady?.send('tell');
		for (const end = Date.now() + ANSWER_MS; Date.now() < end && this.resources.length === told; ) await wait(50);
	}

	stop(): void {
		for (const child of this.#running.splice(0)) child.kill('SIGKILL');
	}

	#start(role: Role): void {
		const { durable, dist } = this.#options;
		const child = fork(WORKER, [this.#url, this.#file, role, durable ? 'durable' : 'default', dist], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'] });
		if (role === 'steady') this.#steady = child;
		child.on('message', (message) => {
			const told = message as Told;
			if ('stall' in told) this.#stalled(told.stall);
			else if ('resources' in told) this.resources.push(told.resources);
			else this.#atWork.add(child);
		});
		child.on('exit', (code, signal) => {
			const index = this.#running.indexOf(child);
			if (index < 0) return;
			this.#running.splice(index, 1);
			this.#atWork.delete(child);
			this.steadyEnded ||= role === 'steady';
			if (signal !== 'SIGKILL') this.ended.push(`a worker (${role}) ended by itself: ${code ?? signal}`);
			this.restarts++;
			this.#start(role);
		});
		this.#running.push(child);
	}
}
