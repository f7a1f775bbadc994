import type { ExchangeService, ServiceResponse } from 'ews-javascript-api';

import type { ItemResult } from '../../sync/fault';
import type { EwsLibrary } from '../library/ews-library';
import type { CallBudget, MailboxAccess } from './connection-settings';
import type { DivertedContent } from './diverted-content';

/** What is asked of the server, as far as sending it again is concerned. */
export interface EwsRequest {
	/** EWS operation, e.g. `GetItem`; for messages and diagnostics. */
	operation: string;
	/**
	 * True: asking twice does no harm (reads, UpdateItem that sets values, DeleteItem). False (CreateItem, SendItem, CreateAttachment): never sent
	 * again once a connection broke after sending; the fault then says {@link isOutcomeUnknown}.
	 */
	repeatable: boolean;
	/** The large content of the answer, handed on as it arrives; once per attempt. Only with requests for one thing. */
	divert?: DivertedContent;
}

/** Makes exactly one request with `service`. May be called several times (retry, lower schema version), each time with a fresh service. */
export type SendWith<T> = (service: ExchangeService, library: EwsLibrary) => Promise<T>;

/** A connection to one server with one login, shared by all mailboxes behind it. */
export interface EwsConnection {
	/**
	 * The requests of one mailbox, with its own limits. Cheap; asked twice for one mailbox it shares them. A pause that the server asks for is kept by all that
	 * is charged on the same account, over all connections of the process.
	 */
	mailbox(access: MailboxAccess): MailboxConnection;
	/** What the server said about itself in its last answer. */
	readonly serverInfo: ServerInfo | undefined;
	/** Server's clock minus ours, milliseconds, to the second; undefined before the first answer, or where answers have no date. */
	readonly clockSkewMs: number | undefined;
	close(): Promise<void>;
}

/** Version of the server, from the SOAP header of its answers, e.g. `{ build: '15.2.1544', schema: 'V2017_07_11' }`. */
export interface ServerInfo {
	build: string;
	schema: string | undefined;
}

/** The requests of one mailbox. */
export interface MailboxConnection {
	readonly access: MailboxAccess;

	/**
	 * One request, with throttling, retries and the server's version taken care of. `send` gives what the library gives: per-item errors stay in its
	 * responses (see {@link batch}); a request for one item whose library call throws (ServiceResponseException) becomes the fault.
	 * @throws MailboxFault
	 */
	run<T>(request: EwsRequest, send: SendWith<T>, budget?: CallBudget): Promise<T>;

	/**
	 * Many items, `size` per request, a few requests at a time, results in the order of `items`. Items whose answer is transient
	 * (ErrorServerBusy, ErrorBatchProcessingStopped) are asked for again, those alone; a batch too large for the server is halved. A fault of
	 * the whole request becomes the fault of each of its items unless it concerns the account or the connector: then it is thrown.
	 * @param send returns one response per item, in their order
	 * @param read turns a successful response into its value; a MailboxFault that it throws is that item's fault
	 * @throws MailboxFault
	 */
	batch<I, S extends ServiceResponse, R>(
		request: EwsRequest & { items: readonly I[]; size: number },
		send: (service: ExchangeService, items: readonly I[], library: EwsLibrary) => Promise<{ Responses: S[] }>,
		read: (response: S, item: I) => R,
		budget?: CallBudget,
	): Promise<Array<ItemResult<R>>>;

	/** Milliseconds for which the server asked this mailbox to be left alone, 0 when it may be asked now. */
	readonly pausedForMs: number;
}
