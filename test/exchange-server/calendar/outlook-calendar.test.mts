import fc from 'fast-check';
import { DateTime } from 'luxon';
import rrule from 'rrule';
import { describe, expect, it } from 'vitest';
import { child, childText, listOf } from '../xml/element.mts';
import { restoreSnapshot, takeSnapshot } from '../store/snapshot.mts';
import { idOf, newExchange, type Session } from './in-process.mts';
import { OutlookCalendar, type SeriesPlan } from './outlook-calendar.mts';
import { appointment, byId, calendarView, create, get, set, sync, update, weekly } from './requests.mts';
import { runs } from '../../quick-look.mts';

const { RRule } = rrule;
const SERIES: SeriesPlan = { pattern: { kind: 'Daily', interval: 1 }, count: 5 };

function anna(): { session: Session; calendar: OutlookCalendar } {
	const { exchange, sessions } = newExchange('2026-01-05T08:00:00Z', 'anna', 'bob');
	const [session] = sessions;
	if (!session) throw new RangeError('no session');
	return { session, calendar: new OutlookCalendar(exchange, 'anna@example.test') };
}

async function changes(session: Session, state = ''): Promise<{ seen: (string | undefined)[][]; state: string }> {
	const { element } = await session.one(sync('calendar', state));
	const seen = listOf(element, 'Changes').map((change) => [change.name, child(child(change, 'CalendarItem') ?? change, 'ItemId')?.attributes['Id']]);
	return { seen, state: childText(element, 'SyncState') ?? '' };
}

describe('what a person does in Outlook', () => {
	it('shows in sync as one update of the series', async () => {
		const { session, calendar } = anna();
		const series = calendar.create({ subject: 'Daily', zone: 'Europe/Zurich', start: '2026-03-27T09:00:00', end: '2026-03-27T09:30:00', series: SERIES });
		const id = calendar.idOf(series);
		const { state } = await changes(session);
		calendar.moveOccurrence(id, '2026-03-28', '2026-03-28T11:00:00', '2026-03-28T12:00:00');
		calendar.deleteOccurrence(id, '2026-03-30');
		expect((await changes(session, state)).seen).toEqual([['Update', id]]);
		expect(calendar.occurrences(id)).toEqual([
			{ originalStart: '2026-03-27T08:00:00Z', start: '2026-03-27T08:00:00Z', end: '2026-03-27T08:30:00Z', subject: 'Daily' },
			{ originalStart: '2026-03-28T08:00:00Z', start: '2026-03-28T10:00:00Z', end: '2026-03-28T11:00:00Z', subject: 'Daily' },
			{ originalStart: '2026-03-29T07:00:00Z', start: '2026-03-29T07:00:00Z', end: '2026-03-29T07:30:00Z', subject: 'Daily' },
			{ originalStart: '2026-03-31T07:00:00Z', start: '2026-03-31T07:00:00Z', end: '2026-03-31T07:30:00Z', subject: 'Daily' },
		]);
	});

	it('deletes into the bin and restores under a new id with the same UID', async () => {
		const { session, calendar } = anna();
		const made = calendar.create({ subject: 'Lunch', start: '2026-03-27T12:00:00', end: '2026-03-27T13:00:00' });
		const [id, uid] = [calendar.idOf(made), childText(await session.item(get(calendar.idOf(made))), 'UID')];
		const { state } = await changes(session);
		const deleted = calendar.delete(id);
		const after = await changes(session, state);
		expect(after.seen).toEqual([['Delete', id]]);
		const restored = calendar.idOf(calendar.restore(deleted));
		expect(restored).not.toBe(id);
		expect((await changes(session, after.state)).seen).toEqual([['Create', restored]]);
		expect(childText(await session.item(get(restored)), 'UID')).toBe(uid);
		await expect(session.item(get(id))).rejects.toMatchObject({ code: 'ErrorItemNotFound' });
	});

	it('changes patterns, ends series, makes and unmakes them', async () => {
		const { calendar } = anna();
		const made = calendar.create({ subject: 'One', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00' });
		calendar.changePattern(made, { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' } });
		calendar.editOccurrence(made, '2026-03-09', { subject: 'Other' });
		expect(calendar.occurrences(made, 2).map(({ subject }) => subject)).toEqual(['One', 'Other']);
		calendar.changePattern(made, { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' }, until: '2026-03-16' });
		expect(calendar.occurrences(made).map(({ start, subject }) => [start, subject])).toEqual([
			['2026-03-02T09:00:00Z', 'One'],
			['2026-03-09T09:00:00Z', 'One'],
			['2026-03-16T09:00:00Z', 'One'],
		]);
		expect(calendar.occurrences(calendar.makeSingle(made))).toEqual([]);
	});

	it('stores zones under ids that no server knows', async () => {
		const { session, calendar } = anna();
		const made = calendar.create({ subject: 'Odd', zone: 'Europe/Zurich', storedAs: { id: 'Customized Time Zone', name: '' }, start: '2026-07-01T09:00:00', end: '2026-07-01T10:00:00' });
		const item = await session.item(get(calendar.idOf(made)));
		expect(childText(item, 'Start')).toBe('2026-07-01T07:00:00Z');
		expect(child(item, 'StartTimeZone')?.attributes).toEqual({ Id: 'Customized Time Zone', Name: '' });
		expect(child(child(item, 'StartTimeZone'), 'Periods')?.children).toHaveLength(2);
		await session.item(update(byId(idOf(item)), set('item:Subject', '<t:Subject>Still odd</t:Subject>')));
		expect(child(await session.item(get(idOf(item))), 'StartTimeZone')?.attributes['Id']).toBe('Customized Time Zone');
	});

	it('answers invitations', () => {
		const { session, calendar } = anna();
		const bob = new OutlookCalendar(session.exchange, 'bob@example.test');
		calendar.create({ subject: 'Review', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', invite: ['bob@example.test'] });
		const [booking] = bob.find('Review');
		if (!booking) throw new RangeError('not booked');
		bob.answer(booking, 'AcceptItem');
		expect(session.exchange.outbox.map(({ what, from }) => [what, from])).toEqual([
			['meeting-request', 'anna@example.test'],
			['meeting-response', 'bob@example.test'],
		]);
	});

	it('accepts under a new id as some clients do', async () => {
		const { session, calendar } = anna();
		const bob = new OutlookCalendar(session.exchange, 'bob@example.test');
		calendar.create({ subject: 'Review', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', invite: ['bob@example.test'] });
		const [booking] = bob.find('Review');
		if (!booking) throw new RangeError('not booked');
		const before = bob.idOf(booking);
		expect(bob.idOf(bob.acceptAnew(booking))).not.toBe(before);
		expect(bob.find('Review')).toHaveLength(1);
	});

	it('survives a snapshot of the server', async () => {
		const { session, calendar } = anna();
		const id = calendar.idOf(calendar.create({ subject: 'Daily', zone: 'Europe/Zurich', start: '2026-03-27T09:00:00', end: '2026-03-27T09:30:00', series: SERIES }));
		calendar.editOccurrence(id, '2026-03-28', { subject: 'Other' });
		const before = calendar.occurrences(id);
		const snapshot = takeSnapshot(session.exchange);
		calendar.deletePermanently(id);
		restoreSnapshot(session.exchange, snapshot);
		expect(new OutlookCalendar(session.exchange, 'anna@example.test').occurrences(id)).toEqual(before);
	});
});

describe('occurrences over EWS', () => {
	const zones = [
		['Europe/Zurich', 'W. Europe Standard Time'],
		['America/New_York', 'Eastern Standard Time'],
		['Asia/Kolkata', 'India Standard Time'],
		['Pacific/Auckland', 'New Zealand Standard Time'],
		['Etc/UTC', 'UTC'],
	] as const;

	it.each(zones)('are those of the rrule library in %s', async (iana, windows) => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 4, max: 22 }), fc.uniqueArray(fc.constantFrom(0, 1, 2, 3, 4, 5, 6), { minLength: 1 }), fc.integer({ min: 1, max: 3 }), async (offset, hour, days, interval) => {
				const { session } = anna();
				const start = DateTime.fromISO('2025-12-01T00:00:00', { zone: 'utc' }).plus({ days: offset }).set({ hour });
				const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
				const text = (at: DateTime): string => at.toFormat("yyyy-MM-dd'T'HH:mm:ss");
				const recurrence = weekly(start.toISODate() ?? '', days.map((each) => names[each]).join(' '), '<t:NumberedRecurrence><t:StartDate>DATE</t:StartDate><t:NumberOfOccurrences>12</t:NumberOfOccurrences></t:NumberedRecurrence>', interval);
				await session.item(create(appointment({ start: text(start), end: text(start.plus({ hours: 1 })), zone: windows, recurrence })));
				const from = start.minus({ days: 1 });
				const rows = (await session.one(calendarView(`${text(from)}Z`, `${text(from.plus({ days: 600 }))}Z`))).items;
				const rule = new RRule({ freq: RRule.WEEKLY, interval, byweekday: days, wkst: 6, count: 12, dtstart: start.toJSDate() });
				const expected = rule.all().map((local) => DateTime.fromISO(local.toISOString().slice(0, 19), { zone: iana }).toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'"));
				expect(rows.map((row) => childText(row, 'Start'))).toEqual(expected);
			}),
			{ numRuns: runs(15) },
		);
	});
});
