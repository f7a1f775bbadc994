/** One measured client in a process of its own: `node client.mts <connector|floor|library> <job>`; prints its figures as JSON. */
import type { Client, Job } from './job.mts';
import { order } from './bench-server.mts';
import type { ServerStatistics } from './bench-server.mts';
import { measured } from './measure.mts';

const CLIENTS: Readonly<Record<string, () => Promise<{ run: Client }>>> = {
	connector: () => import('./connector-client.mts'),
	floor: () => import('./floor-client.mts'),
	library: () => import('./library-client.mts'),
};

const [name = '', text = '{}'] = process.argv.slice(2);
const job = JSON.parse(text) as Job;
const { run } = await (CLIENTS[name] ?? (() => Promise.reject(new Error(`there is no client ${name}`))))();

let report: object = {};
await run(job, async (work) => {
	if (job.unmeasured === true) {
		await work();
		return;
	}
	await order(job.url, 'begin', { record: job.record === true });
	const figures = await measured(work);
	report = { ...figures, server: await order<ServerStatistics>(job.url, 'end') };
});
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
