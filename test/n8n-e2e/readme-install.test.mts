import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { N8n } from '../n8n-harness/n8n.mts';
import { packPackage } from '../n8n-harness/package-tarball.mts';
import { REPOSITORY, TOOLS } from '../n8n-harness/places.mts';
import { newUserFolder } from '../n8n-harness/user-folder.mts';
import { APPOINTMENT, EMAIL, TASK, TRIGGER } from './stage.mts';

const run = promisify(execFile);

describe('the README’s installation from the tarball, without internet', () => {
	let userFolder: string;
	let n8n: N8n | undefined;

	beforeAll(async () => {
		userFolder = await newUserFolder();
	});
	afterAll(async () => {
		await n8n?.close();
		await rm(userFolder, { recursive: true, force: true });
	});

	it('makes a bare n8n list the nodes', async () => {
		const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8');
		const commands = / {4}npm install --prefix ~\/\.n8n\/nodes .+\n/.exec(readme)?.[0] ?? '';
		const { tarball } = await packPackage();
		const script = commands.replace(/\/path\/to\/\S+\.tgz/, tarball);
		expect(script).toContain(tarball);
		// npm looks for a package further up where it is not told better.
		await writeFile(join(userFolder, 'package.json'), '{}');
		await run('sh', ['-ec', script], { env: { ...process.env, HOME: userFolder, PATH: `${TOOLS}${delimiter}${process.env['PATH'] ?? ''}` }, timeout: 120_000 });

		n8n = await N8n.start({ userFolder, withPackage: false });
		const names = (await n8n.client.request<Array<{ name: string }>>('GET', '/types/nodes.json')).map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining([TRIGGER, EMAIL, APPOINTMENT, TASK]));
	});
});
