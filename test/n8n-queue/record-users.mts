import { ANNA } from '../n8n-e2e/stage.mts';
import { findDataTable, insertRows, readRows, updateRows } from '../n8n-harness/data-tables.mts';
import type { DataTableRow, StoredDataTable } from '../n8n-harness/data-tables.mts';
import type { RestClient } from '../n8n-harness/rest-client.mts';
import type { Action, Entries, Entry, Kind } from './entries.mts';
import { oneOf } from './random.mts';
import type { Random } from './random.mts';

/** Data tables of the example workflows in which users of the other system work. */
export const RECORD_TABLES: Record<Kind, string> = { email: 'CRM emails', appointment: 'CRM appointments', task: 'CRM tasks' };

/** The data table into which emails of Exchange go. */
export const EMAILS_OF_EXCHANGE = 'Exchange emails';

/** What arrived from Exchange is looked for so often. */
const LOOK_EVERY_MS = 15_000;

/** At most so many records are imported, or changed alike, in one go. */
const AT_ONCE = { create: 12, change: 6 } as const;

type Values = Record<string, string | number | boolean | null>;

function newRow(kind: Kind, { subject, category }: Entry): Values {
	const common = { externalId: subject, subject, categories: category, modifiedAt: 'first', syncedModifiedAt: '' };
	switch (kind) {
		case 'email':
			return { ...common, key: `<${subject}@crm.example>`, from: 'Cora <cora@crm.example>', to: ANNA.address, text: 'Hello', sentAt: '2026-11-01T08:00:00Z', receivedAt: '2026-11-01T08:00:00Z', isRead: false, archived: false, isDraft: false };
		case 'appointment':
			return { ...common, mailbox: ANNA.address, start: '2026-12-02T10:00:00', end: '2026-12-02T11:00:00', timeZone: 'Europe/Zurich', allDay: false, deleted: false };
		case 'task':
			return { ...common, mailbox: ANNA.address, dueDate: '2026-12-03', status: 'notStarted', percentComplete: 0, deleted: false };
	}
}

/** Users of the other system, who work in n8n's data tables. */
export class RecordUsers {
	readonly #client: RestClient;
	readonly #entries: Entries;
	readonly #random: Random;
	readonly #tables = new Map<string, StoredDataTable>();
	#arrived: ReadonlySet<string> = new Set();
	#looked = 0;
	#changes = 0;

	constructor(client: RestClient, entries: Entries, random: Random) {
		this.#client = client;
		this.#entries = entries;
		this.#random = random;
	}

	async #table(name: string): Promise<StoredDataTable> {
		const table = this.#tables.get(name) ?? (await findDataTable(this.#client, name));
		if (table === undefined) throw new Error(`There is no table ${name}`);
		this.#tables.set(name, table);
		return table;
	}

	/** All rows of a table. */
	async rows(name: string): Promise<DataTableRow[]> {
		return await readRows(this.#client, await this.#table(name));
	}

	/** One step of work in the other system; how many changes it made. */
	async act(): Promise<number> {
		await this.#lookWhatArrived();
		const action = oneOf<Action>(this.#random, ['create', 'create', 'create', 'change', 'change', 'change', 'change', 'change', 'delete']);
		const kind = oneOf<Kind>(this.#random, ['email', 'appointment', 'task']);
		const picked = action === 'create' ? [] : this.#several(AT_ONCE.change).map(() => this.#entries.pick(kind, 'records', (candidate) => this.#may(action, candidate)));
		const entries = new Set(picked.filter((entry) => entry !== undefined));
		if (entries.size === 0) return await this.#create(kind);
		await this.#change(action, kind, [...entries]);
		return entries.size;
	}

	#several(most: number): null[] {
		return Array.from({ length: 1 + Math.floor(this.#random() * most) }, () => null);
	}

	async #lookWhatArrived(): Promise<void> {
		if (Date.now() - this.#looked < LOOK_EVERY_MS) return;
		const rows = [...(await this.rows(RECORD_TABLES.appointment)), ...(await this.rows(RECORD_TABLES.task))];
		this.#arrived = new Set(rows.map(({ subject }) => String(subject)));
		this.#looked = Date.now();
	}

	#may(action: Action, entry: Entry): boolean {
		// The example workflow for emails has no way to delete one.
		if (action === 'delete' && entry.kind === 'email') return false;
		return entry.birth === 'records' || this.#arrived.has(entry.subject);
	}

	async #create(kind: Kind): Promise<number> {
		const rows = this.#several(AT_ONCE.create).map(() => newRow(kind, this.#entries.create(kind, 'records')));
		await insertRows(this.#client, await this.#table(RECORD_TABLES[kind]), rows);
		return rows.length;
	}

	async #change(action: Action, kind: Kind, entries: readonly Entry[]): Promise<void> {
		const modifiedAt = `change ${++this.#changes}`;
		const deletes = action === 'delete';
		for (const entry of entries) {
			entry.changes++;
			if (deletes) entry.deleted = true;
			else entry.category = `C${this.#changes}`;
		}
		const subjects = entries.map(({ subject }) => subject);
		await updateRows(this.#client, await this.#table(RECORD_TABLES[kind]), 'subject', subjects, deletes ? { deleted: true, modifiedAt } : { categories: `C${this.#changes}`, modifiedAt });
	}
}
