import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { findDataTable, readRows } from '../n8n-harness/data-tables.mts';
import type { DataTableRow } from '../n8n-harness/data-tables.mts';
import type { RestClient } from '../n8n-harness/rest-client.mts';
import { DEMO_KINDS, storeOf } from './census.mts';
import type { Census, DemoKind } from './census.mts';
import { crmRows } from './crm-rows.mts';

/** One number of the check: what it has to be, and what it is. */
export interface Figure {
	kind: DemoKind;
	what: string;
	expected: number;
	seen: number;
}

/** Table into which the example workflow of a kind writes what comes from Exchange. */
export const ARRIVALS: Record<DemoKind, string> = { email: 'Exchange emails', appointment: 'CRM appointments', task: 'CRM tasks' };

const EXCLUDED = 'Exchange excluded items';
const WRITTEN = new Set(['created', 'updated', 'unchanged']);

async function rowsOf(client: RestClient, name: string): Promise<DataTableRow[]> {
	const table = await findDataTable(client, name);
	return table === undefined ? [] : await readRows(client, table);
}

function countBy(rows: readonly DataTableRow[], column: string): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const row of rows) counts[String(row[column])] = (counts[String(row[column])] ?? 0) + 1;
	return counts;
}

/** Every id once: what stands twice is counted in the figure "twice". */
function doubles(rows: readonly DataTableRow[], column: string): number {
	return rows.length - new Set(rows.map((row) => row[column])).size;
}

/** Items in a mailbox's folders that carry the stamp of a CRM row, told by their subject and not by the stamp itself. */
function inExchange(running: RunningExchange, mailbox: string, subjects: ReadonlySet<string>): number {
	return [...storeOf(running, mailbox).folders.values()]
		.flatMap((folder) => [...folder.items.values()])
		.filter((item) => subjects.has(String(item.properties['item:Subject'] ?? ''))).length;
}

async function figuresOf(kind: DemoKind, client: RestClient, running: RunningExchange, mailbox: string, before: Census): Promise<Figure[]> {
	const crm = crmRows(kind, mailbox);
	const pushedIds = new Set(crm.rows.map((row) => row['externalId']));
	const pushedKeys = new Set(crm.rows.map((row) => row['key']).filter((key) => key !== undefined));
	const arrivals = await rowsOf(client, ARRIVALS[kind]);
	const crmNow = (await rowsOf(client, crm.table)).filter((row) => pushedIds.has(row['externalId'] ?? null));
	const excluded = countBy((await rowsOf(client, EXCLUDED)).filter((row) => row['kind'] === kind), 'rule');
	const outcomes = countBy(crmNow, 'outcome');
	const rules = countBy(crmNow.filter((row) => row['outcome'] === 'skipped'), 'rule');
	const own = (row: DataTableRow): boolean => (kind === 'email' ? pushedKeys.has(String(row['messageId'])) : pushedIds.has(row['externalId'] ?? null));
	const written = crmNow.filter((row) => WRITTEN.has(String(row['outcome'])));
	const skipped = Object.values(crm.skipped).reduce((sum, count) => sum + count, 0);
	// An echo would be a new row (emails), or would have overwritten the version that the CRM gave its row.
	const echoed = kind === 'email' ? arrivals.filter(own).length : crmNow.filter((row) => row['modifiedAt'] !== '1').length;
	const subjects = new Set(crm.rows.map((row) => String(row['subject'])));
	const pushed = crm.rows.length - skipped;
	const line = (what: string, expected: number, seen: number): Figure => ({ kind, what, expected, seen });
	return [
		line('Exchange → n8n: arrived', before.arriving, arrivals.filter((row) => !own(row)).length),
		line('Exchange → n8n: arrived twice', 0, doubles(arrivals, kind === 'email' ? 'messageId' : 'externalId')),
		...[...new Set([...Object.keys(before.excluded), ...Object.keys(excluded)])].sort().map((rule) => line(`Exchange → n8n: left out, ${rule}`, before.excluded[rule] ?? 0, excluded[rule] ?? 0)),
		line('n8n → Exchange: pushed', pushed, written.length),
		line('n8n → Exchange: found in the mailbox', pushed, inExchange(running, mailbox, subjects)),
		...[...new Set([...Object.keys(crm.skipped), ...Object.keys(rules)])].sort().map((rule) => line(`n8n → Exchange: left out, ${rule}`, crm.skipped[rule] ?? 0, rules[rule] ?? 0)),
		line('n8n → Exchange: failed or in conflict', 0, (outcomes['failed'] ?? 0) + (outcomes['conflict'] ?? 0)),
		line('echoes suppressed', pushed, written.length - echoed),
	];
}

/** All figures as they stand at the moment. */
export async function figures(client: RestClient, running: RunningExchange, mailbox: string, before: Record<DemoKind, Census>): Promise<Figure[]> {
	const all: Figure[] = [];
	for (const kind of DEMO_KINDS) all.push(...(await figuresOf(kind, client, running, mailbox, before[kind])));
	return all;
}

/** Whether every number is as it has to be. */
export function allRight(all: readonly Figure[]): boolean {
	return all.every(({ expected, seen }) => expected === seen);
}

/** The figures as a table for a terminal, with what was seeded on top of each kind. */
export function figureTable(all: readonly Figure[], before: Record<DemoKind, Census>): string {
	const width = Math.max(...all.map(({ what }) => what.length)) + 2;
	const lines = [`${''.padEnd(width)}${'expected'.padStart(9)}${'seen'.padStart(9)}`];
	for (const kind of DEMO_KINDS) {
		lines.push('', `${kind}s: ${before[kind].seeded} in the watched folders of Exchange at the start`);
		for (const { what, expected, seen } of all.filter((figure) => figure.kind === kind)) {
			lines.push(`${what.padEnd(width)}${String(expected).padStart(9)}${String(seen).padStart(9)}  ${expected === seen ? 'right' : 'WRONG'}`);
		}
	}
	return lines.join('\n');
}
