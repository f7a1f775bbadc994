import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.mts';
import { N8nProcess } from './n8n-process.mts';
import { CACHE, n8nVersion } from './places.mts';
import { RestClient } from './rest-client.mts';

/** A user folder whose database is migrated and has its owner: made once per n8n version, because migrations take longer than everything else. */
export async function prepareUserFolder(): Promise<string> {
	const template = join(CACHE, 'n8n-template', n8nVersion());
	if ((await stat(template).catch(() => undefined)) !== undefined) return template;
	await mkdir(join(CACHE, 'n8n-template'), { recursive: true });
	const work = await mkdtemp(join(CACHE, 'n8n-template', 'making-'));
	const [port, brokerPort] = (await freePorts(2)) as [number, number];
	const n8n = new N8nProcess({ userFolder: work, port, brokerPort, durableCursors: false, variables: {} });
	try {
		await n8n.start(240_000);
		await new RestClient(n8n.address).setUpOwner();
		await n8n.stop();
		await rename(work, template).catch(async (error: NodeJS.ErrnoException) => {
			// Another process made the same at the same time.
			if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
			await rm(work, { recursive: true });
		});
	} finally {
		await n8n.kill();
	}
	return template;
}

/** A new user folder for one n8n, owner in place. The caller removes it. */
export async function newUserFolder(): Promise<string> {
	const template = await prepareUserFolder();
	const folder = await mkdtemp(join(tmpdir(), 'n8n-user-'));
	await cp(template, folder, { recursive: true });
	return folder;
}
