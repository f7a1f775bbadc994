/** What a user has made of an item in Exchange decides whether the other system may write over it or delete it. */
import { describe, expect, it } from 'vitest';

import { appointment, email, series, task } from '../../sync/records.mts';
import { ANNA, BEN, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();

describe('an item that is synced no longer is neither written over nor deleted', () => {
	it('recurring-tasks-not-synced: a task that a user has made recurring', async () => {
		const office = await bench();
		const record = task({ startDate: '2026-03-02', dueDate: '2026-03-02' });
		const { exchangeId = '' } = await office.pushOne('task', { externalId: 't1', record });
		await office.pull();
		office.control.tasks(ANNA).makeRecurring(exchangeId, { kind: 'Daily', interval: 1 }, '2026-03-02');
		const skipped = { outcome: 'skipped', rule: 'recurring-tasks-not-synced' };
		expect(await office.pushOne('task', { externalId: 't1', record: { ...record, subject: 'Changed' } })).toMatchObject(skipped);
		expect(await office.delete('task', [{ externalId: 't1' }], { mode: 'permanently' })).toMatchObject([skipped]);
		expect(office.outlook().items('tasks')).toMatchObject([{ subject: record.subject }]);
	});

	it('drafts-not-synced: a draft of a user', async () => {
		const office = await bench();
		const draft = office.outlook().create({ folder: 'drafts', subject: 'Not sent yet', text: 'Dear', isDraft: true });
		const item = { externalId: 'm1', exchangeId: office.outlook().idOf(draft) };
		expect(await office.pushOne('email', { ...item, record: email({ subject: 'Changed' }) })).toMatchObject({ outcome: 'skipped', rule: 'drafts-not-synced' });
		expect(await office.delete('email', [item])).toMatchObject([{ outcome: 'skipped', rule: 'drafts-not-synced' }]);
	});

	it('series-pattern-changed: an excluded series stays when the other system deletes it', async () => {
		const office = await bench();
		const { exchangeId = '' } = await office.pushOne('appointment', { externalId: 's1', record: series() });
		office.control.calendar(ANNA).changePattern(exchangeId, { pattern: { kind: 'Daily', interval: 2 } });
		expect(await office.pushOne('appointment', { externalId: 's1', record: series({ subject: 'Changed' }) })).toMatchObject({ outcome: 'skipped' });
		expect(await office.delete('appointment', [{ externalId: 's1' }], { mode: 'permanently', evenIfChanged: true })).toMatchObject([{ outcome: 'skipped', rule: 'series-pattern-changed' }]);
	});

	it('private-left-out: what a user has made private is neither handed out nor written over', async () => {
		const office = await bench();
		const { exchangeId = '' } = await office.pushOne('appointment', { externalId: 'a1', record: appointment() });
		office.control.calendar(ANNA).edit(exchangeId, { subject: 'Doctor', text: 'Diagnosis', sensitivity: 'Private' });
		for (const conflictPolicy of ['exchangeWins', 'otherSystemWins'] as const) {
			const outcome = await office.pushOne('appointment', { externalId: 'a1', record: appointment({ subject: 'Changed' }) }, { includePrivate: false, conflictPolicy });
			expect(outcome).toMatchObject({ outcome: 'skipped', rule: 'private-left-out' });
			expect(JSON.stringify(outcome.exchangeVersion ?? '')).not.toContain('Diagnosis');
		}
		expect(office.outlook().items('calendar')).toMatchObject([{ subject: 'Doctor' }]);
	});
});

describe('a task with an assignee', () => {
	it('needs the id of the other system, by which it is found in the mailbox of the assignee', async () => {
		const office = await bench({ accounts: [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }] });
		office.outlook().create({ folder: 'tasks', itemClass: 'IPM.Task', subject: 'Call', text: '' });
		const { envelope, record } = onlyEvent(await office.pull());
		const item = { account: 'anna', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey, record: { ...record, assignee: { name: '', address: BEN } } };
		expect(await office.push('task', [item])).toMatchObject([{ outcome: 'failed', code: 'InvalidRecord', message: expect.stringContaining('"externalId"') }]);
		expect(office.outlook(BEN).items('tasks')).toEqual([]);
	});
});
