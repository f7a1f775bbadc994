/**
 * One n8n process, as far as the connector sees it: polls and pushes in a loop until it is killed. The steady one is never killed: it pushes and polls with a
 * cursor of its own whose events nobody takes, logs on with a login of its own, and tells once a minute, and when it is asked, what it holds of memory and handles. The
 * others store the cursor first and the items after, as n8n does by default, so that a kill in between is the worst case; with `durable` both in one transaction.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';

import type { Connector, Cursor, PullOptions, PullResult } from '../../index.ts';
import { CALENDAR, INBOX, TASKS, USUAL_PULL, USUAL_PUSH, usualSettings } from '../usual-connector.mts';
import { OtherSystem } from './other-system.mts';
import type { Resources } from './resources.mts';
import { ANNA, LOGON_ATTEMPTS, LOGON_PAUSE_MS, PASSWORD, SETTLE_MS, STEADY, TIMEOUT_MS } from './settings.mts';
import { KINDS } from './sides.mts';
import { type Stall, watchStalls } from '../stalls.mts';

/** What a worker tells the run. */
export type Told = { resources: Resources } | { stall: Stall } | { hasWorked: true };

const require = createRequire(import.meta.url);
const [url = '', file = '', role = 'both', durableText = 'default', dist = '../../dist/index.js'] = process.argv.slice(2);
const { openConnector } = require(dist) as typeof import('../../index.ts');
const durable = durableText === 'durable';
const PROCESS_TOKEN = randomUUID();
const CURSOR = 'cursor';

const other = new OtherSystem(file);
const healed = () => other.fact('healed') === 'yes';

function open(): Connector {
	const more = { connectorId: 'chaos', maxFailedLogonAttempts: LOGON_ATTEMPTS, logonPauseMinutes: LOGON_PAUSE_MS / 60_000, timeoutMs: TIMEOUT_MS };
	const settings =
		role === 'steady'
			? usualSettings(url, { user: STEADY, password: PASSWORD }, { ...more, access: 'impersonation', accounts: [{ account: 'anna', mailbox: ANNA }] })
			: usualSettings(url, { user: ANNA, password: PASSWORD }, more);
	return openConnector(settings, { deadlineAt: Date.now() + 8_000 });
}

function pullOptions(): PullOptions {
	return {
		...USUAL_PULL,
		watches: [INBOX, CALENDAR, TASKS],
		importAttempts: 10,
		budgetMs: 6_000,
		maxEvents: 40,
		settleMs: SETTLE_MS,
		durableCursor: durable,
		processToken: PROCESS_TOKEN,
		now: Date.now,
	};
}

async function poll(connector: Connector): Promise<void> {
	const stored = other.fact(CURSOR);
	const result = await connector.pull(memory ?? (stored === undefined ? undefined : (JSON.parse(stored) as Cursor)), pullOptions());
	memory = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
	other.count('pull: events', result.events.length);
	other.count('pull: echoes', result.summary.echoes);
	for (const outcome of result.outcomes) other.count(`pull: ${outcome.outcome} ${outcome.rule ?? outcome.code ?? ''}`);
	if (result.summary.moreToCome) other.count('pull: slices');
	const complete = !result.summary.moreToCome && result.failedAccounts.length === 0 && Object.keys(result.summary.pausedUntil).length === 0;
	const store = () => {
		other.setFact(CURSOR, JSON.stringify(result.cursor));
		other.setFact('cursorBytes', String(Math.max(Number(other.fact('cursorBytes') ?? 0), JSON.stringify(result.cursor).length)));
	};
	if (durable) other.atOnce(() => (store(), apply(result)));
	else {
		if (result.events.length > 0) for (const { envelope, record } of result.events) other.note(`cursor ${process.pid}`, envelope.event, record?.subject ?? '', envelope.exchangeId);
		// n8n keeps the cursor of a poll that answers null in memory only.
		if (result.events.length === 0 && !complete) return;
		store();
		await wait(5);
		other.atOnce(() => apply(result));
	}
	if (!complete || result.events.length > 0) other.setFact('quietSince', '');
	else if ((other.fact('quietSince') ?? '') === '') other.setFact('quietSince', String(Date.now()));
}

function apply(result: PullResult): void {
	for (const { envelope, record } of result.events) {
		other.note(`pull ${process.pid}`, `${envelope.event} ${JSON.stringify(record?.categories ?? '')}`, record?.subject ?? '', envelope.exchangeId);
		if (envelope.event === 'deleted') other.remove(envelope.exchangeId);
		else if (record !== undefined) {
			other.upsert({
				kind: record.kind,
				externalId: envelope.externalId,
				exchangeId: envelope.exchangeId,
				changeKey: envelope.changeKey,
				key: record.key,
				subject: record.subject,
				record: JSON.stringify(record),
			});
		}
	}
}

async function push(connector: Connector): Promise<void> {
	for (const kind of KINDS) {
		const rows = other.claim(kind);
		const named = (row: (typeof rows)[number]) => ({ externalId: row.rowId, ...(row.exchangeId !== null && { exchangeId: row.exchangeId }), ...(row.changeKey !== null && { changeKey: row.changeKey }) });
		const writes = rows.filter((row) => row.deleted === 0);
		const outcomes = await connector.push(kind, writes.map((row) => ({ ...named(row), record: JSON.parse(row.record) as Record<string, unknown>, attachments: [] })), { ...USUAL_PUSH, now: Date.now });
		for (const [index, row] of writes.entries()) {
			const outcome = outcomes[index]?.[0];
			other.count(`push: ${outcome?.outcome} ${outcome?.rule ?? outcome?.code ?? ''}`);
			other.note(`push ${process.pid}`, `${outcome?.outcome} ${outcome?.message ?? ''}`, row.subject, outcome?.exchangeId ?? '');
			if (outcome === undefined || outcome.outcome === 'failed') continue;
			if (outcome.outcome === 'skipped') other.drop(row.rowId);
			else if (outcome.outcome === 'conflict') other.pushed(row.rowId, row.version, undefined, undefined);
			else other.pushed(row.rowId, row.version, outcome.exchangeId, outcome.changeKey);
		}
		const deletes = rows.filter((row) => row.deleted === 1);
		const deleted = await connector.delete(kind, deletes.map(named), { mode: 'toBin', evenIfChanged: true, timeZone: 'Europe/Zurich' });
		for (const [index, row] of deletes.entries()) {
			other.count(`delete: ${deleted[index]?.outcome}`);
			other.note(`push ${process.pid}`, `delete: ${deleted[index]?.outcome}`, row.subject, row.exchangeId ?? '');
			if (deleted[index]?.outcome !== 'failed') other.drop(row.rowId);
		}
		other.release(rows);
	}
}

/** The same polls under the same faults, in a process that lives as long as n8n does. */
async function observe(connector: Connector): Promise<void> {
	const result = await connector.pull(memory, pullOptions());
	memory = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
	other.count('steady pull: events', result.events.length);
}

/** What is left when nothing is under way and everything that can be freed was freed. */
function tellResources(): void {
	globalThis.gc?.();
	globalThis.gc?.();
	const handles: Record<string, number> = {};
	for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
	tell({ resources: { minute: Number(((performance.now() - begun) / 60_000).toFixed(1)), heapMb: Number((process.memoryUsage().heapUsed / 1e6).toFixed(1)), handles } });
}

function tell(told: Told): void {
	process.send?.(told);
}

let memory: Cursor | undefined;
let minutesTold = 0;
let isAsked = false;
let isFirst = true;
const begun = performance.now();
if (role === 'steady') {
	watchStalls((stall) => tell({ stall }));
	process.on('message', () => (isAsked = true));
}
for (;;) {
	const connector = open();
	try {
		switch (role) {
			case 'both':
				await poll(connector);
				break;
			case 'steady':
				await observe(connector);
				break;
		}
		await push(connector);
	} catch (error) {
		other.count(`thrown: ${error instanceof Error ? error.message.slice(0, 100) : String(error)}`);
		if (healed()) throw error;
	} finally {
		await connector.close();
	}
	if (isFirst) tell({ hasWorked: true });
	isFirst = false;
	if (role === 'steady' && (isAsked || performance.now() - begun >= (minutesTold + 1) * 60_000)) {
		isAsked = false;
		minutesTold = Math.floor((performance.now() - begun) / 60_000);
		tellResources();
	}
	await wait(healed() ? 50 : 100 + Math.random() * 200);
}
