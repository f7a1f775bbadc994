import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNPACKED_BYTES } from '../../src/ews/library/read-memory.ts';
import { startScriptedServer } from '../ews/transport/scripted-server.mts';
import { startExchange } from '../exchange-server/startExchange.mts';
import { N8n } from '../n8n-harness/n8n.mts';
import { packPackage } from '../n8n-harness/package-tarball.mts';
import type { PackedPackage } from '../n8n-harness/package-tarball.mts';
import { PACKAGE_NAME, TOOLS } from '../n8n-harness/places.mts';
import { usualSettings } from '../usual-connector.mts';
import { ANNA, APPOINTMENT, EMAIL, TASK, TRIGGER } from './stage.mts';

const run = promisify(execFile);

/** Lets what follows in a process load n8n-workflow, as n8n does for its packages. */
const WITH_N8N_WORKFLOW = `
	const n8nWorkflow = ${JSON.stringify(createRequire(import.meta.url).resolve('n8n-workflow'))};
	require(n8nWorkflow);
	const Module = require('node:module');
	const resolve = Module._resolveFilename;
	Module._resolveFilename = function (request, ...rest) { return request === 'n8n-workflow' ? n8nWorkflow : resolve.call(this, request, ...rest); };
`;

describe('the tarball', () => {
	let packed: PackedPackage;

	beforeAll(async () => {
		packed = await packPackage();
	});

	it('holds only the built package, the example workflows and the papers', async () => {
		const { stdout } = await run('tar', ['-tzf', packed.tarball]);
		const files = stdout.trim().split('\n').map((file) => file.replace(/^package\//, ''));
		expect(files.filter((file) => !/^(dist|workflows)\/|^(package\.json|README(\.[a-z]+)?\.md|LICENSE|CHANGELOG\.md)$/.test(file))).toEqual([]);
		const wanted = ['package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/THIRD-PARTY-LICENSES.txt', 'README.md', 'LICENSE', 'CHANGELOG.md'];
		expect(wanted.filter((file) => !files.includes(file))).toEqual([]);
		expect(files.filter((file) => /^workflows\/.+\.json$/.test(file)).length).toBeGreaterThanOrEqual(7);
		expect(files.filter((file) => /\.(test|spec)\.|node_modules|(?<!\.d)\.ts$/.test(file))).toEqual([]);
	});

	it('unpacks answers into memory of the size that is given back when it was read', async () => {
		const undici = createRequire(import.meta.url)(join(packed.unpacked, 'dist/packages/undici.js')) as typeof import('undici');
		const text = Buffer.from(Array.from({ length: 200_000 }, (_, n) => `item ${n * n}`).join(' '));
		const server = await startScriptedServer(() => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) }));
		const client = new undici.Agent();
		try {
			const response = await client.compose(undici.interceptors.decompress()).request({ origin: new URL(server.url).origin, path: '/', method: 'GET' });
			const pieces: Uint8Array[] = [];
			for await (const piece of response.body) pieces.push(piece as Uint8Array);
			expect(Buffer.concat(pieces).equals(text)).toBe(true);
			expect(new Set(pieces.map(({ buffer }) => buffer.byteLength))).toEqual(new Set([UNPACKED_BYTES]));
		} finally {
			await client.close();
			await server.close();
		}
	});

	it('asks for no other package', async () => {
		const manifest = JSON.parse(await readFile(join(packed.unpacked, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
		expect(manifest.dependencies ?? {}).toEqual({});
	});

	it('installs into an empty folder without a network, and every node and credential loads there with n8n-workflow alone', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'bare-'));
		try {
			await writeFile(join(folder, 'package.json'), '{ "name": "bare", "private": true }\n');
			await run('npm', ['install', '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', packed.tarball], { cwd: folder, timeout: 120_000 });
			const manifest = JSON.parse(await readFile(join(folder, 'node_modules', PACKAGE_NAME, 'package.json'), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };
			expect(manifest.n8n.nodes).toHaveLength(4);
			// Every module but Node's own and n8n-workflow is refused: what is missing in the bundle cannot come from elsewhere by luck.
			const probe = `
				const Module = require('node:module');
				const original = Module._load;
				const allowed = new Set(${JSON.stringify(builtinModules)});
				Module._load = function (request, parent, isMain) {
					if (request === 'n8n-workflow') return original.call(this, ${JSON.stringify(createRequire(import.meta.url).resolve('n8n-workflow'))}, parent, isMain);
					if (parent && parent.filename && parent.filename.includes(${JSON.stringify(PACKAGE_NAME)}) && !request.startsWith('.') && !request.startsWith('/') && !request.startsWith('node:') && !allowed.has(request)) throw new Error('asks for ' + request);
					return original.call(this, request, parent, isMain);
				};
				const types = [];
				for (const file of ${JSON.stringify([...manifest.n8n.nodes, ...manifest.n8n.credentials])}) {
					const exported = require('./node_modules/${PACKAGE_NAME}/' + file);
					const [name] = require('node:path').basename(file).split('.');
					const made = new exported[name]();
					types.push(made.description ? made.description.name : made.name);
				}
				// What is loaded later by what is used, too.
				for (const file of require('node:fs').globSync('node_modules/${PACKAGE_NAME}/dist/**/*.js')) require('./' + file);
				console.log(JSON.stringify(types));
			`;
			const { stdout } = await run(join(TOOLS, 'node'), ['-e', probe], { cwd: folder, env: { ...process.env, NODE_PATH: '' } });
			expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(['exchangeTrigger', 'exchangeEmail', 'exchangeAppointment', 'exchangeTask', 'exchangeEwsBasicApi']));
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});

	it('looks up the SRV record of a domain that answers no Autodiscover (connector-url)', async () => {
		const probe = `
			${WITH_N8N_WORKFLOW}
			const server = require('node:dgram').createSocket('udp4');
			server.on('message', (question, { port, address }) => {
				console.log(question.subarray(13, question.indexOf(0, 12)).toString('latin1').replace(/[^\\w-]/g, '.'));
				const answer = Buffer.from(question);
				answer.writeUInt16BE(0x8183, 2);
				server.send(answer, port, address);
			});
			server.bind(0, '127.0.0.1', async () => {
				require('node:dns').setServers(['127.0.0.1:' + server.address().port]);
				const { openConnector } = require(${JSON.stringify(packed.unpacked)} + '/dist/index.js');
				const connector = openConnector(${JSON.stringify(usualSettings('', { user: 'anna@example.test', password: 'secret-of-anna' }, { timeoutMs: 5_000, proxyUrl: 'http://127.0.0.1:9' }))});
				await connector.mailbox().then(() => console.log('found'), ({ code }) => console.log(code));
				server.close();
			});
		`;
		const { stdout } = await run(join(TOOLS, 'node'), ['-e', probe], { env: { ...process.env, NODE_PATH: '' }, timeout: 60_000 });
		expect(stdout.trim().split('\n')).toEqual(['_autodiscover._tcp.example.test', 'AutodiscoverFailed']);
	});

	it('costs an n8n that only lists the nodes less than 10 MB of memory', async () => {
		const manifest = JSON.parse(await readFile(join(packed.unpacked, 'package.json'), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };
		const probe = `
			${WITH_N8N_WORKFLOW}
			gc(); const before = process.memoryUsage().heapUsed;
			const kept = ${JSON.stringify([...manifest.n8n.nodes, ...manifest.n8n.credentials])}.map((file) => { const exported = require(${JSON.stringify(packed.unpacked)} + '/' + file); return Object.values(exported).filter((each) => typeof each === 'function').map((Each) => new Each()); });
			gc(); console.log(process.memoryUsage().heapUsed - before, kept.length);
		`;
		const { stdout } = await run(join(TOOLS, 'node'), ['--expose-gc', '-e', probe], { env: { ...process.env, PATH: `${TOOLS}${delimiter}${process.env['PATH'] ?? ''}` } });
		expect(Number(stdout.split(' ')[0])).toBeLessThan(10 * 1024 * 1024);
	});

	it('loads no library for a list of its nodes, and for a first request those alone that it needs', async () => {
		const manifest = JSON.parse(await readFile(join(packed.unpacked, 'package.json'), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };
		const exchange = await startExchange({ users: [ANNA] });
		try {
			const probe = `
				${WITH_N8N_WORKFLOW}
				const libraries = ${JSON.stringify(join(packed.unpacked, 'dist/packages/'))};
				const loaded = () => Object.keys(require.cache).filter((file) => file.startsWith(libraries)).map((file) => file.slice(libraries.length)).sort();
				for (const file of ${JSON.stringify([...manifest.n8n.nodes, ...manifest.n8n.credentials])}) require(${JSON.stringify(packed.unpacked)} + '/' + file);
				const listed = loaded();
				const connector = require(${JSON.stringify(packed.unpacked)}).openConnector(${JSON.stringify(usualSettings(exchange.url, { user: ANNA.address, password: ANNA.password }))});
				connector.mailbox().then((mailbox) => mailbox.folders()).then((folders) => console.log(JSON.stringify({ folders: folders.length, listed, requested: loaded() })));
			`;
			const { stdout, stderr } = await run(join(TOOLS, 'node'), ['-e', probe], { timeout: 60_000 });
			// Warnings of libraries would stand in n8n's log.
			expect(stderr).toBe('');
			const { folders, listed, requested } = JSON.parse(stdout) as { folders: number; listed: string[]; requested: string[] };
			expect(folders).toBeGreaterThan(5);
			expect(listed).toEqual([]);
			expect(requested).toEqual(['ews-javascript-api.js', 'undici.js']);
		} finally {
			await exchange.close();
		}
	});

	it('names the part of ews-javascript-api that it was built without, should anything ask for it', async () => {
		const probe = `
			const { ExchangeService, ExchangeVersion } = require(${JSON.stringify(join(packed.unpacked, 'dist/packages/ews-javascript-api.js'))});
			try { new ExchangeService(ExchangeVersion.Exchange2016).GetServerTimeZones(); } catch (error) { console.log(error.message); }
		`;
		const { stdout } = await run(join(TOOLS, 'node'), ['-e', probe]);
		expect(stdout).toContain('GetServerTimeZonesRequest is not part of the bundle');
	});
});

describe('n8n with the package', () => {
	let n8n: N8n;

	beforeAll(async () => {
		n8n = await N8n.start();
	});
	afterAll(async () => {
		await n8n?.close();
	});

	async function listed(file: 'nodes' | 'credentials'): Promise<Array<{ name: string; displayName: string; supportedNodes?: string[]; iconUrl?: unknown }>> {
		return await n8n.client.request('GET', `/types/${file}.json`);
	}

	it('lists the nodes under the package’s name', async () => {
		const names = (await listed('nodes')).map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining([TRIGGER, EMAIL, APPOINTMENT, TASK]));
	});

	it('offers every action as a tool for agents too', async () => {
		const names = (await listed('nodes')).map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining([`${EMAIL}Tool`, `${APPOINTMENT}Tool`, `${TASK}Tool`]));
	});

	it('lists the credentials and knows which node tests them', async () => {
		const credentials = (await listed('credentials')).filter(({ name }) => name.startsWith('exchange'));
		expect(credentials.map(({ name }) => name).sort()).toEqual(['exchangeEwsAppOnlyApi', 'exchangeEwsBasicApi', 'exchangeEwsOAuth2Api', 'exchangeSmimeApi']);
	});

	it('serves an icon for each node', async () => {
		for (const node of (await listed('nodes')).filter(({ name }) => [TRIGGER, EMAIL, APPOINTMENT, TASK].includes(name))) {
			const { light, dark } = node.iconUrl as { light: string; dark: string };
			for (const path of [light, dark]) {
				const response = await fetch(`${n8n.process.address}/${path}`);
				expect([node.name, path, response.status, response.headers.get('content-type')]).toEqual([node.name, path, 200, expect.stringContaining('svg')]);
			}
		}
	});
});
