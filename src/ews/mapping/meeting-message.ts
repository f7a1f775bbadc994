import { type MeetingMessage, meetingMessageInvitation } from '../../mime/invitation';
import { visibleText } from '../../text/plain-text';
import type { AppointmentRecord } from '../../records/appointment';
import type { AttachmentContent, EmailAttachment, EmailRecord } from '../../records/email';
import type { StoredItem } from '../../sync/mailbox';
import { BUSY_STATUS, reminderMinutesOf } from './appointment-fields';
import { nearestDay, timesOf } from './appointment-times';
import { handleText, withSafeNames } from './email-attachments';
import { seriesPatternOf } from './recurrence-pattern';
import { rruleOf } from './rrule';
import type { PropertyPath } from './property-path';
import { type WireNode, child, flag, integer, text } from './wire-node';
import { addressOf, instantOf, recordWord } from './wire-values';

/** Of meeting messages: what an invitation says. Exchange leaves these out of items that have none of them. */
export const MEETING_PATHS: readonly PropertyPath[] = [
	{ uri: 'calendar:UID' },
	{ uri: 'calendar:RecurrenceId' },
	{ uri: 'calendar:Start' },
	{ uri: 'calendar:End' },
	{ uri: 'calendar:StartTimeZone' },
	{ uri: 'calendar:IsAllDayEvent' },
	{ uri: 'calendar:LegacyFreeBusyStatus' },
	{ uri: 'calendar:Location' },
	{ uri: 'calendar:Organizer' },
	{ uri: 'calendar:Recurrence' },
	{ uri: 'calendar:AppointmentSequenceNumber' },
	{ uri: 'item:ReminderIsSet' },
	{ uri: 'item:ReminderMinutesBeforeStart' },
];

/** Zone of an invitation whose own is not known: the file must be the same whenever it is asked for. */
const FALLBACK_ZONE = 'UTC';

/**
 * The invitation of a meeting request, update or cancellation as a file that only tells (rule `invitation-as-email`); undefined for an answer
 * to one, and where the item does not say when the meeting is.
 */
export function invitationOf(item: WireNode, record: EmailRecord): AttachmentContent | undefined {
	const type = typeOf(text(item, 'ItemClass') ?? '');
	const start = instantOf(text(item, 'Start'));
	if (type === undefined || start === undefined || instantOf(text(item, 'End')) === undefined) return undefined;
	const appointment = appointmentOf(item, record);
	const occurrence = instantOf(text(item, 'RecurrenceId'));
	const organizer = addressOf(child(item, 'Organizer')) ?? record.from;
	return meetingMessageInvitation(
		{ type, appointment },
		{
			stampedAt: record.sentAt ?? record.receivedAt ?? start,
			sequence: integer(item, 'AppointmentSequenceNumber') ?? 0,
			...(organizer === undefined ? {} : { organizer }),
			...(occurrence === undefined ? {} : { occurrence: appointment.allDay ? nearestDay(occurrence, appointment.timeZone) : occurrence }),
		},
	);
}

/** MS-OXOCAL 2.2.1 and 2.2.6: message classes of meeting messages. */
function typeOf(itemClass: string): MeetingMessage['type'] | undefined {
	if (/^ipm\.schedule\.meeting\.request(?:\.|$)/i.test(itemClass)) return 'request';
	if (/^ipm\.schedule\.meeting\.canceled(?:\.|$)/i.test(itemClass)) return 'cancellation';
	return undefined;
}

function appointmentOf(item: WireNode, mail: EmailRecord): AppointmentRecord {
	const { start, end, allDay, timeZone } = timesOf(item, FALLBACK_ZONE);
	const series = text(item, 'RecurrenceId') === undefined ? seriesPatternOf(child(item, 'Recurrence')) : undefined;
	return {
		kind: 'appointment',
		key: text(item, 'UID') ?? mail.key,
		subject: mail.subject,
		start,
		end,
		allDay,
		timeZone,
		location: text(item, 'Location') ?? '',
		text: mail.text ?? visibleText(mail.html ?? ''),
		busyStatus: recordWord(BUSY_STATUS, text(item, 'LegacyFreeBusyStatus'), 'busy'),
		importance: mail.importance,
		sensitivity: mail.sensitivity,
		reminderMinutes: flag(item, 'ReminderIsSet') === undefined ? null : reminderMinutesOf(item),
		cancelled: false,
		categories: [],
		...(series === undefined ? {} : { recurrence: { rrule: rruleOf(series), exceptions: [], deleted: [] } }),
	};
}

/** A mail with `invite.ics` where it is about a meeting. */
export function withInvitation(stored: StoredItem<'email'>, item: WireNode): StoredItem<'email'> {
	if (stored.facts.nature !== 'meetingMessage') return stored;
	const invitation = invitationOf(item, stored.record);
	if (invitation === undefined) return stored;
	const attachment: EmailAttachment = {
		name: invitation.name,
		contentType: invitation.contentType,
		size: invitation.content.length,
		type: 'file',
		inline: false,
		attachmentId: handleText({ from: 'invitation', itemId: stored.reference.id }),
	};
	return { ...stored, record: { ...stored.record, attachments: withSafeNames([...stored.record.attachments, attachment]) } };
}
