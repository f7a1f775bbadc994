import { describe, expect, it } from 'vitest';
import { child, childText, descend, listOf } from '../xml/element.mts';
import { changeKeyOf, idOf, newExchange, type Session } from './in-process.mts';
import { appointment, byId, calendarView, create, daily, findAll, get, getById, occurrence, remove, set, sync, update, weekly } from './requests.mts';

const ZURICH = 'W. Europe Standard Time';

function one(): Session {
	const session = newExchange('2026-01-05T08:00:00Z', 'anna').sessions[0];
	if (!session) throw new RangeError('no session');
	return session;
}

async function dailySeries(session: Session, count = 5): Promise<string> {
	const text = appointment({ subject: 'Stand-up', start: '2026-03-02T08:00:00Z', end: '2026-03-02T08:30:00Z', zone: ZURICH, recurrence: daily('2026-03-02', count) });
	return idOf(await session.item(create(text)));
}

async function synced(session: Session, state = ''): Promise<{ changes: string[]; state: string }> {
	const { element } = await session.one(sync('calendar', state));
	return { changes: listOf(element, 'Changes').map(({ name }) => name), state: childText(element, 'SyncState') ?? '' };
}

describe('series', () => {
	it('are one master row in sync and in a paged view, and occurrences in a calendar view', async () => {
		const session = one();
		const master = await dailySeries(session);
		expect((await synced(session)).changes).toEqual(['Create']);
		const rows = (await session.one(findAll('calendar'))).items;
		expect(rows.map((row) => [idOf(row), childText(row, 'CalendarItemType')])).toEqual([[master, 'RecurringMaster']]);
		const view = (await session.one(calendarView('2026-03-03T00:00:00Z', '2026-03-05T00:00:00Z'))).items;
		expect(view.map((row) => [childText(row, 'CalendarItemType'), childText(row, 'Start')])).toEqual([
			['Occurrence', '2026-03-03T08:00:00Z'],
			['Occurrence', '2026-03-04T08:00:00Z'],
		]);
	});

	it('start on their first occurrence', async () => {
		const session = one();
		const text = appointment({ start: '2026-03-03T09:00:00', end: '2026-03-03T10:00:00', zone: ZURICH, recurrence: weekly('2026-03-03', 'Friday') });
		const item = await session.item(get(idOf(await session.item(create(text)))));
		expect(childText(item, 'Start')).toBe('2026-03-06T08:00:00Z');
		expect(descend(item, 'Recurrence', 'NoEndRecurrence', 'StartDate')?.text).toBe('2026-03-06+01:00');
		expect(child(item, 'LastOccurrence')).toBeUndefined();
	});

	it('keep their wall-clock time over the change to summer time', async () => {
		const session = one();
		await session.item(create(appointment({ start: '2026-03-27T09:00:00', end: '2026-03-27T10:00:00', zone: ZURICH, recurrence: daily('2026-03-27', 4) })));
		const view = (await session.one(calendarView('2026-03-01T00:00:00Z', '2026-04-10T00:00:00Z'))).items;
		expect(view.map((row) => childText(row, 'Start'))).toEqual(['2026-03-27T08:00:00Z', '2026-03-28T08:00:00Z', '2026-03-29T07:00:00Z', '2026-03-30T07:00:00Z']);
	});

	it('turn an updated occurrence into an exception and report one update of the master', async () => {
		const session = one();
		const master = await dailySeries(session);
		const before = await session.item(get(master));
		const { state } = await synced(session);
		const changes = set('item:Subject', '<t:Subject>Moved</t:Subject>') + set('calendar:Start', '<t:Start>2026-03-03T10:00:00Z</t:Start>') + set('calendar:End', '<t:End>2026-03-03T11:00:00Z</t:End>');
		const answer = await session.item(update(occurrence(master, 2), changes));
		expect((await synced(session, state)).changes).toEqual(['Update']);
		const after = await session.item(get(master));
		expect(changeKeyOf(after)).not.toBe(changeKeyOf(before));
		const [modified] = listOf(after, 'ModifiedOccurrences');
		expect([childText(modified, 'Start'), childText(modified, 'End'), childText(modified, 'OriginalStart')]).toEqual(['2026-03-03T10:00:00Z', '2026-03-03T11:00:00Z', '2026-03-03T08:00:00Z']);
		const exception = await session.item(get(child(modified, 'ItemId')?.attributes['Id'] ?? ''));
		expect(['Subject', 'CalendarItemType', 'OriginalStart', 'RecurrenceId', 'IsRecurring'].map((name) => childText(exception, name))).toEqual(['Moved', 'Exception', '2026-03-03T08:00:00Z', '2026-03-03T08:00:00Z', 'true']);
		expect(idOf(exception)).toBe(idOf(answer));
		expect(childText(await session.item(getById(`<t:RecurringMasterItemId OccurrenceId="${idOf(exception)}"/>`)), 'Subject')).toBe('Stand-up');
	});

	it('list deleted occurrences by their original start, moved ones too, and count them in indexes', async () => {
		const session = one();
		const master = await dailySeries(session);
		await session.item(update(occurrence(master, 2), set('calendar:Start', '<t:Start>2026-03-03T07:00:00Z</t:Start>')));
		const { state } = await synced(session);
		await session.one(remove(occurrence(master, 2)));
		expect((await synced(session, state)).changes).toEqual(['Update']);
		const after = await session.item(get(master));
		expect(listOf(after, 'DeletedOccurrences').map((each) => childText(each, 'Start'))).toEqual(['2026-03-03T08:00:00Z']);
		expect(child(after, 'ModifiedOccurrences')).toBeUndefined();
		await expect(session.item(getById(occurrence(master, 2)))).rejects.toMatchObject({ code: 'ErrorCalendarOccurrenceIsDeletedFromRecurrence' });
		expect(childText(await session.item(getById(occurrence(master, 3))), 'Start')).toBe('2026-03-04T08:00:00Z');
	});

	it('name their first and last occurrence that is left', async () => {
		const session = one();
		const master = await dailySeries(session, 3);
		await session.one(remove(occurrence(master, 3)));
		await session.one(remove(occurrence(master, 1)));
		const item = await session.item(get(master));
		expect(descend(item, 'FirstOccurrence', 'OriginalStart')?.text).toBe('2026-03-03T08:00:00Z');
		expect(descend(item, 'LastOccurrence', 'OriginalStart')?.text).toBe('2026-03-03T08:00:00Z');
	});

	it('refuse indexes outside of the pattern and ids of the wrong sort', async () => {
		const session = one();
		const master = await dailySeries(session);
		const single = idOf(await session.item(create(appointment({ start: '2026-03-02T08:00:00Z', end: '2026-03-02T08:30:00Z' }))));
		await expect(session.item(getById(occurrence(master, 6)))).rejects.toMatchObject({ code: 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange' });
		await expect(session.item(getById(occurrence(master, 0)))).rejects.toMatchObject({ code: 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange' });
		await expect(session.item(getById(occurrence(single, 1)))).rejects.toMatchObject({ code: 'ErrorCalendarCannotUseIdForOccurrenceId' });
		await expect(session.item(getById(`<t:RecurringMasterItemId OccurrenceId="${master}"/>`))).rejects.toMatchObject({ code: 'ErrorCalendarCannotUseIdForRecurringMasterId' });
	});

	it('refuse an occurrence that jumps over its neighbour and a recurrence on an occurrence', async () => {
		const session = one();
		const master = await dailySeries(session);
		const to = (start: string, end: string): string => set('calendar:Start', `<t:Start>${start}</t:Start>`) + set('calendar:End', `<t:End>${end}</t:End>`);
		await expect(session.one(update(occurrence(master, 2), to('2026-03-04T10:00:00Z', '2026-03-04T11:00:00Z')))).rejects.toMatchObject({ code: 'ErrorOccurrenceCrossingBoundary' });
		await expect(session.one(update(occurrence(master, 2), set('calendar:Recurrence', daily('2026-03-03', 2))))).rejects.toMatchObject({ code: 'ErrorInvalidPropertySet' });
	});

	it('drop their exceptions when pattern, range or time changes, and keep them otherwise', async () => {
		const session = one();
		const counts = async (id: string): Promise<number[]> => {
			const item = await session.item(get(id));
			return [listOf(item, 'ModifiedOccurrences').length, listOf(item, 'DeletedOccurrences').length];
		};
		const start = async (): Promise<string> => {
			const id = await dailySeries(session);
			await session.item(update(occurrence(id, 2), set('item:Subject', '<t:Subject>Other</t:Subject>')));
			await session.one(remove(occurrence(id, 3)));
			expect(await counts(id)).toEqual([1, 1]);
			return id;
		};
		const kept = await start();
		await session.item(update(byId(kept), set('item:Subject', '<t:Subject>New name</t:Subject>') + set('calendar:Recurrence', daily('2026-03-02', 5))));
		expect(await counts(kept)).toEqual([1, 1]);
		const pattern = await start();
		await session.item(update(byId(pattern), set('calendar:Recurrence', daily('2026-03-02', 5, 2))));
		expect(await counts(pattern)).toEqual([0, 0]);
		const time = await start();
		await session.item(update(byId(time), set('calendar:Start', '<t:Start>2026-03-02T08:10:00Z</t:Start>')));
		expect(await counts(time)).toEqual([0, 0]);
	});

	it('follow their master where an exception says nothing', async () => {
		const session = one();
		const master = await dailySeries(session);
		await session.item(update(occurrence(master, 2), set('item:Subject', '<t:Subject>Other</t:Subject>')));
		await session.item(update(byId(master), set('calendar:Location', '<t:Location>Room 1</t:Location>')));
		const exception = await session.item(getById(occurrence(master, 2)));
		expect([childText(exception, 'Subject'), childText(exception, 'Location')]).toEqual(['Other', 'Room 1']);
	});

	it('become single items when the recurrence is taken away', async () => {
		const session = one();
		const master = await dailySeries(session);
		await session.item(update(byId(master), '<t:DeleteItemField><t:FieldURI FieldURI="calendar:Recurrence"/></t:DeleteItemField>'));
		expect(childText(await session.item(get(master)), 'CalendarItemType')).toBe('Single');
	});

	it('keep their last occurrence', async () => {
		const session = one();
		const master = await dailySeries(session, 1);
		await expect(session.one(remove(occurrence(master, 1)))).rejects.toMatchObject({ code: 'ErrorRecurrenceHasNoOccurrence' });
	});

	it('want the change key of a change that may conflict', async () => {
		const session = one();
		const master = await dailySeries(session);
		const change = (conflicts: string): string => update(occurrence(master, 2), set('item:Subject', '<t:Subject>B</t:Subject>')).replace('AlwaysOverwrite', conflicts);
		await expect(session.one(change('AutoResolve'))).rejects.toMatchObject({ code: 'ErrorChangeKeyRequiredForWriteOperations' });
		const { code } = await session.one(change('AlwaysOverwrite'));
		expect(code).toBe('NoError');
	});

	it('are refused where occurrences would overlap', async () => {
		const session = one();
		const text = appointment({ start: '2026-03-02T08:00:00Z', end: '2026-03-03T20:00:00Z', recurrence: daily('2026-03-02', 3) });
		await expect(session.one(create(text))).rejects.toMatchObject({ code: 'ErrorOccurrenceTimeSpanTooBig' });
	});
});
