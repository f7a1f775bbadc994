import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import { execute } from './harness/n8n-core.mts';

const server = embeddedExchange();

async function one(parameters: IDataObject, item: IDataObject = {}): Promise<IDataObject> {
	const [[answer] = []] = await execute({ nodeType: new ExchangeAppointment(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url) } }, [item]);
	if (answer === undefined) throw new Error('The node gave no item');
	return answer.json;
}

/** When an appointment is, on the clock of its zone. */
function times({ start, end, allDay, timeZone }: IDataObject): IDataObject {
	const local = (value: unknown): string => (allDay === true ? String(value) : DateTime.fromISO(String(value), { zone: String(timeZone) }).toFormat("yyyy-MM-dd'T'HH:mm"));
	return { start: local(start), end: local(end), allDay };
}

/** Makes an appointment, updates it, and tells what then stands in Exchange; the answer of the update must say the same. */
async function updated(stored: IDataObject, updateFields: IDataObject, timeZone: string): Promise<IDataObject> {
	const { allDay = false, ...rest } = stored;
	const { exchangeId } = await one({ operation: 'create', subject: 'Times', allDay, ...rest, additionalFields: { timeZone } });
	const told = await one({ operation: 'update', updateFields }, { exchangeId: exchangeId as string });
	const found = await one({ operation: 'get' }, { exchangeId: exchangeId as string });
	expect(times(told)).toEqual(times(found));
	return { ...times(found), timeZone: found['timeZone'], busyStatus: found['busyStatus'] };
}

const MORNING = { start: '2026-03-09T09:00:00', end: '2026-03-09T10:30:00' };
const HOLIDAYS = { start: '2026-03-09', end: '2026-03-12', allDay: true };

type Row = [what: string, stored: IDataObject, changes: IDataObject, expected: { start: string; end: string }];

const TO_ALL_DAY: Row[] = [
	['a morning', MORNING, {}, { start: '2026-03-09', end: '2026-03-10' }],
	['just after midnight', { start: '2026-03-09T00:15:00', end: '2026-03-09T00:45:00' }, {}, { start: '2026-03-09', end: '2026-03-10' }],
	['just before midnight', { start: '2026-03-09T23:15:00', end: '2026-03-09T23:45:00' }, {}, { start: '2026-03-09', end: '2026-03-10' }],
	['over midnight', { start: '2026-03-09T22:00:00', end: '2026-03-10T02:00:00' }, {}, { start: '2026-03-09', end: '2026-03-11' }],
	['until midnight', { start: '2026-03-09T20:00:00', end: '2026-03-10T00:00:00' }, {}, { start: '2026-03-09', end: '2026-03-10' }],
	['several days', { start: '2026-03-09T20:00:00', end: '2026-03-12T06:00:00' }, {}, { start: '2026-03-09', end: '2026-03-13' }],
	['without length', { start: '2026-03-09T09:00:00', end: '2026-03-09T09:00:00' }, {}, { start: '2026-03-09', end: '2026-03-10' }],
	['without length at midnight', { start: '2026-03-09T00:00:00', end: '2026-03-09T00:00:00' }, {}, { start: '2026-03-09', end: '2026-03-10' }],
	['the days on which clocks change', { start: '2026-03-28T22:00:00', end: '2026-03-30T01:00:00' }, {}, { start: '2026-03-28', end: '2026-03-31' }],
	['with a new start', MORNING, { start: '2026-03-12T00:00:00' }, { start: '2026-03-12', end: '2026-03-13' }],
	['with a new start at some time of day', MORNING, { start: '2026-03-12T17:00:00' }, { start: '2026-03-12', end: '2026-03-13' }],
	['with a new start, over several days', { start: '2026-03-09T20:00:00', end: '2026-03-12T06:00:00' }, { start: '2026-03-28' }, { start: '2026-03-28', end: '2026-04-01' }],
	['with a new end', MORNING, { end: '2026-03-12T00:00:00' }, { start: '2026-03-09', end: '2026-03-12' }],
	['with both', MORNING, { start: '2026-03-11', end: '2026-03-13' }, { start: '2026-03-11', end: '2026-03-13' }],
];

const TO_TIMED: Row[] = [
	['alone: from midnight to midnight', HOLIDAYS, {}, { start: '2026-03-09T00:00', end: '2026-03-12T00:00' }],
	['alone, over a change of the clocks', { start: '2026-03-28', end: '2026-03-30', allDay: true }, {}, { start: '2026-03-28T00:00', end: '2026-03-30T00:00' }],
	['with a new start: as many days', HOLIDAYS, { start: '2026-03-10T14:00:00' }, { start: '2026-03-10T14:00', end: '2026-03-13T14:00' }],
	['with a new start, over a change of the clocks', HOLIDAYS, { start: '2026-03-28T14:00:00' }, { start: '2026-03-28T14:00', end: '2026-03-31T14:00' }],
	['with a new end', HOLIDAYS, { end: '2026-03-09T17:00:00' }, { start: '2026-03-09T00:00', end: '2026-03-09T17:00' }],
	['with both', HOLIDAYS, { start: '2026-03-10T14:00:00', end: '2026-03-10T15:00:00' }, { start: '2026-03-10T14:00', end: '2026-03-10T15:00' }],
];

const ALL_DAY: Row[] = [
	['a later start', HOLIDAYS, { start: '2026-03-20T00:00:00' }, { start: '2026-03-20', end: '2026-03-23' }],
	['a start within it', HOLIDAYS, { start: '2026-03-10' }, { start: '2026-03-10', end: '2026-03-13' }],
	['an earlier start', HOLIDAYS, { start: '2026-03-02' }, { start: '2026-03-02', end: '2026-03-05' }],
	['a start at some time of day', HOLIDAYS, { start: '2026-03-20T17:30:00' }, { start: '2026-03-20', end: '2026-03-23' }],
	['a start before a change of the clocks', HOLIDAYS, { start: '2026-03-28' }, { start: '2026-03-28', end: '2026-03-31' }],
	['a later end', HOLIDAYS, { end: '2026-03-20T00:00:00' }, { start: '2026-03-09', end: '2026-03-20' }],
	['an earlier end', HOLIDAYS, { end: '2026-03-10' }, { start: '2026-03-09', end: '2026-03-10' }],
	['both', HOLIDAYS, { start: '2026-05-01', end: '2026-05-02' }, { start: '2026-05-01', end: '2026-05-02' }],
	['All Day once more', HOLIDAYS, { allDay: true }, { start: '2026-03-09', end: '2026-03-12' }],
	['nothing but another field', HOLIDAYS, { location: 'Home' }, { start: '2026-03-09', end: '2026-03-12' }],
];

const TIMED: Row[] = [
	['a new start', MORNING, { start: '2026-03-10T14:00:00' }, { start: '2026-03-10T14:00', end: '2026-03-10T15:30' }],
	['a new start on another side of a change of the clocks', MORNING, { start: '2026-06-10T14:00:00' }, { start: '2026-06-10T14:00', end: '2026-06-10T15:30' }],
	['a new end', MORNING, { end: '2026-03-09T12:00:00' }, { start: '2026-03-09T09:00', end: '2026-03-09T12:00' }],
	['both', MORNING, { start: '2026-03-10T14:00:00', end: '2026-03-10T15:00:00' }, { start: '2026-03-10T14:00', end: '2026-03-10T15:00' }],
	['All Day switched off once more', MORNING, { allDay: false }, { start: '2026-03-09T09:00', end: '2026-03-09T10:30' }],
];

// Of the credential, and others that a mailbox may have made the appointment in; clocks change on other days there.
describe.each(['Europe/Zurich', 'America/New_York', 'Pacific/Auckland'])('Exchange Appointment: Update of the times of an appointment made in %s', (zone) => {
	const unset = zone === 'Europe/Zurich' ? '' : zone;

	it.each(TO_ALL_DAY)('timed to all day: %s', async (_, stored, changes, expected) => {
		expect(await updated(stored, { allDay: true, ...changes }, unset)).toMatchObject({ ...expected, allDay: true, timeZone: zone, busyStatus: 'busy' });
	});

	it.each(TO_TIMED)('all day to timed: %s', async (_, stored, changes, expected) => {
		expect(await updated(stored, { allDay: false, ...changes }, unset)).toMatchObject({ ...expected, allDay: false, timeZone: zone, busyStatus: 'free' });
	});

	it.each(ALL_DAY)('all day: %s', async (_, stored, changes, expected) => {
		expect(await updated(stored, changes, unset)).toMatchObject({ ...expected, allDay: true, timeZone: zone });
	});

	it.each(TIMED)('timed: %s', async (_, stored, changes, expected) => {
		expect(await updated(stored, changes, unset)).toMatchObject({ ...expected, allDay: false, timeZone: zone });
	});
});

describe('Exchange Appointment: days of what is all day', () => {
	it('a day without a midnight has begun at one o’clock', async () => {
		const stored = { start: '2026-09-05T20:00:00', end: '2026-09-06T01:00:00' };
		expect(await updated(stored, { allDay: true }, 'America/Santiago')).toMatchObject({ start: '2026-09-05', end: '2026-09-06' });
		expect(await updated({ start: '2026-09-05', end: '2026-09-06', allDay: true }, { allDay: false }, 'America/Santiago')).toMatchObject({ start: '2026-09-05T00:00', end: '2026-09-06T01:00' });
	});

	it.each([
		['midnight of the zone in UTC', '2026-07-31T22:00:00Z'],
		['midnight in UTC', '2026-08-01T00:00:00.000Z'],
		['midnight of another zone', '2026-08-01T00:00:00.000-04:00'],
		['an instant that is on that day in the zone', '2026-07-31T23:30:00Z'],
		['a blank instead of the T', '2026-08-01 00:00:00'],
	])('%s', async (_, start) => {
		expect(await updated(HOLIDAYS, { start }, '')).toMatchObject({ start: '2026-08-01', end: '2026-08-04' });
		const created = await one({ operation: 'create', subject: 'Days', start, end: '2026-08-03', allDay: true });
		expect(times(created)).toMatchObject({ start: '2026-08-01', end: '2026-08-03' });
	});

	it('takes what an expression gives as a DateTime', async () => {
		expect(await updated(HOLIDAYS, { start: '={{ DateTime.fromISO("2026-08-01T09:15:00", { zone: "Europe/Zurich" }) }}' }, '')).toMatchObject({ start: '2026-08-01', end: '2026-08-04' });
	});

	it('a new zone keeps the days', async () => {
		expect(await updated(HOLIDAYS, { timeZone: 'Pacific/Auckland' }, 'America/New_York')).toMatchObject({ start: '2026-03-09', end: '2026-03-12', timeZone: 'Pacific/Auckland' });
	});
});

describe('Exchange Appointment: times that cannot be', () => {
	it.each([
		['an end before the first day', HOLIDAYS, { end: '2026-03-09' }, 'end'],
		['an end before the start', MORNING, { end: '2026-03-09T08:00:00' }, 'end'],
		['a start that is no time', MORNING, { start: 'tomorrow' }, 'start'],
		['a start that is no day', HOLIDAYS, { start: 'tomorrow' }, 'start'],
		['an empty start', MORNING, { start: '' }, 'start'],
		['a day for what is not all day', MORNING, { start: '2026-03-12' }, 'start'],
		['an unknown zone', MORNING, { allDay: true, timeZone: 'Europe/Nowhere' }, 'timeZone'],
	])('%s: refused, naming the field', async (_, stored, changes, field) => {
		await expect(updated(stored, changes, '')).rejects.toMatchObject({ message: expect.stringContaining(`"${field}"`), context: { itemIndex: 0 } });
	});
});
