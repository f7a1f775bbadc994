import { randomUUID } from 'node:crypto';
import type { Exchange, SentThing } from '../store/exchange.mts';
import { changeKey, itemId } from '../store/ids.mts';
import type { Address, DetachedItem, Item, ItemKind, PropertyValue } from '../store/item.mts';
import { flagOf, textOf } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { attendeesAt, attendeesOf, ATTENDEE_PATHS } from './attendee.mts';
import { appointmentState, CANCELLED, MEETING, RECEIVED } from './calendar-properties.mts';
import { settle } from './calendar-settling.mts';
import { openOccurrence, saveOccurrence } from './occurrence-access.mts';
import { EXCEPTIONS, OCCURRENCE_DAY, occurrenceKey, seriesOf } from './series.mts';

/** What of a meeting is the organizer's own business and stays out of invitations. */
const PERSONAL = /^(?:item:(?:Reminder|Categories|Flag|ItemClass)|message:|meeting:|calendar:(?:MyResponseType|AppointmentReplyTime|MeetingRequestWasSent|AppointmentState|LegacyFreeBusyStatus))/;
/** Whom a meeting was sent to, on the organizer's item. */
export const INVITED = 'meeting:Invited';

export function invitedOf(item: DetachedItem): readonly string[] {
	const value = item.properties[INVITED];
	return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** Everybody else a meeting is for, once each. */
export function guestsOf(item: DetachedItem, organizer: string): string[] {
	const all = attendeesOf(item).map((each) => each.address.address.toLowerCase());
	return [...new Set(all)].filter((address) => address !== '' && address !== organizer.toLowerCase());
}

/** The appointment of a meeting in a calendar, by its UID; cancelled ones included. */
export function bookingOf(mailbox: Mailbox, uid: string): Item | undefined {
	for (const item of mailbox.folderNamed('calendar').items.values()) if (textOf(item, 'calendar:UID') === uid) return item;
	return undefined;
}

function shared(item: DetachedItem): Record<string, PropertyValue> {
	return Object.fromEntries(Object.entries(item.properties).filter(([path]) => !PERSONAL.test(path)));
}

function intendedStatus(item: DetachedItem): string {
	return textOf(item, 'calendar:LegacyFreeBusyStatus') ?? 'Busy';
}

/** Writes what the organizer says into an attendee's appointment; a new one is tentative until it is answered. */
function writeBooking(booking: DetachedItem, meeting: DetachedItem): void {
	for (const path of ATTENDEE_PATHS) if (attendeesAt(meeting, path).length === 0) delete booking.properties[path];
	Object.assign(booking.properties, shared(meeting));
	booking.properties['calendar:AppointmentState'] = MEETING | RECEIVED;
	booking.properties['calendar:MeetingRequestWasSent'] = true;
	booking.properties['calendar:IntendedFreeBusyStatus'] = intendedStatus(meeting);
	booking.properties['calendar:LegacyFreeBusyStatus'] = 'Tentative';
	booking.properties['calendar:MyResponseType'] = 'NoResponseReceived';
	if (meeting.body) booking.body = { ...meeting.body };
}

function newBooking(mailbox: Mailbox, meeting: DetachedItem): Item {
	const content: DetachedItem = {
		kind: 'CalendarItem',
		properties: {
			'item:ItemClass': 'IPM.Appointment',
			'message:IsRead': true,
			'item:ReminderIsSet': flagOf(meeting, 'item:ReminderIsSet'),
			'item:ReminderMinutesBeforeStart': meeting.properties['item:ReminderMinutesBeforeStart'] ?? 15,
		},
		extended: {},
		attachments: [],
		draft: false,
	};
	writeBooking(content, meeting);
	delete content.properties[OCCURRENCE_DAY];
	delete content.properties['calendar:OriginalStart'];
	settle(content, []);
	return mailbox.add(content, mailbox.folderNamed('calendar'));
}

/** Books a meeting (or one occurrence of it) tentatively in an attendee's calendar, as the calendar attendant does. */
export function book(mailbox: Mailbox, meeting: DetachedItem): Item {
	const day = meeting.properties[OCCURRENCE_DAY];
	const known = bookingOf(mailbox, textOf(meeting, 'calendar:UID') ?? '');
	if (!known) return newBooking(mailbox, meeting);
	if (typeof day === 'number' && seriesOf(known)) {
		const occurrence = openOccurrence(known, occurrenceKey(day));
		writeBooking(occurrence, meeting);
		saveOccurrence(mailbox, known, occurrence);
		return known;
	}
	writeBooking(known, meeting);
	settle(known, []);
	const exceptions = meeting.properties[EXCEPTIONS];
	if (exceptions) known.properties[EXCEPTIONS] = exceptions;
	mailbox.touch(known);
	return known;
}

/** Calls a meeting off in an attendee's calendar: it stays, marked, until its owner removes it. */
export function callOff(mailbox: Mailbox, meeting: DetachedItem): Item | undefined {
	const known = bookingOf(mailbox, textOf(meeting, 'calendar:UID') ?? '');
	if (!known) return undefined;
	const day = meeting.properties[OCCURRENCE_DAY];
	const target = typeof day === 'number' && seriesOf(known) ? openOccurrence(known, occurrenceKey(day)) : known;
	target.properties['calendar:AppointmentState'] = appointmentState(target) | MEETING | RECEIVED | CANCELLED;
	target.properties['item:Subject'] = cancelledSubject(target);
	target.properties['calendar:LegacyFreeBusyStatus'] = 'Free';
	settle(target, []);
	if (target === known) mailbox.touch(known);
	else saveOccurrence(mailbox, known, target);
	return known;
}

export function cancelledSubject(item: DetachedItem): string {
	const subject = textOf(item, 'item:Subject') ?? '';
	return subject.startsWith('Canceled: ') ? subject : `Canceled: ${subject}`;
}

export interface MeetingMail {
	readonly kind: ItemKind;
	readonly itemClass: string;
	readonly what: SentThing['what'];
	readonly subject: string;
	readonly to: readonly string[];
	/** Further properties of the message. */
	readonly properties: Record<string, PropertyValue>;
	/** What the message does in a recipient's mailbox before it lies in the Inbox; its result is the associated calendar item. */
	readonly effect: (mailbox: Mailbox) => Item | undefined;
}

function addressNamed(exchange: Exchange, address: string): Address {
	const mailbox = exchange.mailboxOf(address);
	return mailbox ? exchange.addressOf(mailbox) : { address };
}

/** Sends a meeting message: into the Inbox of everybody with a mailbox here, into the outbox log, and, if asked, into Sent Items. */
export function sendMeetingMail(exchange: Exchange, from: Mailbox, meeting: DetachedItem, mail: MeetingMail, saveCopy: boolean): Item | undefined {
	if (mail.to.length === 0) return undefined;
	const sender = exchange.addressOf(from);
	const messageId = `<${randomUUID()}@${from.address.split('@')[1] ?? 'localhost'}>`;
	const day = meeting.properties[OCCURRENCE_DAY];
	const content = (owner: Mailbox, calendarItem: Item | undefined, isRead: boolean): DetachedItem => ({
		kind: mail.kind,
		properties: {
			...(mail.kind === 'MeetingRequest' ? shared(meeting) : {}),
			'item:ItemClass': mail.itemClass,
			'item:Subject': mail.subject,
			'item:DateTimeSent': exchange.clock.now(),
			'item:DateTimeReceived': exchange.clock.now(),
			'message:IsRead': isRead,
			'message:Sender': sender,
			'message:From': sender,
			'message:ToRecipients': mail.to.map((address) => addressNamed(exchange, address)),
			'message:InternetMessageId': messageId,
			'calendar:UID': textOf(meeting, 'calendar:UID') ?? '',
			'calendar:Start': meeting.properties['calendar:Start'] ?? exchange.clock.now(),
			'calendar:End': meeting.properties['calendar:End'] ?? exchange.clock.now(),
			...(typeof day === 'number' ? { 'calendar:RecurrenceId': meeting.properties['calendar:OriginalStart'] ?? exchange.clock.now() } : {}),
			...(calendarItem ? { 'meeting:AssociatedCalendarItemId': itemId(owner.guid, calendarItem.number), 'meeting:AssociatedChangeKey': changeKey(owner.guid, calendarItem.changeKey) } : {}),
			...mail.properties,
		},
		extended: { ...meeting.extended },
		attachments: [],
		draft: false,
		...(meeting.body ? { body: { ...meeting.body } } : {}),
	});
	const deliveredTo: string[] = [];
	for (const address of mail.to) {
		const mailbox = exchange.mailboxOf(address);
		if (!mailbox) continue;
		const booked = mail.effect(mailbox);
		mailbox.add(content(mailbox, booked, false), mailbox.folderNamed('inbox'));
		deliveredTo.push(mailbox.address);
	}
	exchange.noteSent({ what: mail.what, from: from.address, to: [...mail.to], subject: mail.subject, messageId, deliveredTo });
	if (!saveCopy) return undefined;
	return from.add(content(from, bookingOf(from, textOf(meeting, 'calendar:UID') ?? ''), true), from.folderNamed('sentitems'));
}

/** Sends the meeting to its attendees: new to some, an update to others. */
export function sendRequests(exchange: Exchange, organizer: Mailbox, meeting: DetachedItem, to: readonly string[], before: readonly string[], saveCopy: boolean): void {
	const groups = [
		{ type: 'NewMeetingRequest', to: to.filter((address) => !before.includes(address)) },
		{ type: 'FullUpdate', to: to.filter((address) => before.includes(address)) },
	];
	for (const group of groups) {
		sendMeetingMail(
			exchange,
			organizer,
			meeting,
			{
				kind: 'MeetingRequest',
				itemClass: 'IPM.Schedule.Meeting.Request',
				what: 'meeting-request',
				subject: textOf(meeting, 'item:Subject') ?? '',
				to: group.to,
				properties: {
					'meetingRequest:MeetingRequestType': group.type,
					'meetingRequest:IntendedFreeBusyStatus': intendedStatus(meeting),
					'calendar:LegacyFreeBusyStatus': 'Tentative',
					'calendar:AppointmentState': MEETING | RECEIVED,
					'calendar:MeetingRequestWasSent': true,
					'calendar:MyResponseType': 'NoResponseReceived',
				},
				effect: (mailbox) => book(mailbox, meeting),
			},
			saveCopy,
		);
	}
}

/** Tells attendees that a meeting (or an occurrence of it) is off. */
export function sendCancellations(exchange: Exchange, organizer: Mailbox, meeting: DetachedItem, to: readonly string[], saveCopy: boolean): void {
	sendMeetingMail(
		exchange,
		organizer,
		meeting,
		{
			kind: 'MeetingCancellation',
			itemClass: 'IPM.Schedule.Meeting.Canceled',
			what: 'meeting-cancellation',
			subject: cancelledSubject(meeting),
			to,
			properties: {},
			effect: (mailbox) => callOff(mailbox, meeting),
		},
		saveCopy,
	);
}
