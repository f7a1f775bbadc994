import { randomBytes } from 'node:crypto';
import type { Folder } from '../store/folder.mts';
import { emptyItem, textOf, type Address, type DetachedItem, type Item } from '../store/item.mts';
import { MailboxOwner } from '../store/mailbox-owner.mts';
import { attendee } from './attendee.mts';
import { CANCELLED, MEETING, RECEIVED } from './calendar-properties.mts';
import { settle } from './calendar-settling.mts';
import { dayFrom, formatInstant, parseDateTime, type DayNumber, type Instant } from './civil-date.mts';
import { newUid } from './global-object-id.mts';
import { answerMeeting } from './meeting-answer.mts';
import { guestsOf, INVITED, invitedOf, sendCancellations, sendRequests } from './meeting-delivery.mts';
import { itemOfOccurrence, openOccurrence, removeOccurrence, saveOccurrence } from './occurrence-access.mts';
import { checkRecurrence, type FixedPattern, rangeFrom, type RangePlan } from './recurrence-pattern.mts';
import { occurrenceKey, occurrences, seriesOf, zoneOfItem, type StoredRecurrence } from './series.mts';
import { toInstant, toWallClock, zoneNamed, zoneUnderOtherId, type TimeZone } from './time-zone.mts';
import { storedZone } from './time-zone-xml.mts';

/** A pattern and where it ends. */
export interface SeriesPlan extends RangePlan {
	pattern: FixedPattern;
}

/** What may be said about an appointment in Outlook's form. */
export interface AppointmentEdit {
	subject?: string;
	/** Wall clock in the appointment's zone, `YYYY-MM-DDTHH:MM:SS` (a plain date is its midnight). */
	start?: string;
	end?: string;
	allDay?: boolean;
	location?: string;
	text?: string;
	html?: string;
	busyStatus?: 'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere';
	sensitivity?: 'Normal' | 'Personal' | 'Private' | 'Confidential';
	importance?: 'Low' | 'Normal' | 'High';
	categories?: string[];
	/** null: none. */
	reminderMinutes?: number | null;
}

export interface NewAppointment extends AppointmentEdit {
	subject: string;
	start: string;
	end: string;
	/** IANA name or Windows id; UTC by default. */
	zone?: string;
	/** Id and name under which the zone is stored, where a client wrote an odd one. */
	storedAs?: { id: string; name?: string };
	series?: SeriesPlan;
	uid?: string;
	/** Invites these addresses and sends the invitations. */
	invite?: string[];
	/** A meeting as it lies in the calendar, long since sent: nothing is sent now. Somebody else's where `organizer` is given. */
	meeting?: { attendees: Address[]; organizer?: Address; response?: 'NoResponseReceived' | 'Accept' | 'Tentative'; cancelled?: boolean };
	/** A calendar folder other than the main one. */
	folder?: Folder;
}

/** One occurrence as a test compares it; instants as `YYYY-MM-DDTHH:MM:SSZ`. */
export interface OccurrenceSeen {
	originalStart: string;
	start: string;
	end: string;
	subject: string;
}

/** What a person does with a calendar in Outlook, as calls. */
export class OutlookCalendar extends MailboxOwner {
	create(appointment: NewAppointment): Item {
		const zone = zoneNamed(appointment.zone ?? 'UTC');
		const { storedAs } = appointment;
		const stored = storedAs ? storedZone(zoneUnderOtherId(zone, storedAs.id, storedAs.name), zone) : storedZone(zone);
		const content = emptyItem('CalendarItem', 'IPM.Appointment');
		const now = this.exchange.clock.now();
		Object.assign(content.properties, {
			'item:DateTimeReceived': now,
			'item:DateTimeSent': now,
			'message:IsRead': true,
			'calendar:UID': appointment.uid ?? newUid(now, randomBytes(16)),
			'calendar:DateTimeStamp': now,
			'calendar:Organizer': this.exchange.addressOf(this.mailbox),
			'calendar:MyResponseType': 'Organizer',
			'calendar:StartTimeZone': stored,
			'calendar:EndTimeZone': stored,
			'item:ReminderIsSet': true,
			'item:ReminderMinutesBeforeStart': 15,
		});
		this.write(content as Item, appointment, zone);
		if (appointment.series) content.properties['calendar:Recurrence'] = this.recurrence(appointment.series, dayFrom(appointment.start.slice(0, 10)));
		const guests = (appointment.invite ?? []).map((address) => address.toLowerCase());
		if (guests.length > 0) {
			Object.assign(content.properties, {
				'calendar:RequiredAttendees': guests.map((address) => attendee({ address })),
				'calendar:AppointmentState': MEETING,
				'calendar:MeetingRequestWasSent': true,
				[INVITED]: guests,
			});
		}
		if (appointment.meeting) this.writeMeeting(content, appointment.meeting);
		settle(content, []);
		const item = this.mailbox.add(content, appointment.folder ?? this.mailbox.folderNamed('calendar'));
		sendRequests(this.exchange, this.mailbox, item, guests, [], true);
		return item;
	}

	/** Edits a single appointment or a whole series; attendees are told of it when `send` is set. */
	edit(which: string | Item, edit: AppointmentEdit, send = false): Item {
		const item = this.item(which);
		this.write(item, edit, zoneOfItem(item));
		settle(item, edit.start === undefined ? [] : ['calendar:Start']);
		this.mailbox.touch(item);
		if (send) sendRequests(this.exchange, this.mailbox, item, guestsOf(item, this.mailbox.address), invitedOf(item), true);
		return item;
	}

	/** Another pattern or range for a series; makes a series of a single appointment. */
	changePattern(which: string | Item, series: SeriesPlan, firstDay?: string): Item {
		const item = this.item(which);
		const from = firstDay ?? formatInstant(toWallClock(zoneOfItem(item), this.startOf(item))).slice(0, 10);
		item.properties['calendar:Recurrence'] = this.recurrence(series, dayFrom(from));
		settle(item, ['calendar:Recurrence']);
		this.mailbox.touch(item);
		return item;
	}

	/** Takes the recurrence away: the series becomes its first occurrence. */
	makeSingle(which: string | Item): Item {
		const series = this.item(which);
		delete series.properties['calendar:Recurrence'];
		settle(series, ['calendar:Recurrence']);
		this.mailbox.touch(series);
		return series;
	}

	/** Edits the occurrence the pattern puts on a date (`YYYY-MM-DD` in the series' zone): it becomes an exception. */
	editOccurrence(which: string | Item, date: string, edit: AppointmentEdit): Item {
		const series = this.item(which);
		const occurrence = openOccurrence(series, occurrenceKey(dayFrom(date)));
		this.write(occurrence, edit, zoneOfItem(series));
		settle(occurrence, []);
		saveOccurrence(this.mailbox, series, occurrence);
		return series;
	}

	/** Moves the occurrence of a date to another wall-clock span. */
	moveOccurrence(series: string | Item, date: string, start: string, end: string): Item {
		return this.editOccurrence(series, date, { start, end });
	}

	deleteOccurrence(which: string | Item, date: string): Item {
		const series = this.item(which);
		removeOccurrence(this.mailbox, series, occurrenceKey(dayFrom(date)));
		return series;
	}

	/** Into Deleted Items; answers with the item there. The organizer's guests are told when `send` is set. */
	delete(which: string | Item, send = false): Item {
		const item = this.item(which);
		if (send) sendCancellations(this.exchange, this.mailbox, item, invitedOf(item), true);
		return this.mailbox.move(item, this.mailbox.folderNamed('deleteditems'), { keepChangeKey: true });
	}

	/** Out of Deleted Items, back to where it was; answers with the item there, which has a new id. */
	restore(which: string | Item): Item {
		const deleted = this.item(which);
		const origin = deleted.deletedFrom === undefined ? undefined : this.mailbox.folder(deleted.deletedFrom);
		return this.mailbox.move(deleted, origin ?? this.mailbox.folderNamed('calendar'));
	}

	deletePermanently(which: string | Item): void {
		this.mailbox.remove(this.item(which));
	}

	move(which: string | Item, target: Folder): Item {
		return this.mailbox.move(this.item(which), target);
	}

	copy(which: string | Item, target?: Folder): Item {
		const item = this.item(which);
		return this.mailbox.copy(item, target ?? this.mailbox.folderOf(item));
	}

	/** Answers an invitation in this calendar (the appointment or the request in the Inbox). */
	answer(which: string | Item, answer: 'AcceptItem' | 'TentativelyAcceptItem' | 'DeclineItem', send = true): void {
		answerMeeting(this.exchange, { mailbox: this.mailbox, item: this.item(which), givenChange: undefined }, answer, send ? 'SendAndSaveCopy' : 'SaveOnly');
	}

	/** Accepts as some clients do: the tentative booking goes and a new item with another id comes. Answers with the new one. */
	acceptAnew(which: string | Item): Item {
		this.answer(which, 'AcceptItem');
		const booking = this.item(which);
		return this.mailbox.move(booking, this.mailbox.folderOf(booking));
	}

	/** Appointments by subject in a folder, the calendar unless said otherwise. */
	find(subject: string, folder: Folder = this.mailbox.folderNamed('calendar')): Item[] {
		return [...folder.items.values()].filter((item) => textOf(item, 'item:Subject') === subject);
	}

	/** The first occurrences of a series as they stand, exceptions included, deleted ones left out. */
	occurrences(which: string | Item, limit = 1_000): OccurrenceSeen[] {
		const item = this.item(which);
		const series = seriesOf(item);
		const found: OccurrenceSeen[] = [];
		if (!series) return found;
		for (const occurrence of occurrences(series)) {
			if (found.length === limit) break;
			found.push({
				originalStart: formatInstant(occurrence.originalStart),
				start: formatInstant(occurrence.start),
				end: formatInstant(occurrence.end),
				subject: textOf(itemOfOccurrence(item, occurrence), 'item:Subject') ?? '',
			});
		}
		return found;
	}

	private writeMeeting(content: DetachedItem, { attendees, organizer, response, cancelled }: NonNullable<NewAppointment['meeting']>): void {
		Object.assign(content.properties, {
			'calendar:RequiredAttendees': attendees.map((address) => attendee(address)),
			'calendar:AppointmentState': MEETING | (organizer ? RECEIVED : 0) | (cancelled ? CANCELLED : 0),
			'calendar:MeetingRequestWasSent': true,
			...(organizer ? { 'calendar:Organizer': organizer, 'calendar:MyResponseType': response ?? 'NoResponseReceived', 'calendar:IntendedFreeBusyStatus': 'Busy' } : { [INVITED]: attendees.map(({ address }) => address.toLowerCase()) }),
		});
	}

	private startOf(item: Item): Instant {
		const start = item.properties['calendar:Start'];
		if (!(start instanceof Date)) throw new RangeError('an appointment without a start');
		return start.getTime();
	}

	private recurrence(series: SeriesPlan, startDate: DayNumber): StoredRecurrence {
		const { pattern } = series;
		const range = rangeFrom(startDate, series);
		checkRecurrence({ pattern, range });
		return { structure: 'recurrence', pattern, range };
	}

	private write(item: Item, edit: AppointmentEdit, zone: TimeZone): void {
		const { properties } = item;
		const put = (path: string, value: string | boolean | string[] | undefined): void => {
			if (value !== undefined) properties[path] = value;
		};
		put('item:Subject', edit.subject);
		put('item:Sensitivity', edit.sensitivity);
		put('item:Importance', edit.importance);
		put('item:Categories', edit.categories);
		put('calendar:Location', edit.location);
		put('calendar:LegacyFreeBusyStatus', edit.busyStatus);
		put('calendar:IsAllDayEvent', edit.allDay);
		for (const [path, text] of [['calendar:Start', edit.start], ['calendar:End', edit.end]] as const) {
			if (text === undefined) continue;
			const read = parseDateTime(text);
			if (!read) throw new RangeError(`${text} is no time`);
			properties[path] = new Date(toInstant(zone, read.wallClock));
		}
		if (edit.text !== undefined) item.body = { type: 'Text', content: edit.text };
		if (edit.html !== undefined) item.body = { type: 'HTML', content: edit.html };
		if (edit.reminderMinutes === null) properties['item:ReminderIsSet'] = false;
		else if (edit.reminderMinutes !== undefined) {
			properties['item:ReminderIsSet'] = true;
			properties['item:ReminderMinutesBeforeStart'] = edit.reminderMinutes;
		}
	}
}
