import type { RestClient } from './rest-client.mts';

/** Type of a column of n8n's data tables. */
export type ColumnType = 'string' | 'number' | 'boolean' | 'date';

/** A data table that n8n knows. */
export interface StoredDataTable {
	id: string;
	name: string;
	projectId: string;
}

/** A row: its own columns and n8n's `id`, `createdAt`, `updatedAt`. */
export type DataTableRow = Record<string, string | number | boolean | null> & { id: number };

const PAGE = 250;

async function personalProject(client: RestClient): Promise<string> {
	return (await client.request<{ id: string }>('GET', '/rest/projects/personal')).id;
}

/** Creates a data table in the owner's own project. */
export async function createDataTable(client: RestClient, name: string, columns: Readonly<Record<string, ColumnType>>): Promise<StoredDataTable> {
	const projectId = await personalProject(client);
	const table = await client.request<{ id: string }>('POST', `/rest/projects/${projectId}/data-tables`, {
		name,
		columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
	});
	return { id: table.id, name, projectId };
}

/** The data table of that name; none if there is none. */
export async function findDataTable(client: RestClient, name: string): Promise<StoredDataTable | undefined> {
	const projectId = await personalProject(client);
	const filter = encodeURIComponent(JSON.stringify({ name }));
	const { data } = await client.request<{ data: Array<{ id: string; name: string }> }>('GET', `/rest/projects/${projectId}/data-tables?filter=${filter}`);
	const table = data.find((entry) => entry.name === name);
	return table === undefined ? undefined : { id: table.id, name, projectId };
}

/** All rows, in the order in which they were written. */
export async function readRows(client: RestClient, table: StoredDataTable): Promise<DataTableRow[]> {
	const rows: DataTableRow[] = [];
	for (;;) {
		const page = await client.request<{ count: number; data: DataTableRow[] }>(
			'GET',
			`/rest/projects/${table.projectId}/data-tables/${table.id}/rows?skip=${rows.length}&take=${PAGE}&sortBy=id:asc`,
		);
		rows.push(...page.data);
		if (page.data.length === 0 || rows.length >= page.count) return rows;
	}
}

/** Adds rows. */
export async function insertRows(client: RestClient, table: StoredDataTable, rows: ReadonlyArray<Record<string, string | number | boolean | null>>): Promise<void> {
	await client.request('POST', `/rest/projects/${table.projectId}/data-tables/${table.id}/insert`, { data: rows, returnType: 'count' });
}

/** Changes the rows whose column has that value, or one of these. */
export async function updateRows(
	client: RestClient,
	table: StoredDataTable,
	column: string,
	values: string | number | readonly string[],
	changes: Record<string, string | number | boolean | null>,
): Promise<void> {
	await client.request('PATCH', `/rest/projects/${table.projectId}/data-tables/${table.id}/rows`, {
		filter: { type: 'or', filters: [values].flat().map((value) => ({ columnName: column, condition: 'eq', value })) },
		data: changes,
	});
}
