/** The other system as a workflow builder writes it: a table that is upserted by external id, else by exchange id, else by key. */
import type { RecordKind } from '../../src/records/common-fields.ts';
import type { ExchangeRecord } from '../../src/records/record.ts';
import type { Outcome } from '../../src/sync/outcome.ts';
import type { PullEvent } from '../../src/sync/pull/pull-types.ts';

/** The folder of Exchange that each kind's table is kept in sync with. */
export const FOLDERS = { email: 'inbox', appointment: 'calendar', task: 'tasks' } as const satisfies Record<RecordKind, string>;

export interface Row {
	externalId: string;
	exchangeId?: string;
	changeKey?: string;
	record: ExchangeRecord;
	/** It changed since it was last pushed. */
	dirty: boolean;
}

export class SyncedTable {
	readonly rows = new Map<string, Row>();
	/** What users deleted since the last push. */
	readonly deleted: Row[] = [];
	#serial = 0;

	create(record: ExchangeRecord): void {
		this.#add(record);
	}

	/** The row at that place, counted in a circle. */
	pick(index: number): Row | undefined {
		return [...this.rows.values()][index % Math.max(1, this.rows.size)];
	}

	change(row: Row, record: ExchangeRecord): void {
		row.record = record;
		row.dirty = true;
	}

	delete(row: Row): void {
		this.rows.delete(row.externalId);
		this.deleted.push(row);
	}

	/** Takes an event of a pull. */
	apply({ envelope, record }: PullEvent): void {
		const row = this.#find(envelope.externalId, envelope.exchangeId, record?.key);
		if (envelope.event === 'deleted') {
			if (row?.exchangeId === envelope.exchangeId) this.rows.delete(row.externalId);
			return;
		}
		if (record === undefined) return;
		const target = row ?? this.#add(record);
		this.change(target, record);
		this.#nameItem(target, envelope);
	}

	/** Rows that are to be pushed. */
	dirty(): Row[] {
		return [...this.rows.values()].filter((row) => row.dirty);
	}

	/** Takes what became of a row that was pushed. */
	pushed(row: Row, outcome: Outcome | undefined): void {
		if (outcome === undefined || outcome.outcome === 'failed') return;
		row.dirty = false;
		if (outcome.outcome === 'conflict') return;
		this.#nameItem(row, outcome);
		// What is in the bin there goes here, too: restoring is not synced.
		if (outcome.outcome === 'skipped') this.rows.delete(row.externalId);
	}

	#add(record: ExchangeRecord): Row {
		const row: Row = { externalId: `row-${++this.#serial}`, record, dirty: true };
		this.rows.set(row.externalId, row);
		return row;
	}

	#nameItem(row: Row, { exchangeId, changeKey }: { exchangeId?: string; changeKey?: string }): void {
		if (exchangeId !== undefined) row.exchangeId = exchangeId;
		if (changeKey !== undefined) row.changeKey = changeKey;
	}

	#find(externalId: string | undefined, exchangeId: string, key: string | undefined): Row | undefined {
		if (externalId !== undefined && this.rows.has(externalId)) return this.rows.get(externalId);
		const all = [...this.rows.values()];
		return all.find((row) => row.exchangeId === exchangeId) ?? all.find((row) => key !== undefined && key !== '' && row.record.key === key);
	}
}
