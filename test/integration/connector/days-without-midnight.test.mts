/** Zones whose clocks go forward at midnight: that day begins at one o'clock, and the day before ends then. */
import { describe, expect, it } from 'vitest';

import type { AppointmentRecord } from '../../../src/records/appointment.ts';
import { appointment, series } from '../../sync/records.mts';
import { told } from '../../usual-connector.mts';
import { ANNA, type ConnectorBench, useBenches } from './connector-bench.mts';

const bench = useBenches();

async function seenByAnother(office: ConnectorBench, timeZone: string): Promise<AppointmentRecord | undefined> {
	const other = office.another({ ...office.connector.settings, connectorId: 'other' });
	const [event] = (await other.pull(undefined, office.pullOptions({ timeZone }))).events;
	return event?.record?.kind === 'appointment' ? event.record : undefined;
}

describe.each([
	['America/Santiago', '2026-09-04', '2026-09-05', '2026-09-06', '2026-09-07'],
	['Africa/Cairo', '2026-04-22', '2026-04-23', '2026-04-24', '2026-04-25'],
	['Asia/Beirut', '2026-03-27', '2026-03-28', '2026-03-29', '2026-03-30'],
	['America/Havana', '2026-03-06', '2026-03-07', '2026-03-08', '2026-03-09'],
])('whole days around one without a midnight in %s', (timeZone, before, last, without, next) => {
	it.each([
		['the day before it', last, without],
		['the day itself', without, next],
		['both', last, next],
		['several that end before it', before, without],
	])('time-zone: %s', async (_, start, end) => {
		const office = await bench({ settings: { timeZone } });
		const record = appointment({ start, end, allDay: true, timeZone });
		const push = async (changed: Partial<AppointmentRecord> = {}) => (await office.pushOne('appointment', { externalId: 'd', record: { ...record, ...changed } }, { timeZone })).outcome;
		expect(await push()).toBe('created');
		expect(await seenByAnother(office, timeZone)).toEqual(record);
		expect([told(await office.pull({ timeZone })), await push()]).toEqual([[], 'unchanged']);
		expect(await push({ subject: 'Renamed' })).toBe('updated');
		expect(await seenByAnother(office, timeZone)).toEqual({ ...record, subject: 'Renamed' });
		expect(await push({ start: '2026-06-01', end: '2026-06-02' })).toBe('updated');
		expect(await push()).toBe('updated');
		expect(await seenByAnother(office, timeZone)).toEqual(record);
	});

	it('time-zone: an occurrence of a series, moved there and back', async () => {
		const office = await bench({ settings: { timeZone } });
		const withEnd = (end: string) =>
			series({ start: before, end: last, allDay: true, timeZone, recurrence: { rrule: 'FREQ=DAILY;INTERVAL=4;COUNT=5', exceptions: [{ originalStart: before, end }], deleted: [] } });
		const push = async (record: AppointmentRecord) => (await office.pushOne('appointment', { externalId: 'd', record }, { timeZone })).outcome;
		for (const [end, outcome] of [[without, 'created'], [next, 'updated'], [without, 'updated']] as const) {
			expect(await push(withEnd(end))).toBe(outcome);
			expect(await seenByAnother(office, timeZone)).toEqual(withEnd(end));
			expect(await push(withEnd(end))).toBe('unchanged');
		}
		expect(office.control.calendar(ANNA).find('Jour fixe')).toHaveLength(1);
	});
});
