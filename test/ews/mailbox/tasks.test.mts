import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TaskRecord } from '../../../src/records/task.ts';
import type { Folder, StoredItem } from '../../../src/sync/mailbox.ts';
import { type Setup, setUp, values } from './exchange-and-mailbox.mts';

const OPTIONS = { body: 'text', timeZone: 'Europe/Zurich' } as const;

function task(fields: Partial<TaskRecord> = {}): TaskRecord {
	return {
		kind: 'task',
		key: '',
		subject: 'Call <Ben> & Carl',
		text: 'First line\nSecond line',
		startDate: '2026-03-28',
		dueDate: '2026-03-29',
		status: 'inProgress',
		percentComplete: 25,
		importance: 'high',
		sensitivity: 'normal',
		categories: ['Blue', 'Red'],
		reminderAt: '2026-03-28T07:00:00Z',
		totalWork: 90,
		actualWork: 30,
		...fields,
	};
}

describe('tasks of a mailbox', () => {
	let setup: Setup;
	let tasks: Folder;

	beforeAll(async () => {
		setup = await setUp();
		tasks = await setup.mailbox.folder({ by: 'role', role: 'tasks' });
	});
	afterAll(() => setup.close());

	async function create(record: TaskRecord, stamp = 'crm|task'): Promise<StoredItem<'task'>> {
		const [reference] = values(await setup.mailbox.create('task', [{ record, folderId: tasks.id, stamp }]));
		return await read(reference!.id);
	}

	async function read(id: string, timeZone: string = OPTIONS.timeZone): Promise<StoredItem<'task'>> {
		return values(await setup.mailbox.read('task', [id], { ...OPTIONS, timeZone }))[0]!;
	}

	it('come back as they were written', async () => {
		const record = task();
		const stored = await create(record);
		expect({ ...stored.record, key: '' }).toEqual(record);
		expect(stored.record.key).toBe(stored.searchKey);
		expect(stored.facts).toEqual({ kind: 'task', delegation: 'none', isRecurring: false, isDetachedOccurrence: false });
		expect(stored.stamp).toBe('crm|task');
	});

	it('time-zone: days do not shift, whatever zone is asked with', async () => {
		const { reference } = await create(task());
		for (const zone of ['Pacific/Auckland', 'Pacific/Honolulu', 'UTC', 'Asia/Kolkata']) {
			const { record } = await read(reference.id, zone);
			expect([record.startDate, record.dueDate]).toEqual(['2026-03-28', '2026-03-29']);
		}
	});

	it.each([
		[{ status: 'notStarted', percentComplete: 0 }],
		[{ status: 'completed', percentComplete: 100 }],
		[{ status: 'waitingOnOthers', percentComplete: 40 }],
		[{ status: 'deferred', percentComplete: 10 }],
	] as const)('keep status, percentage and completion in step: %o', async (progress) => {
		const made = await create(task(progress));
		expect(made.record).toMatchObject(progress);
		const plain = await create(task());
		values(await setup.mailbox.update('task', [{ stored: plain, record: { ...plain.record, ...progress }, ifChanged: 'refuse' }]));
		expect((await read(plain.reference.id)).record).toMatchObject(progress);
	});

	it('write the fields that differ: dates, reminder and effort can be taken away', async () => {
		const stored = await create(task());
		const record = task({ key: stored.record.key, reminderAt: null, categories: [], subject: 'Other', text: 'Else', sensitivity: 'private' });
		delete record.startDate;
		delete record.dueDate;
		delete record.totalWork;
		delete record.actualWork;
		values(await setup.mailbox.update('task', [{ stored, record, stamp: 'crm|new', ifChanged: 'refuse' }]));
		const after = await read(stored.reference.id);
		expect(after.record).toEqual(record);
		expect(after.stamp).toBe('crm|new');
	});

	it('say on which day they were completed, which is the day Exchange was told', async () => {
		setup.server.control.setClock(new Date('2026-03-30T10:00:00Z'));
		const { record, reference } = await create(task({ status: 'completed', percentComplete: 100, completedDate: '2026-03-01' }));
		expect(record.completedDate).toBe('2026-03-30');
		setup.requests();
		const stored = await read(reference.id);
		values(await setup.mailbox.update('task', [{ stored, record: { ...stored.record, completedDate: '2026-03-01' }, ifChanged: 'refuse' }]));
		expect(setup.requests()).toEqual({ GetItem: 1 });
		setup.server.control.setClock(undefined);
	});

	it('delegation-not-synced, recurring-tasks-not-synced: whose copy it is and whether it repeats are facts', async () => {
		const outlook = setup.server.control.tasks('anna@example.test');
		const factsOf = async (item: Parameters<typeof outlook.idOf>[0]) => (await read(outlook.idOf(item))).facts;
		for (const [copy, delegation] of [
			['assignee', 'assignee'],
			['assigner', 'assigner'],
		] as const) {
			const item = outlook.create({ subject: `Delegated ${copy}` });
			outlook.delegate(item, { copy, other: 'ben@example.test', answer: 'accepted' });
			expect(await factsOf(item)).toMatchObject({ delegation });
		}
		const recurring = outlook.create({ subject: 'Every day', startDate: '2026-03-02' });
		outlook.makeRecurring(recurring, { kind: 'Daily', interval: 1 }, '2026-03-02');
		expect(await factsOf(recurring)).toMatchObject({ isRecurring: true });
		outlook.complete(recurring);
		const copies = outlook.find('Every day');
		const facts = await Promise.all(copies.map(factsOf));
		expect(facts.map(({ isDetachedOccurrence }) => isDetachedOccurrence).sort()).toEqual([false, true]);
	});

	it('plain-text-only: the body stays alone where its text is the same', async () => {
		const stored = await create(task({ text: 'Same text' }));
		setup.requests();
		values(await setup.mailbox.update('task', [{ stored, record: { ...stored.record, text: 'Same\u00a0text \r\n' }, ifChanged: 'refuse' }]));
		expect(setup.requests()).toEqual({});
	});

	it('are listed and deleted', async () => {
		const stored = await create(task({ subject: 'Listed', status: 'completed', percentComplete: 100 }));
		const listed = await setup.mailbox.list('task', tasks.id, { subject: 'listed', taskStatus: 'completed' }, 10);
		expect(listed.map(({ reference, key }) => [reference.id, key])).toEqual([[stored.reference.id, stored.record.key]]);
		values(await setup.mailbox.delete('task', [stored.reference.id], 'toBin'));
		expect(await setup.mailbox.read('task', [stored.reference.id], OPTIONS)).toMatchObject([{ ok: false, fault: { reason: 'gone' } }]);
	});
});
