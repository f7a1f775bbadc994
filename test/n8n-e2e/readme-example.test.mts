import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExchange } from '../exchange-server/startExchange.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { packPackage } from '../n8n-harness/package-tarball.mts';
import { NODE, PACKAGE_NAME, REPOSITORY } from '../n8n-harness/places.mts';
import { ANNA, mail } from './stage.mts';

const run = promisify(execFile);

describe('the example of the README, the connector without n8n', () => {
	let exchange: RunningExchange;
	let folder: string;
	let example: string;

	beforeAll(async () => {
		exchange = await startExchange({ users: [ANNA] });
		await exchange.control.deliver(ANNA.address, mail({ subject: 'Welcome', messageId: '<welcome@partner.example>' }));
		folder = await mkdtemp(join(tmpdir(), 'example-'));
		await mkdir(join(folder, 'node_modules'));
		await cp((await packPackage()).unpacked, join(folder, 'node_modules', PACKAGE_NAME), { recursive: true });
		await symlink(dirname(createRequire(import.meta.url).resolve('n8n-workflow/package.json')), join(folder, 'node_modules', 'n8n-workflow'));
		const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8');
		example = /```js\n([\s\S]+?)```/.exec(readme)?.[1] ?? '';
	});
	afterAll(async () => {
		await exchange?.close();
		await rm(folder, { recursive: true, force: true });
	});

	async function output(): Promise<string> {
		const program = example.replace('https://mail.example.com', exchange.url).replace("'anna@example.com'", `'${ANNA.address}'`).replace("'secret'", `'${ANNA.password}'`);
		await writeFile(join(folder, 'example.mjs'), program);
		const { stdout } = await run(NODE, ['example.mjs'], { cwd: folder, timeout: 60_000 });
		return stdout;
	}

	it('has fifteen lines', () => {
		expect(example.trim().split('\n')).toHaveLength(15);
	});

	it('pulls the inbox and creates the task', async () => {
		expect((await output()).trim().split('\n')).toEqual(['created Welcome', expect.stringMatching(/^created Task "Call back".* was created\.$/)]);
		expect(exchange.control.outlook(ANNA.address).items('tasks').map(({ subject }) => subject)).toEqual(['Call back']);
	});

	it('changes nothing when it runs again', async () => {
		expect((await output()).trim().split('\n')[1]).toMatch(/^unchanged Task "Call back"/);
		expect(exchange.control.outlook(ANNA.address).items('tasks')).toHaveLength(1);
	});
});
