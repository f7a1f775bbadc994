import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import { execute } from './harness/n8n-core.mts';

const server = embeddedExchange();
const calendar = () => server().control.calendar('anna@example.test');

async function one(parameters: IDataObject, item: IDataObject = {}): Promise<IDataObject> {
	const [[answer] = []] = await execute({ nodeType: new ExchangeAppointment(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url) } }, [item]);
	if (answer === undefined) throw new Error('The node gave no item');
	return answer.json;
}

/** Six Mondays at nine, with a change of the clocks between; a user moves the second to a Tuesday, lets the third last longer, renames the fourth and deletes the fifth. */
async function mondays(zone = 'Europe/Zurich', rrule = 'FREQ=WEEKLY;BYDAY=MO;COUNT=6'): Promise<string> {
	const { exchangeId } = await one({ operation: 'create', subject: 'Mondays', start: '2026-03-09T09:00:00', end: '2026-03-09T10:30:00', additionalFields: { rrule, timeZone: zone } });
	const id = exchangeId as string;
	calendar().moveOccurrence(id, '2026-03-16', '2026-03-17T14:00:00', '2026-03-17T15:00:00');
	calendar().editOccurrence(id, '2026-03-23', { start: '2026-03-23T09:00:00', end: '2026-03-23T12:00:00' });
	calendar().editOccurrence(id, '2026-03-30', { subject: 'Guest' });
	calendar().deleteOccurrence(id, '2026-04-06');
	return id;
}

/** The occurrences as they stand, on the clock of the zone; with the subject where it is another one. */
function seen(id: string, zone = 'Europe/Zurich'): string[] {
	const local = (instant: string): string => DateTime.fromISO(instant, { zone }).toFormat("LL-dd'T'HH:mm");
	return calendar().occurrences(id).map(({ start, end, subject }) => `${local(start)} ${local(end)}${subject === 'Mondays' ? '' : ` ${subject}`}`);
}

function content({ start, end, allDay, recurrence }: IDataObject): IDataObject {
	const { exceptions, deleted } = recurrence as IDataObject;
	return { start, end, allDay, exceptions, deleted };
}

async function update(id: string, updateFields: IDataObject): Promise<IDataObject> {
	const before = server().control.outbox().length;
	const told = await one({ operation: 'update', updateFields }, { exchangeId: id });
	expect(server().control.outbox().length).toBe(before);
	// The answer says what stands in Exchange.
	expect(content(told)).toEqual(content(await one({ operation: 'get' }, { exchangeId: id })));
	return told;
}

describe.each(['Europe/Zurich', 'America/New_York', 'Pacific/Auckland'])('Exchange Appointment: Update of a series made in %s', (zone) => {
	it.each<[what: string, changes: IDataObject, expected: string[]]>([
		['another field', { location: 'Hall' }, ['03-09T09:00 03-09T10:30', '03-17T14:00 03-17T15:00', '03-23T09:00 03-23T12:00', '03-30T09:00 03-30T10:30 Guest', '04-13T09:00 04-13T10:30']],
		['a later time of day', { start: '2026-03-09T11:00:00' }, ['03-09T11:00 03-09T12:30', '03-17T14:00 03-17T15:00', '03-23T11:00 03-23T14:00', '03-30T11:00 03-30T12:30 Guest', '04-13T11:00 04-13T12:30']],
		['late in the evening', { start: '2026-03-09T23:30:00' }, ['03-09T23:30 03-10T01:00', '03-17T14:00 03-17T15:00', '03-23T23:30 03-24T02:30', '03-30T23:30 03-31T01:00 Guest', '04-13T23:30 04-14T01:00']],
		['just after midnight', { start: '2026-03-09T00:15:00' }, ['03-09T00:15 03-09T01:45', '03-17T14:00 03-17T15:00', '03-23T00:15 03-23T03:15', '03-30T00:15 03-30T01:45 Guest', '04-13T00:15 04-13T01:45']],
		['another length', { end: '2026-03-09T10:00:00' }, ['03-09T09:00 03-09T10:00', '03-17T14:00 03-17T15:00', '03-23T09:00 03-23T12:00', '03-30T09:00 03-30T10:00 Guest', '04-13T09:00 04-13T10:00']],
		['start and end', { start: '2026-03-09T13:00:00', end: '2026-03-09T14:00:00' }, ['03-09T13:00 03-09T14:00', '03-17T14:00 03-17T15:00', '03-23T13:00 03-23T16:00', '03-30T13:00 03-30T14:00 Guest', '04-13T13:00 04-13T14:00']],
		['a later day', { start: '2026-03-23T09:00:00' }, ['03-23T09:00 03-23T12:00', '03-30T09:00 03-30T10:30 Guest', '04-13T09:00 04-13T10:30', '04-20T09:00 04-20T10:30', '04-27T09:00 04-27T10:30']],
		['a later day and time', { start: '2026-03-16T08:00:00' }, ['03-17T14:00 03-17T15:00', '03-23T08:00 03-23T11:00', '03-30T08:00 03-30T09:30 Guest', '04-13T08:00 04-13T09:30', '04-20T08:00 04-20T09:30']],
		['an earlier day', { start: '2026-03-02T09:00:00' }, ['03-02T09:00 03-02T10:30', '03-09T09:00 03-09T10:30', '03-17T14:00 03-17T15:00', '03-23T09:00 03-23T12:00', '03-30T09:00 03-30T10:30 Guest']],
		['whole days', { allDay: true }, ['03-09T00:00 03-10T00:00', '03-17T00:00 03-18T00:00', '03-23T00:00 03-24T00:00', '03-30T00:00 03-31T00:00 Guest', '04-13T00:00 04-14T00:00']],
	])('%s', async (_, changes, expected) => {
		const id = await mondays(zone);
		await update(id, changes);
		expect(seen(id, zone)).toEqual(expected);
	});

	it('an occurrence in the other form stays when it is', async () => {
		const id = await mondays(zone);
		calendar().editOccurrence(id, '2026-03-23', { allDay: true });
		await update(id, { start: '2026-03-09T11:00:00' });
		expect(seen(id, zone)[2]).toBe('03-23T00:00 03-24T00:00');
		await update(id, { allDay: true });
		expect((await one({ operation: 'get' }, { exchangeId: id }))['recurrence']).toMatchObject({ exceptions: [{ originalStart: '2026-03-16', start: '2026-03-17', end: '2026-03-18' }, { originalStart: '2026-03-30', subject: 'Guest' }] });
		calendar().editOccurrence(id, '2026-03-23', { allDay: false, start: '2026-03-23T13:00:00', end: '2026-03-23T14:00:00' });
		await update(id, { start: '2026-03-16' });
		expect(seen(id, zone)[1]).toBe('03-23T13:00 03-23T14:00');
	});

	it('whole days to times', async () => {
		const created = await one({ operation: 'create', subject: 'Mondays', start: '2026-03-09', end: '2026-03-10', allDay: true, additionalFields: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=6', timeZone: zone } });
		const id = created['exchangeId'] as string;
		calendar().moveOccurrence(id, '2026-03-16', '2026-03-17', '2026-03-18');
		calendar().editOccurrence(id, '2026-03-23', { start: '2026-03-23', end: '2026-03-25' });
		calendar().editOccurrence(id, '2026-03-30', { subject: 'Guest' });
		calendar().deleteOccurrence(id, '2026-04-06');
		await update(id, { allDay: false, start: '2026-03-09T09:00:00', end: '2026-03-09T10:00:00' });
		expect(seen(id, zone)).toEqual(['03-09T09:00 03-09T10:00', '03-17T09:00 03-17T10:00', '03-23T09:00 03-25T09:00', '03-30T09:00 03-30T10:00 Guest', '04-13T09:00 04-13T10:00']);
	});
});

describe('Exchange Appointment: Update of a series', () => {
	it('a series of which a part was written says so', async () => {
		const id = await mondays();
		server().control.inject({ operation: 'UpdateItem', nth: 2, do: { effect: 'item', code: 'ErrorItemCorrupt' } });
		await expect(update(id, { start: '2026-03-09T11:00:00' })).rejects.toThrow(/ErrorItemCorrupt.* It was changed in part: look in Exchange/);
		server().control.heal();
		const whole = await mondays();
		server().control.inject({ operation: 'UpdateItem', do: { effect: 'item', code: 'ErrorItemCorrupt' } });
		await expect(update(whole, { start: '2026-03-09T11:00:00' })).rejects.toThrow(/^(?!.*in part).*ErrorItemCorrupt/);
		server().control.heal();
	});

	it('whole days on other days', async () => {
		const created = await one({ operation: 'create', subject: 'Mondays', start: '2026-03-09', end: '2026-03-10', allDay: true, additionalFields: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=4' } });
		const id = created['exchangeId'] as string;
		calendar().editOccurrence(id, '2026-03-23', { subject: 'Guest' });
		calendar().deleteOccurrence(id, '2026-03-30');
		await update(id, { start: '2026-03-16T00:00:00' });
		expect(seen(id)).toEqual(['03-16T00:00 03-17T00:00', '03-23T00:00 03-24T00:00 Guest', '04-06T00:00 04-07T00:00']);
	});

	it('in another zone its occurrences keep their days', async () => {
		const id = await mondays();
		await update(id, { timeZone: 'Europe/London', start: '2026-03-09T09:00:00' });
		expect(seen(id, 'Europe/London')).toEqual(['03-09T09:00 03-09T10:30', '03-17T13:00 03-17T14:00', '03-23T09:00 03-23T12:00', '03-30T09:00 03-30T10:30 Guest', '04-13T09:00 04-13T10:30']);
	});

	it.each([
		['the same days', 'Europe/London', 'FREQ=WEEKLY;BYDAY=MO;COUNT=6', '2026-03-09T09:00:00'],
		['the day before, daily', 'America/New_York', 'FREQ=DAILY;INTERVAL=7;COUNT=6', '2026-03-09T00:30:00'],
		['the day after, daily', 'Asia/Tokyo', 'FREQ=DAILY;INTERVAL=7;COUNT=6', '2026-03-09T23:00:00'],
		['the day before, until a day', 'America/New_York', 'FREQ=DAILY;INTERVAL=7;UNTIL=20260413', '2026-03-09T00:30:00'],
		['the day after, until a day', 'Asia/Tokyo', 'FREQ=DAILY;INTERVAL=7;UNTIL=20260413', '2026-03-09T23:00:00'],
		['the same days, until a day', 'Europe/London', 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20260413', '2026-03-09T09:00:00'],
	])('in another zone alone what was changed and deleted stays that: %s', async (_, zone, rrule, start) => {
		const created = await one({ operation: 'create', subject: 'Mondays', start, end: start.replace(/T.*/, 'T23:30:00'), additionalFields: { rrule } });
		const id = created['exchangeId'] as string;
		calendar().editOccurrence(id, '2026-03-16', { subject: 'Guest' });
		calendar().deleteOccurrence(id, '2026-03-30');
		calendar().moveOccurrence(id, '2026-04-06', '2026-04-07T14:00:00', '2026-04-07T15:00:00');
		const before = calendar().occurrences(id);
		await update(id, { timeZone: zone });
		const after = calendar().occurrences(id);
		expect(after.map(({ subject }) => subject)).toEqual(before.map(({ subject }) => subject));
		// Clocks change on other days there, or not at all: there is an hour between the starts at most.
		expect(after.map(({ start }, index) => Math.abs(Date.parse(start) - Date.parse(before[index]?.start ?? '')) <= 3_600_000)).toEqual(before.map(() => true));
	});

	it.each([
		['Europe/Zurich', 'Asia/Tokyo', '2026-10-24T02:30:00', '2026-10-25'],
		['America/New_York', 'Europe/Zurich', '2026-10-31T01:30:00', '2026-11-01'],
	])('in another zone alone what was changed and deleted in an hour that clocks of %s show twice stays that, too', async (zone, another, start, twice) => {
		const create = async () => (await one({ operation: 'create', subject: 'Nightly', start, end: start.replace(':30:', ':40:'), additionalFields: { rrule: 'FREQ=DAILY;COUNT=4', timeZone: zone } }))['exchangeId'] as string;
		const [changed, deleted] = [await create(), await create()];
		calendar().editOccurrence(changed, twice, { subject: 'Guest' });
		calendar().deleteOccurrence(deleted, twice);
		for (const exchangeId of [changed, deleted]) await one({ operation: 'update', updateFields: { timeZone: another } }, { exchangeId });
		expect(calendar().occurrences(changed).map(({ subject }) => subject)).toEqual(['Nightly', 'Guest', 'Nightly', 'Nightly']);
		expect(calendar().occurrences(deleted)).toHaveLength(3);
	});

	it('another zone in which it starts on a day that its rule does not have is refused, and nothing is written', async () => {
		const created = await one({ operation: 'create', subject: 'Mondays', start: '2026-03-09T00:30:00', end: '2026-03-09T01:00:00', additionalFields: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=4' } });
		const id = created['exchangeId'] as string;
		calendar().editOccurrence(id, '2026-03-16', { subject: 'Guest' });
		calendar().deleteOccurrence(id, '2026-03-23');
		const before = seen(id);
		await expect(update(id, { timeZone: 'America/New_York' })).rejects.toThrow(/recurrence.rrule.*2026-03-08/);
		expect(seen(id)).toEqual(before);
	});

	it('an occurrence that began earlier and ended when its series does keeps both times', async () => {
		const { exchangeId } = await one({ operation: 'create', subject: 'Mondays', start: '2026-03-09T09:00:00', end: '2026-03-09T10:30:00', additionalFields: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=2' } });
		const id = exchangeId as string;
		calendar().moveOccurrence(id, '2026-03-16', '2026-03-16T08:00:00', '2026-03-16T10:30:00');
		await update(id, { location: 'Hall' });
		expect(seen(id)).toEqual(['03-09T09:00 03-09T10:30', '03-16T08:00 03-16T10:30']);
		await update(id, { start: '2026-03-09T11:00:00' });
		expect(seen(id)).toEqual(['03-09T11:00 03-09T12:30', '03-16T08:00 03-16T10:30']);
	});

	it('at another time of day stays a series all the time, deleted occurrences or not', async () => {
		const id = await mondays();
		server().control.clearRequests();
		await update(id, { start: '2026-03-09T11:00:00' });
		const writes = server().control.requests().filter(({ operation }) => operation === 'UpdateItem').map(({ request }) => String(request));
		expect(writes.length).toBeGreaterThan(0);
		expect(writes.filter((request) => /DeleteItemField[^]*calendar:Recurrence/.test(request))).toEqual([]);
	});

	it('a start that takes the day of a changed occurrence away is refused, and nothing is written', async () => {
		const created = await one({ operation: 'create', subject: 'Mondays', start: '2026-03-09T09:00:00', end: '2026-03-09T10:30:00', additionalFields: { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=4' } });
		const id = created['exchangeId'] as string;
		calendar().editOccurrence(id, '2026-04-06', { subject: 'Guest' });
		calendar().deleteOccurrence(id, '2026-03-23');
		const before = seen(id);
		await expect(update(id, { start: '2026-03-16T09:00:00' })).rejects.toMatchObject({ message: expect.stringMatching(/"start".*occurrence on 2026-04-06/), context: { itemIndex: 0 } });
		expect(seen(id)).toEqual(before);
	});

	it('a deleted occurrence whose day the series does not have any more is forgotten', async () => {
		const created = await one({ operation: 'create', subject: 'Mondays', start: '2026-03-09T09:00:00', end: '2026-03-09T10:30:00', additionalFields: { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=3' } });
		const id = created['exchangeId'] as string;
		calendar().deleteOccurrence(id, '2026-03-23');
		await update(id, { start: '2026-03-16T09:00:00' });
		expect(seen(id)).toEqual(['03-16T09:00 03-16T10:30', '03-30T09:00 03-30T10:30', '04-13T09:00 04-13T10:30']);
	});

	it('a new rule makes a new series: what was changed and deleted in the old one is gone', async () => {
		const id = await mondays();
		await update(id, { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=3', start: '2026-03-16T11:00:00' });
		expect(seen(id)).toEqual(['03-16T11:00 03-16T12:30', '03-23T11:00 03-23T12:30', '03-30T11:00 03-30T12:30']);
	});
});
