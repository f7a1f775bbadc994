import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import { execute } from './harness/n8n-core.mts';

const server = embeddedExchange();

async function run(parameters: IDataObject, items: IDataObject[] = [{}]): Promise<INodeExecutionData[]> {
	const [answers = []] = await execute({ nodeType: new ExchangeAppointment(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url) } }, items);
	return answers;
}

async function one(parameters: IDataObject, item: IDataObject = {}): Promise<IDataObject> {
	const [answer] = await run(parameters, [item]);
	if (answer === undefined) throw new Error('The node gave no item');
	return answer.json;
}

describe('Exchange Appointment', () => {
	it('meeting-as-appointment: Sync writes appointments and sends nothing to participants', async () => {
		const records = [
			{ externalId: 'a-1', subject: 'Review', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', location: 'Room 4', participants: 'anna@example.test' },
			{ externalId: 'a-2', subject: 'Fair', start: '2026-03-05', end: '2026-03-07', allDay: true },
			{ externalId: 'a-3', subject: 'Away', start: '2026-03-05', end: '2026-03-06', type: 'absence' },
		];
		const sent = server().control.outbox().length;
		const answers = await run({ operation: 'sync' }, records);
		expect(answers.map(({ json }) => [json['externalId'], json['outcome'], json['rule']])).toEqual(
			expect.arrayContaining([
				['a-1', 'created', undefined],
				['a-2', 'created', undefined],
				['a-3', 'skipped', 'absences-not-pushed'],
			]),
		);
		expect(server().control.outbox().length).toBe(sent);
	});

	it('time-zone: a time without zone is read in the connector’s', async () => {
		const created = await one({ operation: 'create', subject: 'Standup', start: '2026-07-06T09:00:00', end: '2026-07-06T09:15:00', additionalFields: { location: 'Hall', reminderMinutes: 10, categories: 'Team' } });
		expect(created).toMatchObject({ kind: 'appointment', start: '2026-07-06T07:00:00Z', end: '2026-07-06T07:15:00Z', reminderMinutes: 10, categories: ['Team'] });
		const read = await one({ operation: 'get' }, { exchangeId: created['exchangeId'] as string });
		expect(read).toMatchObject({ subject: 'Standup', start: '2026-07-06T07:00:00Z', location: 'Hall', timeZone: 'Europe/Zurich' });
	});

	it('keeps the length when only the start is changed, and leaves the rest alone', async () => {
		const created = await one({ operation: 'create', subject: 'Move me', start: '2026-03-09T09:00:00', end: '2026-03-09T10:30:00', additionalFields: { location: 'Hall' } });
		const updated = await one({ operation: 'update', updateFields: { start: '2026-03-10T14:00:00' } }, { exchangeId: created['exchangeId'] as string });
		expect(updated).toMatchObject({ start: '2026-03-10T13:00:00Z', end: '2026-03-10T14:30:00Z' });
		expect(await one({ operation: 'get' }, { exchangeId: created['exchangeId'] as string })).toMatchObject({ start: '2026-03-10T13:00:00Z', end: '2026-03-10T14:30:00Z', location: 'Hall', subject: 'Move me' });
	});

	it('creates all-day appointments from what the date picker gives', async () => {
		const created = await one({ operation: 'create', subject: 'Holiday', start: '2026-08-01T00:00:00', end: '2026-08-02T00:00:00', allDay: true });
		expect(await one({ operation: 'get' }, { exchangeId: created['exchangeId'] as string })).toMatchObject({ allDay: true, start: '2026-08-01', end: '2026-08-02' });
	});

	it('lists occurrences of a series in a range, or the series once', async () => {
		await one({ operation: 'create', subject: 'Weekly', start: '2026-05-04T09:00:00', end: '2026-05-04T10:00:00', additionalFields: { rrule: 'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4' } });
		const range = await run({ operation: 'getMany', view: 'range', rangeStart: '2026-05-01', rangeEnd: '2026-05-20T00:00:00' });
		expect(range.map(({ json }) => json['start'])).toEqual(['2026-05-04T07:00:00Z', '2026-05-11T07:00:00Z', '2026-05-18T07:00:00Z']);
		const masters = await run({ operation: 'getMany', view: 'masters', filters: { subject: 'Weekly' } });
		expect(masters.map(({ json }) => (json['recurrence'] as IDataObject | undefined)?.['rrule'])).toEqual([expect.stringContaining('FREQ=WEEKLY')]);
		await expect(run({ operation: 'getMany', view: 'range', rangeStart: '2026-05-20', rangeEnd: '2026-05-01' })).rejects.toThrow('time range is empty');
	});

	it('deletes without cancelling anything by mail', async () => {
		await run({ operation: 'sync' }, [{ externalId: 'a-del', subject: 'Delete me', start: '2026-04-02T09:00:00Z', end: '2026-04-02T10:00:00Z' }]);
		const sent = server().control.outbox().length;
		expect(await one({ operation: 'delete' }, { externalId: 'a-del' })).toMatchObject({ outcome: 'deleted' });
		expect(server().control.outbox().length).toBe(sent);
	});

	it('mails meeting requests from Send Meeting Invitation only', async () => {
		const before = server().control.outbox().length;
		await one({ operation: 'sendMeetingInvitation', attendees: 'Bob <bob@example.test>', subject: 'Kick-off', start: '2026-04-01T09:00:00', end: '2026-04-01T10:00:00' });
		expect(server().control.outbox().slice(before)).toMatchObject([{ what: 'meeting-request', to: ['bob@example.test'], subject: 'Kick-off' }]);
	});

	it('refuses what cannot be, naming field and item', async () => {
		await expect(run({ operation: 'create', subject: 'x', start: '2026-04-01T10:00:00', end: '2026-04-01T09:00:00' })).rejects.toMatchObject({ message: expect.stringContaining('"end"'), context: { itemIndex: 0 } });
	});
});
