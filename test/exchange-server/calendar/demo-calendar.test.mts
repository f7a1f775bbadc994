import { describe, expect, it } from 'vitest';
import { child, childText, listOf } from '../xml/element.mts';
import { DEMO_TASK_COUNTS, seedDemoTasks } from '../tasks/demo-tasks.mts';
import { DEMO_CALENDAR_COUNTS, seedDemoCalendar } from './demo-calendar.mts';
import { idOf, newExchange, type Session } from './in-process.mts';
import { findAll, get } from './requests.mts';

async function all(session: Session, folder: string): Promise<Awaited<ReturnType<Session['item']>>[]> {
	const { items } = await session.one(findAll(folder));
	return Promise.all(items.map((row) => session.item(get(idOf(row)))));
}

describe('the demo', () => {
	it.each(['2026-01-05T08:00:00Z', '2026-03-29T00:30:00Z', '2027-11-27T23:59:00Z'])('has the calendar it says, seeded at %s', async (now) => {
		const { exchange, sessions } = newExchange(now, 'anna');
		const [anna] = sessions;
		if (!anna) throw new RangeError('no session');
		seedDemoCalendar(exchange, 'anna@example.test');
		const items = await all(anna, 'calendar');
		const count = (name: string, value: string): number => items.filter((item) => childText(item, name) === value).length;
		expect(items).toHaveLength(DEMO_CALENDAR_COUNTS.rows);
		expect({
			single: count('CalendarItemType', 'Single'),
			series: count('CalendarItemType', 'RecurringMaster'),
			allDay: count('IsAllDayEvent', 'true'),
			private: count('Sensitivity', 'Private'),
			outOfOffice: count('LegacyFreeBusyStatus', 'OOF'),
			meetings: count('IsMeeting', 'true'),
			cancelled: count('IsCancelled', 'true'),
		}).toEqual(Object.fromEntries(['single', 'series', 'allDay', 'private', 'outOfOffice', 'meetings', 'cancelled'].map((key) => [key, DEMO_CALENDAR_COUNTS[key as 'single']])));
		const by = (list: string): Record<string, number> =>
			Object.fromEntries(items.filter((item) => child(item, list)).map((item) => [childText(item, 'Subject') ?? '', listOf(item, list).length]));
		expect(by('ModifiedOccurrences')).toEqual(DEMO_CALENDAR_COUNTS.exceptions);
		expect(by('DeletedOccurrences')).toEqual(DEMO_CALENDAR_COUNTS.deleted);
		expect(exchange.outbox).toEqual([]);
	});

	it('has the tasks it says', async () => {
		const { exchange, sessions } = newExchange('2026-01-05T08:00:00Z', 'anna');
		const [anna] = sessions;
		if (!anna) throw new RangeError('no session');
		seedDemoTasks(exchange, 'anna@example.test');
		const items = await all(anna, 'tasks');
		expect(items).toHaveLength(DEMO_TASK_COUNTS.rows);
		expect(items.filter((item) => childText(item, 'IsRecurring') === 'true')).toHaveLength(2);
		expect(items.filter((item) => childText(item, 'DelegationState') !== 'NoMatch').map((item) => [childText(item, 'DelegationState'), childText(item, 'Owner')])).toEqual(
			expect.arrayContaining([
				['Owned', 'Anna'],
				['OwnNew', 'renee.dubois@partner.example'],
				['Accepted', 'renee.dubois@partner.example'],
			]),
		);
	});
});
