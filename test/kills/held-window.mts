import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../n8n-harness/wait-until.mts';

/** What n8n was about to put into an execution when it was held. */
export interface HeldBatch {
	/** Keys of the emails in it. */
	keys: string[];
	/** The cursor behind it is in the workflow's static data already; never with durable cursors, where it is part of the same transaction. */
	cursorStored: boolean;
}

/**
 * Holds an n8n between storing the trigger's cursor and creating the execution, so that it can be killed exactly there. The code that holds it runs
 * inside n8n (window-hook.mts) and is spoken to by files.
 */
export class HeldWindow {
	readonly #folder: string;

	/** @param folder an empty folder for the two files */
	constructor(folder: string) {
		this.#folder = folder;
	}

	/** Variables for the n8n that is to be held. */
	get variables(): Record<string, string> {
		return { NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${fileURLToPath(new URL('./window-hook.mts', import.meta.url))}`, HELD_WINDOW_FOLDER: this.#folder };
	}

	/** A batch is held after `passing` others; waits until one is. */
	async hold(passing: number, timeoutMs: number, state: () => string): Promise<HeldBatch> {
		const held = join(this.#folder, 'held.json');
		const armed = join(this.#folder, 'armed');
		await writeFile(`${armed}.new`, String(passing));
		await rename(`${armed}.new`, armed);
		const text = await waitUntil(async () => await readFile(held, 'utf8').catch(() => undefined), { what: 'a batch in the window', timeoutMs, everyMs: 5, state });
		return JSON.parse(text) as HeldBatch;
	}

	/** Lets the next n8n work freely. */
	async release(): Promise<void> {
		for (const name of ['armed', 'held.json']) await rm(join(this.#folder, name), { force: true });
	}
}
