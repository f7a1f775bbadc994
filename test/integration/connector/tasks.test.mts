import { describe, expect, it } from 'vitest';

import type { TaskRecord } from '../../../src/records/task.ts';
import { contentHash } from '../../../src/records/content-hash.ts';
import { task } from '../../sync/records.mts';
import { ANNA, BEN, type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();
const BOTH = [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }];

async function seenByAnother(office: ConnectorBench, more: Parameters<ConnectorBench['pullOptions']>[0] = {}): Promise<TaskRecord[]> {
	const other = office.another({ ...office.connector.settings, connectorId: 'other' });
	return (await other.pull(undefined, office.pullOptions(more))).events.flatMap(({ record }) => (record?.kind === 'task' ? [record] : []));
}

describe('tasks, there and back', () => {
	it('everything the record promises comes back as it was pushed, and is neither echoed nor written again', async () => {
		const office = await bench();
		const record = task({
			subject: 'Write <the> report & more',
			text: 'First line\nSecond line',
			startDate: '2026-03-28',
			dueDate: '2026-03-29',
			status: 'inProgress',
			percentComplete: 40,
			importance: 'high',
			sensitivity: 'confidential',
			reminderAt: '2026-03-28T07:30:00Z',
			totalWork: 480,
			actualWork: 90,
			categories: ['Blue', 'Red & green'],
		});
		expect(await office.pushOne('task', { externalId: 't1', record })).toMatchObject({ outcome: 'created', kind: 'task' });
		const [seen] = await seenByAnother(office);
		expect({ ...seen, key: record.key }).toEqual(record);
		expect(told(await office.pull())).toEqual([]);
		expect(await office.pushOne('task', { externalId: 't1', record })).toMatchObject({ outcome: 'unchanged' });
		expect(office.control.outbox()).toEqual([]);
	});

	it('is completed and opened again from both sides', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('task', { externalId: 't1', record: task({ percentComplete: 50, status: 'inProgress' }) });
		await office.pull();
		const tasks = office.control.tasks(ANNA);
		tasks.complete(exchangeId!);
		const completed = onlyEvent(await office.pull());
		expect(completed.record).toMatchObject({ status: 'completed', percentComplete: 100, completedDate: '2026-03-01' });
		const reopened = task({ status: 'notStarted', percentComplete: 0 });
		expect(await office.pushOne('task', { externalId: 't1', exchangeId: exchangeId!, changeKey: completed.envelope.changeKey!, record: reopened })).toMatchObject({ outcome: 'updated' });
		expect(contentHash((await seenByAnother(office))[0]!)).toBe(contentHash(reopened));
		expect(await office.pushOne('task', { externalId: 't1', record: task({ status: 'completed', percentComplete: 100, completedDate: '2026-02-20' }) })).toMatchObject({ outcome: 'updated' });
		expect((await seenByAnother(office))[0]).toMatchObject({ status: 'completed', percentComplete: 100 });
		expect(told(await office.pull())).toEqual([]);
	});

	it.each(['Europe/Zurich', 'Pacific/Auckland', 'Pacific/Honolulu', 'UTC'])('dates are dates in %s', async (timeZone) => {
		const office = await bench({ settings: { timeZone } });
		const record = task({ startDate: '2026-03-28', dueDate: '2026-03-29' });
		await office.pushOne('task', { externalId: 't1', record }, { timeZone });
		expect(await seenByAnother(office, { timeZone })).toMatchObject([{ startDate: '2026-03-28', dueDate: '2026-03-29' }]);
		expect(told(await office.pull({ timeZone }))).toEqual([]);
		expect(await office.pushOne('task', { externalId: 't1', record }, { timeZone })).toMatchObject({ outcome: 'unchanged' });
	});

	it('plain-text-only: formatting in Exchange survives an unrelated update', async () => {
		const office = await bench();
		const tasks = office.control.tasks(ANNA);
		const item = tasks.create({ subject: 'Formatted' });
		office.outlook().edit(item, { html: '<p>Hello <b>you</b></p>' });
		const { envelope, record } = onlyEvent(await office.pull());
		expect(record).toMatchObject({ text: 'Hello you' });
		await office.pushOne('task', { externalId: 't1', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey!, record: { ...record, importance: 'high' } });
		expect(tasks.item(item).body?.content).toContain('<b>you</b>');
	});

	it('restore-not-synced: a task that comes back from Deleted Items is left out', async () => {
		const office = await bench();
		const tasks = office.control.tasks(ANNA);
		const item = tasks.create({ subject: 'Gone' });
		await office.pull();
		const binned = tasks.delete(item);
		expect((await office.pull()).events.map(({ envelope }) => [envelope.event, envelope.permanent])).toEqual([['deleted', false]]);
		tasks.restore(binned);
		const { events, outcomes } = await office.pull();
		expect([events, outcomes.map(({ rule }) => rule)]).toEqual([[], ['restore-not-synced']]);
	});
});

describe('delegation', () => {
	it('delegation-not-synced: the assignee\'s copy is a normal task; the assigner\'s copy and the request are left out', async () => {
		const office = await bench({ accounts: BOTH });
		const [anna, ben] = [office.control.tasks(ANNA), office.control.tasks(BEN)];
		anna.assign(anna.create({ subject: 'Delegated', dueDate: '2026-03-20' }), ben);
		const { events, outcomes } = await office.pull();
		expect(events.map(({ envelope, record }) => [envelope.kind, envelope.account, record?.subject])).toEqual([['task', 'ben', 'Delegated']]);
		expect(JSON.stringify(events[0]?.record)).not.toMatch(/delegat(or|ion)|owner|anna/i);
		expect(outcomes.map(({ rule, kind, account }) => [rule, kind, account]).sort()).toEqual([
			['delegation-not-synced', 'email', 'ben'],
			['delegation-not-synced', 'task', 'anna'],
		]);
	});

	it('delegation-not-synced: a task with an assignee is written into that account\'s mailbox as a normal one', async () => {
		const office = await bench({ accounts: BOTH });
		const record = task({ assignee: { name: 'Ben', address: BEN } });
		expect(await office.pushOne('task', { account: 'anna', externalId: 't1', record })).toMatchObject({ outcome: 'created', account: 'ben', mailbox: BEN });
		expect([office.outlook(ANNA).items('tasks').length, office.outlook(BEN).items('tasks').length]).toEqual([0, 1]);
		expect(office.outlook(BEN).item(office.outlook(BEN).items('tasks')[0]!.id).properties['task:DelegationState'] ?? 'NoMatch').toBe('NoMatch');
		expect(await office.pushOne('task', { account: 'anna', externalId: 't2', record: task({ assignee: { name: '', address: 'stranger@example.org' } }) })).toMatchObject({ outcome: 'skipped', rule: 'delegation-not-synced' });
		expect(office.control.outbox()).toEqual([]);
	});

	it('task-saved-before-delegation: the creator\'s copy stays, and the assignee gets one of his own', async () => {
		const office = await bench({ accounts: BOTH });
		await office.pushOne('task', { account: 'anna', externalId: 't1', record: task() });
		expect(await office.pushOne('task', { account: 'anna', externalId: 't1', record: task({ assignee: { name: 'Ben', address: BEN } }) })).toMatchObject({ outcome: 'created', mailbox: BEN });
		expect([office.outlook(ANNA).items('tasks').length, office.outlook(BEN).items('tasks').length]).toEqual([1, 1]);
	});

	it('task-saved-before-delegation: a task assigned in Exchange after it was synced stays in the other system, and the assignee\'s is a new one', async () => {
		const office = await bench({ accounts: BOTH });
		const [anna, ben] = [office.control.tasks(ANNA), office.control.tasks(BEN)];
		const item = anna.create({ subject: 'Saved first' });
		expect(told(await office.pull())).toEqual(['created Saved first']);
		anna.assign(item, ben);
		const { events } = await office.pull();
		expect(events.map(({ envelope }) => [envelope.event, envelope.account])).toEqual([['created', 'ben']]);
	});
});

describe('task series', () => {
	it('recurring-tasks-not-synced: neither the series nor the copy of a completed occurrence is pulled', async () => {
		const office = await bench();
		const tasks = office.control.tasks(ANNA);
		const item = tasks.create({ subject: 'Weekly', startDate: '2026-03-02', series: { pattern: { kind: 'Daily', interval: 2 } } });
		const first = await office.pull();
		expect([first.events, first.outcomes.map(({ rule }) => rule)]).toEqual([[], ['recurring-tasks-not-synced']]);
		tasks.complete(item);
		const second = await office.pull();
		expect(second.events).toEqual([]);
		expect(new Set(second.outcomes.map(({ rule }) => rule))).toEqual(new Set(['recurring-tasks-not-synced']));
		expect(office.outlook().items('tasks')).toHaveLength(2);
	});

	it('recurring-tasks-not-synced: a task that becomes recurring later is left as it is', async () => {
		const office = await bench();
		const tasks = office.control.tasks(ANNA);
		const item = tasks.create({ subject: 'Once' });
		expect(told(await office.pull())).toEqual(['created Once']);
		tasks.makeRecurring(item, { kind: 'Daily', interval: 1 }, '2026-03-02');
		expect(told(await office.pull())).toEqual([]);
	});

	it('recurring-tasks-not-synced, delegation-not-synced: of a task that push has written it is told once what became of it, also where its content is what push wrote', async () => {
		const office = await bench({ accounts: BOTH });
		const [anna, ben] = [office.control.tasks(ANNA), office.control.tasks(BEN)];
		const record = task({ startDate: '2026-03-02', dueDate: '2026-03-02' });
		const [recurring, delegated] = await office.push('task', [{ account: 'anna', externalId: 't1', record }, { account: 'anna', externalId: 't2', record: task({ subject: 'Delegated' }) }]);
		await office.pull();
		anna.makeRecurring(recurring?.exchangeId ?? '', { kind: 'Daily', interval: 1 }, '2026-03-02');
		anna.assign(delegated?.exchangeId ?? '', ben);
		const { events, outcomes } = await office.pull();
		expect(events.map(({ envelope }) => envelope.account)).toEqual(['ben']);
		expect(outcomes.filter(({ kind }) => kind === 'task').map(({ outcome, rule, externalId }) => [outcome, rule, externalId]).sort()).toEqual([
			['skipped', 'delegation-not-synced', 't2'],
			['skipped', 'recurring-tasks-not-synced', 't1'],
		]);
		expect(await office.pull()).toMatchObject({ events: [], outcomes: [] });
	});

	it('recurring-tasks-not-synced: push skips a task of a series', async () => {
		const office = await bench();
		expect(await office.pushOne('task', { externalId: 't1', record: task({ recurring: true }) })).toMatchObject({ outcome: 'skipped', rule: 'recurring-tasks-not-synced' });
		expect(office.outlook().items('tasks')).toEqual([]);
	});
});
