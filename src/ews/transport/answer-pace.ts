import type { Dispatcher } from 'undici';

import { sleep } from '../../event-loop/sleep';
import { EwsError } from '../errors/ews-error';

/** Destroyed, it gives up its connection. */
type ReceivedBody = Dispatcher.ResponseData['body'];

/** Slower than any line that Exchange is reached by; a server that gives less would hold a poll for hours, though it never falls silent. */
const SLOWEST_BYTES_PER_SECOND = 4 * 1024;

/**
 * The pieces of an answer, given up where they come too slowly: the time limit between two pieces is kept by a server that sends a byte now and then, too. It is granted once as a
 * whole; beyond it the answer has to have come at {@link SLOWEST_BYTES_PER_SECOND}. Only the time counts in which pieces are waited for: a store that takes them slowly is not the server's fault.
 * @param limitMs between two pieces, as the connection keeps it
 */
export function inPace(body: ReceivedBody, limitMs: number): AsyncIterable<Uint8Array> {
	return { [Symbol.asyncIterator]: () => piecesInPace(body, limitMs) };
}

async function* piecesInPace(body: ReceivedBody, limitMs: number): AsyncGenerator<Uint8Array, void, undefined> {
	const pace = new Pace(limitMs);
	const ended = new AbortController();
	void giveUpWhenLate(body, pace, ended.signal).catch(() => undefined);
	try {
		pace.waits();
		for await (const bytes of body as AsyncIterable<Uint8Array>) {
			pace.came(bytes.byteLength);
			yield bytes;
			pace.waits();
		}
	} finally {
		// With a reason: without one an error is made, with its stack, for each answer.
		ended.abort('the answer has ended');
	}
}

/** Looks by a timer and not at each piece: what is still packed comes out as no piece at all. */
async function giveUpWhenLate(body: ReceivedBody, pace: Pace, ended: AbortSignal): Promise<void> {
	while (!ended.aborted) {
		await sleep(Math.max(pace.leftMs, pace.limitMs / 4), ended);
		if (pace.leftMs > 0) continue;
		// What came while others held the event loop is counted first.
		await sleep(0, ended);
		if (pace.leftMs > 0 || !pace.isWaiting || ended.aborted) continue;
		body.destroy(new EwsError({ kind: 'network', code: 'UND_ERR_BODY_TIMEOUT', during: 'exchange' }, 'The answer came too slowly.', { outcomeUnknown: true }));
		return;
	}
}

/** What has come, and how long it was waited for. */
class Pace {
	#bytes = 0;
	#waitedMs = 0;
	#waitsSince: number | undefined;

	constructor(readonly limitMs: number) {}

	get isWaiting(): boolean {
		return this.#waitsSince !== undefined;
	}

	/** Milliseconds for which may be waited yet. */
	get leftMs(): number {
		return this.limitMs + (this.#bytes / SLOWEST_BYTES_PER_SECOND) * 1000 - this.#waitedMs - this.#waitingMs();
	}

	waits(): void {
		this.#waitsSince = performance.now();
	}

	came(bytes: number): void {
		this.#waitedMs += this.#waitingMs();
		this.#waitsSince = undefined;
		this.#bytes += bytes;
	}

	#waitingMs(): number {
		return this.#waitsSince === undefined ? 0 : performance.now() - this.#waitsSince;
	}
}
