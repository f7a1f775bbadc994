import ical, { ICalAlarmType, ICalCalendarMethod, ICalEventBusyStatus, ICalEventClass, ICalEventStatus, ICalEventTransparency, type ICalEventData } from 'ical-generator';
import { DateTime } from 'luxon';
import type { AppointmentRecord, BusyStatus, OccurrenceChange, Recurrence } from '../records/appointment';
import type { MailAddress, Sensitivity } from '../records/common-fields';
import type { AttachmentContent } from '../records/email';
import { lfText } from '../text/line-endings';
import { singleLine } from './message-fields';
import { vtimezone } from './vtimezone';

/** How an invitation is written. */
export interface InvitationOptions {
	/** DTSTAMP: RFC 3339 instant. Given, so that the same appointment makes the same bytes; the date of the mail is a good one. */
	stampedAt: string;
	/** Who calls the meeting. */
	organizer?: MailAddress;
	/** Counts the updates (iCalendar SEQUENCE). Default 0. */
	sequence?: number;
	/** Only this occurrence of a series is meant: the start its pattern gives it, in the form of {@link AppointmentRecord.start}. The record is the occurrence. */
	occurrence?: string;
}

/** A meeting message as it is met in a mail folder. */
export interface MeetingMessage {
	type: 'request' | 'update' | 'cancellation';
	/** The meeting it is about. */
	appointment: AppointmentRecord;
}

const NAME = 'invite.ics';

/**
 * The `invite.ics` of an appointment, for an ordinary mail to its participants (rule `invitation-as-email`). It only tells (METHOD:PUBLISH, RFC 5546, 3.2.1): no
 * attendees, nothing to accept or decline. A series comes with its rule, its exceptions and the zone it recurs in; a single appointment in UTC.
 *
 * The content type is `application/ics`: a part `text/calendar` is what Exchange turns into a meeting request.
 */
export function appointmentInvitation(record: AppointmentRecord, options: InvitationOptions): AttachmentContent {
	const calendar = ical({
		prodId: { company: 'n8n-nodes-exchange-ews', product: 'Exchange', language: 'EN' },
		method: ICalCalendarMethod.PUBLISH,
		timezone: { name: null, generator: (zone) => vtimezone(zone, Number(record.start.slice(0, 4))) },
	});
	const recurrence = options.occurrence === undefined ? record.recurrence : undefined;
	calendar.createEvent({
		...commonOf(record, options),
		...momentsOf(record, record.start, record.end, recurrence !== undefined),
		...(recurrence === undefined ? {} : { repeating: repeatingOf(record, recurrence) }),
		...(options.occurrence === undefined ? {} : { recurrenceId: momentOf(record, options.occurrence, false) }),
	});
	for (const exception of recurrence?.exceptions ?? []) {
		const start = exception.start ?? exception.originalStart;
		calendar.createEvent({
			...commonOf(withChange(record, exception), options),
			...momentsOfException(record, exception.allDay ?? record.allDay, start, exception.end ?? endOf(record, start)),
			recurrenceId: momentOf(record, exception.originalStart, true),
		});
	}
	const text = record.allDay ? withDateIds(calendar.toString()) : calendar.toString();
	return { name: NAME, contentType: 'application/ics', inline: false, content: Buffer.from(`${text}\r\n`) };
}

/**
 * The `invite.ics` of a meeting message that lies in a mail folder. Whatever its type, it is only told, as {@link appointmentInvitation} does; a cancellation has
 * STATUS:CANCELLED.
 */
export function meetingMessageInvitation(message: MeetingMessage, options: InvitationOptions): AttachmentContent {
	return appointmentInvitation({ ...message.appointment, cancelled: message.appointment.cancelled || message.type === 'cancellation' }, options);
}

function commonOf(record: AppointmentRecord, { stampedAt, organizer, sequence }: InvitationOptions): Omit<ICalEventData, 'start'> {
	const minutes = record.reminderMinutes;
	return {
		id: singleLine(record.key),
		sequence: sequence ?? 0,
		stamp: DateTime.fromISO(stampedAt, { zone: 'utc' }),
		summary: singleLine(record.subject),
		...(record.location === '' ? {} : { location: singleLine(record.location) }),
		...(record.text === '' ? {} : { description: lfText(record.text) }),
		...(record.importance === 'normal' ? {} : { priority: record.importance === 'high' ? 1 : 9 }),
		...classOf(record.sensitivity),
		...busyStatusOf(record.busyStatus),
		status: record.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
		categories: record.categories.map((name) => ({ name: singleLine(name) })),
		...(minutes === null ? {} : { alarms: [{ type: ICalAlarmType.display, trigger: minutes * 60 }] }),
		...(organizer === undefined ? {} : { organizer: { name: singleLine(organizer.name) || organizer.address, email: singleLine(organizer.address) } }),
	};
}

function classOf(sensitivity: Sensitivity): Pick<ICalEventData, 'class'> {
	switch (sensitivity) {
		case 'normal':
			return {};
		case 'personal':
		case 'private':
			return { class: ICalEventClass.PRIVATE };
		case 'confidential':
			return { class: ICalEventClass.CONFIDENTIAL };
	}
}

function busyStatusOf(status: BusyStatus): Pick<ICalEventData, 'busystatus' | 'transparency'> {
	switch (status) {
		case 'free':
			return { busystatus: ICalEventBusyStatus.FREE, transparency: ICalEventTransparency.TRANSPARENT };
		case 'tentative':
			return { busystatus: ICalEventBusyStatus.TENTATIVE, transparency: ICalEventTransparency.OPAQUE };
		case 'busy':
			return { busystatus: ICalEventBusyStatus.BUSY, transparency: ICalEventTransparency.OPAQUE };
		case 'oof':
			return { busystatus: ICalEventBusyStatus.OOF, transparency: ICalEventTransparency.OPAQUE };
		case 'workingElsewhere':
			// iCalendar has no word for it; who works elsewhere is not blocked.
			return { busystatus: ICalEventBusyStatus.FREE, transparency: ICalEventTransparency.TRANSPARENT };
	}
}

function momentsOf(record: AppointmentRecord, start: string, end: string, isSeries: boolean): Pick<ICalEventData, 'start' | 'end' | 'allDay' | 'timezone'> {
	return {
		start: momentOf(record, start, isSeries),
		end: momentOf(record, end, isSeries),
		allDay: record.allDay,
		timezone: isSeries && !record.allDay && record.timeZone !== 'UTC' ? record.timeZone : null,
	};
}

/** In the zone that the series recurs in, also where it lasts whole days itself: its RECURRENCE-ID is in the form of its series (RFC 5545, 3.8.4.4). */
function momentsOfException(series: AppointmentRecord, allDay: boolean, start: string, end: string): Pick<ICalEventData, 'start' | 'end' | 'allDay' | 'timezone'> {
	const { timezone = null } = momentsOf(series, series.start, series.end, true);
	const moment = (text: string): DateTime => (allDay ? DateTime.fromISO(text, { zone: timezone ?? 'utc' }) : momentOf({ ...series, allDay }, text, true));
	return { start: moment(start), end: moment(end), allDay, timezone };
}

function momentOf(record: AppointmentRecord, text: string, isSeries: boolean): DateTime {
	if (record.allDay) return DateTime.fromISO(text.slice(0, 10), { zone: 'utc' });
	const moment = DateTime.fromISO(text, { zone: record.timeZone });
	return isSeries ? moment : moment.toUTC();
}

function endOf(record: AppointmentRecord, start: string): string {
	const length = momentOf(record, record.end, false).diff(momentOf(record, record.start, false));
	const end = momentOf(record, start, false).plus(length);
	return (record.allDay ? end.toISODate() : end.toISO()) ?? start;
}

function withChange(record: AppointmentRecord, change: OccurrenceChange): AppointmentRecord {
	return {
		...record,
		subject: change.subject ?? record.subject,
		location: change.location ?? record.location,
		text: change.text ?? record.text,
		busyStatus: change.busyStatus ?? record.busyStatus,
		reminderMinutes: change.reminderMinutes === undefined ? record.reminderMinutes : change.reminderMinutes,
	};
}

/** RRULE and EXDATE as lines: UNTIL of a timed series must be an instant in UTC (RFC 5545, 3.3.10), the record has its last day. */
function repeatingOf(record: AppointmentRecord, recurrence: Recurrence): string {
	const rule = recurrence.rrule
		.replace(/^RRULE:/i, '')
		.replace(/[^A-Za-z0-9=;,+-]/g, '')
		.replace(/UNTIL=(\d{8})(?=;|$)/i, (whole, day: string) => {
			if (record.allDay) return whole;
			return `UNTIL=${DateTime.fromFormat(day, 'yyyyLLdd', { zone: record.timeZone }).endOf('day').toUTC().toFormat("yyyyLLdd'T'HHmmss'Z'")}`;
		});
	return [`RRULE:${rule}`, ...deletedLines(record, recurrence.deleted)].join('\r\n');
}

function deletedLines(record: AppointmentRecord, deleted: readonly string[]): string[] {
	if (deleted.length === 0) return [];
	const moments = deleted.map((text) => momentOf(record, text, true));
	if (record.allDay) return [`EXDATE;VALUE=DATE:${moments.map((moment) => moment.toFormat('yyyyLLdd')).join(',')}`];
	if (record.timeZone === 'UTC') return [`EXDATE:${moments.map((moment) => moment.toFormat("yyyyLLdd'T'HHmmss'Z'")).join(',')}`];
	return [`EXDATE;TZID=${record.timeZone}:${moments.map((moment) => moment.toFormat("yyyyLLdd'T'HHmmss")).join(',')}`];
}

/** The generator writes RECURRENCE-ID always with a time; of an all-day series it must be a date (RFC 5545, 3.8.4.4). */
function withDateIds(text: string): string {
	return text.replace(/^RECURRENCE-ID[^:\r\n]*:(\d{8})(?:T\d{6}Z?)?(?=\r?$)/gm, 'RECURRENCE-ID;VALUE=DATE:$1');
}
