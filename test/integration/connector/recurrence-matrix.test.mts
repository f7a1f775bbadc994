/** Patterns × ends × zones: what is pushed comes back as the same record, and Exchange's occurrences are those another library computes. */
import { DateTime } from 'luxon';
import { RRule } from 'rrule';
import { describe, expect, it } from 'vitest';

import type { AppointmentRecord } from '../../../src/records/appointment.ts';
import { contentHash } from '../../../src/records/content-hash.ts';
import { appointment } from '../../sync/records.mts';
import { rows } from '../../quick-look.mts';
import { ANNA, type ConnectorBench, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();

const ZONES = ['Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'] as const;

/** Pattern, and a date it begins with. */
const PATTERNS = [
	['FREQ=DAILY', '2026-03-02'],
	['FREQ=DAILY;INTERVAL=3', '2026-03-02'],
	['FREQ=WEEKLY;BYDAY=MO', '2026-03-02'],
	['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', '2026-03-02'],
	['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU,SA', '2026-03-03'],
	['FREQ=MONTHLY;BYMONTHDAY=15', '2026-03-15'],
	['FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28', '2026-03-28'],
	['FREQ=MONTHLY;BYDAY=2TU', '2026-03-10'],
	['FREQ=MONTHLY;BYDAY=-1FR', '2026-03-27'],
	['FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '2026-03-31'],
	['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=29', '2026-03-29'],
	['FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', '2026-10-25'],
] as const;

const ENDS = ['', ';COUNT=12', ';UNTIL=20270630'] as const;

const WINDOW_START = '2026-03-01T00:00:00Z';
/** Both changes of the clocks of both hemispheres lie in it. */
const WINDOW_END = '2026-12-01T00:00:00Z';

function seriesIn(zone: string, rule: string, day: string, more: Partial<AppointmentRecord> = {}): AppointmentRecord {
	const start = DateTime.fromISO(`${day}T09:30:00`, { zone });
	return appointment({
		key: `${rule}|${zone}`.replaceAll(/[^A-Za-z0-9]/g, '-'),
		subject: `${rule} ${zone}`,
		timeZone: zone,
		start: instant(start),
		end: instant(start.plus({ minutes: 45 })),
		recurrence: { rrule: rule, exceptions: [], deleted: [] },
		...more,
	});
}

function instant(time: DateTime): string {
	return time.toUTC().toISO({ suppressMilliseconds: true }) ?? '';
}

/** Starts in the window, by the rrule library on the wall clock of the zone. */
function expectedStarts(record: AppointmentRecord): string[] {
	const wall = DateTime.fromISO(record.start).setZone(record.timeZone);
	const dtstart = new Date(`${wall.toFormat("yyyy-MM-dd'T'HH:mm:ss")}Z`);
	const options = RRule.parseString((record.recurrence?.rrule ?? '').replace(/UNTIL=(\d{8})/, 'UNTIL=$1T235959Z'));
	return new RRule({ ...options, dtstart })
		.between(new Date('2026-02-27T00:00:00Z'), new Date('2026-12-03T00:00:00Z'), true)
		.map((time) => instant(DateTime.fromISO(time.toISOString().slice(0, 19), { zone: record.timeZone })))
		.filter((start) => start >= WINDOW_START && start < WINDOW_END);
}

async function pulledByAnother(office: ConnectorBench): Promise<AppointmentRecord[]> {
	const other = office.another({ ...office.connector.settings, connectorId: 'other' });
	return (await other.pull(undefined, office.pullOptions())).events.flatMap(({ record }) => (record?.kind === 'appointment' ? [record] : []));
}

async function viewed(office: ConnectorBench): Promise<Map<string, string[]>> {
	const mailbox = await office.mailbox();
	const folder = await mailbox.folder({ by: 'role', role: 'calendar' });
	const bySubject = new Map<string, string[]>();
	// A month at a time: a view answers with 1,000 occurrences at the most.
	for (let month = DateTime.fromISO(WINDOW_START, { zone: 'utc' }); month < DateTime.fromISO(WINDOW_END, { zone: 'utc' }); month = month.plus({ weeks: 1 })) {
		const items = await mailbox.calendarView(folder.id, instant(month), instant(month.plus({ weeks: 1 })), 1_000, { body: 'text', timeZone: 'Europe/Zurich' });
		expect(items.length).toBeLessThan(1_000);
		for (const { record } of items) {
			const starts = bySubject.get(record.subject) ?? [];
			if (!starts.includes(record.start) && record.start < WINDOW_END) starts.push(record.start);
			bySubject.set(record.subject, starts);
		}
	}
	return bySubject;
}

describe('series in every zone', () => {
	it.each(rows(ZONES))('%s: what is pushed is pulled as the same record, and occurs when the rule says', async (zone) => {
		const office = await bench();
		const records = PATTERNS.flatMap(([pattern, day]) => ENDS.map((end) => seriesIn(zone, pattern + end, day)));
		const items = records.map((record) => ({ externalId: record.subject, record }));
		const outcomes = await office.push('appointment', items);
		expect(outcomes.filter(({ outcome }) => outcome !== 'created').map(({ message }) => message)).toEqual([]);
		expect(told(await office.pull())).toEqual([]);
		expect(new Set((await office.push('appointment', items)).map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));

		const pulled = new Map((await pulledByAnother(office)).map((record) => [record.subject, record]));
		const differing = records.filter((record) => contentHash(pulled.get(record.subject) ?? record) !== contentHash(record) || !pulled.has(record.subject));
		expect(differing.map((record) => ({ pushed: record, pulled: pulled.get(record.subject) }))).toEqual([]);

		const occurrences = await viewed(office);
		for (const record of records) expect([record.subject, occurrences.get(record.subject) ?? []]).toEqual([record.subject, expectedStarts(record)]);
	});

	it('time-zone: the wall clock stays the same in winter and summer', async () => {
		const office = await bench();
		await office.push('appointment', ZONES.map((zone) => ({ externalId: zone, record: seriesIn(zone, 'FREQ=WEEKLY;BYDAY=MO', '2026-03-02') })));
		for (const [subject, starts] of await viewed(office)) {
			const zone = subject.split(' ')[1] ?? '';
			expect(starts.length).toBeGreaterThan(35);
			expect(new Set(starts.map((start) => DateTime.fromISO(start).setZone(zone).toFormat('HH:mm')))).toEqual(new Set(['09:30']));
		}
	});

	it('the last day of the month, and the 31st where a month has none', async () => {
		const office = await bench();
		const records = [seriesIn('Europe/Zurich', 'FREQ=MONTHLY;BYMONTHDAY=-1', '2026-03-31'), seriesIn('Europe/Zurich', 'FREQ=MONTHLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=-1', '2026-03-31')];
		const outcomes = await office.push('appointment', records.map((record) => ({ externalId: record.subject, record })));
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'created']);
		for (const record of await pulledByAnother(office)) expect(record.recurrence?.rrule).toMatch(/-1/);
		const occurrences = await viewed(office);
		for (const record of records) expect(occurrences.get(record.subject)).toEqual(expectedStarts(record));
	});

	it.each(['Europe/Zurich', 'Pacific/Auckland', 'Pacific/Honolulu', 'UTC'])('all-day appointments and series keep their dates in %s', async (timeZone) => {
		const office = await bench({ settings: { timeZone } });
		const single = appointment({ subject: 'Single', start: '2026-03-29', end: '2026-03-31', allDay: true, timeZone });
		const weekly = appointment({ key: 'uid-2', subject: 'Weekly', start: '2026-03-27', end: '2026-03-28', allDay: true, timeZone, recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=FR;COUNT=40', exceptions: [{ originalStart: '2026-04-10', start: '2026-04-11', end: '2026-04-12' }], deleted: ['2026-04-03'] } });
		const items = [single, weekly].map((record) => ({ externalId: record.key, record }));
		expect((await office.push('appointment', items, { timeZone })).map(({ outcome }) => outcome)).toEqual(['created', 'created']);
		const other = office.another({ ...office.connector.settings, connectorId: 'other' });
		for (const reader of [timeZone, 'Asia/Tokyo']) {
			const { events } = await other.pull(undefined, office.pullOptions({ timeZone: reader }));
			const seen = new Map(events.map(({ record }) => [record?.subject, record]));
			for (const record of [single, weekly]) expect({ ...seen.get(record.subject), timeZone: '' }).toEqual({ ...record, timeZone: '' });
		}
		expect(told(await office.pull({ timeZone }))).toEqual([]);
		expect((await office.push('appointment', items, { timeZone })).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
	});

	it('time-zone: ids of zones seen in the wild never fail an item', async () => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const ids = [
			'Customized Time Zone',
			'Mitteleuropäische Zeit',
			'(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna',
			'Europe/Copenhagen',
			'CEST',
			'tzone://Microsoft/Utc',
			'tzone://Microsoft/Custom',
			'Europe/Kyiv',
			'W. Europe Standard Time 1',
		];
		for (const id of ids) {
			calendar.create({ subject: id, start: '2026-07-02T09:00:00', end: '2026-07-02T10:00:00', zone: 'Europe/Berlin', storedAs: { id, name: '' } });
			calendar.create({ subject: `Series ${id}`, start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', zone: 'Europe/Berlin', storedAs: { id, name: '' }, series: { pattern: { kind: 'Daily', interval: 1 }, count: 60 } });
		}
		const { events, outcomes } = await office.pull();
		expect(outcomes).toEqual([]);
		expect(events).toHaveLength(2 * ids.length);
		for (const { record } of events) {
			if (record?.kind !== 'appointment') throw new Error('no appointment');
			expect([record.subject, record.start]).toEqual([record.subject, record.recurrence === undefined ? '2026-07-02T07:00:00Z' : '2026-03-05T08:00:00Z']);
		}
		expect(told(await office.pull())).toEqual([]);
	});
});
