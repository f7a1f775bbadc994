/** Figures of a span of work in this process. */
import { startBystander } from './bystander.mts';

/** What a client reports of itself. */
export interface ClientFigures {
	items: number;
	wallMs: number;
	/** User and system, all threads. */
	cpuMs: number;
	/** Resident memory at its peak, above what the idle process had, bytes. */
	peakMemory: number;
	/** Longest time that the event loop did not turn, ms; on a busy machine this includes waiting for a processor. */
	longestBlockMs?: number;
	block99Ms?: number;
	/** The same by the main thread's own CPU time: what would remain on an idle machine. */
	longestBlockCpuMs?: number;
	block99CpuMs?: number;
	/** Longest time that a process beside, which only waits for its timer, was kept waiting, ms. */
	longestWaitBesideMs?: number;
}

const TICK_MS = 2;
/** The peak lasts longer than that; to read the memory at every fourth tick took 1.7 % of the main thread's time. */
const TICKS_PER_MEMORY_SAMPLE = 16;

/** Measures `work`, which answers with the number of items that it handled. Needs `--expose-gc`. */
export async function measured(work: () => Promise<number>): Promise<ClientFigures> {
	const bystander = await startBystander();
	(globalThis as { gc?: () => void }).gc?.();
	const idle = process.memoryUsage.rss();
	const loop = new LoopWatch();
	const cpu = process.cpuUsage();
	const began = performance.now();
	const items = await work();
	const wallMs = performance.now() - began;
	const { user, system } = process.cpuUsage(cpu);
	return { items, wallMs, cpuMs: (user + system) / 1e3, ...loop.stop(idle), longestWaitBesideMs: await bystander.stop() };
}

/** Watches the event loop and the memory with a timer; costs some 20 µs a turn. */
class LoopWatch {
	#timer: NodeJS.Timeout;
	#at = performance.now();
	#cpuAt = mainThreadCpuMs();
	readonly #wall = new Gaps();
	readonly #cpu = new Gaps();
	#peak = process.memoryUsage.rss();

	constructor() {
		this.#timer = setTimeout(() => this.#tick(), TICK_MS);
	}

	#tick(): void {
		this.#note();
		if (this.#wall.count % TICKS_PER_MEMORY_SAMPLE === 0) this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
		this.#timer = setTimeout(() => this.#tick(), TICK_MS);
	}

	#note(): void {
		const at = performance.now();
		const cpuAt = mainThreadCpuMs();
		this.#wall.note(at - this.#at);
		this.#cpu.note(cpuAt - this.#cpuAt);
		this.#at = at;
		this.#cpuAt = cpuAt;
	}

	stop(idle: number): Pick<ClientFigures, 'peakMemory' | 'longestBlockMs' | 'block99Ms' | 'longestBlockCpuMs' | 'block99CpuMs'> {
		clearTimeout(this.#timer);
		this.#note();
		return {
			peakMemory: Math.max(this.#peak, process.memoryUsage.rss()) - idle,
			longestBlockMs: this.#wall.longest,
			block99Ms: this.#wall.quantile(0.99),
			longestBlockCpuMs: this.#cpu.longest,
			block99CpuMs: this.#cpu.quantile(0.99),
		};
	}
}

const GAP_STEP_MS = 0.1;
const LONGEST_TOLD_APART_MS = 1000;

/** Gaps between turns, counted by their length: a list of them would grow with the run and be measured as the client's memory. */
class Gaps {
	readonly #counts = new Uint32Array(LONGEST_TOLD_APART_MS / GAP_STEP_MS + 1);
	count = 0;
	longest = 0;

	note(ms: number): void {
		this.count++;
		this.longest = Math.max(this.longest, ms);
		const step = Math.min(this.#counts.length - 1, Math.max(0, Math.floor(ms / GAP_STEP_MS)));
		this.#counts[step] = (this.#counts[step] ?? 0) + 1;
	}

	/** The shortest length, to {@link GAP_STEP_MS}, that so large a share of the gaps does not exceed. */
	quantile(share: number): number {
		let seen = 0;
		for (const [step, count] of this.#counts.entries()) {
			seen += count;
			if (seen >= this.count * share) return Math.min(this.longest, (step + 1) * GAP_STEP_MS);
		}
		return this.longest;
	}
}

function mainThreadCpuMs(): number {
	const { user, system } = process.threadCpuUsage();
	return (user + system) / 1e3;
}
