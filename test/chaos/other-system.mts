/**
 * The other system, and what n8n does around the connector, in one SQLite file that several processes share: a table of rows, the stored cursor, the
 * items that were handed over. A process may be killed at any moment; what SQLite has committed stays.
 */
import { DatabaseSync } from 'node:sqlite';

export type Kind = 'email' | 'appointment' | 'task';

/** One row as a workflow builder would keep it. */
export interface Row {
	rowId: string;
	kind: Kind;
	subject: string;
	exchangeId: string | null;
	changeKey: string | null;
	record: string;
	dirty: number;
	version: number;
	deleted: number;
}

/** Longer than any push takes, on a slow machine too. */
const CLAIM_MS = 60_000;

/** What an event says of a row. */
export interface Upsert {
	kind: Kind;
	externalId: string | undefined;
	exchangeId: string;
	changeKey: string | undefined;
	key: string;
	subject: string;
	record: string;
}

export class OtherSystem {
	private readonly db: DatabaseSync;

	constructor(file: string) {
		this.db = new DatabaseSync(file);
		this.db.exec(`
			PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 20000; PRAGMA synchronous = NORMAL;
			CREATE TABLE IF NOT EXISTS rows (rowId TEXT PRIMARY KEY, kind TEXT, subject TEXT, recordKey TEXT, exchangeId TEXT, changeKey TEXT, record TEXT, dirty INTEGER, version INTEGER, deleted INTEGER DEFAULT 0, claimedUntil INTEGER DEFAULT 0);
			CREATE INDEX IF NOT EXISTS byExchangeId ON rows(exchangeId); CREATE INDEX IF NOT EXISTS byKey ON rows(kind, recordKey);
			CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
			CREATE TABLE IF NOT EXISTS journal (at INTEGER, who TEXT, what TEXT, subject TEXT, exchangeId TEXT);
			CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, value INTEGER);
		`);
	}

	fact(name: string): string | undefined {
		return (this.db.prepare('SELECT value FROM facts WHERE name = ?').get(name) as { value: string } | undefined)?.value;
	}

	setFact(name: string, value: string): void {
		this.db.prepare('INSERT INTO facts VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value').run(name, value);
	}

	count(name: string, by = 1): void {
		if (by !== 0) this.db.prepare('INSERT INTO counts VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = value + excluded.value').run(name, by);
	}

	/** Notes what happened to a record, for the case that it ends differently on the two sides. */
	note(who: string, what: string, subject: string, exchangeId = ''): void {
		this.db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?)').run(Date.now(), who, what, subject, exchangeId);
	}

	/** What happened to a record, oldest first. */
	journalOf(subject: string): string[] {
		const rows = this.db.prepare('SELECT * FROM journal WHERE subject = ? OR (exchangeId <> ? AND exchangeId IN (SELECT exchangeId FROM journal WHERE subject = ?)) ORDER BY at').all(subject, '', subject) as Array<{ at: number; who: string; what: string; exchangeId: string }>;
		return rows.map(({ at, who, what, exchangeId }) => `${new Date(at).toISOString().slice(14)} ${who}: ${what} ${exchangeId.slice(-14)}`);
	}

	counts(): Record<string, number> {
		return Object.fromEntries((this.db.prepare('SELECT name, value FROM counts ORDER BY name').all() as Array<{ name: string; value: number }>).map(({ name, value }) => [name, value]));
	}

	atOnce(work: () => void): void {
		this.db.exec('BEGIN IMMEDIATE');
		try {
			work();
			this.db.exec('COMMIT');
		} catch (error) {
			this.db.exec('ROLLBACK');
			throw error;
		}
	}

	create(rowId: string, kind: Kind, subject: string, key: string, record: string): void {
		this.db.prepare('INSERT INTO rows (rowId, kind, subject, recordKey, record, dirty, version) VALUES (?, ?, ?, ?, ?, 1, 1)').run(rowId, kind, subject, key, record);
	}

	/** By external id, else by exchange id, else by key. */
	upsert(event: Upsert): void {
		const found = this.find(event);
		if (found === undefined) {
			this.db.prepare('INSERT INTO rows (rowId, kind, subject, recordKey, exchangeId, changeKey, record, dirty, version) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1)').run(`pulled-${event.kind}-${event.subject}`, event.kind, event.subject, event.key, event.exchangeId, event.changeKey ?? null, event.record);
			return;
		}
		this.db.prepare('UPDATE rows SET exchangeId = ?, changeKey = ?, record = ?, dirty = 1, version = version + 1 WHERE rowId = ?').run(event.exchangeId, event.changeKey ?? null, event.record, found.rowId);
	}

	remove(exchangeId: string): void {
		this.db.prepare('DELETE FROM rows WHERE exchangeId = ? AND deleted = 0').run(exchangeId);
	}

	/** False: the row is not there any more. */
	change(rowId: string, record: string): boolean {
		return this.db.prepare('UPDATE rows SET record = ?, dirty = 1, version = version + 1 WHERE rowId = ? AND deleted = 0').run(record, rowId).changes > 0;
	}

	/** False: the row is not there any more. */
	markDeleted(rowId: string): boolean {
		return this.db.prepare('UPDATE rows SET deleted = 1, dirty = 1, version = version + 1 WHERE rowId = ?').run(rowId).changes > 0;
	}

	/** All that was made here is pushed once more, as it is. */
	pushAllAgain(): void {
		this.db.prepare("UPDATE rows SET dirty = 1, version = version + 1 WHERE deleted = 0 AND rowId NOT LIKE 'pulled-%'").run();
	}

	/** Whether an item of Exchange has arrived here. */
	knows(exchangeId: string): boolean {
		return this.db.prepare('SELECT 1 FROM rows WHERE exchangeId = ?').get(exchangeId) !== undefined;
	}

	/** How many items of Exchange have a row. */
	known(): number {
		return this.numberOf('exchangeId IS NOT NULL');
	}

	/** How many rows are to be pushed. */
	waiting(): number {
		return this.numberOf('dirty = 1');
	}

	drop(rowId: string): void {
		this.db.prepare('DELETE FROM rows WHERE rowId = ?').run(rowId);
	}

	/** A row that was pushed as it was at `version`: dirty no longer unless it was changed since. */
	pushed(rowId: string, version: number, exchangeId: string | undefined, changeKey: string | undefined): void {
		this.db.prepare('UPDATE rows SET dirty = CASE WHEN version = ? THEN 0 ELSE dirty END, exchangeId = COALESCE(?, exchangeId), changeKey = CASE WHEN version = ? THEN COALESCE(?, changeKey) ELSE changeKey END WHERE rowId = ?').run(version, exchangeId ?? null, version, changeKey ?? null, rowId);
	}

	/**
	 * Rows to be pushed, for this process alone: a row that two processes push at the same time in different versions would end with whichever comes
	 * last, in any system. A process that is killed gives its rows back after a while.
	 */
	claim(kind: Kind): Row[] {
		const now = Date.now();
		let rows: Row[] = [];
		this.atOnce(() => {
			rows = this.db.prepare('SELECT * FROM rows WHERE kind = ? AND dirty = 1 AND claimedUntil < ? LIMIT 200').all(kind, now) as unknown as Row[];
			const claim = this.db.prepare('UPDATE rows SET claimedUntil = ? WHERE rowId = ?');
			for (const row of rows) claim.run(now + CLAIM_MS, row.rowId);
		});
		return rows;
	}

	release(rows: readonly Row[]): void {
		const release = this.db.prepare('UPDATE rows SET claimedUntil = 0 WHERE rowId = ?');
		this.atOnce(() => {
			for (const row of rows) release.run(row.rowId);
		});
	}

	rows(): Row[] {
		return this.db.prepare('SELECT * FROM rows ORDER BY rowId').all() as unknown as Row[];
	}

	close(): void {
		this.db.close();
	}

	private numberOf(condition: 'exchangeId IS NOT NULL' | 'dirty = 1'): number {
		return (this.db.prepare(`SELECT COUNT(*) AS number FROM rows WHERE ${condition}`).get() as { number: number }).number;
	}

	private find({ externalId, exchangeId, kind, key }: Upsert): Row | undefined {
		const one = (sql: string, ...values: string[]) => this.db.prepare(sql).get(...values) as unknown as Row | undefined;
		return (
			(externalId === undefined ? undefined : one('SELECT * FROM rows WHERE rowId = ?', externalId)) ??
			one('SELECT * FROM rows WHERE exchangeId = ?', exchangeId) ??
			one('SELECT * FROM rows WHERE kind = ? AND recordKey = ?', kind, key)
		);
	}
}
