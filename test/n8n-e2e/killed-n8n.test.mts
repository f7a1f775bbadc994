import { afterEach, describe, expect, it } from 'vitest';
import { createDataTable, readRows } from '../n8n-harness/data-tables.mts';
import type { DataTableRow, StoredDataTable } from '../n8n-harness/data-tables.mts';
import { pollEvery } from '../n8n-harness/poll-times.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { activateWorkflow, createWorkflow, workflowOf } from '../n8n-harness/workflows.mts';
import { ANNA, mail, Stage, TRIGGER } from './stage.mts';

const MAILS = 240;
/** Events of one execution: so small that a kill always falls into a backlog. */
const SLICE = 20;

const table = { __rl: true, mode: 'name', value: 'arrived' };
const FIND = { conditions: [{ keyName: 'key', condition: 'eq', keyValue: '={{ $json.key }}' }] };
const VALUES = { mappingMode: 'defineBelow', value: { key: '={{ $json.key }}', subject: '={{ $json.subject }}' }, matchingColumns: [], schema: [] };

describe.each([
	{ mode: 'with n8n’s own way of storing cursors', durableCursors: false },
	{ mode: 'with durable cursors', durableCursors: true },
])('n8n killed in the middle of a backlog, $mode', ({ durableCursors }) => {
	let stage: Stage | undefined;

	afterEach(async () => {
		await stage?.close();
	});

	async function underWay(): Promise<{ running: Stage; arrived: StoredDataTable }> {
		const running = await Stage.start({ n8n: { durableCursors } });
		stage = running;
		for (let number = 1; number <= MAILS; number++) {
			await running.exchange.control.deliver(ANNA.address, mail({ subject: `Mail ${number}`, messageId: `<mail-${number}@partner.example>` }));
		}
		const arrived = await createDataTable(running.n8n.client, 'arrived', { key: 'string', subject: 'string' });
		const workflow = await createWorkflow(
			running.n8n.client,
			workflowOf('backlog', [
				{ name: 'Changes', type: TRIGGER, parameters: { kinds: ['email'], firstRun: 'beginning', events: ['created'], options: { maxEvents: SLICE }, pollTimes: pollEvery(durableCursors ? 30 : 5) }, credential: running.credential },
				{ name: 'Store', type: 'n8n-nodes-base.dataTable', typeVersion: 1.1, parameters: { resource: 'row', operation: 'upsert', dataTableId: table, matchType: 'allConditions', filters: FIND, columns: VALUES, options: {} } },
			]),
		);
		await activateWorkflow(running.n8n.client, workflow);
		return { running, arrived };
	}

	it('brings every email in the end, none twice', async () => {
		const { running, arrived } = await underWay();
		const rows = async (): Promise<DataTableRow[]> => await readRows(running.n8n.client, arrived);
		// Once while a slice is being stored, once while the next ones are being read from Exchange.
		const moments = [
			async () => await waitUntil(async () => (await rows()).length >= SLICE / 2, { what: 'the first rows', timeoutMs: 120_000, everyMs: 20 }),
			async () => {
				running.exchange.control.clearRequests();
				await waitUntil(() => running.exchange.control.requests().some(({ operation }) => operation === 'GetItem'), { what: 'emails being read', timeoutMs: 120_000, everyMs: 5 });
			},
			async () => {
				const before = (await rows()).length;
				await waitUntil(async () => (await rows()).length > before, { what: 'more rows', timeoutMs: 120_000, everyMs: 20 });
			},
		];
		for (const moment of moments) {
			await moment();
			await running.n8n.kill();
			await running.n8n.startAgain();
		}
		let count = 0;
		await waitUntil(async () => (count = (await rows()).length) >= MAILS, { what: `${MAILS} rows`, timeoutMs: 400_000, everyMs: 1000, state: () => `${count} arrived\n${running.n8n.process.log.slice(-3000)}` });
		const keys = (await rows()).map((row) => String(row['key'])).sort();
		expect(keys).toEqual(Array.from({ length: MAILS }, (_, index) => `<mail-${index + 1}@partner.example>`).sort());
	}, 900_000);
});
