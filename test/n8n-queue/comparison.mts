import { ANNA } from '../n8n-e2e/stage.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import type { DataTableRow } from '../n8n-harness/data-tables.mts';
import type { Entries, Kind } from './entries.mts';
import { FOLDERS } from './exchange-users.mts';
import { EMAILS_OF_EXCHANGE, RECORD_TABLES } from './record-users.mts';
import type { RecordUsers } from './record-users.mts';

const KINDS: readonly Kind[] = ['email', 'appointment', 'task'];

/** One line for each thing: what both sides must agree on. */
function line(kind: Kind, subject: string, category: string, isRead: boolean): string {
	return `${kind} ${subject} ${category}${isRead ? ' read' : ''}`;
}

function mustBe(entries: Entries): string[] {
	return entries.all.filter(({ deleted }) => !deleted).map(({ kind, subject, category, isRead }) => line(kind, subject, category, isRead));
}

function inExchange(server: RunningExchange): string[] {
	const outlook = server.control.outlook(ANNA.address);
	return KINDS.flatMap((kind) => outlook.items(FOLDERS[kind]).map((item) => line(kind, item.subject, item.categories.join(), kind === 'email' && item.isRead)));
}

function inTable(kind: Kind, rows: readonly DataTableRow[]): string[] {
	return rows.filter((row) => row['deleted'] !== true).map((row) => line(kind, String(row['subject']), String(row['categories']), kind === 'email' && row['isRead'] === true));
}

/** What is in one list and not in the other; what is twice in it counts twice. */
function without(list: readonly string[], other: readonly string[]): string[] {
	const left = new Map<string, number>();
	for (const entry of other) left.set(entry, (left.get(entry) ?? 0) + 1);
	return list.filter((entry) => {
		const count = left.get(entry) ?? 0;
		left.set(entry, count - 1);
		return count <= 0;
	});
}

/** How the two sides stand to each other and to what they must be. */
export interface Comparison {
	/** Things that must be there. */
	wanted: number;
	/** Rows that wait for being written to Exchange. */
	due: number;
	/** Each difference in words; none where all is well. */
	differences: string[];
}

export async function compare(server: RunningExchange, users: RecordUsers, entries: Entries): Promise<Comparison> {
	const emails = await users.rows(EMAILS_OF_EXCHANGE);
	const records = await Promise.all(KINDS.map(async (kind) => ({ kind, rows: await users.rows(RECORD_TABLES[kind]) })));
	const wanted = mustBe(entries);
	const left = inExchange(server);
	const ofExchange = inTable('email', emails);
	const right = [...ofExchange, ...records.flatMap(({ kind, rows }) => inTable(kind, rows))];
	const born = new Map(entries.all.map(({ subject, birth }) => [subject, birth]));
	return {
		wanted: wanted.length,
		due: records.flatMap(({ rows }) => rows).filter((row) => row['modifiedAt'] !== row['syncedModifiedAt']).length,
		differences: [
			...without(wanted, left).map((entry) => `missing in Exchange: ${entry}`),
			...without(left, wanted).map((entry) => `too much in Exchange: ${entry}`),
			...without(wanted, right).map((entry) => `missing in the data tables: ${entry}`),
			...without(right, wanted).map((entry) => `too much in the data tables: ${entry}`),
			...ofExchange.filter((entry) => born.get(entry.split(' ')[1] ?? '') === 'records').map((entry) => `came back as an echo: ${entry}`),
			...server.exchange.outbox.map((sent) => `was sent to somebody: ${JSON.stringify(sent).slice(0, 200)}`),
		],
	};
}
