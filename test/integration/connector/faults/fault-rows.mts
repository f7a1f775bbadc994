/** The bad days: each fault, what the embedded Exchange does, and what the connector makes of it. FAULTS.md says the same to people. */
import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';

export interface FaultRow {
	/** As FAULTS.md names it. */
	name: string;
	effect: FaultEffect;
	/** Left out where the fault makes no sense for it. */
	operations?: readonly string[];
	/** Milliseconds the connector waits for an answer. */
	timeoutMs?: number;
}

const HTML = '<html><body><h1>Server Error</h1></body></html>';
const SOAP = '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Boom</faultstring></s:Fault></s:Body></s:Envelope>';
const http = (status: number, body = '', headers: Record<string, string> = {}): FaultEffect => ({ effect: 'http', status, body, headers });
const item = (code: string): FaultEffect => ({ effect: 'item', code });
const READS = ['SyncFolderItems', 'GetItem'];
const SYNC = ['SyncFolderItems'];
const WRITES = ['CreateItem', 'UpdateItem', 'DeleteItem'];

export const FAULT_ROWS: readonly FaultRow[] = [
	{ name: 'HTTP 401', effect: http(401) },
	{ name: 'HTTP 403', effect: http(403) },
	{ name: 'HTTP 429', effect: http(429) },
	{ name: 'HTTP 429 with Retry-After', effect: http(429, '', { 'retry-after': '1' }) },
	{ name: 'HTTP 449', effect: http(449) },
	{ name: 'HTTP 456', effect: http(456) },
	{ name: 'HTTP 500, empty', effect: http(500) },
	{ name: 'HTTP 500, HTML', effect: http(500, HTML) },
	{ name: 'HTTP 500, SOAP', effect: http(500, SOAP) },
	{ name: 'HTTP 502', effect: http(502, HTML) },
	{ name: 'HTTP 503', effect: http(503) },
	{ name: 'HTTP 503 with Retry-After', effect: http(503, '', { 'retry-after': '1' }) },
	{ name: 'Redirect to another server', effect: { effect: 'redirect', location: 'https://elsewhere.example.test/EWS/Exchange.asmx' } },
	{ name: 'Redirect to a logon page', effect: { effect: 'redirect', location: '/owa/auth/logon.aspx' } },
	{ name: 'Redirect to the page for passing errors', effect: { effect: 'redirect', location: '/EWS/genericerrorpage.htm' } },
	{ name: 'SOAP fault ErrorInternalServerError', effect: { effect: 'fault', code: 'ErrorInternalServerError' } },
	{ name: 'SOAP fault ErrorInternalServerTransientError', effect: { effect: 'fault', code: 'ErrorInternalServerTransientError' } },
	{ name: 'ErrorServerBusy as SOAP fault', effect: { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 20 } },
	{ name: 'ErrorServerBusy of an item', effect: { effect: 'item', code: 'ErrorServerBusy', backOffMilliseconds: 20 } },
	{ name: 'ErrorServerBusy hidden in ErrorInternalServerError', effect: { effect: 'item', code: 'ErrorServerBusy', backOffMilliseconds: 20, hiddenIn: 'ErrorInternalServerError' } },
	{ name: 'ErrorTimeoutExpired', effect: item('ErrorTimeoutExpired') },
	{ name: 'ErrorTimeoutExpired, done all the same', effect: { effect: 'fault', code: 'ErrorTimeoutExpired', acted: true }, operations: WRITES },
	{ name: 'ErrorInvalidSyncStateData', effect: item('ErrorInvalidSyncStateData'), operations: SYNC },
	{ name: 'ErrorSyncFolderNotFound', effect: item('ErrorSyncFolderNotFound'), operations: SYNC },
	{ name: 'ErrorFolderNotFound', effect: item('ErrorFolderNotFound'), operations: [...SYNC, 'CreateItem'] },
	{ name: 'ErrorItemNotFound', effect: item('ErrorItemNotFound'), operations: ['UpdateItem'] },
	{ name: 'ErrorMailboxMoveInProgress', effect: item('ErrorMailboxMoveInProgress') },
	{ name: 'ErrorBatchProcessingStopped', effect: { effect: 'batch-stopped', from: 0 }, operations: ['GetItem', ...WRITES] },
	{ name: 'ErrorIrresolvableConflict', effect: item('ErrorIrresolvableConflict'), operations: ['UpdateItem'] },
	{ name: 'ErrorStaleObject', effect: item('ErrorStaleObject'), operations: ['UpdateItem'] },
	{ name: 'ErrorQuotaExceeded', effect: item('ErrorQuotaExceeded'), operations: ['CreateItem', 'UpdateItem'] },
	{ name: 'ErrorMessageSizeExceeded', effect: item('ErrorMessageSizeExceeded'), operations: ['CreateItem', 'UpdateItem'] },
	{ name: 'ErrorItemCorrupt', effect: item('ErrorItemCorrupt'), operations: ['GetItem', 'UpdateItem'] },
	{ name: 'Fewer answers than requests', effect: { effect: 'fewer-responses' } },
	{ name: 'Truncated XML', effect: { effect: 'truncate' } },
	{ name: 'Malformed XML', effect: { effect: 'rewrite', replace: '</s:Body>', by: '<s:Body>' } },
	{ name: 'Illegal characters', effect: { effect: 'illegal-characters', reference: '&#x1;' }, operations: READS },
	{ name: 'Stalled before the answer', effect: { effect: 'stall', milliseconds: 700, when: 'headers' }, timeoutMs: 150 },
	{ name: 'Stalled in the answer', effect: { effect: 'stall', milliseconds: 700, when: 'body' }, timeoutMs: 150 },
	{ name: 'Slow', effect: { effect: 'stall', milliseconds: 100 } },
	{ name: 'Cut before the server acted', effect: { effect: 'drop', when: 'before' } },
	{ name: 'Cut after the server acted', effect: { effect: 'drop', when: 'acted' } },
	{ name: 'Cut in the middle of the answer', effect: { effect: 'drop', when: 'during' } },
	{ name: 'HTTP 500, done all the same', effect: { effect: 'http', status: 500, acted: true }, operations: WRITES },
];
