import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../n8n-harness/free-ports.mts';
import { ServerProcess } from './server-process.mts';

const run = promisify(execFile);

/** Where Debian puts each major version's programs; they are not on the path. */
const DEBIAN = '/usr/lib/postgresql';

/**
 * Whom a client logs on as; the database has the same name. It is Debian's user for PostgreSQL, who takes root's place as well: PostgreSQL refuses to run as root.
 */
export const POSTGRES_USER = 'postgres';

/** Folder of the newest PostgreSQL on this machine. @throws Error where there is none */
async function programs(): Promise<string> {
	const versions = await readdir(DEBIAN).catch(() => []);
	const newest = versions.map(Number).filter(Number.isFinite).sort((a, b) => b - a)[0];
	const folder = join(DEBIAN, String(newest), 'bin');
	if (newest === undefined || (await stat(join(folder, 'initdb')).catch(() => undefined)) === undefined) throw new Error('There is no PostgreSQL here: apt-get install postgresql');
	return folder;
}

async function userInsteadOfRoot(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const id = async (flag: string): Promise<number> => Number((await run('id', [flag, POSTGRES_USER])).stdout);
	return { uid: await id('-u'), gid: await id('-g') };
}

/** A PostgreSQL of its own on a free port, in a folder that goes with it. Only this machine reaches it; it asks for no password. */
export async function startPostgres(): Promise<ServerProcess> {
	const bin = await programs();
	const runAs = await userInsteadOfRoot();
	const folder = await mkdtemp(join(tmpdir(), 'queue-postgres-'));
	if (runAs !== undefined) await chown(folder, runAs.uid, runAs.gid);
	const data = join(folder, 'data');
	await run(join(bin, 'initdb'), ['--pgdata', data, '--username', POSTGRES_USER, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'], { ...runAs, timeout: 60_000 });
	const [port] = (await freePorts(1)) as [number];
	// Nothing is kept over a power cut: what is killed here is n8n, never the database.
	const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200', '-c', 'fsync=off'];
	// A fast shutdown: clients are cut off, what is committed stays.
	return await ServerProcess.start({ command: join(bin, 'postgres'), args, port, folder, ...(runAs !== undefined && { runAs }), stopSignal: 'SIGINT' });
}
