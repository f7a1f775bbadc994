/**
 * Both sides change at random over real EWS, polls and pushes happen in between, processes restart, answers get lost: in the end both sides hold
 * the same records, none twice, nothing was sent to anybody, and within a bounded number of polls nothing moves any more.
 *
 * Items that are created and deleted in Exchange between two polls are left out (changes are net: no client sees them); so are restored ones (rule
 * `restore-not-synced`).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contentHash } from '../../../src/records/content-hash.ts';
import type { RecordKind } from '../../../src/records/common-fields.ts';
import type { ExchangeRecord } from '../../../src/records/record.ts';
import { appointment, email, series, task } from '../../sync/records.mts';
import { FOLDERS, SyncedTable } from '../../sync/synced-table.mts';
import { ANNA, type ConnectorBench, useBenches } from './connector-bench.mts';
import { runs } from '../../quick-look.mts';

const bench = useBenches();

function newRecord(kind: RecordKind, serial: number): ExchangeRecord {
	const subject = `No ${serial}`;
	switch (kind) {
		case 'email':
			return email({ key: `<${serial}@example.test>`, subject });
		case 'appointment':
			return (serial % 2 === 0 ? series : appointment)({ key: `uid-${serial}`, subject });
		case 'task':
			return task({ key: '', subject });
	}
}

const picked = { pick: fc.nat(20), value: fc.nat(5) };
const STEPS = fc.array(
	fc.oneof(
		{ weight: 3, arbitrary: fc.record({ do: fc.constantFrom('exchangeCreate' as const, 'otherCreate' as const), ...picked }) },
		{ weight: 6, arbitrary: fc.record({ do: fc.constantFrom('exchangeChange' as const, 'exchangeBin' as const, 'exchangeDestroy' as const, 'exchangeMove' as const, 'otherChange' as const, 'otherDelete' as const), ...picked }) },
		{ weight: 4, arbitrary: fc.record({ do: fc.constantFrom('pull' as const, 'push' as const), ...picked }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'cut' as const, 'cutAfter' as const), ...picked }) },
	),
	{ minLength: 5, maxLength: 25 },
);

class Run {
	readonly table = new SyncedTable();
	readonly #office: ConnectorBench;
	readonly #kind: RecordKind;
	#seen = new Set<string>();
	#serial = 0;
	#processes = 1;
	#second = true;

	constructor(office: ConnectorBench, kind: RecordKind) {
		this.#office = office;
		this.#kind = kind;
		if (kind !== 'task') office.outlook().createFolder(this.#otherFolder);
	}

	get #otherFolder(): string {
		return `${{ email: 'Inbox', appointment: 'Calendar', task: 'Tasks' }[this.#kind]}/Other`;
	}

	items() {
		const outlook = this.#office.outlook();
		return [...outlook.items(FOLDERS[this.#kind]), ...(this.#kind === 'task' ? [] : outlook.items(this.#otherFolder))];
	}

	async pull(maxEvents = 100): Promise<boolean> {
		this.#office.advance(1_000);
		const watches = [{ kind: this.#kind, folders: [{ by: 'role' as const, role: FOLDERS[this.#kind] }], includeSubfolders: true }];
		const before = new Set(this.items().map(({ id }) => id));
		const { events, summary, failedAccounts } = await this.#office.pull({ watches, maxEvents, durableCursor: false });
		const unfinished = summary.moreToCome || failedAccounts.length > 0;
		for (const event of events) this.table.apply(event);
		if (!unfinished) this.#seen = before;
		return events.length > 0 || unfinished;
	}

	async push(): Promise<boolean> {
		this.#office.advance(1_000);
		const rows = this.table.dirty();
		const outcomes = await this.#office.push(this.#kind, rows.map(({ externalId, exchangeId, changeKey, record }) => ({ externalId, exchangeId, changeKey, record })));
		for (const [index, row] of rows.entries()) this.table.pushed(row, outcomes[index]);
		const doomed = this.table.deleted.splice(0);
		const deletes = await this.#office.delete(this.#kind, doomed.map(({ externalId, exchangeId }) => ({ externalId, ...(exchangeId !== undefined && { exchangeId }) })), { evenIfChanged: true });
		for (const [index, row] of doomed.entries()) if (deletes[index]?.outcome === 'failed') this.table.deleted.push(row);
		return outcomes.some(({ outcome }) => outcome !== 'unchanged') || deletes.some(({ outcome }) => outcome !== 'unchanged');
	}

	async step({ do: what, pick, value }: { do: string; pick: number; value: number }): Promise<void> {
		const outlook = this.#office.outlook();
		const items = this.items();
		const item = items[pick % Math.max(1, items.length)];
		const old = items.filter(({ id }) => this.#seen.has(id));
		const deletable = old[pick % Math.max(1, old.length)];
		const row = this.table.pick(pick);
		this.#office.advance(20_000);
		switch (what) {
			case 'exchangeCreate':
				this.#createInExchange();
				break;
			case 'otherCreate':
				this.table.create(newRecord(this.#kind, ++this.#serial));
				break;
			case 'exchangeChange':
				if (item !== undefined) outlook.edit(item.id, { categories: [`C${value}`] });
				break;
			case 'exchangeBin':
				if (deletable !== undefined) outlook.remove(deletable.id);
				break;
			case 'exchangeDestroy':
				if (deletable !== undefined) outlook.remove(deletable.id, 'hard');
				break;
			case 'exchangeMove':
				if (deletable !== undefined && this.#kind !== 'task') outlook.move(deletable.id, (this.#second = !this.#second) ? FOLDERS[this.#kind] : this.#otherFolder);
				break;
			case 'otherChange':
				if (row !== undefined) this.table.change(row, { ...row.record, categories: [`C${value}`] });
				break;
			case 'otherDelete':
				if (row !== undefined) this.table.delete(row);
				break;
			case 'pull':
				await this.pull(1 + pick);
				break;
			case 'push':
				await this.push();
				break;
			case 'restart':
				this.#office.processToken = `process-${++this.#processes}`;
				break;
			case 'cut':
				this.#office.control.inject({ operation: ['GetItem', 'FindItem', 'UpdateItem'], do: { effect: 'drop', when: 'before' } });
				break;
			case 'cutAfter':
				this.#office.control.inject({ operation: ['CreateItem', 'UpdateItem', 'DeleteItem'], do: { effect: 'drop', when: 'acted' } });
				break;
		}
	}

	#createInExchange(): void {
		const subject = `No ${++this.#serial}`;
		const times = { start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00' };
		switch (this.#kind) {
			case 'email':
				this.#office.outlook().create({ subject, text: 'Text', messageId: `<${this.#serial}@example.test>`, from: { name: 'Bert', address: 'bert@example.org' } });
				break;
			case 'appointment':
				this.#office.control.calendar(ANNA).create({ subject, ...times, zone: 'Europe/Zurich', ...(this.#serial % 2 === 0 && { series: { pattern: { kind: 'Daily', interval: 1 }, count: 10 } }) });
				break;
			case 'task':
				this.#office.control.tasks(ANNA).create({ subject });
				break;
		}
	}
}

describe('both sides converge over EWS', () => {
	it.each(['task', 'appointment', 'email'] as const)('%ss: the same records on both sides, none twice, no echo loop, nothing sent', async (kind) => {
		await fc.assert(
			fc.asyncProperty(STEPS, async (steps) => {
				const office = await bench();
				const run = new Run(office, kind);
				await run.pull();
				for (const what of ['otherCreate', 'exchangeCreate', 'otherCreate', 'push', 'pull', 'push', 'pull']) await run.step({ do: what, pick: 20, value: 0 });
				for (const step of steps) await run.step(step);
				office.control.heal();
				let rounds = 0;
				for (let quiet = 0; quiet < 2 && rounds < 30; rounds++) {
					const moved = await run.pull();
					quiet = (await run.push()) || moved ? 0 : quiet + 1;
				}
				const mailbox = await office.mailbox();
				const read = await mailbox.read(kind, run.items().map(({ id }) => id), { body: 'both', timeZone: 'Europe/Zurich' });
				const exchange = read.map((result) => (result.ok ? `${result.value.record.subject} ${contentHash(result.value.record)}` : 'unreadable')).sort();
				const other = [...run.table.rows.values()].map(({ record }) => `${record.subject} ${contentHash(record)}`).sort();
				expect(other).toEqual(exchange);
				expect(rounds).toBeLessThanOrEqual(10);
				expect(office.control.outbox()).toEqual([]);
				await office.close();
			}),
			{ numRuns: runs(15), seed: 20260301 },
		);
	}, 120_000);
});
