import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endedExecutions, executionEnd } from '../n8n-harness/executions.mts';
import type { OutputItem } from '../n8n-harness/executions.mts';
import { pollEvery } from '../n8n-harness/poll-times.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { activateWorkflow, createWorkflow, deactivateWorkflow, startWorkflow, workflowOf } from '../n8n-harness/workflows.mts';
import type { StoredWorkflow } from '../n8n-harness/workflows.mts';
import { ANNA, EMAIL, mail, Stage, TRIGGER } from './stage.mts';

const WATCH = { kinds: ['email', 'appointment', 'task'], events: ['created', 'updated', 'readState', 'deleted'], firstRun: 'now', includeExcluded: true, downloadAttachments: true };

describe('the Exchange Trigger in n8n', () => {
	let stage: Stage;
	let workflow: StoredWorkflow;

	beforeAll(async () => {
		stage = await Stage.start();
		await stage.exchange.control.deliver(ANNA.address, mail({ subject: 'Old', messageId: '<old@partner.example>' }));
		workflow = await createWorkflow(
			stage.n8n.client,
			workflowOf('watch', [
				{ name: 'Changes', type: TRIGGER, parameters: { ...WATCH, pollTimes: pollEvery(5) }, credential: stage.credential, to: [['Changed'], ['Skipped']] },
				{ name: 'Changed', type: 'n8n-nodes-base.noOp', to: [] },
				{ name: 'Skipped', type: 'n8n-nodes-base.noOp', to: [] },
			]),
		);
	});
	afterAll(async () => {
		await stage?.close();
	});

	/** Everything that came out of one output so far, oldest first. */
	async function output(index: number): Promise<OutputItem[]> {
		return (await endedExecutions(stage.n8n.client, workflow.id)).filter(({ mode }) => mode === 'trigger').flatMap((execution) => execution.items('Changes', index));
	}

	async function event(match: (json: Record<string, unknown>) => boolean, what: string, index = 0): Promise<OutputItem> {
		return await waitUntil(async () => (await output(index)).find(({ json }) => match(json)), { what, timeoutMs: 60_000, everyMs: 500, state: () => stage.n8n.process.log.slice(-2000) });
	}

	it('shows recent items in a test run by hand and leaves the mailbox alone', async () => {
		const execution = await executionEnd(stage.n8n.client, await startWorkflow(stage.n8n.client, workflow, 'Changes'));
		expect(execution.error).toBeUndefined();
		expect(execution.items('Changes').map(({ json }) => json['subject'])).toContain('Old');
		const wrote = stage.exchange.control.requests().filter(({ operation }) => /^(Create|Update|Delete|Move|Copy|Send|Mark)/.test(operation ?? ''));
		expect(wrote).toEqual([]);
	});

	it('emits what is new, with its attachments, but nothing from before it was activated', async () => {
		await activateWorkflow(stage.n8n.client, workflow);
		// The first poll runs at activation and finds out where "now" is.
		await waitUntil(() => stage.exchange.control.requests().filter(({ operation }) => operation === 'SyncFolderItems').length >= 4, { what: 'the first poll', timeoutMs: 60_000 });
		await stage.act(EMAIL, 'diagnose', {});
		const mixed = mail({ subject: 'New', messageId: '<new@partner.example>' })
			.replace('Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit', 'Content-Type: multipart/mixed; boundary=b')
			.replace('Good morning.', '--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGood morning.\r\n--b\r\nContent-Type: application/pdf; name=offer.pdf\r\nContent-Disposition: attachment; filename=offer.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\n--b--');
		await stage.exchange.control.deliver(ANNA.address, mixed);
		const { json, binary } = await event(({ subject }) => subject === 'New', 'the new email');
		expect(json).toMatchObject({ event: 'created', kind: 'email', key: '<new@partner.example>', mailbox: ANNA.address, connector: 'Exchange', isRead: false, attachments: [{ name: 'offer.pdf', contentType: 'application/pdf', size: 6, type: 'file' }] });
		expect(Object.values(binary ?? {})).toMatchObject([{ fileName: 'offer.pdf', mimeType: 'application/pdf' }]);
		expect((await output(0)).filter(({ json: { subject } }) => subject === 'Old')).toEqual([]);
	});

	it('tells read state, change and delete apart', async () => {
		const created = (await event(({ subject, event: type }) => subject === 'New' && type === 'created', 'the new email')).json;
		const outlook = stage.exchange.control.outlook(ANNA.address);
		const id = String(created['exchangeId']);
		outlook.edit(id, { isRead: true });
		expect((await event(({ exchangeId, event: type }) => exchangeId === id && type === 'readState', 'the read state')).json).toMatchObject({ isRead: true });
		outlook.edit(id, { categories: ['Kunde'] });
		expect((await event(({ exchangeId, event: type }) => exchangeId === id && type === 'updated', 'the change')).json).toMatchObject({ categories: ['Kunde'] });
		outlook.remove(id);
		expect((await event(({ exchangeId, event: type }) => exchangeId === id && type === 'deleted', 'the delete')).json).toMatchObject({ permanent: false });
	});

	it('emits appointments and tasks from the same trigger', async () => {
		stage.exchange.control.calendar(ANNA.address).create({ subject: 'Sitzung', zone: 'Europe/Zurich', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00' });
		stage.exchange.control.tasks(ANNA.address).create({ subject: 'Bericht', dueDate: '2026-03-06' });
		expect((await event(({ subject }) => subject === 'Sitzung', 'the appointment')).json).toMatchObject({ kind: 'appointment', event: 'created', start: '2026-03-02T08:00:00Z', timeZone: 'Europe/Zurich' });
		expect((await event(({ subject }) => subject === 'Bericht', 'the task')).json).toMatchObject({ kind: 'task', event: 'created', dueDate: '2026-03-06' });
	});

	it('reports what a rule leaves out on its second output, with a summary [drafts-not-synced]', async () => {
		stage.exchange.control.outlook(ANNA.address).create({ folder: 'inbox', subject: 'Half written', isDraft: true });
		expect((await event(({ rule }) => rule === 'drafts-not-synced', 'the draft', 1)).json).toMatchObject({ outcome: 'skipped', kind: 'email', mailbox: ANNA.address });
		expect((await event(({ outcome }) => outcome === 'summary', 'the summary', 1)).json['message']).toMatch(/left out/);
	});

	it('does not emit what Sync wrote itself', async () => {
		await stage.act(EMAIL, 'sync', {}, [{ externalId: 'echo-1', subject: 'Echo', from: 'carla@partner.example', to: ANNA.address, text: 'x', receivedAt: '2026-02-03T08:00:00Z' }]);
		await stage.exchange.control.deliver(ANNA.address, mail({ subject: 'After the echo', messageId: '<after@partner.example>' }));
		await event(({ subject }) => subject === 'After the echo', 'the email behind the echo');
		expect((await output(0)).filter(({ json: { subject } }) => subject === 'Echo')).toEqual([]);
	});

	it('asks nothing once it is inactive', async () => {
		await deactivateWorkflow(stage.n8n.client, workflow);
		stage.exchange.control.clearRequests();
		await new Promise((resolve) => setTimeout(resolve, 11_000));
		expect(stage.exchange.control.requests()).toEqual([]);
	});
});
