/** Both sides of a sync while the server misbehaves: what a user did in Exchange, what the other system was told, and whether the two agree in the end. */
import { expect } from 'vitest';

import { closeIdleConnections } from '../../../../src/connector/connection-pool.ts';
import type { Connector } from '../../../../src/connector/Connector.ts';
import { openConnector } from '../../../../src/connector/open-connector.ts';
import { askedPauses } from '../../../../src/ews/transport/asked-pauses.ts';
import { machineClock } from '../../../../src/ews/transport/clock.ts';
import type { RecordKind } from '../../../../src/records/common-fields.ts';
import type { Outcome } from '../../../../src/sync/outcome.ts';
import type { Cursor } from '../../../../src/sync/pull/cursor.ts';
import type { PullOptions, PullResult } from '../../../../src/sync/pull/pull-types.ts';
import type { PushItem } from '../../../../src/sync/push/push-types.ts';
import { appointment, email, task } from '../../../sync/records.mts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { ANNA, ConnectorBench, PASSWORD, startServer } from '../connector-bench.mts';

export const KINDS: readonly RecordKind[] = ['email', 'appointment', 'task'];

const records = { email, appointment, task };

/** A record of a kind with a subject of its own. */
export function recordOf(kind: RecordKind, subject: string, more: object = {}): object {
	const key = kind === 'email' ? `<${subject}@example.test>` : `key-${subject}`;
	return { ...records[kind]({ key, subject } as never), ...more };
}

export class FaultBench extends ConnectorBench {
	/** The other system: what it was told of, by exchange id. */
	readonly rows = new Map<string, { kind: RecordKind; subject: string; categories: string }>();
	/** Every event it was given, in order. */
	readonly events: string[] = [];
	/** What all polls of this bench have that is not usual. */
	polls: Partial<PullOptions> = {};

	override pullOptions(more: Partial<PullOptions> = {}): PullOptions {
		return super.pullOptions({ ...this.polls, ...more });
	}

	static async start(settings: { timeoutMs?: number } = {}): Promise<FaultBench> {
		return new FaultBench(await startServer(), { settings });
	}

	async stop(): Promise<void> {
		await this.close();
		await closeIdleConnections();
		await this.server.close();
	}

	/** What another process, or this one an hour later, begins with: no connection, no pause that stands in memory. */
	async startAnew(): Promise<void> {
		const { settings } = this.connector;
		await this.close();
		await closeIdleConnections();
		askedPauses(machineClock).forget();
		this.reopen(settings);
	}

	/** Does something with a connector that makes each request once: whatever would be tried again after a wait is given up. */
	async impatiently<T>(work: (connector: Connector) => Promise<T>): Promise<T> {
		const connector = openConnector(this.connector.settings, { ...this.clock, deadlineAt: Date.now() });
		try {
			return await work(connector);
		} finally {
			await connector.close();
		}
	}

	/** One poll without patience. */
	async impatientPull(): Promise<PullResult> {
		return this.hear(await this.impatiently((connector) => connector.pull(this.cursor, this.pullOptions())));
	}

	/** Takes what a poll hands over into the other system and keeps the cursor. */
	hear(result: PullResult): PullResult {
		this.cursor = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
		for (const { envelope, record } of result.events) {
			const { event, kind, exchangeId } = envelope;
			const known = this.rows.get(exchangeId);
			this.events.push(`${event} ${kind} ${record?.subject ?? known?.subject ?? 'of something unknown'}`);
			if (event === 'deleted') this.rows.delete(exchangeId);
			else this.rows.set(exchangeId, { kind, subject: record?.subject ?? '', categories: (record?.categories ?? []).join() });
		}
		expect(JSON.stringify([result.outcomes, result.failedAccounts.map(({ fault }) => [fault.message, String(fault.stack)])])).not.toContain(PASSWORD);
		return result;
	}

	/** Polls until nothing comes any more, with all pauses over. */
	async pullToRest(): Promise<PullResult[]> {
		const polls: PullResult[] = [];
		for (let quiet = 0; quiet < 2; ) {
			this.advance(11 * 60_000);
			const result = this.hear(await this.connector.pull(this.cursor, this.pullOptions()));
			expect(result.failedAccounts.map(({ fault }) => fault.message)).toEqual([]);
			polls.push(result);
			expect(polls.length).toBeLessThan(12);
			quiet = result.events.length === 0 && !result.summary.moreToCome ? quiet + 1 : 0;
		}
		return polls;
	}

	/** What stands in Exchange and what the other system has of it, one line each. */
	bothSides(): { exchange: string[]; other: string[] } {
		const line = (kind: RecordKind, subject: string, categories: string) => `${kind} ${subject} ${categories}`;
		const exchange = KINDS.flatMap((kind) => this.outlook().items(FOLDERS[kind]).map(({ subject, categories }) => line(kind, subject, categories.join()))).sort();
		return { exchange, other: [...this.rows.values()].map(({ kind, subject, categories }) => line(kind, subject, categories)).sort() };
	}

	/** A new item, as a user or a sender makes it. */
	async make(kind: RecordKind, subject: string): Promise<string> {
		switch (kind) {
			case 'email':
				return this.outlook().idOf(await this.control.deliver(ANNA, `From: bert@example.org\nTo: ${ANNA}\nSubject: ${subject}\nMessage-ID: <${subject}@x>\n\nText\n`));
			case 'appointment': {
				const calendar = this.control.calendar(ANNA);
				return calendar.idOf(calendar.create({ subject, start: '2026-04-01T09:00:00', end: '2026-04-01T10:00:00', zone: 'Europe/Zurich', uid: subject }));
			}
			case 'task': {
				const tasks = this.control.tasks(ANNA);
				return tasks.idOf(tasks.create({ subject }));
			}
		}
	}

	/** The server carries out what it stalled before it acted, although nobody waits for the answer any more. */
	async actLate(): Promise<void> {
		this.control.faults.held.letGo();
		while (this.control.requests().some(({ fault, status }) => fault === 'stall before' && status === 0)) await new Promise((resolve) => setTimeout(resolve, 20));
	}

	/** Pushes records without patience; each has an external id of its own, its subject. */
	async impatientPush(kind: RecordKind, items: ReadonlyArray<object>): Promise<Outcome[]> {
		const given = items.map((record) => ({ externalId: (record as { subject: string }).subject, record, attachments: [] })) as unknown as PushItem[];
		return (await this.impatiently((connector) => connector.push(kind, given, this.pushOptions()))).flat();
	}
}

/** Starts a bench, gives it to the work and stops it. */
export async function withBench(work: (office: FaultBench) => Promise<void>, settings: { timeoutMs?: number } = {}): Promise<void> {
	const office = await FaultBench.start(settings);
	try {
		await work(office);
	} finally {
		await office.stop();
	}
}
