import { describe, expect, it } from 'vitest';

import { appointment, task } from '../../sync/records.mts';
import { told, USUAL_PULL } from '../../usual-connector.mts';
import { ANNA, BEN, useBenches } from './connector-bench.mts';

const bench = useBenches();
const BOTH = [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }];

describe('whose an item is', () => {
	it('pushed by its Exchange id alone it stays the one that it is under its external id', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('task', { externalId: 'A', record: task() });
		expect(await office.pushOne('task', { exchangeId: exchangeId!, record: task({ subject: 'Changed' }) })).toMatchObject({ outcome: 'updated' });
		expect(await office.pushOne('task', { externalId: 'A', record: task({ subject: 'Changed' }) })).toMatchObject({ outcome: 'unchanged' });
		expect(office.outlook().items('tasks')).toHaveLength(1);
	});

	it('invitation-as-email: an external id of 1,000 characters names an item, its invitation, and no other', async () => {
		const office = await bench({ accounts: BOTH });
		const record = appointment({ participants: [{ name: 'Ben', address: BEN }] });
		const long = (last: string) => ({ account: 'anna', externalId: `${'é'.repeat(999)}${last}`, record });
		const outcomes = async (last: string) => (await office.push('appointment', [long(last)], { deliverInvitations: true })).map(({ outcome }) => outcome);
		expect(await outcomes('a')).toEqual(['created', 'created', 'created']);
		expect(await outcomes('a')).toEqual(['unchanged', 'unchanged', 'unchanged']);
		expect(await outcomes('b')).toEqual(['created', 'created', 'created']);
		expect(office.outlook(BEN).items('inbox').map(({ subject }) => subject)).toEqual(['Invitation: Meeting', 'Invitation: Meeting']);
		expect(await office.delete('appointment', [{ account: 'anna', externalId: long('a').externalId }])).toMatchObject([{ outcome: 'deleted' }]);
		expect([office.outlook().items('calendar').length, office.outlook(BEN).items('calendar').length]).toEqual([1, 2]);
	});

	it('restore-not-synced: what an external id named among another kind, and lies in Deleted Items, is nothing of this record', async () => {
		const office = await bench();
		const records = { appointment: appointment(), task: task() };
		await office.pushOne('appointment', { externalId: '7', record: records.appointment });
		expect(await office.delete('appointment', [{ externalId: '7' }])).toMatchObject([{ outcome: 'deleted' }]);
		expect(await office.delete('task', [{ externalId: '7' }])).toMatchObject([{ outcome: 'unchanged', message: 'The item is not in Exchange any more.' }]);
		expect(await office.delete('task', [{ externalId: '7' }], { mode: 'permanently' })).toMatchObject([{ outcome: 'unchanged' }]);
		expect(await office.pushOne('task', { externalId: '7', record: records.task })).toMatchObject({ outcome: 'created' });
		expect(await office.delete('task', [{ externalId: '7' }])).toMatchObject([{ outcome: 'deleted' }]);
		expect(office.outlook().items('deleteditems').map(({ itemClass }) => itemClass).toSorted()).toEqual(['IPM.Appointment', 'IPM.Task']);
		expect([await office.pushOne('appointment', { externalId: '7', record: records.appointment }), await office.pushOne('task', { externalId: '7', record: records.task })]).toMatchObject([{ rule: 'restore-not-synced' }, { rule: 'restore-not-synced' }]);
	});

	it('participants are refused where no external id tells their appointments from others', async () => {
		const office = await bench({ accounts: BOTH });
		const { exchangeId } = await office.pushOne('appointment', { account: 'anna', externalId: 'x', record: appointment() });
		const [refused] = await office.push('appointment', [{ account: 'anna', exchangeId: exchangeId!, record: appointment({ participants: [{ name: 'Ben', address: BEN }] }) }]);
		expect(refused).toMatchObject({ outcome: 'failed', message: expect.stringContaining('"externalId"') });
		expect(office.outlook(BEN).items('calendar')).toEqual([]);
	});

	it('delegation-not-synced: a task that gets an assignee goes to their mailbox, whatever id it has in another', async () => {
		const office = await bench({ accounts: BOTH });
		const { exchangeId, changeKey } = await office.pushOne('task', { account: 'anna', externalId: 't', record: task() });
		const [given] = await office.push('task', [{ account: 'anna', externalId: 't', exchangeId: exchangeId!, changeKey: changeKey!, record: task({ subject: 'Given', assignee: { name: 'Ben', address: BEN } }) }]);
		expect(given?.mailbox).toBe(BEN);
		expect(office.outlook(ANNA).items('tasks').map(({ subject }) => subject)).not.toContain('Given');
	});
});

it('deletes are handed over only where that event is chosen', async () => {
	const office = await bench();
	const created = { ...USUAL_PULL, events: ['created'] as const };
	await office.pull(created);
	await office.control.deliver(ANNA, `From: Bert <bert@example.org>\nTo: ${ANNA}\nSubject: One\nMessage-ID: <one@x>\n\nText\n`);
	expect(told(await office.pull(created))).toEqual(['created One']);
	office.outlook().remove(office.outlook().items('inbox')[0]!.id);
	expect(told(await office.pull(created))).toEqual([]);
});
