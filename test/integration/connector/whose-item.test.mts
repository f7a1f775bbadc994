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
