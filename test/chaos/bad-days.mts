/** What goes wrong at random: each with a small probability on each request it can strike, together about one request in six. */
import type { Fault, FaultEffect } from '../exchange-server/faults/fault.mts';
import type { LoggedRequest } from '../exchange-server/http/requestLog.mts';
import { STEADY, TIMEOUT_MS } from './settings.mts';

export interface BadDay extends Fault {
	/** As FAULTS.md names it, where it does. */
	name: string;
}

const HTML = '<html><body><h1>Server Error</h1></body></html>';
const LONGER_THAN_THE_TIMEOUT = TIMEOUT_MS + 1_000;
const READS = ['SyncFolderItems', 'GetItem'];
const SAVES = ['CreateItem', 'UpdateItem'];
const WRITES = [...SAVES, 'DeleteItem'];

const http = (status: number, body = '', headers: Record<string, string> = {}): FaultEffect => ({ effect: 'http', status, body, headers });
const busy = (effect: 'fault' | 'item', backOffMilliseconds: number, more: { hiddenIn?: string } = {}): FaultEffect => ({ effect, code: 'ErrorServerBusy', backOffMilliseconds, ...more });
const item = (code: string): FaultEffect => ({ effect: 'item', code });

/** The response code, and the name of the fault, by which a folder has to be listed anew. */
export const SYNC_STATE_LOST = 'ErrorInvalidSyncStateData';

/**
 * What strikes few requests does so with a larger probability, so that a run of two minutes has nearly all of them.
 *
 * ErrorItemNotFound is left to writes: told of an item that is there and is being read, a poll drops it and waits for a delete that never comes, as it would
 * of any server that says what is not so.
 */
const BAD_DAYS: readonly BadDay[] = [
	{ name: 'HTTP 401', do: http(401), probability: 0.003 },
	{ name: 'HTTP 403', do: http(403), probability: 0.003 },
	{ name: 'HTTP 429 with Retry-After', do: http(429, '', { 'retry-after': '1' }), probability: 0.003 },
	{ name: 'HTTP 449', do: http(449), probability: 0.003 },
	{ name: 'HTTP 456', do: http(456), probability: 0.003 },
	{ name: 'HTTP 500, empty', do: http(500), probability: 0.008 },
	{ name: 'HTTP 500, done all the same', do: { effect: 'http', status: 500, acted: true }, probability: 0.008 },
	{ name: 'HTTP 502', do: http(502, HTML), probability: 0.008 },
	{ name: 'HTTP 503 with Retry-After', do: http(503, '', { 'retry-after': '1' }), probability: 0.008 },
	{ name: 'Redirect to another server', do: { effect: 'redirect', location: 'https://elsewhere.example.test/EWS/Exchange.asmx' }, probability: 0.003 },
	{ name: 'Redirect to a logon page', do: { effect: 'redirect', location: '/owa/auth/logon.aspx' }, probability: 0.003 },
	{ name: 'Redirect to the page for passing errors', do: { effect: 'redirect', location: '/EWS/genericerrorpage.htm' }, probability: 0.003 },
	{ name: 'ErrorServerBusy as SOAP fault', do: busy('fault', 700), probability: 0.01 },
	{ name: 'ErrorServerBusy of an item', do: busy('item', 500), operation: [...READS, ...WRITES], probability: 0.005 },
	{ name: 'ErrorServerBusy hidden in ErrorInternalServerError', do: busy('fault', 300, { hiddenIn: 'ErrorInternalServerError' }), probability: 0.005 },
	{ name: 'SOAP fault ErrorInternalServerTransientError', do: { effect: 'fault', code: 'ErrorInternalServerTransientError' }, probability: 0.01 },
	{ name: 'ErrorMailboxMoveInProgress', do: item('ErrorMailboxMoveInProgress'), operation: [...READS, ...WRITES], probability: 0.005 },
	{ name: 'ErrorTimeoutExpired', do: item('ErrorTimeoutExpired'), operation: [...READS, ...WRITES], probability: 0.005 },
	// The first listing of a folder has no sync state that could be void.
	{ name: SYNC_STATE_LOST, do: item('ErrorInvalidSyncStateData'), operation: 'SyncFolderItems', containing: '<m:SyncState>', probability: 0.02 },
	{ name: 'ErrorSyncFolderNotFound', do: item('ErrorSyncFolderNotFound'), operation: 'SyncFolderItems', probability: 0.02 },
	{ name: 'ErrorFolderNotFound', do: item('ErrorFolderNotFound'), operation: ['SyncFolderItems', 'CreateItem'], probability: 0.01 },
	{ name: 'ErrorItemNotFound', do: item('ErrorItemNotFound'), operation: 'UpdateItem', probability: 0.03 },
	{ name: 'ErrorBatchProcessingStopped', do: { effect: 'batch-stopped', from: 1 }, operation: ['GetItem', ...WRITES], probability: 0.01 },
	{ name: 'ErrorIrresolvableConflict', do: item('ErrorIrresolvableConflict'), operation: 'UpdateItem', probability: 0.03 },
	{ name: 'ErrorStaleObject', do: item('ErrorStaleObject'), operation: 'UpdateItem', probability: 0.03 },
	{ name: 'ErrorQuotaExceeded', do: item('ErrorQuotaExceeded'), operation: SAVES, probability: 0.015 },
	{ name: 'ErrorMessageSizeExceeded', do: item('ErrorMessageSizeExceeded'), operation: SAVES, probability: 0.015 },
	{ name: 'ErrorItemCorrupt', do: item('ErrorItemCorrupt'), operation: ['GetItem', 'UpdateItem'], probability: 0.006 },
	{ name: 'Fewer answers than requests', do: { effect: 'fewer-responses' }, operation: ['GetItem', ...SAVES], probability: 0.008 },
	{ name: 'Truncated XML', do: { effect: 'truncate' }, probability: 0.006 },
	{ name: 'Malformed XML', do: { effect: 'rewrite', replace: '</s:Body>', by: '<s:Body>' }, probability: 0.003 },
	{ name: 'Illegal characters', do: { effect: 'illegal-characters', reference: '&#x1;' }, operation: 'GetItem', probability: 0.006 },
	{ name: 'Slow', do: { effect: 'stall', milliseconds: 1_500 }, probability: 0.004 },
	{ name: 'Slow in the answer', do: { effect: 'stall', milliseconds: 1_500, when: 'body' }, probability: 0.003 },
	{ name: 'Stalled before the answer', do: { effect: 'stall', milliseconds: LONGER_THAN_THE_TIMEOUT, when: 'headers' }, probability: 0.003 },
	{ name: 'Stalled in the answer', do: { effect: 'stall', milliseconds: LONGER_THAN_THE_TIMEOUT, when: 'body' }, probability: 0.003 },
	{ name: 'Done after the time-out', do: { effect: 'stall', milliseconds: LONGER_THAN_THE_TIMEOUT }, operation: [...READS, 'FindItem', 'UpdateItem', 'DeleteItem'], probability: 0.003 },
	{ name: 'Cut before the server acted', do: { effect: 'drop', when: 'before' }, probability: 0.008 },
	{ name: 'Cut after the server acted', do: { effect: 'drop', when: 'acted' }, probability: 0.01 },
	{ name: 'Cut in the middle of the answer', do: { effect: 'drop', when: 'during' }, probability: 0.01 },
];

/** A create that the server begins only when its client has given up and looked for what it has not yet made. */
const LATE_CREATE: BadDay = { name: 'Created after the time-out', do: { effect: 'stall', milliseconds: LONGER_THAN_THE_TIMEOUT }, operation: 'CreateItem', probability: 0.02 };

/** Whether {@link LATE_CREATE} strikes unless the run is told otherwise (`--late-creates`, `--no-late-creates`). */
export const LATE_CREATES = true;

/** The bad days of a run. */
export function badDays(lateCreates: boolean): readonly BadDay[] {
	return lateCreates ? [...BAD_DAYS, LATE_CREATE] : BAD_DAYS;
}

/** Refusals in a row that make the steady worker's login pause: at random they hardly ever come in a row. */
export const REFUSED_IN_A_ROW: BadDay = { name: 'HTTP 401 in a row', do: http(401), user: STEADY, times: 3 };
/** For the steady worker and once: everything is still for a minute. */
export const THROTTLED_UNTOLD: BadDay = { name: 'HTTP 429', do: http(429), user: STEADY, times: 1 };
/** What a server says whose database is away, for a restore. */
export const DISMOUNTED: BadDay = { name: 'Database dismounted', do: { effect: 'fault', code: 'ErrorMailboxStoreUnavailable' }, times: Number.POSITIVE_INFINITY };

/** How often a fault struck, of so many requests that it could have struck. */
export interface Strike {
	struck: number;
	met: number;
}

/** How often each fault struck, and which could strike nothing. */
export class Strikes {
	readonly byName: Map<string, Strike>;
	readonly #days: readonly BadDay[];

	constructor(days: readonly BadDay[]) {
		this.byName = new Map(days.map(({ name }) => [name, { struck: 0, met: 0 }]));
		this.#days = days;
	}

	note({ fault, operation, request }: LoggedRequest): void {
		if (fault !== undefined) this.#strike(fault).struck++;
		if (operation === undefined || request === undefined) return;
		for (const day of this.#days) if (couldStrike(day, operation, request)) this.#strike(day.name).met++;
	}

	/** Rows that prove nothing, because they match no request. */
	dead(): string[] {
		return this.#days.flatMap(({ name }) => (this.#strike(name).met === 0 ? [`no request was such that this fault could have struck it: ${name}`] : []));
	}

	/** Also of what happens once in a run and is no bad day. */
	#strike(name: string): Strike {
		const strike = this.byName.get(name) ?? { struck: 0, met: 0 };
		this.byName.set(name, strike);
		return strike;
	}
}

function couldStrike({ operation, containing }: BadDay, made: string, request: string): boolean {
	const concerns = operation === undefined || (typeof operation === 'string' ? operation === made : operation.includes(made));
	return concerns && (containing === undefined || request.includes(containing));
}
