import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../src/records/checked-record.ts';

const CONTEXT = { timeZone: 'Europe/Zurich', now: Date.UTC(2026, 2, 2, 12) };
const appointment = (input: Record<string, unknown>) => checkedRecord('appointment', input, CONTEXT);

const HOUR = { start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00' };

describe('an appointment as builders send it', () => {
	it('is complete with its times alone', () => {
		expect(appointment(HOUR)).toEqual({
			kind: 'appointment',
			key: '',
			subject: '',
			start: '2026-03-02T08:00:00Z',
			end: '2026-03-02T09:00:00Z',
			allDay: false,
			timeZone: 'Europe/Zurich',
			location: '',
			text: '',
			busyStatus: 'busy',
			importance: 'normal',
			sensitivity: 'normal',
			reminderMinutes: null,
			categories: [],
			cancelled: false,
		});
	});

	it('time-zone: reads local times in its own zone, else in the connector’s', () => {
		expect(appointment({ ...HOUR, timeZone: 'America/New_York' })).toMatchObject({ start: '2026-03-02T14:00:00Z', timeZone: 'America/New_York' });
		expect(appointment({ ...HOUR, timeZone: 'Eastern Standard Time' })).toMatchObject({ start: '2026-03-02T14:00:00Z', timeZone: 'America/New_York' });
		expect(checkedRecord('appointment', HOUR, { ...CONTEXT, timeZone: 'W. Europe Standard Time' }).timeZone).toBe('Europe/Berlin');
	});

	it('is all day with plain dates, one day where it has no end', () => {
		expect(appointment({ start: '2026-03-02' })).toMatchObject({ start: '2026-03-02', end: '2026-03-03', allDay: true, busyStatus: 'free' });
		expect(appointment({ start: '2026-03-02', end: '2026-03-05', allDay: 'true' })).toMatchObject({ start: '2026-03-02', end: '2026-03-05', allDay: true });
		expect(appointment({ start: '2026-02-28', end: null, allDay: 1, timeZone: 'Pacific/Auckland' })).toMatchObject({ start: '2026-02-28', end: '2026-03-01' });
	});

	it('keeps whom it concerns only where that is given', () => {
		expect(appointment({ ...HOUR, participants: 'a@x.example' }).participants).toEqual([{ name: '', address: 'a@x.example' }]);
		expect(appointment({ ...HOUR, participants: [] }).participants).toEqual([]);
		expect(appointment(HOUR)).not.toHaveProperty('participants');
	});

	it.each<[string, Record<string, unknown>, string]>([
		['no start', { end: HOUR.end }, 'start'],
		['no end', { start: HOUR.start }, 'end'],
		['an end before the start', { start: HOUR.end, end: HOUR.start }, 'end'],
		['an all-day appointment with a time', { ...HOUR, allDay: true }, 'start'],
		['an all-day appointment that ends as it starts', { start: '2026-03-02', end: '2026-03-02' }, 'end'],
		['a timed appointment with a plain date', { start: '2026-03-02', end: HOUR.end }, 'start'],
		['an unknown zone', { ...HOUR, timeZone: 'Mars/Olympus' }, 'timeZone'],
		['a zone that is an offset', { ...HOUR, timeZone: '+01:00' }, 'timeZone'],
		['a year before 1601', { start: '1600-12-31T09:00:00Z', end: HOUR.end }, 'start'],
		['a year after 4500', { start: HOUR.start, end: '4501-01-01T09:00:00Z' }, 'end'],
		['an unknown busy status', { ...HOUR, busyStatus: 'away' }, 'busyStatus'],
		['a negative reminder', { ...HOUR, reminderMinutes: -5 }, 'reminderMinutes'],
		['an unknown type', { ...HOUR, type: 'holiday' }, 'type'],
		['a recurrence that is none', { ...HOUR, recurrence: { every: 'week' } }, 'recurrence'],
	])('refuses %s', (_what, input, field) => {
		expect(() => appointment(input)).toThrow(expect.objectContaining({ name: 'RecordError', field }));
	});
});

describe('a series as builders send it', () => {
	const series = (recurrence: unknown, more: Record<string, unknown> = {}) => appointment({ ...HOUR, ...more, recurrence }).recurrence;

	it.each<[unknown, string]>([
		['FREQ=WEEKLY;BYDAY=MO', 'FREQ=WEEKLY;BYDAY=MO'],
		['RRULE:freq=weekly;byday=mo;interval=1', 'FREQ=WEEKLY;BYDAY=MO'],
		[['RRULE:FREQ=DAILY;COUNT=10'], 'FREQ=DAILY;COUNT=10'],
		[{ rrule: 'FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231' }, 'FREQ=MONTHLY;UNTIL=20261231;BYDAY=-1FR'],
		[{ rrule: 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2', exceptions: null, deleted: '' }, 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2'],
	])('reads %j', (recurrence, rrule) => {
		expect(series(recurrence)).toEqual({ rrule, exceptions: [], deleted: [] });
	});

	it('makes a day of UNTIL, in the zone of the series and by its time of day', () => {
		expect(series('FREQ=DAILY;UNTIL=20260310T080000Z')?.rrule).toBe('FREQ=DAILY;UNTIL=20260310');
		expect(series('FREQ=DAILY;UNTIL=20260310T075959Z')?.rrule).toBe('FREQ=DAILY;UNTIL=20260309');
		expect(series('FREQ=DAILY;UNTIL=20260310T235959')?.rrule).toBe('FREQ=DAILY;UNTIL=20260310');
		expect(appointment({ start: '2026-03-02', recurrence: 'FREQ=DAILY;UNTIL=20260310T000000Z' }).recurrence?.rrule).toBe('FREQ=DAILY;UNTIL=20260310');
	});

	it('reads exceptions and deletions in the forms of a start, ordered', () => {
		expect(
			series({
				rrule: 'FREQ=DAILY;COUNT=10',
				exceptions: [
					{ originalStart: '2026-03-05T09:00:00', start: '2026-03-05T14:00:00', subject: 'Later' },
					{ originalStart: '2026-03-03', reminderMinutes: null, location: 'Room 2' },
				],
				deleted: ['2026-03-07T08:00:00Z', '2026-03-06T09:00:00+01:00', '2026-03-06'],
			}),
		).toEqual({
			rrule: 'FREQ=DAILY;COUNT=10',
			exceptions: [
				{ originalStart: '2026-03-03T08:00:00Z', reminderMinutes: null, location: 'Room 2' },
				{ originalStart: '2026-03-05T08:00:00Z', start: '2026-03-05T13:00:00Z', end: '2026-03-05T14:00:00Z', subject: 'Later' },
			],
			deleted: ['2026-03-06T08:00:00Z', '2026-03-07T08:00:00Z'],
		});
	});

	it('time-zone: knows an occurrence on both sides of a change to daylight saving and in its gap', () => {
		expect(series({ rrule: 'FREQ=DAILY', deleted: ['2026-03-28T08:00:00Z', '2026-03-29T07:00:00Z'] })?.deleted).toHaveLength(2);
		const night = { start: '2026-03-27T02:30:00', end: '2026-03-27T03:00:00' };
		expect(series({ rrule: 'FREQ=DAILY', deleted: ['2026-03-29T01:30:00Z', '2026-03-29'] }, night)?.deleted).toEqual(['2026-03-29T01:30:00Z']);
	});

	it('reads an exception that lasts whole days where its series does not, and the other way round', () => {
		const days = (exception: Record<string, unknown>) => series({ rrule: 'FREQ=DAILY', exceptions: [{ originalStart: '2026-03-03', ...exception }] })?.exceptions[0];
		const times = (exception: Record<string, unknown>) => series({ rrule: 'FREQ=DAILY', exceptions: [{ originalStart: '2026-03-03', ...exception }] }, { start: '2026-03-02', end: '2026-03-03' })?.exceptions[0];
		const originalStart = '2026-03-03T08:00:00Z';
		expect(days({ allDay: 'yes', start: '2026-03-04' })).toEqual({ originalStart, allDay: true, start: '2026-03-04', end: '2026-03-05' });
		expect(days({ allDay: true, start: '2026-03-04', end: '2026-03-06', subject: 'x' })).toEqual({ originalStart, allDay: true, start: '2026-03-04', end: '2026-03-06', subject: 'x' });
		expect(days({ allDay: false, subject: 'x' })).toEqual({ originalStart, subject: 'x' });
		expect(times({ allDay: 'false', start: '2026-03-03T10:00:00', end: '2026-03-03T11:00:00' })).toEqual({ originalStart: '2026-03-03', allDay: false, start: '2026-03-03T09:00:00Z', end: '2026-03-03T10:00:00Z' });
		expect(times({ allDay: true, start: '2026-03-04' })).toEqual({ originalStart: '2026-03-03', start: '2026-03-04', end: '2026-03-05' });
		const refused = (field: string): unknown => expect.objectContaining({ name: 'RecordError', field: `recurrence.exceptions${field}` });
		expect(() => times({ start: '2026-03-03T10:00:00' })).toThrow(refused('.0.start'));
		expect(() => days({ start: '2026-03-03', end: '2026-03-04' })).toThrow(refused('.0.start'));
		expect(() => days({ allDay: true })).toThrow(refused('.0.start'));
		expect(() => times({ allDay: false, start: '2026-03-03T10:00:00' })).toThrow(refused('.0.end'));
		expect(() => days({ allDay: 'perhaps', start: '2026-03-03' })).toThrow(refused('.0.allDay'));
		expect(() => days({ allDay: true, start: '2026-03-03', end: '2026-03-03' })).toThrow(refused(''));
		expect(() => times({ allDay: false, start: '2026-03-03T10:00:00', end: '2026-03-03T09:00:00' })).toThrow(refused(''));
	});

	it('reads an all-day series', () => {
		expect(appointment({ start: '2026-03-02', timeZone: 'Pacific/Honolulu', recurrence: { rrule: 'FREQ=WEEKLY', exceptions: [{ originalStart: '2026-03-09', start: '2026-03-10' }], deleted: ['2026-03-16'] } }).recurrence).toEqual({
			rrule: 'FREQ=WEEKLY',
			exceptions: [{ originalStart: '2026-03-09', start: '2026-03-10', end: '2026-03-11' }],
			deleted: ['2026-03-16'],
		});
	});

	it.each([
		['FREQ=HOURLY'],
		['FREQ=WEEKLY;BYDAY=XX'],
		['FREQ=WEEKLY;BYDAY=2MO'],
		['FREQ=DAILY;COUNT=0'],
		['FREQ=DAILY;COUNT=3;UNTIL=20260310'],
		['FREQ=DAILY;INTERVAL=x'],
		['FREQ=DAILY;FOO=1'],
		['FREQ=DAILY;UNTIL=20260230'],
		['FREQ=DAILY;UNTIL=20260301'],
		['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'],
		['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'],
		['FREQ=MONTHLY;BYMONTHDAY=32'],
		['FREQ=MONTHLY;BYMONTHDAY=0'],
		['FREQ=DAILY;FREQ=WEEKLY'],
		['every Monday'],
		[`FREQ=DAILY;BYDAY=${'MO,'.repeat(900)}MO`],
	])('refuses the rule %s', (rrule) => {
		expect(() => series({ rrule })).toThrow(expect.objectContaining({ name: 'RecordError', field: 'recurrence.rrule' }));
	});

	it.each<[string, Record<string, unknown>, string]>([
		['an exception that is no occurrence', { exceptions: [{ originalStart: '2026-03-03T10:00:00', subject: 'x' }] }, 'recurrence.exceptions'],
		['an exception before the series', { exceptions: [{ originalStart: '2026-03-01T09:00:00', subject: 'x' }] }, 'recurrence.exceptions'],
		['an exception after its end', { exceptions: [{ originalStart: '2026-03-12T09:00:00', subject: 'x' }] }, 'recurrence.exceptions'],
		['a deletion that is no occurrence', { deleted: ['2026-03-12'] }, 'recurrence.deleted'],
		['an exception twice', { exceptions: [{ originalStart: '2026-03-03' }, { originalStart: '2026-03-03T08:00:00Z' }] }, 'recurrence.exceptions'],
		['an exception that is deleted', { exceptions: [{ originalStart: '2026-03-03' }], deleted: ['2026-03-03'] }, 'recurrence.exceptions'],
		['an exception that ends before it starts', { exceptions: [{ originalStart: '2026-03-03', end: '2026-03-03T08:00:00' }] }, 'recurrence.exceptions'],
		['an exception without original start', { exceptions: [{ subject: 'x' }] }, 'recurrence.exceptions.0.originalStart'],
		['an exception with a broken field', { exceptions: [{ originalStart: '2026-03-03', reminderMinutes: 'soon' }] }, 'recurrence.exceptions.0.reminderMinutes'],
	])('refuses %s', (_what, more, field) => {
		expect(() => series({ rrule: 'FREQ=DAILY;COUNT=10', ...more })).toThrow(expect.objectContaining({ name: 'RecordError', field }));
	});
});
