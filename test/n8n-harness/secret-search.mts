import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RestClient } from './rest-client.mts';
import type { Secrets } from './secrets.mts';

/** Has n8n hand out all that its interface tells of executions, credentials and workflows; the client searches each answer. */
export async function searchInterface(client: Pick<RestClient, 'request'>): Promise<void> {
	for (let lastId: string | undefined; ; ) {
		const page: string = lastId === undefined ? '' : `&lastId=${lastId}`;
		const { results } = await client.request<{ results: Array<{ id: string }> }>('GET', `/rest/executions?limit=100${page}`);
		for (const { id } of results) await client.request('GET', `/rest/executions/${id}`);
		lastId = results.at(-1)?.id;
		if (results.length < 100) break;
	}
	const credentials = await client.request<Array<{ id: string }>>('GET', '/rest/credentials?includeData=true');
	for (const { id } of credentials) await client.request('GET', `/rest/credentials/${id}?includeData=true`);
	const workflows = await client.request<Array<{ id: string }>>('GET', '/rest/workflows');
	for (const { id } of workflows) await client.request('GET', `/rest/workflows/${id}`);
}

/** Searches every value of every row of n8n's database. @returns rows by table */
export function searchDatabase(userFolder: string, secrets: Secrets): Record<string, number> {
	const database = new DatabaseSync(join(userFolder, '.n8n', 'database.sqlite'), { readOnly: true });
	const rows: Record<string, number> = {};
	try {
		for (const { name } of database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as Array<{ name: string }>) {
			rows[name] = 0;
			for (const row of database.prepare(`SELECT * FROM "${name}"`).iterate()) {
				rows[name]++;
				for (const [column, value] of Object.entries(row)) {
					if (typeof value === 'string' || value instanceof Uint8Array) secrets.search(`database, ${name}.${column}`, value);
				}
			}
		}
	} finally {
		database.close();
	}
	return rows;
}

/** Searches all files that n8n keeps: the database with what was deleted from it, binary data, event logs, settings. The installed packages are left out. */
export async function searchFiles(userFolder: string, secrets: Secrets): Promise<string[]> {
	const home = join(userFolder, '.n8n');
	const searched: string[] = [];
	const visit = async (folder: string): Promise<void> => {
		for (const name of await readdir(folder)) {
			const path = join(folder, name);
			const found = await stat(path).catch(() => undefined);
			if (found?.isDirectory() === true && name !== 'node_modules') await visit(path);
			if (found?.isFile() !== true) continue;
			const place = relative(home, path);
			secrets.search(`file ${place}`, await readFile(path));
			searched.push(place);
		}
	};
	await visit(home);
	return searched;
}
