/** What the package costs at start, in a process that has n8n-workflow loaded as n8n has: listing its nodes and credentials, and a first request. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { order, OWNER, PASSWORD } from './bench-server.mts';
import type { ServerStatistics } from './bench-server.mts';
import type { Job } from './job.mts';
import { usualSettings } from '../usual-connector.mts';

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const require = createRequire(job.dist);
require('n8n-workflow');
const names = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };

/** As n8n's loader does: requires the file, makes one object of its class, reads its description. */
function listAll(): number {
	let characters = 0;
	for (const file of [...names.n8n.nodes, ...names.n8n.credentials]) {
		const exported = require(join(dirname(job.dist), file.replace(/^dist\//, ''))) as Record<string, new () => object>;
		for (const Exported of Object.values(exported)) characters += JSON.stringify(new Exported()).length;
	}
	return characters > 0 ? names.n8n.nodes.length + names.n8n.credentials.length : 0;
}

async function firstRequest(): Promise<number> {
	const { openConnector } = require(job.dist) as typeof import('../../index.ts');
	const connector = openConnector(usualSettings(job.url, { user: OWNER, password: PASSWORD }));
	const folders = await (await connector.mailbox()).folders();
	return folders.length > 0 ? 1 : 0;
}

await order(job.url, 'begin');
(globalThis as { gc?: () => void }).gc?.();
const idle = process.memoryUsage.rss();
const cpu = process.cpuUsage();
const began = performance.now();
const items = job.task === 'listNodes' ? listAll() : await firstRequest();
const wallMs = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const peakMemory = process.memoryUsage.rss() - idle;
const report = { items, wallMs, cpuMs: (user + system) / 1e3, peakMemory, server: await order<ServerStatistics>(job.url, 'end') };
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
