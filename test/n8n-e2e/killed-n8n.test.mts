import { afterEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { Backlog } from '../kills/backlog.mts';

const MAILS = 60;
/** Events of one execution: so small that a kill always falls into a backlog. */
const SLICE = 20;

describe.each([
	{ mode: 'with n8n’s own way of storing cursors', durableCursors: false },
	{ mode: 'with durable cursors', durableCursors: true },
])('n8n killed in the middle of a backlog, $mode', ({ durableCursors }) => {
	let backlog: Backlog | undefined;

	afterEach(async () => {
		await backlog?.close();
	});

	it('brings every email in the end, none twice, once the executions that were cut off are run again', async () => {
		const running = (backlog = await Backlog.start({ durableCursors, slice: SLICE, waiting: MAILS }));
		const { n8n, exchange } = running.stage;
		const state = (): string => `${JSON.stringify(exchange.control.requests().slice(-5).map(({ operation }) => operation))} ${n8n.process.log.slice(-3000)}`;
		// While a slice is being stored, while the next one is being read from Exchange, and while one is being stored again.
		const moments = [
			async () => await waitUntil(async () => (await running.rows()).length >= SLICE / 2, { what: 'the first rows', timeoutMs: 120_000, everyMs: 20, state }),
			async () => {
				exchange.control.clearRequests();
				await waitUntil(() => exchange.control.requests().some(({ operation }) => operation === 'GetItem'), { what: 'emails being read', timeoutMs: 120_000, everyMs: 5, state });
			},
			async () => {
				const before = (await running.rows()).length;
				await waitUntil(async () => (await running.rows()).length > before, { what: 'more rows', timeoutMs: 120_000, everyMs: 20, state });
			},
		];
		for (const moment of moments) {
			// However fast the machine is, there is something left to be fetched when the kill comes.
			await running.deliver(2 * SLICE);
			await moment();
			await n8n.kill();
			await n8n.startAgain();
		}
		await running.atRest();
		await running.retryCrashed();
		expect(await running.arrivedKeys()).toEqual(running.deliveredKeys);
	}, 900_000);
});
