/** Series whose pattern nobody has touched are excluded by nothing that else becomes of them. */
import { describe, expect, it } from 'vitest';

import type { AppointmentRecord, SeriesException } from '../../../src/records/appointment.ts';
import { changedAppointment } from '../../../src/records/entered-times.ts';
import { checkedRecord } from '../../../src/records/checked-record.ts';
import { series } from '../../sync/records.mts';
import { told } from '../../usual-connector.mts';
import { ANNA, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();

describe('series-pattern-changed', () => {
	it.each<[end: string, range: { count?: number; until?: string }]>([['no end', {}], ['a count', { count: 10 }], ['a last day', { until: '2026-05-04' }]])('series-pattern-changed: a series with %s that both sides have changed is a conflict, as any other item', async (_end, range) => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const id = calendar.idOf(calendar.create({ subject: 'Theirs', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', zone: 'Europe/Zurich', series: { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' }, ...range } }));
		const { envelope, record } = onlyEvent(await office.pull());
		calendar.edit(id, { location: 'Room 7' });
		const ours = { externalId: 's1', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey, record: { ...record, subject: 'Of the other' } };
		expect(await office.pushOne('appointment', ours)).toMatchObject({ outcome: 'conflict' });
		expect(await office.pushOne('appointment', ours, { conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
	});

	it.each<[what: string, start: string, pattern: object]>([
		['every other week from Sunday', '2026-03-02', { kind: 'Weekly', interval: 2, daysOfWeek: ['Monday'], firstDayOfWeek: 'Sunday' }],
		['the 31st', '2026-03-31', { kind: 'AbsoluteMonthly', interval: 1, dayOfMonth: 31 }],
		['every twelve months', '2026-03-31', { kind: 'AbsoluteMonthly', interval: 12, dayOfMonth: 31 }],
		['the first day of the month', '2026-04-01', { kind: 'RelativeMonthly', interval: 1, dayOfWeek: 'Day', dayIndex: 'First' }],
	])('series-pattern-changed: another time of day of a series on %s is none', async (_what, day, pattern) => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		calendar.create({ subject: 'Series', start: `${day}T09:00:00`, end: `${day}T10:00:00`, zone: 'Europe/Zurich', series: { pattern: pattern as never, count: 9 } });
		const { envelope, record } = onlyEvent(await office.pull());
		const mailbox = await office.connector.mailbox();
		const [read] = await mailbox.read('appointment', [envelope.exchangeId], { body: 'both', timeZone: 'Europe/Zurich' });
		if (read?.ok !== true) throw new Error('the series is gone');
		const changed = checkedRecord('appointment', changedAppointment(record as AppointmentRecord, { start: `${day}T11:00:00` }), { timeZone: 'Europe/Zurich', now: Date.now() });
		expect(await mailbox.update('appointment', [{ stored: read.value, record: changed, ifChanged: 'refuse' }])).toMatchObject([{ ok: true }]);
		expect(told(await office.pull())).toEqual(['updated Series']);
	});
});

describe('series-too-many-exceptions', () => {
	/** Occurrences of a daily series from 2 March 2026 on, at 9 in Zurich. */
	const renamed = (from: number, count: number): SeriesException[] => Array.from({ length: count }, (_, n) => ({ originalStart: new Date(Date.UTC(2026, 2, 2 + from + n, 8)).toISOString().replace('.000', ''), subject: `Other ${from + n}` }));
	const daily = (exceptions: SeriesException[]): AppointmentRecord => series({ recurrence: { rrule: 'FREQ=DAILY;COUNT=27', exceptions, deleted: [] } });

	it('series-too-many-exceptions: what was put back to what the series says counts no more', async () => {
		const office = await bench();
		for (const exceptions of [renamed(0, 12), [], renamed(13, 12), [], renamed(5, 12)]) {
			expect(['created', 'updated']).toContain((await office.pushOne('appointment', { externalId: 's1', record: daily(exceptions) })).outcome);
			expect(await office.pushOne('appointment', { externalId: 's1', record: daily(exceptions) })).toMatchObject({ outcome: 'unchanged' });
			expect(await office.pull()).toMatchObject({ events: [], outcomes: [] });
		}
	});

	it('series-too-many-exceptions: with 21 it is excluded, and synced again when they were taken back and the operator says so', async () => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const { exchangeId = '' } = await office.pushOne('appointment', { externalId: 's1', record: daily([]) });
		await office.pull();
		const days = Array.from({ length: 21 }, (_, n) => new Date(Date.UTC(2026, 2, 2 + n)).toISOString().slice(0, 10));
		for (const day of days) calendar.editOccurrence(exchangeId, day, { subject: 'Other' });
		expect((await office.pull()).outcomes).toMatchObject([{ rule: 'series-too-many-exceptions' }]);
		const ours = { externalId: 's1', record: { ...daily([]), location: 'Hall' } };
		expect(await office.pushOne('appointment', ours)).toMatchObject({ outcome: 'skipped', rule: 'series-too-many-exceptions' });
		for (const day of days) calendar.editOccurrence(exchangeId, day, { subject: 'Jour fixe' });
		// It is what push wrote again.
		expect(await office.pull({ clearExclusions: 'once' })).toMatchObject({ events: [], outcomes: [], summary: { excluded: {} } });
		expect(await office.pushOne('appointment', ours, { clearExclusions: true, conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
	});
});
