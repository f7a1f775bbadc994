/** Exceptions that last whole days where their series does not, and the other way round. */
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';

import type { AppointmentRecord, SeriesException } from '../../../src/records/appointment.ts';
import { runs } from '../../quick-look.mts';
import { series } from '../../sync/records.mts';
import { told } from '../../usual-connector.mts';
import { ANNA, type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();

const ALL_DAY = { subject: 'On call', start: '2026-03-02', end: '2026-03-03', allDay: true } as const;
const RULE = 'FREQ=WEEKLY;BYDAY=MO;COUNT=8';

function withExceptions(exceptions: SeriesException[], more: Partial<AppointmentRecord> = {}): AppointmentRecord {
	return series({ recurrence: { rrule: RULE, exceptions, deleted: [] }, ...more });
}

async function seenByAnother(office: ConnectorBench): Promise<AppointmentRecord[]> {
	const other = office.another({ ...office.connector.settings, connectorId: 'other' });
	return (await other.pull(undefined, office.pullOptions())).events.flatMap(({ record }) => (record?.kind === 'appointment' ? [record] : []));
}

describe('exceptions in the other form than their series', () => {
	it('an occurrence of whole days that a user gives a time of day comes with its times, and goes back as it came', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('appointment', { externalId: 's1', record: withExceptions([], ALL_DAY) });
		office.control.calendar(ANNA).editOccurrence(exchangeId!, '2026-03-09', { allDay: false, start: '2026-03-09T13:30:00', end: '2026-03-09T14:15:00', subject: 'Short' });
		const event = onlyEvent(await office.pull());
		const exception = { originalStart: '2026-03-09', allDay: false, start: '2026-03-09T12:30:00Z', end: '2026-03-09T13:15:00Z', subject: 'Short' };
		expect(event.record).toMatchObject({ allDay: true, start: '2026-03-02', recurrence: { exceptions: [exception] } });
		expect(await office.pushOne('appointment', { externalId: 's1', changeKey: event.envelope.changeKey, record: event.record })).toMatchObject({ outcome: 'unchanged' });
		const later = withExceptions([{ ...exception, start: '2026-03-09T15:00:00Z', end: '2026-03-09T16:00:00Z' }], ALL_DAY);
		expect(await office.pushOne('appointment', { externalId: 's1', changeKey: event.envelope.changeKey, record: later })).toMatchObject({ outcome: 'updated' });
		expect(office.control.calendar(ANNA).occurrences(exchangeId!, 2)[1]).toMatchObject({ start: '2026-03-09T15:00:00Z', end: '2026-03-09T16:00:00Z' });
		expect(await office.pushOne('appointment', { externalId: 's1', record: withExceptions([], ALL_DAY) })).toMatchObject({ outcome: 'updated' });
		expect((await seenByAnother(office))[0]).toMatchObject({ allDay: true, recurrence: { exceptions: [] } });
	});

	it('an occurrence that a user makes last the whole day comes as days', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('appointment', { externalId: 's1', record: withExceptions([]) });
		office.control.calendar(ANNA).editOccurrence(exchangeId!, '2026-03-30', { allDay: true });
		const event = onlyEvent(await office.pull());
		const exception = { originalStart: '2026-03-30T07:00:00Z', allDay: true, start: '2026-03-30', end: '2026-03-31' };
		expect(event.record).toMatchObject({ allDay: false, recurrence: { exceptions: [exception] } });
		const moved = withExceptions([{ ...exception, start: '2026-03-31', end: '2026-04-02' }]);
		expect(await office.pushOne('appointment', { externalId: 's1', changeKey: event.envelope.changeKey, record: moved })).toMatchObject({ outcome: 'updated' });
		expect((await seenByAnother(office))[0]?.recurrence).toEqual(moved.recurrence);
	});

	it('whatever exceptions are written over whatever exceptions, they come back as they went', async () => {
		const office = await bench();
		let pushed = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(aSeries, { minLength: 1, maxLength: 4 }), async (several) => {
				const items = several.map(({ first, second }) => ({ externalId: `s${++pushed}`, first, second }));
				const records = (which: 'first' | 'second') => items.map((item) => ({ externalId: item.externalId, record: { ...item[which], key: item.externalId, subject: item.externalId } }));
				for (const which of ['first', 'second'] as const) {
					const outcomes = await office.push('appointment', records(which));
					expect(outcomes.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped').map(({ message }) => message)).toEqual([]);
					const seen = new Map((await seenByAnother(office)).map((record) => [record.subject, record]));
					for (const { record } of records(which)) expect(seen.get(record.subject)).toEqual(record);
					expect((await office.push('appointment', records(which))).map(({ outcome }) => outcome)).toEqual(items.map(() => 'unchanged'));
				}
				expect(told(await office.pull())).toEqual([]);
			}),
			{ numRuns: runs(20) },
		);
	});
});

const anException = (zone: string, seriesIsAllDay: boolean, day: string): fc.Arbitrary<SeriesException> => {
	const originalStart = seriesIsAllDay ? day : instant(`${day}T09:00:00`, zone);
	const words = fc.constantFrom({}, { subject: 'Another' }, { text: 'Other words' }, { reminderMinutes: null });
	const days = fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 })).map(([later, length]) => ({ start: after(day, later), end: after(day, later + length) }));
	const times = fc.tuple(fc.nat(2), fc.nat(23), fc.integer({ min: 0, max: 600 })).map(([later, hour, minutes]) => {
		const start = DateTime.fromISO(`${after(day, later)}T${String(hour).padStart(2, '0')}:05:00`, { zone });
		return { start: utc(start), end: utc(start.plus({ minutes })) };
	});
	const own = fc.oneof(
		seriesIsAllDay ? days.filter(({ start, end }) => start !== day || end !== after(day, 1)).map(({ start, end }) => (start === day ? { end } : { start, end })) : times,
		seriesIsAllDay ? times.map((span) => ({ ...span, allDay: false })) : days.map((span) => ({ ...span, allDay: true })),
	);
	return fc.tuple(words, own).map(([said, span]) => ({ originalStart, ...said, ...span }));
};

const aSeries = fc
	.tuple(fc.constantFrom('Europe/Zurich', 'America/New_York', 'Pacific/Auckland', 'UTC'), fc.boolean())
	.chain(([timeZone, allDay]) => {
		const version = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }).chain((indexes) =>
			fc.tuple(...indexes.sort().map((index) => anException(timeZone, allDay, after('2026-03-02', index * 7)))).map((exceptions) =>
				withExceptions(exceptions, { timeZone, ...(allDay ? ALL_DAY : { start: instant('2026-03-02T09:00:00', timeZone), end: instant('2026-03-02T10:00:00', timeZone) }) }),
			),
		);
		return fc.record({ first: version, second: version });
	});

function after(day: string, days: number): string {
	return DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() ?? '';
}

function instant(local: string, zone: string): string {
	return utc(DateTime.fromISO(local, { zone }));
}

function utc(time: DateTime): string {
	return time.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
