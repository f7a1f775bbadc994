import { RRule } from 'rrule';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { instantIn } from '../../../src/ews/mapping/wall-clock.ts';
import type { AppointmentRecord, SeriesException } from '../../../src/records/appointment.ts';
import type { Folder, StoredItem } from '../../../src/sync/mailbox.ts';
import { ANNA, BEN, type Setup, setUp, total, values } from './exchange-and-mailbox.mts';

const OPTIONS = { body: 'text', timeZone: 'Europe/Zurich' } as const;

function appointment(fields: Partial<AppointmentRecord> = {}): AppointmentRecord {
	return {
		kind: 'appointment',
		key: '',
		subject: 'Review <A> & B',
		start: '2026-03-02T08:00:00Z',
		end: '2026-03-02T09:30:00Z',
		allDay: false,
		timeZone: 'Europe/Zurich',
		location: 'Room 5',
		text: 'Agenda:\n1. Past\n2. Future',
		busyStatus: 'oof',
		importance: 'high',
		sensitivity: 'private',
		reminderMinutes: 30,
		cancelled: false,
		categories: ['Blue'],
		...fields,
	};
}

let setup: Setup;
let calendar: Folder;

beforeAll(async () => {
	setup = await setUp();
	calendar = await setup.mailbox.folder({ by: 'role', role: 'calendar' });
});
afterAll(() => setup.close());

async function read(id: string, timeZone: string = OPTIONS.timeZone): Promise<StoredItem<'appointment'>> {
	return values(await setup.mailbox.read('appointment', [id], { ...OPTIONS, timeZone }))[0]!;
}

async function create(record: AppointmentRecord, timeZone?: string): Promise<StoredItem<'appointment'>> {
	const [reference] = values(await setup.mailbox.create('appointment', [{ record, folderId: calendar.id, stamp: 'crm|appointment' }]));
	const stored = await read(reference!.id, timeZone ?? record.timeZone);
	expect(stored.reference).toEqual(reference);
	return stored;
}

async function update(stored: StoredItem<'appointment'>, record: AppointmentRecord): Promise<StoredItem<'appointment'>> {
	const [reference] = values(await setup.mailbox.update('appointment', [{ stored, record, ifChanged: 'refuse' }]));
	const after = await read(stored.reference.id, record.timeZone);
	expect(after.reference).toEqual(reference);
	return after;
}

function withoutKey(record: AppointmentRecord): AppointmentRecord {
	return { ...record, key: '' };
}

describe('appointments of a mailbox', () => {
	it('come back as they were written', async () => {
		const record = appointment({ key: 'crm-4711@example.test' });
		const stored = await create(record);
		expect(stored.record).toEqual(record);
		expect(stored.stamp).toBe('crm|appointment');
		expect(stored.facts).toEqual({ kind: 'appointment', isMeeting: false, isOrganizer: false, isSeries: false, exceptionCount: 0, pattern: '' });
	});

	it.each(['Europe/Zurich', 'Pacific/Auckland', 'Pacific/Honolulu', 'Asia/Kolkata', 'America/New_York', 'UTC'])('all-day appointments keep their days in %s', async (timeZone) => {
		const record = appointment({ start: '2026-03-29', end: '2026-03-31', allDay: true, timeZone });
		expect(withoutKey((await create(record)).record)).toEqual(record);
		// Whoever reads it from elsewhere sees the same days.
		const { reference } = await create(record);
		const elsewhere = (await read(reference.id, 'Asia/Tokyo')).record;
		expect([elsewhere.start, elsewhere.end]).toEqual(['2026-03-29', '2026-03-31']);
	});

	it('write the fields that differ, and nothing where nothing does', async () => {
		const stored = await create(appointment());
		setup.requests();
		values(await setup.mailbox.update('appointment', [{ stored, record: { ...stored.record }, ifChanged: 'refuse' }]));
		expect(setup.requests()).toEqual({});
		const record: AppointmentRecord = {
			...stored.record,
			subject: 'Moved',
			start: '2026-04-02T07:00:00Z',
			end: '2026-04-02T08:00:00Z',
			location: '',
			text: 'Other',
			busyStatus: 'free',
			reminderMinutes: null,
			categories: [],
			sensitivity: 'normal',
			timeZone: 'America/New_York',
		};
		expect((await update(stored, record)).record).toEqual(record);
		const allDay = { ...record, start: '2026-05-01', end: '2026-05-02', allDay: true };
		const after = await update(await read(stored.reference.id, record.timeZone), allDay);
		expect(after.record).toEqual(allDay);
		expect((await update(after, record)).record).toEqual(record);
	});

	it('plain-text-only: formatting survives an unrelated change', async () => {
		const outlook = setup.server.control.calendar(ANNA);
		const item = outlook.create({ subject: 'Formatted', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', html: '<p>Hello <b>you</b></p>' });
		const stored = await read(outlook.idOf(item));
		expect(stored.record.text).toBe('Hello you');
		await update(stored, { ...stored.record, subject: 'Renamed' });
		expect(JSON.stringify(outlook.item(item).body ?? outlook.item(item))).toContain('<b>you</b>');
	});

	it('meeting-as-appointment: nobody is invited, and nobody hears of a change or a deletion', async () => {
		const record = appointment({ participants: [{ name: 'Ben', address: BEN }] });
		const stored = await create(record);
		expect(stored.facts.isMeeting).toBe(false);
		const outlook = setup.server.control.calendar(ANNA);
		const meeting = outlook.create({
			subject: 'With guests',
			start: '2026-03-02T09:00:00',
			end: '2026-03-02T10:00:00',
			meeting: { attendees: [{ name: 'Ben', address: BEN }] },
		});
		const own = await read(outlook.idOf(meeting));
		expect(own.facts).toMatchObject({ isMeeting: true, isOrganizer: true });
		await update(own, { ...own.record, subject: 'Changed', start: '2026-03-03T09:00:00Z', end: '2026-03-03T10:00:00Z' });
		values(await setup.mailbox.delete('appointment', [own.reference.id], 'toBin'));
		expect(setup.server.control.outbox()).toEqual([]);
	});

	it('invites whom the record names only when told to send an invitation', async () => {
		const other = await setUp();
		const folder = await other.mailbox.folder({ by: 'role', role: 'calendar' });
		await other.mailbox.sendMeetingInvitation(appointment({ participants: [{ name: 'Ben', address: BEN }] }), folder.id);
		expect(other.server.control.outbox().length).toBe(1);
		await expect(other.mailbox.sendMeetingInvitation(appointment(), folder.id)).rejects.toMatchObject({ reason: 'itemRefused' });
		await other.close();
	});

	it.each([
		[{ end: '2026-03-02T07:00:00Z' }, 'end'],
		[{ start: 'tomorrow' }, 'start'],
		[{ timeZone: 'Mars/Olympus' }, 'timeZone'],
		[{ end: '2036-03-02T07:00:00Z' }, 'end'],
		[{ recurrence: { rrule: 'FREQ=HOURLY', exceptions: [], deleted: [] } }, 'recurrence.rrule'],
	] as Array<[Partial<AppointmentRecord>, string]>)('a record that Exchange cannot hold is refused with its field: %o', async (fields, field) => {
		const [refused, kept] = await setup.mailbox.create('appointment', [
			{ record: appointment(fields), folderId: calendar.id },
			{ record: appointment(), folderId: calendar.id },
		]);
		expect(refused).toMatchObject({ ok: false, fault: { reason: 'itemRefused', cause: { field } } });
		expect(kept?.ok).toBe(true);
	});

	it('time-zone: ids seen in the wild never fail an item', async () => {
		const outlook = setup.server.control.calendar(ANNA);
		for (const [id, timeZone, unknown] of [
			['Mitteleuropäische Zeit', 'Europe/Berlin', false],
			['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Zurich', false],
			['Europe/Copenhagen', 'Europe/Copenhagen', false],
			['CEST', 'Europe/Berlin', false],
			['tzone://Microsoft/Utc', 'UTC', false],
			['Customized Time Zone', 'Europe/Zurich', true],
			['tzone://Microsoft/Custom', 'Europe/Zurich', true],
		] as const) {
			const zone = timeZone === 'UTC' ? 'UTC' : 'Europe/Berlin';
			const item = outlook.create({ subject: id, start: '2026-07-02T09:00:00', end: '2026-07-02T10:00:00', zone, storedAs: { id } });
			const { record, facts } = await read(outlook.idOf(item));
			expect([id, record.timeZone, facts.unknownZone]).toEqual([id, timeZone, unknown ? id : undefined]);
			expect(record.start).toBe(zone === 'UTC' ? '2026-07-02T09:00:00Z' : '2026-07-02T07:00:00Z');
		}
	});

	it('a calendar view shows occurrences, each at its time', async () => {
		const folder = await setup.mailbox.createFolder('View', 'appointment');
		const series = appointment({ recurrence: { rrule: 'FREQ=DAILY;COUNT=5', exceptions: [], deleted: ['2026-03-04T08:00:00Z'] } });
		values(await setup.mailbox.create('appointment', [{ record: series, folderId: folder.id }]));
		const seen = await setup.mailbox.calendarView(folder.id, '2026-03-01T00:00:00Z', '2026-03-06T00:00:00Z', 100, OPTIONS);
		expect(seen.map(({ record }) => record.start)).toEqual(['2026-03-02T08:00:00Z', '2026-03-03T08:00:00Z', '2026-03-05T08:00:00Z']);
		const listed = await setup.mailbox.list('appointment', folder.id, {}, 10);
		expect(listed.map(({ isSeries }) => isSeries)).toEqual([true]);
	});
});

describe('series of a mailbox', () => {
	const weekly = (recurrence: Partial<NonNullable<AppointmentRecord['recurrence']>> = {}): AppointmentRecord =>
		appointment({ recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20', exceptions: [], deleted: [], ...recurrence } });

	const EXCEPTIONS: SeriesException[] = [
		{ originalStart: '2026-03-09T08:00:00Z', start: '2026-03-10T10:00:00Z', end: '2026-03-10T11:00:00Z' },
		// After the change of the clocks the same wall-clock time is another instant.
		{ originalStart: '2026-04-01T07:00:00Z', subject: 'Special', location: 'Elsewhere', text: 'Bring a cake', busyStatus: 'free', reminderMinutes: null },
	];

	it('come back with their exceptions and deletions', async () => {
		const record = weekly({ exceptions: EXCEPTIONS, deleted: ['2026-03-04T08:00:00Z', '2026-04-08T07:00:00Z'] });
		const stored = await create(record);
		expect(withoutKey(stored.record)).toEqual(record);
		expect(stored.facts).toMatchObject({ isSeries: true, exceptionCount: 2 });
	});

	it('a changed exception touches that occurrence alone', async () => {
		const stored = await create(weekly({ exceptions: EXCEPTIONS }));
		const [first, second] = EXCEPTIONS;
		setup.requests();
		const record = { ...stored.record, recurrence: { ...stored.record.recurrence!, exceptions: [first!, { ...second!, subject: 'Very special' }] } };
		values(await setup.mailbox.update('appointment', [{ stored, record, ifChanged: 'refuse' }]));
		expect(setup.requests()).toEqual({ UpdateItem: 1, GetItem: 1 });
		expect((await read(stored.reference.id)).record).toEqual(record);
	});

	it('one more occurrence is moved, one deleted, one put back', async () => {
		const stored = await create(weekly({ exceptions: EXCEPTIONS }));
		const record: AppointmentRecord = {
			...stored.record,
			recurrence: {
				...stored.record.recurrence!,
				exceptions: [EXCEPTIONS[1]!, { originalStart: '2026-04-13T07:00:00Z', start: '2026-04-14T07:00:00Z', end: '2026-04-14T08:30:00Z' }],
				deleted: ['2026-03-04T08:00:00Z'],
			},
		};
		expect((await update(stored, record)).record).toEqual(record);
	});

	it('a deleted occurrence can be there again', async () => {
		const stored = await create(weekly({ exceptions: [EXCEPTIONS[1]!], deleted: ['2026-03-04T08:00:00Z'] }));
		const record = { ...stored.record, recurrence: { ...stored.record.recurrence!, deleted: [] } };
		expect((await update(stored, record)).record).toEqual(record);
	});

	it('another time, another pattern, an end, no series any more', async () => {
		const stored = await create(weekly());
		const later: AppointmentRecord = { ...stored.record, start: '2026-03-02T10:00:00Z', end: '2026-03-02T11:00:00Z' };
		const moved = await update(stored, later);
		expect(moved.record).toEqual(later);
		expect(moved.facts.pattern).toBe(stored.facts.pattern);
		const ended: AppointmentRecord = { ...later, recurrence: { ...later.recurrence!, rrule: 'FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260331' } };
		const after = await update(moved, ended);
		expect(after.record).toEqual(ended);
		expect(after.facts.pattern).not.toBe(moved.facts.pattern);
		const single: AppointmentRecord = { ...ended };
		delete single.recurrence;
		const alone = await update(after, single);
		expect(alone.record).toEqual(single);
		expect((await update(alone, ended)).record).toEqual(ended);
	});

	it('all-day series with an exception and a deletion', async () => {
		const record = appointment({
			start: '2026-03-27',
			end: '2026-03-28',
			allDay: true,
			timeZone: 'Pacific/Auckland',
			recurrence: {
				rrule: 'FREQ=DAILY;COUNT=20',
				exceptions: [{ originalStart: '2026-04-04', start: '2026-04-05', end: '2026-04-07', subject: 'Longer' }],
				deleted: ['2026-04-05', '2026-04-06'],
			},
		});
		expect(withoutKey((await create(record)).record)).toEqual(record);
	});

	it('series-pattern-changed: a change in Outlook shows in the fingerprint, an exception does not', async () => {
		const stored = await create(weekly());
		const outlook = setup.server.control.calendar(ANNA);
		outlook.editOccurrence(stored.reference.id, '2026-03-09', { subject: 'Once' });
		const once = await read(stored.reference.id);
		expect([once.facts.pattern, once.facts.exceptionCount]).toEqual([stored.facts.pattern, 1]);
		expect(once.record.recurrence?.exceptions).toEqual([{ originalStart: '2026-03-09T08:00:00Z', subject: 'Once' }]);
		outlook.changePattern(stored.reference.id, { pattern: { kind: 'Daily', interval: 2 } });
		expect((await read(stored.reference.id)).facts.pattern).not.toBe(stored.facts.pattern);
	});

	it.each([
		[{ exceptions: [{ originalStart: '2026-03-10T08:00:00Z', subject: 'None' }] }, 'recurrence.exceptions.0.originalStart'],
		[{ deleted: ['2026-03-09T09:00:00Z', '2026-03-03T08:00:00Z'] }, 'recurrence.deleted.1'],
		[{ exceptions: [{ originalStart: '2026-03-09T08:00:00Z' }], deleted: ['2026-03-09T08:00:00Z'] }, 'recurrence.exceptions.0.originalStart'],
	])('an exception of an occurrence that is none is refused before anything is written: %o', async (recurrence, field) => {
		const stored = await create(weekly());
		setup.requests();
		const [created] = await setup.mailbox.create('appointment', [{ record: weekly(recurrence), folderId: calendar.id }]);
		const [updated] = await setup.mailbox.update('appointment', [{ stored, record: { ...weekly(recurrence), key: stored.record.key, subject: 'Other' }, ifChanged: 'refuse' }]);
		for (const result of [created, updated]) expect(result).toMatchObject({ ok: false, fault: { reason: 'itemRefused', cause: { field } } });
		expect(total(setup.requests())).toBe(0);
	});

	it('500 changed exceptions in 50 series are read in at most 40 requests', async () => {
		const folder = await setup.mailbox.createFolder('Many series', 'appointment');
		const days = Array.from({ length: 10 }, (_, index) => `2026-03-${String(index + 10).padStart(2, '0')}T08:00:00Z`);
		const records = Array.from({ length: 50 }, (_, index) =>
			appointment({
				subject: `Series ${index}`,
				recurrence: { rrule: 'FREQ=DAILY;COUNT=25', exceptions: days.map((originalStart) => ({ originalStart, subject: `Changed ${originalStart}` })), deleted: [] },
			}),
		);
		values(await setup.mailbox.create('appointment', records.map((record) => ({ record, folderId: folder.id }))));
		setup.requests();
		const page = await setup.mailbox.changes(folder.id, undefined, 512);
		const stored = values(await setup.mailbox.read('appointment', page.changes.map(({ id }) => id), OPTIONS));
		expect(stored.reduce((sum, { record }) => sum + (record.recurrence?.exceptions.length ?? 0), 0)).toBe(500);
		expect(total(setup.requests())).toBeLessThanOrEqual(40);
	}, 60_000);
});

const RULES = [
	['FREQ=DAILY', 0],
	['FREQ=DAILY;INTERVAL=3', 0],
	['FREQ=WEEKLY;BYDAY=MO', 0],
	['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR', 0],
	['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU', 0],
	['FREQ=MONTHLY;BYMONTHDAY=2', 0],
	['FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=2', 0],
	['FREQ=MONTHLY;BYDAY=1MO', 0],
	['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1', 0],
	['FREQ=MONTHLY;BYDAY=-1FR', 25],
	['FREQ=MONTHLY;BYMONTHDAY=-1', 29],
	['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2', 0],
	['FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=2', 0],
	['FREQ=YEARLY;BYMONTH=3;BYDAY=1MO', 0],
] as const;

describe.each(['Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'])('recurrence patterns in %s', (timeZone) => {
	it.each(RULES)('%s comes back as it went, with the occurrences that RFC 5545 says, across both changes of the clocks', async (rule, daysLater) => {
		for (const end of ['', ';COUNT=12', ';UNTIL=20261130']) {
			const day = DateTime.fromISO('2026-03-02', { zone: 'utc' }).plus({ days: daysLater }).toISODate() ?? '';
			const record = appointment({
				timeZone,
				start: instantIn(`${day}T09:00:00`, timeZone),
				end: instantIn(`${day}T10:30:00`, timeZone),
				recurrence: { rrule: `${rule}${end}`, exceptions: [], deleted: [] },
			});
			const stored = await create(record);
			expect(withoutKey(stored.record)).toEqual(record);
			const options = RRule.parseString(`${rule}${end.replace(';UNTIL=20261130', '')}`);
			const expected = new RRule({ ...options, dtstart: new Date(`${day}T09:00:00Z`), ...(end.startsWith(';UNTIL') ? { until: new Date('2026-11-30T23:00:00Z') } : {}) })
				.between(new Date('2026-01-01T00:00:00Z'), new Date('2027-12-31T00:00:00Z'), true)
				.slice(0, 60)
				.map((local) => instantIn(local.toISOString().slice(0, 19), timeZone));
			const seen = setup.server.control.calendar(ANNA).occurrences(stored.reference.id, expected.length);
			expect(seen.map(({ start }) => start)).toEqual(expected);
		}
	});
});
