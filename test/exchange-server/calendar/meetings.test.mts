import { describe, expect, it } from 'vitest';
import { child, childText, descend, listOf } from '../xml/element.mts';
import { idOf, newExchange, type Session } from './in-process.mts';
import { appointment, byId, create, daily, findAll, get, getById, occurrence, remove, set, update } from './requests.mts';

const SPAN = { start: '2026-02-02T09:00:00Z', end: '2026-02-02T10:00:00Z' };

function attendees(...names: string[]): string {
	const list = names.map((name) => `<t:Attendee><t:Mailbox><t:EmailAddress>${name}@example.test</t:EmailAddress></t:Mailbox></t:Attendee>`);
	return `<t:RequiredAttendees>${list.join('')}</t:RequiredAttendees>`;
}

function meeting(names: string[], recurrence = ''): string {
	return appointment({ subject: 'Review', ...SPAN, late: attendees(...names), recurrence });
}

function sending(mode: string): string {
	return `SendMeetingInvitations="${mode}"`;
}

function two(): { anna: Session; bob: Session } {
	const [anna, bob] = newExchange('2026-01-05T08:00:00Z', 'anna', 'bob').sessions;
	if (!anna || !bob) throw new RangeError('no sessions');
	return { anna, bob };
}

async function rows(session: Session, folder: string): Promise<(string | undefined)[][]> {
	const { items } = await session.one(findAll(folder));
	return items.map((item) => [item.name, childText(item, 'Subject')]);
}

async function only(session: Session, folder: string): Promise<string> {
	const { items } = await session.one(findAll(folder));
	expect(items).toHaveLength(1);
	const [item] = items;
	return item ? idOf(item) : '';
}

function answer(name: string, id: string): string {
	return `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:${name}><t:ReferenceItemId Id="${id}"/></t:${name}></m:Items></m:CreateItem>`;
}

describe('meetings between mailboxes', () => {
	it('send nothing to anybody with SendToNone', async () => {
		const { anna, bob } = two();
		const id = idOf(await anna.item(create(meeting(['bob']), sending('SendToNone'))));
		const item = await anna.item(get(id));
		expect(['IsMeeting', 'MeetingRequestWasSent', 'AppointmentState'].map((name) => childText(item, name))).toEqual(['true', 'false', '1']);
		await anna.item(update(byId(id), set('calendar:Location', '<t:Location>B</t:Location>')));
		await anna.one(remove(byId(id)));
		expect(anna.exchange.outbox).toEqual([]);
		expect(await rows(bob, 'inbox')).toEqual([]);
		expect(await rows(bob, 'calendar')).toEqual([]);
	});

	it('arrive as a request and as a tentative booking', async () => {
		const { anna, bob } = two();
		await anna.item(create(meeting(['bob', 'carol']), sending('SendToAllAndSaveCopy')));
		expect(anna.exchange.outbox).toMatchObject([{ what: 'meeting-request', from: 'anna@example.test', to: ['bob@example.test', 'carol@example.test'], deliveredTo: ['bob@example.test'] }]);
		expect(await rows(bob, 'inbox')).toEqual([['MeetingRequest', 'Review']]);
		expect(await rows(anna, 'sentitems')).toEqual([['MeetingRequest', 'Review']]);
		const request = await bob.item(get(await only(bob, 'inbox')));
		const booking = await bob.item(get(await only(bob, 'calendar')));
		expect(child(request, 'AssociatedCalendarItemId')?.attributes['Id']).toBe(idOf(booking));
		expect(childText(request, 'UID')).toBe(childText(booking, 'UID'));
		expect(childText(request, 'MeetingRequestType')).toBe('NewMeetingRequest');
		expect(['LegacyFreeBusyStatus', 'MyResponseType', 'AppointmentState', 'IsMeeting', 'IsOrganizer', 'Start'].map((name) => childText(booking, name))).toEqual(['Tentative', 'NoResponseReceived', '3', 'true', 'false', SPAN.start]);
		expect(descend(booking, 'Organizer', 'Mailbox', 'EmailAddress')?.text).toBe('anna@example.test');
	});

	it('take updates and cancellations to the attendees', async () => {
		const { anna, bob } = two();
		const id = idOf(await anna.item(create(meeting(['bob']), sending('SendOnlyToAll'))));
		await anna.item(update(byId(id), set('calendar:Location', '<t:Location>Room 9</t:Location>'), 'SendMeetingInvitationsOrCancellations="SendToAllAndSaveCopy"'));
		const booking = await only(bob, 'calendar');
		expect(childText(await bob.item(get(booking)), 'Location')).toBe('Room 9');
		await anna.one(remove(byId(id), 'SendMeetingCancellations="SendOnlyToAll"'));
		expect((await rows(bob, 'inbox')).map(([kind]) => kind).sort()).toEqual(['MeetingCancellation', 'MeetingRequest', 'MeetingRequest']);
		const cancelled = await bob.item(get(booking));
		expect(['Subject', 'IsCancelled', 'AppointmentState', 'LegacyFreeBusyStatus'].map((name) => childText(cancelled, name))).toEqual(['Canceled: Review', 'true', '7', 'Free']);
		expect(anna.exchange.outbox.map(({ what }) => what)).toEqual(['meeting-request', 'meeting-request', 'meeting-cancellation']);
		await expect(bob.one(answer('AcceptItem', booking))).rejects.toMatchObject({ code: 'ErrorCalendarIsCancelledForAccept' });
	});

	it.each([
		['AcceptItem', 'Accept', 'Busy', 'Accepted: Review'],
		['TentativelyAcceptItem', 'Tentative', 'Tentative', 'Tentative: Review'],
	])('are answered with %s', async (name, response, status, subject) => {
		const { anna, bob } = two();
		const id = idOf(await anna.item(create(meeting(['bob']), sending('SendOnlyToAll'))));
		await bob.one(answer(name, await only(bob, 'inbox')));
		const booking = await bob.item(get(await only(bob, 'calendar')));
		expect([childText(booking, 'MyResponseType'), childText(booking, 'LegacyFreeBusyStatus')]).toEqual([response, status]);
		expect(await rows(bob, 'inbox')).toEqual([]);
		expect(await rows(anna, 'inbox')).toEqual([['MeetingResponse', subject]]);
		expect(childText(await anna.item(get(await only(anna, 'inbox'))), 'ResponseType')).toBe(response);
		const [invited] = listOf(await anna.item(get(id)), 'RequiredAttendees');
		expect(childText(invited, 'ResponseType')).toBe(response);
	});

	it('are declined into Deleted Items', async () => {
		const { anna, bob } = two();
		await anna.item(create(meeting(['bob']), sending('SendOnlyToAll')));
		await bob.one(answer('DeclineItem', await only(bob, 'calendar')));
		expect(await rows(bob, 'calendar')).toEqual([]);
		expect((await rows(bob, 'deleteditems')).map(([kind]) => kind)).toEqual(['CalendarItem']);
		expect(anna.exchange.outbox.at(-1)).toMatchObject({ what: 'meeting-response', to: ['anna@example.test'] });
	});

	it('cannot be answered by their organizer', async () => {
		const { anna } = two();
		const id = idOf(await anna.item(create(meeting(['bob']), sending('SendOnlyToAll'))));
		await expect(anna.one(answer('DeclineItem', id))).rejects.toMatchObject({ code: 'ErrorCalendarIsOrganizerForDecline' });
	});

	it('bring a series, and later the change of one occurrence, to the attendee', async () => {
		const { anna, bob } = two();
		const id = idOf(await anna.item(create(meeting(['bob'], daily('2026-02-02', 4)), sending('SendOnlyToAll'))));
		await anna.item(update(occurrence(id, 2), set('calendar:Location', '<t:Location>Elsewhere</t:Location>'), 'SendMeetingInvitationsOrCancellations="SendOnlyToAll"'));
		const booking = await only(bob, 'calendar');
		expect(childText(await bob.item(get(booking)), 'CalendarItemType')).toBe('RecurringMaster');
		expect(childText(await bob.item(getById(occurrence(booking, 2))), 'Location')).toBe('Elsewhere');
		expect(childText(await bob.item(getById(occurrence(booking, 3))), 'Location')).toBeUndefined();
	});

	it('lose one occurrence at the attendee when the organizer cancels it', async () => {
		const { anna, bob } = two();
		const id = idOf(await anna.item(create(meeting(['bob'], daily('2026-02-02', 4)), sending('SendOnlyToAll'))));
		await anna.one(remove(occurrence(id, 2), 'SendMeetingCancellations="SendOnlyToAll"'));
		const booking = await only(bob, 'calendar');
		expect(childText(await bob.item(getById(occurrence(booking, 2))), 'IsCancelled')).toBe('true');
		expect(childText(await bob.item(getById(occurrence(booking, 3))), 'IsCancelled')).toBe('false');
		expect(childText(await bob.item(get(booking)), 'IsCancelled')).toBe('false');
	});

	it('are declined by an attendee who deletes them and says so, and silently deleted otherwise', async () => {
		const { anna, bob } = two();
		await anna.item(create(meeting(['bob']), sending('SendOnlyToAll')));
		await bob.one(remove(byId(await only(bob, 'calendar'))));
		expect(anna.exchange.outbox.map(({ what }) => what)).toEqual(['meeting-request']);
		await anna.item(create(meeting(['bob']), sending('SendOnlyToAll')));
		await bob.one(remove(byId(await only(bob, 'calendar')), 'SendMeetingCancellations="SendOnlyToAll"'));
		expect(anna.exchange.outbox.at(-1)).toMatchObject({ what: 'meeting-response', from: 'bob@example.test', subject: 'Declined: Review' });
	});

	it('are cancelled with CancelCalendarItem', async () => {
		const { anna, bob } = two();
		const id = idOf(await anna.item(create(meeting(['bob']), sending('SendOnlyToAll'))));
		await anna.one(`<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:CancelCalendarItem><t:ReferenceItemId Id="${id}"/></t:CancelCalendarItem></m:Items></m:CreateItem>`);
		expect((await rows(anna, 'deleteditems')).map(([kind]) => kind)).toEqual(['CalendarItem']);
		expect((await rows(bob, 'inbox')).map(([kind]) => kind).sort()).toEqual(['MeetingCancellation', 'MeetingRequest']);
	});
});
