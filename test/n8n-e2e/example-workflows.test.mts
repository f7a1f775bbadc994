import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCredential } from '../n8n-harness/credentials.mts';
import type { StoredCredential } from '../n8n-harness/credentials.mts';
import { findDataTable, insertRows, readRows, updateRows } from '../n8n-harness/data-tables.mts';
import type { DataTableRow } from '../n8n-harness/data-tables.mts';
import { exampleNames, fedByHand, importExample, quickened, readExample, withParameters } from '../n8n-harness/example-workflows.mts';
import { endedExecutions, executionEnd } from '../n8n-harness/executions.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { activateWorkflow, createWorkflow, deactivateWorkflow, startWorkflow, withCredentials } from '../n8n-harness/workflows.mts';
import type { StoredWorkflow, WorkflowJson } from '../n8n-harness/workflows.mts';
import { ANNA, BASIC, basicCredential, BOB, mail, Stage } from './stage.mts';

const EVERY_SECONDS = 5;

describe('the example workflows in n8n', () => {
	let stage: Stage;
	let files: string;

	beforeAll(async () => {
		files = await mkdtemp(join(tmpdir(), 'archive-'));
		stage = await Stage.start({ n8n: { variables: { N8N_RESTRICT_FILE_ACCESS_TO: files } } });
	});
	afterAll(async () => {
		await stage?.close();
		await rm(files, { recursive: true, force: true });
	});

	/** Imports an example with its triggers quickened, lets it work, and takes it out of work at the end whatever happens. */
	async function atWork(workflow: WorkflowJson, work: (stored: StoredWorkflow) => Promise<void>, credential: StoredCredential = stage.credential): Promise<void> {
		const stored = await importExample(stage.n8n.client, quickened(workflow, EVERY_SECONDS), [credential]);
		await activateWorkflow(stage.n8n.client, stored);
		try {
			await work(stored);
		} finally {
			await deactivateWorkflow(stage.n8n.client, stored);
		}
	}

	async function rows(table: string): Promise<DataTableRow[]> {
		const stored = await findDataTable(stage.n8n.client, table);
		return stored === undefined ? [] : await readRows(stage.n8n.client, stored);
	}

	async function insert(table: string, entries: Array<Record<string, string | number | boolean | null>>): Promise<void> {
		const stored = await findDataTable(stage.n8n.client, table);
		if (stored === undefined) throw new Error(`There is no table ${table}`);
		await insertRows(stage.n8n.client, stored, entries);
	}

	async function change(table: string, externalId: string, changes: Record<string, string | number | boolean | null>): Promise<void> {
		const stored = await findDataTable(stage.n8n.client, table);
		if (stored === undefined) throw new Error(`There is no table ${table}`);
		await updateRows(stage.n8n.client, stored, 'externalId', externalId, changes);
	}

	async function row(table: string, match: (row: DataTableRow) => boolean, what: string): Promise<DataTableRow> {
		return await waitUntil(async () => (await rows(table)).find(match), { what: `${what} in ${table}`, timeoutMs: 90_000, everyMs: 500, state: () => stage.n8n.process.log.slice(-2000) });
	}

	/** Has the steps behind an example's trigger done for these items once more, as an execution that is run again does. */
	async function handOver(file: string, trigger: string, items: ReadonlyArray<Record<string, unknown>>): Promise<void> {
		const { client } = stage.n8n;
		const again = await createWorkflow(client, withCredentials(fedByHand(await readExample(file), trigger, items), [stage.credential]));
		const execution = await executionEnd(client, await startWorkflow(client, again, 'By hand'));
		expect([execution.status, execution.error]).toEqual(['success', undefined]);
	}

	it('are seven, name no server and no person, and explain themselves by notes', async () => {
		const names = await exampleNames();
		expect(names).toHaveLength(7);
		for (const name of names) {
			const workflow = await readExample(name);
			const notes = workflow.nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
			expect([name, notes.length]).toEqual([name, expect.any(Number)]);
			expect(notes.length).toBeGreaterThanOrEqual(3);
			for (const { credentials } of workflow.nodes) for (const { id } of Object.values(credentials ?? {})) expect(id).toBeNull();
			expect(JSON.stringify(workflow)).not.toMatch(/https?:\/\/|example\.test|password/i);
		}
	});

	it('emails-exchange-to-data-table: arrive, change, are read, are deleted, are left out with their rule', async () => {
		const outlook = stage.exchange.control.outlook(ANNA.address);
		await stage.exchange.control.deliver(ANNA.address, mail({ subject: 'First', messageId: '<first@partner.example>' }));
		outlook.create({ folder: 'inbox', subject: 'Half written', isDraft: true });
		await atWork(await readExample('emails-exchange-to-data-table.json'), async () => {
			const first = await row('Exchange emails', ({ messageId }) => messageId === '<first@partner.example>', 'the email');
			expect(first).toMatchObject({ subject: 'First', from: 'Carla Clerk <carla@partner.example>', isRead: false, deleted: false, mailbox: ANNA.address });
			expect(await row('Exchange excluded items', ({ rule }) => rule === 'drafts-not-synced', 'the draft')).toMatchObject({ kind: 'email', outcome: 'skipped' });
			outlook.edit(String(first['exchangeId']), { isRead: true });
			await row('Exchange emails', ({ messageId, isRead }) => messageId === '<first@partner.example>' && isRead === true, 'the read state');
			outlook.remove(String(first['exchangeId']));
			await row('Exchange emails', ({ messageId, deleted }) => messageId === '<first@partner.example>' && deleted === true, 'the delete');
			expect((await rows('Exchange emails')).filter(({ messageId }) => messageId === '<first@partner.example>')).toHaveLength(1);
			expect((await rows('Exchange excluded items')).filter(({ outcome }) => outcome === 'summary')).toEqual([]);
		});
	});

	it('emails-data-table-to-exchange: rows become emails, follow their changes, and say what became of them', async () => {
		await atWork(await readExample('emails-data-table-to-exchange.json'), async () => {
			const base = { from: 'Carla <carla@partner.example>', to: ANNA.address, text: 'Guten Tag', sentAt: '2026-02-03T08:00:00Z', receivedAt: '2026-02-03T08:00:00Z', isRead: false, archived: false, isDraft: false, modifiedAt: '1', syncedModifiedAt: '' };
			await insert('CRM emails', [
				{ ...base, externalId: 'm-1', key: '<m-1@crm.example>', subject: 'Aus dem CRM' },
				{ ...base, externalId: 'm-2', key: '<m-2@crm.example>', subject: 'Archiviert', archived: true },
			]);
			const pushed = await row('CRM emails', ({ externalId, outcome }) => externalId === 'm-1' && outcome === 'created', 'the outcome');
			expect(await row('CRM emails', ({ externalId, outcome }) => externalId === 'm-2' && outcome === 'skipped', 'the archived one')).toMatchObject({ rule: 'archived-not-pushed' });
			const outlook = stage.exchange.control.outlook(ANNA.address);
			expect(outlook.items('inbox').filter(({ subject }) => subject === 'Aus dem CRM')).toMatchObject([{ id: pushed['exchangeId'], messageId: '<m-1@crm.example>', isRead: false, isDraft: false }]);
			await change('CRM emails', 'm-1', { isRead: true, modifiedAt: '2' });
			await row('CRM emails', ({ externalId, syncedModifiedAt }) => externalId === 'm-1' && syncedModifiedAt === '2', 'the change');
			expect(outlook.items('inbox').filter(({ subject }) => subject === 'Aus dem CRM')).toMatchObject([{ isRead: true }]);
			expect(outlook.items('inbox').filter(({ subject }) => subject === 'Archiviert')).toEqual([]);
		});
	});

	it('appointments-two-way: both sides create, change and delete, without echoes and without mailing anybody', async () => {
		const calendar = stage.exchange.control.calendar(ANNA.address);
		const outlook = stage.exchange.control.outlook(ANNA.address);
		calendar.create({ subject: 'Von Anna', zone: 'Europe/Zurich', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00' });
		stage.exchange.exchange.outbox.length = 0;
		await atWork(await readExample('appointments-two-way.json'), async () => {
			const theirs = await row('CRM appointments', ({ subject }) => subject === 'Von Anna', 'the appointment of Exchange');
			expect(theirs).toMatchObject({ start: '2026-03-02T08:00:00Z', timeZone: 'Europe/Zurich', allDay: false, deleted: false });
			await insert('CRM appointments', [{ externalId: 'a-1', mailbox: ANNA.address, subject: 'Aus dem CRM', start: '2026-03-03T09:00:00', end: '2026-03-03T10:00:00', timeZone: 'Europe/Zurich', allDay: false, deleted: false, modifiedAt: '1', syncedModifiedAt: '' }]);
			const ours = await row('CRM appointments', ({ externalId, outcome }) => externalId === 'a-1' && outcome === 'created', 'the outcome');
			expect(outlook.items('calendar').map(({ subject }) => subject).sort()).toEqual(['Aus dem CRM', 'Von Anna']);
			// The CRM changes what began in Exchange, Exchange changes what began in the CRM.
			await change('CRM appointments', String(theirs['externalId']), { subject: 'Von Anna, verschoben', start: '2026-03-04T08:00:00Z', end: '2026-03-04T09:00:00Z', modifiedAt: 'later' });
			await waitUntil(() => outlook.items('calendar').some(({ subject }) => subject === 'Von Anna, verschoben'), { what: 'the change of the CRM', timeoutMs: 60_000 });
			await row('CRM appointments', ({ externalId, syncedModifiedAt }) => externalId === theirs['externalId'] && syncedModifiedAt === 'later', 'the synced version');
			outlook.edit(String(ours['exchangeId']), { subject: 'Aus dem CRM, von Anna umbenannt' });
			expect(await row('CRM appointments', ({ subject }) => subject === 'Aus dem CRM, von Anna umbenannt', 'the change of Exchange')).toMatchObject({ externalId: 'a-1' });
			// Each side deletes one.
			await change('CRM appointments', 'a-1', { deleted: true, modifiedAt: 'gone' });
			await waitUntil(() => !outlook.items('calendar').some(({ subject }) => subject.startsWith('Aus dem CRM')), { what: 'the delete of the CRM', timeoutMs: 60_000 });
			outlook.remove(outlook.items('calendar').find(({ subject }) => subject.startsWith('Von Anna'))?.id ?? '');
			await row('CRM appointments', ({ externalId, deleted }) => externalId === theirs['externalId'] && deleted === true, 'the delete of Exchange');
			expect(await rows('CRM appointments')).toHaveLength(2);
			expect(stage.exchange.exchange.outbox).toEqual([]);
		});
	});

	it('tasks-two-way: both sides create and change, and a series is left out with its rule [recurring-tasks-not-synced]', async () => {
		const tasks = stage.exchange.control.tasks(ANNA.address);
		const outlook = stage.exchange.control.outlook(ANNA.address);
		tasks.create({ subject: 'Von Anna', dueDate: '2026-03-06' });
		tasks.create({ subject: 'Wochenbericht', startDate: '2026-03-02', series: { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Friday'], firstDayOfWeek: 'Monday' } } });
		await atWork(await readExample('tasks-two-way.json'), async () => {
			const theirs = await row('CRM tasks', ({ subject }) => subject === 'Von Anna', 'the task of Exchange');
			expect(theirs).toMatchObject({ dueDate: '2026-03-06', status: 'notStarted' });
			expect(await row('Exchange excluded items', ({ rule }) => rule === 'recurring-tasks-not-synced', 'the series')).toMatchObject({ kind: 'task' });
			await insert('CRM tasks', [{ externalId: 't-1', mailbox: ANNA.address, subject: 'Aus dem CRM', dueDate: '2026-03-09', status: 'notStarted', percentComplete: 0, deleted: false, modifiedAt: '1', syncedModifiedAt: '' }]);
			await row('CRM tasks', ({ externalId, outcome }) => externalId === 't-1' && outcome === 'created', 'the outcome');
			await change('CRM tasks', String(theirs['externalId']), { status: 'inProgress', percentComplete: 25, modifiedAt: 'later' });
			await row('CRM tasks', ({ externalId, syncedModifiedAt }) => externalId === theirs['externalId'] && syncedModifiedAt === 'later', 'the synced version');
			expect(outlook.items('tasks').map(({ subject }) => subject).sort()).toEqual(['Aus dem CRM', 'Von Anna', 'Wochenbericht']);
			expect((await rows('CRM tasks')).map(({ subject }) => subject).sort()).toEqual(['Aus dem CRM', 'Von Anna']);
		});
	});

	describe.each([
		{ file: 'tasks-two-way.json', trigger: 'When a task changes', table: 'CRM tasks', folder: 'tasks', create: (subject: string) => void stage.exchange.control.tasks(ANNA.address).create({ subject }) },
		{
			file: 'appointments-two-way.json',
			trigger: 'When an appointment changes',
			table: 'CRM appointments',
			folder: 'calendar',
			create: (subject: string) => void stage.exchange.control.calendar(ANNA.address).create({ subject, start: '2026-03-06T09:00:00', end: '2026-03-06T10:00:00' }),
		},
		{
			file: 'emails-exchange-to-data-table.json',
			trigger: 'When an email changes',
			table: 'Exchange emails',
			folder: 'inbox',
			create: (subject: string) => void stage.exchange.control.outlook(ANNA.address).create({ folder: 'inbox', subject, messageId: '<late@partner.example>' }),
		},
	])('$file', ({ file, trigger, table, folder, create }) => {
		it('lets an execution that is run again late change nothing that is newer, and bring nothing back that was deleted', async () => {
			const outlook = stage.exchange.control.outlook(ANNA.address);
			await atWork(await readExample(file), async (stored) => {
				const named = (subject: string) => async (): Promise<DataTableRow> => await row(table, (candidate) => candidate['subject'] === subject, subject);
				const { client } = stage.n8n;
				async function handedOver(subject: string): Promise<Record<string, unknown>> {
					const items = (await endedExecutions(client, stored.id)).flatMap((execution) => execution.items(trigger).map(({ json }) => json));
					const item = items.find((json) => json['subject'] === subject);
					if (item === undefined) throw new Error(`${subject} was not handed over`);
					return item;
				}
				const comesLate = async (...items: Array<Record<string, unknown>>): Promise<void> => await handOver(file, trigger, items);
				create('Late: first');
				const { id, exchangeId } = await named('Late: first')();
				// Exchange says when an item changed in whole seconds.
				await sleep(1_100);
				const [first] = outlook.items(folder).filter(({ subject }) => subject === 'Late: first');
				outlook.edit(first?.id ?? '', { subject: 'Late: second' });
				await named('Late: second')();
				await comesLate(await handedOver('Late: first'));
				expect((await rows(table)).filter((candidate) => candidate.id === id)).toMatchObject([{ subject: 'Late: second' }]);
				outlook.remove(first?.id ?? '');
				await row(table, (candidate) => candidate.id === id && candidate['deleted'] === true, 'the delete');
				await comesLate(await handedOver('Late: first'), await handedOver('Late: second'));
				expect((await rows(table)).filter((candidate) => candidate['exchangeId'] === exchangeId)).toMatchObject([{ id, deleted: true }]);
				// The delete came first: nothing was stored by then.
				const never = { ...(await handedOver('Late: first')), key: '<never@partner.example>', exchangeId: 'never stored' };
				await comesLate({ event: 'deleted', mailbox: ANNA.address, exchangeId: 'never stored', permanent: false });
				await comesLate(never);
				expect((await rows(table)).filter((candidate) => candidate['exchangeId'] === 'never stored')).toMatchObject([{ deleted: true, subject: null }]);
			});
		});
	});

	it('tasks-two-way: what is handed over once more does not undo what the CRM has changed since', async () => {
		await atWork(await readExample('tasks-two-way.json'), async (stored) => {
			stage.exchange.control.tasks(ANNA.address).create({ subject: 'Handed over twice' });
			const theirs = await row('CRM tasks', ({ subject }) => subject === 'Handed over twice', 'the task of Exchange');
			const items = (await endedExecutions(stage.n8n.client, stored.id)).flatMap((execution) => execution.items('When a task changes').map(({ json }) => json));
			await change('CRM tasks', String(theirs['externalId']), { subject: 'Changed by the CRM', modifiedAt: 'later' });
			await row('CRM tasks', ({ externalId, syncedModifiedAt }) => externalId === theirs['externalId'] && syncedModifiedAt === 'later', 'the synced version');
			await handOver('tasks-two-way.json', 'When a task changes', items);
			expect((await rows('CRM tasks')).filter(({ id }) => id === theirs.id)).toMatchObject([{ subject: 'Changed by the CRM' }]);
		});
	});

	it('invitations-to-participants: an appointment of its own and a mail with invite.ics for each participant, and no meeting request [meeting-as-appointment] [invitation-as-email]', async () => {
		const links = [ANNA, BOB].map(({ address }) => ({ account: address.split('@')[0], mailbox: address }));
		const logins = Object.fromEntries([ANNA, BOB].map(({ address, password }) => [address, { user: address, password }]));
		const both = await createCredential(stage.n8n.client, 'Anna and Bob', BASIC, basicCredential(stage.exchange.url, { user: '', password: '', accounts: { links }, mailboxLogins: JSON.stringify(logins) }));
		stage.exchange.exchange.outbox.length = 0;
		await atWork(
			await readExample('invitations-to-participants.json'),
			async () => {
				await insert('CRM meetings', [{ externalId: 'meet-1', account: 'anna', subject: 'Projektsitzung', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', timeZone: 'Europe/Zurich', location: 'Zimmer 2', text: '', participants: `${ANNA.address}, ${BOB.address}, carla@partner.example`, modifiedAt: '1', syncedModifiedAt: '' }]);
				for (const { address } of [ANNA, BOB]) {
					expect(await row('CRM meeting outcomes', ({ mailbox }) => mailbox === address, `the outcome of ${address}`)).toMatchObject({ externalId: 'meet-1', outcome: 'created' });
					const outlook = stage.exchange.control.outlook(address);
					expect(outlook.items('calendar').filter(({ subject }) => subject === 'Projektsitzung')).toHaveLength(1);
				}
				const invitation = stage.exchange.control.outlook(BOB.address).items('inbox').filter(({ subject }) => subject.includes('Projektsitzung'));
				expect(invitation).toHaveLength(1);
				expect(invitation[0]?.itemClass).toBe('IPM.Note');
				const item = stage.exchange.control.outlook(BOB.address).item(invitation[0]?.id ?? '');
				expect(item.attachments.map(({ name }) => name)).toEqual(['invite.ics']);
				expect(stage.exchange.exchange.outbox).toEqual([]);
				await row('CRM meetings', ({ syncedModifiedAt }) => syncedModifiedAt === '1', 'the synced version');
			},
			both,
		);
	});

	it('mail-archive-to-disk: each email as JSON, each attachment as a file beside it, whatever it is called', async () => {
		const folder = join(files, 'mail');
		await mkdir(folder);
		const example = await readExample('mail-archive-to-disk.json');
		const place = example.nodes.find(({ name }) => name === 'Where to');
		const { assignments } = place?.parameters['assignments'] as { assignments: Array<{ name: string; value: string }> };
		const moved = assignments.map((assignment) => (assignment.name === 'archiveFolder' ? { ...assignment, value: folder } : assignment));
		await atWork(withParameters(example, 'Where to', { assignments: { assignments: moved } }), async () => {
			const seen = stage.exchange.control.requests().length;
			await waitUntil(() => stage.exchange.control.requests().slice(seen).filter(({ operation }) => operation === 'SyncFolderItems').length >= 2, { what: 'the first poll', timeoutMs: 60_000 });
			const pdf = 'JVBERi0x';
			const part = (name: string): string => `--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${pdf}\r\n`;
			await stage.exchange.control.deliver(
				ANNA.address,
				mail({ subject: 'Offer', messageId: '<offer@partner.example>' })
					.replace('Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit', 'Content-Type: multipart/mixed; boundary=b')
					.replace('Good morning.', `--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGood morning.\r\n${part('offer.pdf')}${part('../../escape.pdf')}--b--`),
			);
			const written = await waitUntil(async () => ((await readdir(folder)).length >= 3 ? await readdir(folder) : undefined), { what: 'three files', timeoutMs: 60_000, everyMs: 500, state: () => stage.n8n.process.log.slice(-2000) });
			const record = written.filter((name) => name.endsWith('.json'));
			expect(record).toHaveLength(1);
			expect(await readFile(join(folder, record[0] ?? ''), 'utf8')).toContain('<offer@partner.example>');
			const attachments = written.filter((name) => name.endsWith('.pdf'));
			expect(attachments).toHaveLength(2);
			for (const name of attachments) expect((await readFile(join(folder, name))).toString('base64')).toBe(pdf);
			expect(await readdir(files)).toEqual(['mail']);
		});
	});

	it('report-of-excluded-items: one email says what did not sync and why', async () => {
		const outlook = stage.exchange.control.outlook(ANNA.address);
		const example = withParameters(await readExample('report-of-excluded-items.json'), 'Send the report', { to: BOB.address });
		// The report comes every morning; here it is asked for by hand.
		await atWork(example, async (stored) => {
			const seen = stage.exchange.control.requests().length;
			await waitUntil(() => stage.exchange.control.requests().slice(seen).filter(({ operation }) => operation === 'SyncFolderItems').length >= 4, { what: 'the first poll', timeoutMs: 60_000 });
			outlook.create({ folder: 'inbox', subject: 'Report me', isDraft: true });
			await row('Exchange excluded items', ({ message }) => String(message).includes('Report me'), 'the draft');
			stage.exchange.exchange.outbox.length = 0;
			const execution = await executionEnd(stage.n8n.client, await startWorkflow(stage.n8n.client, stored, 'Every morning'));
			expect(execution.error).toBeUndefined();
			expect(stage.exchange.exchange.outbox.map(({ to }) => to)).toEqual([[BOB.address]]);
			const [report] = stage.exchange.control.outlook(BOB.address).items('inbox').filter(({ subject }) => subject.includes('did not sync'));
			const body = stage.exchange.control.outlook(BOB.address).item(report?.id ?? '').body?.content ?? '';
			expect(body).toContain('drafts-not-synced');
			expect(body).toContain('Report me');
		});
	});

	it('what was left out: an item has one row, and each fault of an account or folder has one', async () => {
		const examples = await Promise.all((await exampleNames()).map(readExample));
		const noting = examples.flatMap(({ nodes }) => nodes.filter(({ name }) => name === 'Note what was left out').map(({ parameters }) => parameters));
		expect(noting).toHaveLength(4);
		for (const parameters of noting) expect(parameters).toEqual(noting[0]);
		const about = { connector: 'Exchange', account: 'carla', mailbox: 'carla@example.test' };
		const fault = (message: string) => ({ ...about, outcome: 'failed', message });
		const item = (message: string) => ({ ...about, outcome: 'skipped', rule: 'drafts-not-synced', kind: 'email', exchangeId: 'AAMkA1', message });
		await importExample(stage.n8n.client, await readExample('report-of-excluded-items.json'), [stage.credential]);
		for (const items of [[fault('Folder "A" cannot be read'), item('Email "One" is a draft')], [fault('Folder "B" cannot be read'), item('Email "One, renamed" is a draft')], [fault('Folder "A" cannot be read')]]) {
			await handOver('report-of-excluded-items.json', 'Without the summary', items);
		}
		const noted = (await rows('Exchange excluded items')).filter(({ account }) => account === 'carla').map(({ itemId, message }) => [itemId, message]);
		expect(noted.sort()).toEqual([
			['', 'Folder "A" cannot be read'],
			['', 'Folder "B" cannot be read'],
			['AAMkA1', 'Email "One, renamed" is a draft'],
		]);
	});
});
