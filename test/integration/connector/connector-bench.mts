/** One connector over the embedded Exchange: pull and push over HTTP, as the nodes do it, with a cursor that is kept. */
import { afterAll, afterEach, expect } from 'vitest';

import type { Connector } from '../../../src/connector/Connector.ts';
import type { ConnectorSettings } from '../../../src/connector/connector-settings.ts';
import type { AccountLink } from '../../../src/sync/account-link.ts';
import { openConnector } from '../../../src/connector/open-connector.ts';
import type { RecordKind } from '../../../src/records/common-fields.ts';
import type { ExchangeRecord } from '../../../src/records/record.ts';
import type { Mailbox, Outbox } from '../../../src/sync/mailbox.ts';
import type { AttachmentContent } from '../../../src/records/email.ts';
import type { Outcome } from '../../../src/sync/outcome.ts';
import type { Cursor } from '../../../src/sync/pull/cursor.ts';
import type { PullEvent, PullOptions, PullResult } from '../../../src/sync/pull/pull-types.ts';
import type { PushDelete, PushDeleteOptions, PushItem, PushOptions } from '../../../src/sync/push/push-types.ts';
import type { Outlook } from '../../exchange-server/control/outlook.mts';
import type { Control } from '../../exchange-server/control/control.mts';
import type { LoggedRequest } from '../../exchange-server/http/requestLog.mts';
import { type ExchangeOptions, type RunningExchange, startExchange } from '../../exchange-server/startExchange.mts';
import { CALENDAR, INBOX_AND_SENT_ITEMS, TASKS, USUAL_PULL, USUAL_PUSH, usualSettings } from '../../usual-connector.mts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');
export const ANNA = 'anna@example.test';
export const BEN = 'ben@example.test';
export const PASSWORD = 'correct horse';

/** What a bench is made of; Anna's mailbox alone is linked unless told otherwise. */
export interface BenchOptions {
	accounts?: AccountLink[];
	settings?: Partial<ConnectorSettings>;
	/** Makes a server of its own. */
	server?: Partial<ExchangeOptions>;
}

/** An item as a test pushes it: what arrives from a canvas, attachments only where it has some. */
export interface GivenItem {
	account?: string;
	externalId?: string;
	exchangeId?: string | undefined;
	changeKey?: string | undefined;
	modifiedAt?: string;
	record: object | undefined;
	attachments?: AttachmentContent[];
}

export class ConnectorBench {
	readonly server: RunningExchange;
	readonly #open: Connector[] = [];
	#passed = 0;
	connector: Connector;
	cursor: Cursor | undefined;
	processToken = 'process-1';

	constructor(server: RunningExchange, { accounts = [{ account: 'anna', mailbox: ANNA }], settings = {} }: BenchOptions = {}) {
		this.server = server;
		this.connector = this.reopen(settingsFor(server, accounts, settings));
	}

	get control(): Control {
		return this.server.control;
	}

	/** The present of both sides. */
	get now(): number {
		return this.server.exchange.clock.now().getTime();
	}

	/** Time passes on both sides. */
	advance(milliseconds: number): void {
		this.control.advanceClock(milliseconds);
		this.#passed += milliseconds;
	}

	/** Somebody sets the clock of both sides, back or on. */
	setClock(by: number): void {
		this.control.advanceClock(by);
	}

	/** The present, and how much time has passed whatever the clock was set to. */
	get clock(): { now: () => number; elapsed: () => number } {
		return { now: () => this.now, elapsed: () => this.#passed };
	}

	/** Another connector over the same server, or the same one anew; it takes the place of the present one. */
	reopen(settings: ConnectorSettings = this.connector.settings): Connector {
		this.connector = this.another(settings);
		return this.connector;
	}

	/** One more connector over the same server. */
	another(settings: ConnectorSettings = this.connector.settings): Connector {
		const connector = openConnector(settings, this.clock);
		this.#open.push(connector);
		return connector;
	}

	outlook(address = ANNA): Outlook {
		return this.control.outlook(address);
	}

	async mailbox(address?: string): Promise<Mailbox & Outbox> {
		return await this.connector.mailbox(address);
	}

	pullOptions(more: Partial<PullOptions> = {}): PullOptions {
		return { ...USUAL_PULL, watches: [INBOX_AND_SENT_ITEMS, CALENDAR, TASKS], budgetMs: 60_000, processToken: this.processToken, now: () => this.now, ...more };
	}

	/** One poll; the cursor goes through JSON, as n8n stores it. */
	async pull(more: Partial<PullOptions> = {}): Promise<PullResult> {
		const result = await this.connector.pull(this.cursor, this.pullOptions(more));
		this.cursor = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
		return result;
	}

	pushOptions(more: Partial<PushOptions> = {}): PushOptions {
		return { ...USUAL_PUSH, now: () => this.now, ...more };
	}

	async push<K extends RecordKind>(kind: K, items: ReadonlyArray<GivenItem>, more: Partial<PushOptions> = {}): Promise<Outcome[]> {
		const outcomes = await this.connector.push(kind, items.map((item) => given(item) as PushItem<K>), this.pushOptions(more));
		return outcomes.flat();
	}

	/** Pushes one record and answers with its outcome. */
	async pushOne<K extends RecordKind>(kind: K, item: GivenItem, more: Partial<PushOptions> = {}): Promise<Outcome> {
		const outcomes = await this.push(kind, [item], more);
		expect(outcomes).toHaveLength(1);
		return outcomes[0]!;
	}

	async delete(kind: RecordKind, items: readonly PushDelete[], more: Partial<PushDeleteOptions> = {}): Promise<Outcome[]> {
		return await this.connector.delete(kind, items, { mode: 'toBin', evenIfChanged: false, timeZone: 'Europe/Zurich', ...more });
	}

	/** EWS requests since the last call. */
	requests(): LoggedRequest[] {
		const requests = this.control.requests();
		this.control.clearRequests();
		return requests;
	}

	/** How many EWS requests of each operation there were since the last call. */
	operations(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const { operation } of this.requests()) if (operation !== undefined) counts[operation] = (counts[operation] ?? 0) + 1;
		return counts;
	}

	/** Gives the connections back; the server stays. */
	async close(): Promise<void> {
		await Promise.all(this.#open.splice(0).map((connector) => connector.close()));
	}
}

/** As JSON, which has no undefined. */
function given({ attachments = [], ...item }: GivenItem): unknown {
	return { ...(JSON.parse(JSON.stringify(item)) as object), attachments };
}

/** Settings of a connector that logs on with Anna's password. */
export function settingsFor(server: Pick<RunningExchange, 'url'>, accounts: AccountLink[], more: Partial<ConnectorSettings> = {}): ConnectorSettings {
	const login = { user: ANNA, password: PASSWORD };
	return usualSettings(server.url, login, { authentication: { method: 'basic', login, loginByMailbox: { [BEN]: { user: BEN, password: PASSWORD } } }, accounts, ...more });
}

/** An Exchange with Anna and Ben whose clock stands at {@link NOW}. */
export async function startServer(more: Partial<ExchangeOptions> = {}): Promise<RunningExchange> {
	return await startExchange({
		users: [
			{ address: ANNA, password: PASSWORD, name: 'Anna', mayOpen: [BEN] },
			{ address: BEN, password: PASSWORD, name: 'Ben' },
		],
		now: new Date(NOW),
		...more,
	});
}

/**
 * Makes a bench for each test over one server, which begins each test empty; a test with server options of its own gets a server of its own.
 */
export function useBenches(): (options?: BenchOptions) => Promise<ConnectorBench> {
	const servers: RunningExchange[] = [];
	const open: ConnectorBench[] = [];
	let shared: RunningExchange | undefined;

	afterEach(async () => {
		for (const bench of open.splice(0)) await bench.close();
	});
	afterAll(async () => {
		for (const server of servers) await server.close();
	});

	async function ownServer(options: Partial<ExchangeOptions>): Promise<RunningExchange> {
		const server = await startServer(options);
		servers.push(server);
		return server;
	}

	async function emptyServer(): Promise<RunningExchange> {
		if (shared === undefined) {
			shared = await ownServer({});
			shared.control.backup('empty');
		}
		const { control } = shared;
		control.heal();
		control.restoreBackup('empty');
		control.setClock(new Date(NOW));
		for (const address of [ANNA, BEN]) {
			control.setPassword(address, PASSWORD);
			control.refuse(address, undefined);
		}
		control.clearRequests();
		return shared;
	}

	return async (options = {}) => {
		const bench = new ConnectorBench(options.server === undefined ? await emptyServer() : await ownServer(options.server), options);
		open.push(bench);
		return bench;
	};
}

/** The record of the one event there is. */
export function onlyRecord(result: Pick<PullResult, 'events'>): ExchangeRecord {
	return onlyEvent(result).record ?? fail('the event has no record');
}

/** The one event there is. */
export function onlyEvent({ events }: Pick<PullResult, 'events'>): PullEvent {
	expect(events).toHaveLength(1);
	return events[0]!;
}

function fail(message: string): never {
	throw new Error(message);
}
