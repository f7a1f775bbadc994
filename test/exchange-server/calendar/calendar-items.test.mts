import { describe, expect, it } from 'vitest';
import { child, childText } from '../xml/element.mts';
import { changeKeyOf, idOf, newExchange } from './in-process.mts';
import { cleanGlobalObjectId } from './global-object-id.mts';
import { appointment, byId, calendarView, create, findAll, get, remove, set, update } from './requests.mts';

const NOW = '2026-01-05T08:00:00Z';
const ZURICH = 'W. Europe Standard Time';

function one(): ReturnType<typeof newExchange>['sessions'][number] {
	const session = newExchange(NOW, 'anna').sessions[0];
	if (!session) throw new RangeError('no session');
	return session;
}

describe('calendar items', () => {
	it('refuses a request that does not say whether invitations go out', async () => {
		const session = one();
		const item = appointment({ start: '2026-02-02T09:00:00Z', end: '2026-02-02T10:00:00Z' });
		await expect(session.one(create(item, ''))).rejects.toMatchObject({ code: 'ErrorSendMeetingInvitationsRequired' });
		const made = await session.item(create(item));
		await expect(session.one(update(byId(idOf(made)), set('item:Subject', '<t:Subject>B</t:Subject>'), ''))).rejects.toMatchObject({
			code: 'ErrorSendMeetingInvitationsOrCancellationsRequired',
		});
		await expect(session.one(remove(byId(idOf(made)), ''))).rejects.toMatchObject({ code: 'ErrorSendMeetingCancellationsRequired' });
	});

	it('reads times without a zone in the start zone, else in the time zone context, else as UTC', async () => {
		const session = one();
		const naive = { start: '2026-07-01T09:00:00', end: '2026-07-01T10:00:00' };
		const start = async (text: string, timeZone?: string): Promise<string | undefined> => {
			const made = await session.item(create(text), timeZone === undefined ? {} : { timeZone });
			return childText(await session.item(get(idOf(made))), 'Start');
		};
		expect(await start(appointment({ ...naive, zone: ZURICH }), 'Tokyo Standard Time')).toBe('2026-07-01T07:00:00Z');
		expect(await start(appointment(naive), 'Tokyo Standard Time')).toBe('2026-07-01T00:00:00Z');
		expect(await start(appointment(naive))).toBe('2026-07-01T09:00:00Z');
	});

	it('snaps all-day items to midnights of the zone they are made in', async () => {
		const session = one();
		const text = appointment({
			start: '2026-03-10T10:00:00+13:00',
			end: '2026-03-10T11:00:00+13:00',
			zone: 'New Zealand Standard Time',
			late: '<t:IsAllDayEvent>true</t:IsAllDayEvent>',
		});
		const item = await session.item(get(idOf(await session.item(create(text)))));
		expect([childText(item, 'Start'), childText(item, 'End')]).toEqual(['2026-03-09T11:00:00Z', '2026-03-10T11:00:00Z']);
		expect(child(item, 'StartTimeZone')?.attributes['Id']).toBe('New Zealand Standard Time');
	});

	it('refuses an end before the start and a duration over five years', async () => {
		const session = one();
		await expect(session.one(create(appointment({ start: '2026-02-02T09:00:00Z', end: '2026-02-02T08:00:00Z' })))).rejects.toMatchObject({
			code: 'ErrorCalendarEndDateIsEarlierThanStartDate',
		});
		await expect(session.one(create(appointment({ start: '2026-02-02T09:00:00Z', end: '2031-03-02T08:00:00Z' })))).rejects.toMatchObject({
			code: 'ErrorCalendarDurationIsTooLong',
		});
		const made = await session.item(create(appointment({ start: '2026-02-02T09:00:00Z', end: '2026-02-02T10:00:00Z' })));
		await expect(session.one(update(byId(idOf(made)), set('calendar:Start', '<t:Start>2026-02-02T11:00:00Z</t:Start>')))).rejects.toMatchObject({
			code: 'ErrorCalendarEndDateIsEarlierThanStartDate',
		});
	});

	it('keeps the UID it is given, makes one otherwise, and never changes it', async () => {
		const session = one();
		const span = { start: '2026-02-02T09:00:00Z', end: '2026-02-02T10:00:00Z' };
		const given = await session.item(get(idOf(await session.item(create(appointment({ ...span, early: '<t:UID>abc@example.test</t:UID>' }))))));
		expect(childText(given, 'UID')).toBe('abc@example.test');
		const own = await session.item(get(idOf(await session.item(create(appointment(span))))));
		expect(childText(own, 'UID')).toMatch(/^040000008200E00074C5B7101A82E008[0-9A-F]{80}$/);
		await expect(session.one(update(byId(idOf(own)), set('calendar:UID', '<t:UID>other</t:UID>')))).rejects.toMatchObject({ code: 'ErrorInvalidPropertySet' });
	});

	it('is found by its global object id, not by its UID', async () => {
		const session = one();
		const made = await session.item(create(appointment({ start: '2026-02-02T09:00:00Z', end: '2026-02-02T10:00:00Z', early: '<t:UID>abc@example.test</t:UID>' })));
		const find = (path: string, value: string): string =>
			findAll('calendar').replace('<m:ParentFolderIds>', `<m:Restriction><t:IsEqualTo>${path}<t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds>`);
		await expect(session.one(find('<t:FieldURI FieldURI="calendar:UID"/>', 'abc@example.test'))).rejects.toMatchObject({ code: 'ErrorUnsupportedPathForQuery' });
		const id = cleanGlobalObjectId('abc@example.test').toString('base64');
		const { items } = await session.one(find('<t:ExtendedFieldURI DistinguishedPropertySetId="Meeting" PropertyId="35" PropertyType="Binary"/>', id));
		expect(items.map(idOf)).toEqual([idOf(made)]);
	});

	it('serves the global object ids as extended properties', async () => {
		const session = one();
		const made = await session.item(create(appointment({ start: '2026-02-02T09:00:00Z', end: '2026-02-02T10:00:00Z' })));
		const field = (id: number): string => `<t:ExtendedFieldURI DistinguishedPropertySetId="Meeting" PropertyId="${id}" PropertyType="Binary"/>`;
		const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="calendar:UID"/>${field(3)}${field(35)}</t:AdditionalProperties>`;
		const item = await session.item(get(idOf(made), shape));
		const values = item.children.filter(({ name }) => name === 'ExtendedProperty').map((each) => Buffer.from(childText(each, 'Value') ?? '', 'base64').toString('hex').toUpperCase());
		expect(values).toEqual([childText(item, 'UID'), childText(item, 'UID')]);
	});

	it('has what Exchange fills in by itself', async () => {
		const session = one();
		const item = await session.item(get(idOf(await session.item(create(appointment({ start: '2026-02-02T09:00:00Z', end: '2026-02-02T10:00:00Z' }))))));
		const facts = ['ItemClass', 'ReminderIsSet', 'ReminderMinutesBeforeStart', 'LegacyFreeBusyStatus', 'IsMeeting', 'IsCancelled', 'AppointmentState', 'CalendarItemType', 'MyResponseType', 'Duration'];
		expect(facts.map((name) => childText(item, name))).toEqual(['IPM.Appointment', 'true', '15', 'Busy', 'false', 'false', '0', 'Single', 'Organizer', 'PT1H']);
	});

	it('takes definitions of zones nobody knows and writes them back', async () => {
		const session = one();
		const zone = `<t:StartTimeZone Id="Mein Büro" Name=""><t:Periods><t:Period Bias="-PT60M" Name="Standard" Id="s"/><t:Period Bias="-PT120M" Name="Daylight" Id="d"/></t:Periods><t:TransitionsGroups><t:TransitionsGroup Id="0"><t:RecurringDayTransition><t:To Kind="Period">d</t:To><t:TimeOffset>PT2H</t:TimeOffset><t:Month>3</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition><t:RecurringDayTransition><t:To Kind="Period">s</t:To><t:TimeOffset>PT3H</t:TimeOffset><t:Month>10</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition></t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition></t:Transitions></t:StartTimeZone>`;
		const text = `<t:CalendarItem><t:Subject>Zone</t:Subject><t:Start>2026-07-01T09:00:00</t:Start><t:End>2026-07-01T10:00:00</t:End>${zone}</t:CalendarItem>`;
		const item = await session.item(get(idOf(await session.item(create(text)))));
		expect(childText(item, 'Start')).toBe('2026-07-01T07:00:00Z');
		const written = child(item, 'StartTimeZone');
		expect(written?.attributes).toEqual({ Id: 'Mein Büro', Name: '' });
		expect(child(written, 'Periods')?.children).toHaveLength(2);
		await expect(session.one(create(appointment({ start: '2026-07-01T09:00:00', end: '2026-07-01T10:00:00', zone: 'Europe/Zurich' })))).rejects.toMatchObject({ code: 'ErrorTimeZone' });
	});

	it('takes a zone context by its rules, and refuses one it cannot make sense of', async () => {
		const session = one();
		const naive = appointment({ start: '2026-07-01T09:00:00', end: '2026-07-01T10:00:00' });
		const rules = '<t:Periods><t:Period Bias="PT210M" Name="Standard" Id="s"/></t:Periods><t:TransitionsGroups><t:TransitionsGroup Id="0"><t:Transition><t:To Kind="Period">s</t:To></t:Transition></t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition></t:Transitions>';
		const made = await session.item(create(naive), { timeZone: `<t:TimeZoneDefinition Id="Half hours">${rules}</t:TimeZoneDefinition>` });
		expect(childText(await session.item(get(idOf(made))), 'Start')).toBe('2026-07-01T12:30:00Z');
		await expect(session.one(create(naive), { timeZone: 'Europe/Zurich' })).rejects.toMatchObject({ code: 'ErrorTimeZone' });
	});

	it('gives every change a new change key', async () => {
		const session = one();
		const made = await session.item(create(appointment({ start: '2026-02-02T09:00:00Z', end: '2026-02-02T10:00:00Z' })));
		const changed = await session.item(update(byId(idOf(made)), set('calendar:Location', '<t:Location>Room 2</t:Location>')));
		expect(idOf(changed)).toBe(idOf(made));
		expect(changeKeyOf(changed)).not.toBe(changeKeyOf(made));
	});

	it('refuses a calendar view of another folder, of a range over two years, or backwards', async () => {
		const session = one();
		const view = calendarView('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');
		await expect(session.one(view.replace('Id="calendar"', 'Id="inbox"'))).rejects.toMatchObject({ code: 'ErrorCalendarFolderIsInvalidForCalendarView' });
		await expect(session.one(calendarView('2026-01-01T00:00:00Z', '2029-02-01T00:00:00Z'))).rejects.toMatchObject({ code: 'ErrorCalendarViewRangeTooBig' });
		await expect(session.one(calendarView('2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z'))).rejects.toMatchObject({ code: 'ErrorCalendarEndDateIsEarlierThanStartDate' });
	});
});
