import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCredential } from '../n8n-harness/credentials.mts';
import { ANNA, APPOINTMENT, BASIC, basicCredential, BOB, EMAIL, mail, Stage, TASK } from './stage.mts';

type Json = Record<string, unknown>;

describe('the actions in n8n', () => {
	let stage: Stage;

	beforeAll(async () => {
		stage = await Stage.start();
	});
	afterAll(async () => {
		await stage?.close();
	});
	beforeEach(() => {
		stage.exchange.exchange.outbox.length = 0;
	});

	async function one(type: string, operation: string, parameters: Json, input?: Json): Promise<Json> {
		const [first] = await stage.act(type, operation, parameters, input === undefined ? undefined : [input]);
		if (first === undefined) throw new Error(`${operation} gave no item`);
		return first;
	}

	const sentTo = (): string[] => stage.exchange.exchange.outbox.flatMap(({ to }) => [...to]);

	describe('Exchange Email', () => {
		async function delivered(subject: string): Promise<string> {
			await stage.exchange.control.deliver(ANNA.address, mail({ subject, messageId: `<${subject.replaceAll(' ', '-')}@partner.example>`, from: `Bob <${BOB.address}>` }));
			const found = await stage.act(EMAIL, 'getMany', { filters: { subject }, returnAll: true });
			expect(found).toHaveLength(1);
			return String(found[0]?.['exchangeId']);
		}

		it('Sync creates, says unchanged, updates; nobody gets anything', async () => {
			const record = { externalId: 'crm-1', key: '<crm-1@crm.example>', from: 'Carla <carla@partner.example>', to: ANNA.address, subject: 'Offerte', text: 'Guten Tag', receivedAt: '2026-02-03T08:00:00Z', isRead: false };
			const created = await one(EMAIL, 'sync', {}, record);
			expect(created).toMatchObject({ outcome: 'created', externalId: 'crm-1', kind: 'email', mailbox: ANNA.address });
			expect(await one(EMAIL, 'sync', {}, record)).toMatchObject({ outcome: 'unchanged', exchangeId: created['exchangeId'] });
			expect(await one(EMAIL, 'sync', {}, { ...record, isRead: true, categories: 'CRM' })).toMatchObject({ outcome: 'updated' });
			expect(await one(EMAIL, 'get', { exchangeId: created['exchangeId'] })).toMatchObject({ subject: 'Offerte', isRead: true, categories: ['CRM'], receivedAt: '2026-02-03T08:00:00Z', from: { name: 'Carla', address: 'carla@partner.example' } });
			expect(sentTo()).toEqual([]);
		});

		it('Sync puts each outcome on its own output where they are separated [drafts-not-synced] [archived-not-pushed]', async () => {
			const input = [
				{ externalId: 's-1', subject: 'Bleibt', text: 'x', from: 'carla@partner.example', to: ANNA.address },
				{ externalId: 's-2', subject: 'Entwurf', text: 'x', isDraft: true },
				{ externalId: 's-3', subject: 'Archiv', text: 'x', archived: true },
				{ externalId: 's-4', subject: 'Falsch', text: 'x', receivedAt: 'sometime' },
			];
			const execution = await stage.run(input, [{ name: 'Sync', type: EMAIL, parameters: { operation: 'sync', separateOutputs: true }, credential: stage.credential }]);
			const ids = (output: number): unknown[] => execution.items('Sync', output).map(({ json }) => [json['externalId'], json['outcome'], json['rule']]);
			expect(execution.status).toBe('success');
			expect(ids(0)).toEqual([['s-1', 'created', undefined]]);
			expect(ids(1)).toEqual([
				['s-2', 'skipped', 'drafts-not-synced'],
				['s-3', 'skipped', 'archived-not-pushed'],
			]);
			expect(ids(2)).toEqual([['s-4', 'failed', undefined]]);
			expect(execution.items('Sync', 2)[0]?.json['message']).toMatch(/receivedAt/);
		});

		it('Delete moves to Deleted Items', async () => {
			const exchangeId = await delivered('To be deleted');
			expect(await one(EMAIL, 'delete', { exchangeId, deleteMode: 'toBin' })).toMatchObject({ outcome: 'deleted' });
			expect(await stage.act(EMAIL, 'getMany', { filters: { subject: 'To be deleted' }, returnAll: true })).toEqual([]);
			expect(await stage.act(EMAIL, 'getMany', { folder: { __rl: true, mode: 'list', value: 'role:deletedItems' }, filters: { subject: 'To be deleted' }, returnAll: true })).toHaveLength(1);
		});

		it('Mark sets read state, flag and categories, and sends no receipt [read-receipts]', async () => {
			const exchangeId = await delivered('To be marked');
			await one(EMAIL, 'mark', { exchangeId, marks: { isRead: true, flag: 'flagged', categories: 'Blue, Green' } });
			expect(await one(EMAIL, 'get', { exchangeId })).toMatchObject({ isRead: true, flag: { status: 'flagged' }, categories: ['Blue', 'Green'] });
			expect(sentTo()).toEqual([]);
		});

		it('Move hands out the new id', async () => {
			const exchangeId = await delivered('To be moved');
			const moved = await one(EMAIL, 'move', { exchangeId, folder: { __rl: true, mode: 'list', value: 'role:junkEmail' } });
			expect(moved['exchangeId']).not.toBe(exchangeId);
			expect(await one(EMAIL, 'get', { exchangeId: moved['exchangeId'] })).toMatchObject({ subject: 'To be moved' });
		});

		it('Send really sends, and says so', async () => {
			const sent = await one(EMAIL, 'send', { to: BOB.address, subject: 'Hallo Bob', format: 'text', message: 'Bis morgen', options: {} });
			expect(sent).toMatchObject({ success: true, mailbox: ANNA.address, to: [BOB.address] });
			expect(sentTo()).toEqual([BOB.address]);
			expect(await stage.act(EMAIL, 'getMany', { folder: { __rl: true, mode: 'list', value: 'role:sentItems' }, filters: { subject: 'Hallo Bob' }, returnAll: true })).toHaveLength(1);
		});

		it('Send takes attachments from binary data', async () => {
			const execution = await stage.run(
				[{ note: 'content of the file' }],
				[
					{ name: 'File', type: 'n8n-nodes-base.convertToFile', typeVersion: 1.1, parameters: { operation: 'toJson', binaryPropertyName: 'data', options: { fileName: 'note.json' } } },
					{ name: 'Send', type: EMAIL, parameters: { operation: 'send', to: ANNA.address, subject: 'With a file', format: 'text', message: 'See attachment', attachmentFields: 'data', options: {} }, credential: stage.credential },
				],
			);
			expect(execution.status).toBe('success');
			const [arrived] = await stage.act(EMAIL, 'getMany', { filters: { subject: 'With a file' }, returnAll: true });
			expect(arrived).toMatchObject({ attachments: [{ name: 'note.json' }] });
			const fetched = await stage.run([{}], [{ name: 'Fetch', type: EMAIL, parameters: { operation: 'getAttachments', exchangeId: arrived?.['exchangeId'] }, credential: stage.credential }]);
			const files = fetched.items('Fetch').flatMap(({ binary }) => Object.values(binary ?? {}));
			expect(files).toMatchObject([{ fileName: 'note.json' }]);
		});

		it('Reply and Forward go to the right people', async () => {
			const exchangeId = await delivered('A question');
			await one(EMAIL, 'reply', { exchangeId, format: 'text', message: 'Yes.', options: {} });
			expect(sentTo()).toEqual([BOB.address]);
			await one(EMAIL, 'forward', { exchangeId, to: 'carla@partner.example', format: 'text', message: 'For you.', options: {} });
			expect(sentTo()).toEqual([BOB.address, 'carla@partner.example']);
		});

		it('Create Draft keeps it, Send Draft sends it', async () => {
			const draft = await one(EMAIL, 'createDraft', { to: BOB.address, subject: 'Later', format: 'html', message: '<p>Soon</p>', options: {} });
			expect(sentTo()).toEqual([]);
			await one(EMAIL, 'sendDraft', { exchangeId: draft['exchangeId'] });
			expect(sentTo()).toEqual([BOB.address]);
		});

		it('Diagnose tells how each account stands', async () => {
			expect(await one(EMAIL, 'diagnose', {})).toMatchObject({ mailbox: ANNA.address, reachable: true });
		});
	});

	describe('Exchange Appointment', () => {
		it('Create, Get, Update, Delete', async () => {
			const created = await one(APPOINTMENT, 'create', { subject: 'Zahnarzt', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', additionalFields: { location: 'Bern' } });
			const exchangeId = created['exchangeId'];
			expect(await one(APPOINTMENT, 'get', { exchangeId })).toMatchObject({ subject: 'Zahnarzt', start: '2026-03-02T08:00:00Z', end: '2026-03-02T09:00:00Z', location: 'Bern' });
			await one(APPOINTMENT, 'update', { exchangeId, updateFields: { subject: 'Zahnarzt (verschoben)', start: '2026-03-03T09:00:00' } });
			expect(await one(APPOINTMENT, 'get', { exchangeId })).toMatchObject({ subject: 'Zahnarzt (verschoben)', start: '2026-03-03T08:00:00Z', end: '2026-03-03T09:00:00Z' });
			expect(await one(APPOINTMENT, 'delete', { exchangeId })).toMatchObject({ outcome: 'deleted' });
		});

		it('Sync writes a series, and Get Many expands it into its occurrences', async () => {
			const series = {
				externalId: 'series-1',
				subject: 'Jour fixe',
				start: '2026-03-03T09:00:00',
				end: '2026-03-03T10:00:00',
				timeZone: 'Europe/Zurich',
				recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=TU;COUNT=6', exceptions: [{ originalStart: '2026-03-10T09:00:00', start: '2026-03-10T14:00:00', end: '2026-03-10T15:00:00' }], deleted: ['2026-03-17T09:00:00'] },
			};
			expect(await one(APPOINTMENT, 'sync', {}, series)).toMatchObject({ outcome: 'created' });
			expect(await one(APPOINTMENT, 'sync', {}, series)).toMatchObject({ outcome: 'unchanged' });
			const shown = await stage.act(APPOINTMENT, 'getMany', { view: 'range', rangeStart: '2026-03-01T00:00:00', rangeEnd: '2026-04-30T00:00:00', returnAll: true });
			// Zurich goes over to summer time on 29 March: the wall-clock time stays.
			expect(shown.filter(({ subject }) => subject === 'Jour fixe').map(({ start }) => start)).toEqual(['2026-03-03T08:00:00Z', '2026-03-10T13:00:00Z', '2026-03-24T08:00:00Z', '2026-03-31T07:00:00Z', '2026-04-07T07:00:00Z']);
			expect(sentTo()).toEqual([]);
		});

		it('Sync skips an absence [absences-not-pushed]', async () => {
			const absence = { externalId: 'a-1', type: 'absence', subject: 'Ferien', allDay: true, start: '2026-07-06', end: '2026-07-11' };
			expect(await one(APPOINTMENT, 'sync', {}, absence)).toMatchObject({ outcome: 'skipped', rule: 'absences-not-pushed' });
		});

		it('Send Meeting Invitation invites, as its name says', async () => {
			await one(APPOINTMENT, 'sendMeetingInvitation', { subject: 'Sitzung', start: '2026-05-04T09:00:00', end: '2026-05-04T10:00:00', attendees: BOB.address, additionalFields: {} });
			expect(sentTo()).toEqual([BOB.address]);
		});
	});

	describe('Exchange Task', () => {
		it('Create, Complete, Get, Delete', async () => {
			const { exchangeId } = await one(TASK, 'create', { subject: 'Bericht', additionalFields: { dueDate: '2026-03-06', text: 'bis Freitag' } });
			await one(TASK, 'complete', { exchangeId });
			// Exchange notes the day on which it is told as the day of completion.
			expect(await one(TASK, 'get', { exchangeId })).toMatchObject({ subject: 'Bericht', dueDate: '2026-03-06', status: 'completed', percentComplete: 100, completedDate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) });
			expect(await one(TASK, 'delete', { exchangeId })).toMatchObject({ outcome: 'deleted' });
		});

		it('Sync creates, says unchanged, updates, and skips a series [recurring-tasks-not-synced]', async () => {
			const task = { externalId: 't-1', subject: 'Rückruf', dueDate: '2026-03-09', status: 'notStarted' };
			expect(await one(TASK, 'sync', {}, task)).toMatchObject({ outcome: 'created' });
			expect(await one(TASK, 'sync', {}, task)).toMatchObject({ outcome: 'unchanged' });
			expect(await one(TASK, 'sync', {}, { ...task, percentComplete: 50, status: 'inProgress' })).toMatchObject({ outcome: 'updated' });
			expect(await one(TASK, 'sync', {}, { ...task, externalId: 't-2', recurring: true })).toMatchObject({ outcome: 'skipped', rule: 'recurring-tasks-not-synced' });
		});
	});

	it('a connector that is switched off answers for each item without touching the network [connector-inactive]', async () => {
		const off = await createCredential(stage.n8n.client, 'Exchange, switched off', BASIC, basicCredential(stage.exchange.url, { active: false }));
		stage.exchange.control.clearRequests();
		const execution = await stage.run([{ externalId: 'off-1', subject: 'x' }, { externalId: 'off-2', subject: 'y' }], [{ name: 'Sync', type: EMAIL, parameters: { operation: 'sync' }, credential: off }]);
		expect(execution.items('Sync').map(({ json }) => [json['outcome'], json['rule']])).toEqual([
			['skipped', 'connector-inactive'],
			['skipped', 'connector-inactive'],
		]);
		expect(stage.exchange.control.requests()).toEqual([]);
	});

	it('an item that fails goes on as an item where the node is told to continue', async () => {
		const execution = await stage.run([{ exchangeId: 'AAMkNoSuchItem' }], [{ name: 'Get', type: EMAIL, parameters: { operation: 'get', exchangeId: '={{ $json.exchangeId }}' }, credential: stage.credential, onError: 'continueRegularOutput' }]);
		expect(execution.status).toBe('success');
		expect(execution.items('Get')).toHaveLength(1);
		const failing = await stage.run([{ exchangeId: 'AAMkNoSuchItem' }], [{ name: 'Get', type: EMAIL, parameters: { operation: 'get', exchangeId: '={{ $json.exchangeId }}' }, credential: stage.credential }]);
		expect(failing.status).toBe('error');
		expect(failing.error?.message).not.toBe('');
	});

});
