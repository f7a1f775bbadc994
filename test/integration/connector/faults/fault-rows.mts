/** The bad days: each fault, what the embedded Exchange does, and what the connector makes of it. FAULTS.md says the same to people. */
import { it } from 'vitest';

import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';

export interface FaultRow {
	/** As FAULTS.md names it. */
	name: string;
	effect: FaultEffect;
	/** Left out where the fault makes no sense for it. */
	operations?: readonly string[];
	/** Milliseconds the connector waits for an answer. */
	timeoutMs?: number;
	/** How far a poll without patience gets while it strikes each listing of changes, and each reading of items: `goes on`, or what ends with which reason. */
	sync?: string;
	read?: string;
	/** What becomes of a changed and of a new record of each kind that are pushed without patience while it strikes each kind of write once. */
	push?: string;
	/** Code of the outcome where it strikes: the account's in a poll, that of each failed record in a push. */
	code?: string;
}

/**
 * A time limit that is soon out, and only for what stalls: above one second undici counts in ticks of half a second, one for each turn of the event loop
 * at most, so that an answer that is there is read before the time is out even where this process was not given the processor for seconds.
 */
export const SHORT_LIMIT_MS = 1_100;
/** Longer than any client waits. */
const STALL_MS = 60_000;

const HTML = '<html><body><h1>Server Error</h1></body></html>';
const SOAP = '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Boom</faultstring></s:Fault></s:Body></s:Envelope>';
const http = (status: number, body = '', headers: Record<string, string> = {}): FaultEffect => ({ effect: 'http', status, body, headers });
const item = (code: string): FaultEffect => ({ effect: 'item', code });
const READS = ['SyncFolderItems', 'GetItem'];
const SYNC = ['SyncFolderItems'];
const WRITES = ['CreateItem', 'UpdateItem', 'DeleteItem'];

export const FAULT_ROWS: readonly FaultRow[] = [
	{ name: 'HTTP 401', effect: http(401), sync: 'account: logonRefused', read: 'account: logonRefused', push: 'failed, failed' },
	{ name: 'HTTP 403', effect: http(403), sync: 'account: accessDenied', read: 'account: accessDenied', push: 'failed, failed' },
	{ name: 'HTTP 429', effect: http(429), sync: 'account: throttled', read: 'account: throttled', push: 'failed, failed', code: 'ErrorServerBusy' },
	{ name: 'HTTP 429 with Retry-After', effect: http(429, '', { 'retry-after': '1' }), sync: 'account: throttled', read: 'account: throttled', push: 'failed, failed', code: 'ErrorServerBusy' },
	{ name: 'HTTP 449', effect: http(449), sync: 'account: unavailable', read: 'account: unavailable', push: 'failed, failed' },
	{ name: 'HTTP 449 with a page', effect: http(449, HTML), sync: 'account: unavailable', read: 'account: unavailable', push: 'failed, failed' },
	{ name: 'HTTP 456', effect: http(456), sync: 'account: logonRefused', read: 'account: logonRefused', push: 'failed, failed' },
	{ name: 'HTTP 500, empty', effect: http(500), sync: 'account: unavailable', read: 'account: unavailable', push: 'updated, created' },
	{ name: 'HTTP 500, HTML', effect: http(500, HTML), sync: 'account: notTheService', read: 'account: notTheService', push: 'updated, created' },
	{ name: 'HTTP 500, SOAP', effect: http(500, SOAP), sync: 'account: unknown', read: 'account: unknown', push: 'updated, created' },
	{ name: 'HTTP 502', effect: http(502, HTML), sync: 'account: unavailable', read: 'account: unavailable', push: 'updated, created' },
	{ name: 'HTTP 503', effect: http(503), sync: 'account: unavailable', read: 'account: unavailable', push: 'failed, failed' },
	{ name: 'HTTP 503 with Retry-After', effect: http(503, '', { 'retry-after': '1' }), sync: 'account: throttled', read: 'account: throttled', push: 'failed, failed', code: 'ErrorServerBusy' },
	{ name: 'Redirect to another server', effect: { effect: 'redirect', location: 'https://elsewhere.example.test/EWS/Exchange.asmx' }, sync: 'account: notTheService', read: 'account: notTheService', push: 'failed, failed' },
	{ name: 'Redirect to a logon page', effect: { effect: 'redirect', location: '/owa/auth/logon.aspx' }, sync: 'account: notTheService', read: 'account: notTheService', push: 'failed, failed' },
	{ name: 'Redirect to the page for passing errors', effect: { effect: 'redirect', location: '/EWS/genericerrorpage.htm' }, sync: 'account: unavailable', read: 'account: unavailable', push: 'updated, created' },
	{ name: 'SOAP fault ErrorInternalServerError', effect: { effect: 'fault', code: 'ErrorInternalServerError' }, sync: 'account: unknown', read: 'account: unknown', push: 'updated, created' },
	{ name: 'SOAP fault ErrorInternalServerTransientError', effect: { effect: 'fault', code: 'ErrorInternalServerTransientError' }, sync: 'account: unavailable', read: 'account: unavailable', push: 'failed, failed' },
	{ name: 'ErrorServerBusy as SOAP fault', effect: { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 20 }, sync: 'account: throttled', read: 'account: throttled', push: 'failed, failed', code: 'ErrorServerBusy' },
	{ name: 'ErrorServerBusy of an item', effect: { effect: 'item', code: 'ErrorServerBusy', backOffMilliseconds: 20 }, sync: 'account: throttled', read: 'account: throttled', push: 'failed, failed', code: 'ErrorServerBusy' },
	{ name: 'ErrorServerBusy hidden in ErrorInternalServerError', effect: { effect: 'item', code: 'ErrorServerBusy', backOffMilliseconds: 20, hiddenIn: 'ErrorInternalServerError' }, sync: 'account: throttled', read: 'account: throttled', push: 'failed, failed', code: 'ErrorServerBusy' },
	{ name: 'ErrorTimeoutExpired', effect: item('ErrorTimeoutExpired'), sync: 'account: unavailable', read: 'account: unavailable', push: 'failed, failed' },
	{ name: 'ErrorTimeoutExpired, done all the same', effect: { effect: 'fault', code: 'ErrorTimeoutExpired', acted: true }, operations: WRITES, push: 'failed, failed' },
	{ name: 'ErrorInvalidSyncStateData', effect: item('ErrorInvalidSyncStateData'), operations: SYNC, sync: 'folders: ErrorInvalidSyncStateData' },
	{ name: 'ErrorSyncFolderNotFound', effect: item('ErrorSyncFolderNotFound'), operations: SYNC, sync: 'folders: ErrorSyncFolderNotFound' },
	{ name: 'ErrorFolderNotFound', effect: item('ErrorFolderNotFound'), operations: [...SYNC, 'CreateItem'], sync: 'folders: ErrorFolderNotFound', push: 'updated, created' },
	{ name: 'ErrorItemNotFound', effect: item('ErrorItemNotFound'), operations: ['UpdateItem'], push: 'updated, created' },
	{ name: 'ErrorMailboxMoveInProgress', effect: item('ErrorMailboxMoveInProgress'), sync: 'account: unavailable', read: 'account: unavailable', push: 'failed, failed', code: 'ErrorMailboxMoveInProgress' },
	{ name: 'ErrorBatchProcessingStopped', effect: { effect: 'batch-stopped', from: 0 }, operations: ['GetItem', ...WRITES], read: 'goes on', push: 'updated, created' },
	{ name: 'ErrorIrresolvableConflict', effect: item('ErrorIrresolvableConflict'), operations: ['UpdateItem'], push: 'updated, created' },
	{ name: 'ErrorStaleObject', effect: item('ErrorStaleObject'), operations: ['UpdateItem'], push: 'updated, created' },
	{ name: 'ErrorQuotaExceeded', effect: item('ErrorQuotaExceeded'), operations: ['CreateItem', 'UpdateItem'], push: 'failed, failed', code: 'ErrorQuotaExceeded' },
	{ name: 'ErrorMessageSizeExceeded', effect: item('ErrorMessageSizeExceeded'), operations: ['CreateItem', 'UpdateItem'], push: 'failed, failed', code: 'ErrorMessageSizeExceeded' },
	{ name: 'ErrorItemCorrupt', effect: item('ErrorItemCorrupt'), operations: ['GetItem', 'UpdateItem'], read: 'goes on', push: 'failed, created' },
	{ name: 'Fewer answers than requests', effect: { effect: 'fewer-responses' }, sync: 'account: malformedAnswer', read: 'account: malformedAnswer', push: 'unchanged, created' },
	{ name: 'Truncated XML', effect: { effect: 'truncate' }, sync: 'account: malformedAnswer', read: 'account: malformedAnswer', push: 'unchanged, created' },
	{ name: 'Malformed XML', effect: { effect: 'rewrite', replace: '</s:Body>', by: '<s:Body>' }, sync: 'account: malformedAnswer', read: 'account: malformedAnswer', push: 'unchanged, created' },
	{ name: 'Illegal characters', effect: { effect: 'illegal-characters', reference: '&#x1;' }, operations: READS, sync: 'goes on', read: 'goes on' },
	{ name: 'Stalled before the server acted', effect: { effect: 'stall', milliseconds: STALL_MS, when: 'before' }, timeoutMs: SHORT_LIMIT_MS, sync: 'account: unavailable', read: 'account: unavailable', push: 'updated, created' },
	{ name: 'Stalled before the answer', effect: { effect: 'stall', milliseconds: STALL_MS, when: 'headers' }, timeoutMs: SHORT_LIMIT_MS, sync: 'account: unavailable', read: 'account: unavailable', push: 'unchanged, created' },
	{ name: 'Stalled in the answer', effect: { effect: 'stall', milliseconds: STALL_MS, when: 'body' }, timeoutMs: SHORT_LIMIT_MS, sync: 'account: unavailable', read: 'account: unavailable', push: 'unchanged, created' },
	{ name: 'Slow', effect: { effect: 'stall', milliseconds: 100 }, sync: 'goes on', read: 'goes on', push: 'updated, created' },
	{ name: 'Cut before the server acted', effect: { effect: 'drop', when: 'before' }, sync: 'account: unavailable', read: 'account: unavailable', push: 'updated, created' },
	{ name: 'Cut after the server acted', effect: { effect: 'drop', when: 'acted' }, sync: 'account: unavailable', read: 'account: unavailable', push: 'unchanged, created' },
	{ name: 'Cut in the middle of the answer', effect: { effect: 'drop', when: 'during' }, sync: 'account: unavailable', read: 'account: unavailable', push: 'unchanged, created' },
	{ name: 'HTTP 500, done all the same', effect: { effect: 'http', status: 500, acted: true }, operations: WRITES, push: 'unchanged, created' },
];

/** `it` for a test under a row's fault. Those with a time limit wait for it together: no pause is asked for by what stalls, so none gets into another's way. */
export function itUnder(timeoutMs: number | undefined): typeof it | typeof it.concurrent {
	return timeoutMs === undefined ? it : it.concurrent;
}
