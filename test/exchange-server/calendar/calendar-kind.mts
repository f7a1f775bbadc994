import { randomBytes } from 'node:crypto';
import { EwsError } from '../operations/errors.mts';
import { savedItemFolder } from '../operations/targets.mts';
import { registerKind, type Request } from '../properties/kinds.mts';
import type { DetachedItem } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { element } from '../xml/write.mts';
import { appointmentState, CALENDAR_DEFAULT_SHAPE, CALENDAR_PROPERTIES, MEETING, RECEIVED } from './calendar-properties.mts';
import { settle } from './calendar-settling.mts';
import { newUid } from './global-object-id.mts';
import { holdingMailbox } from './holding-mailbox.mts';
import { declineByDeleting } from './meeting-answer.mts';
import { guestsOf, INVITED, invitedOf, sendCancellations, sendRequests } from './meeting-delivery.mts';
import { OCCURRENCE_DAY } from './series.mts';

type Sending = 'SendToNone' | 'SendOnlyToAll' | 'SendOnlyToChanged' | 'SendToAllAndSaveCopy' | 'SendToChangedAndSaveCopy';
const CREATE_MODES: readonly Sending[] = ['SendToNone', 'SendOnlyToAll', 'SendToAllAndSaveCopy'];
const UPDATE_MODES: readonly Sending[] = [...CREATE_MODES, 'SendOnlyToChanged', 'SendToChangedAndSaveCopy'];

function sending(request: Request, attribute: string, modes: readonly Sending[]): Sending {
	const given = request.attributes[attribute];
	const mode = modes.find((each) => each === given);
	if (!mode) throw new EwsError(`Error${attribute}Required`, { text: `${attribute} attribute is required for this request.` });
	return mode;
}

function isOrganizersMeeting(item: DetachedItem): boolean {
	return (appointmentState(item) & MEETING) !== 0 && (appointmentState(item) & RECEIVED) === 0;
}

const DEFAULT_REMINDER_MINUTES = 15;

/** What an appointment has although nobody said so. */
export function fillIn(item: DetachedItem, mailbox: Mailbox, now: Date): void {
	const { properties } = item;
	properties['calendar:UID'] ??= newUid(now, randomBytes(16));
	properties['calendar:DateTimeStamp'] ??= now;
	properties['calendar:Organizer'] ??= { name: mailbox.name, address: mailbox.address };
	properties['calendar:MyResponseType'] ??= 'Organizer';
	properties['item:ReminderIsSet'] ??= true;
	properties['item:ReminderMinutesBeforeStart'] ??= DEFAULT_REMINDER_MINUTES;
	properties['message:IsRead'] = true;
	item.draft = false;
}

function noteInvited(item: DetachedItem, guests: readonly string[]): void {
	item.properties[INVITED] = [...guests];
	item.properties['calendar:MeetingRequestWasSent'] = true;
	item.properties['calendar:AppointmentState'] = MEETING;
}

/** Whom a request of this update goes to; SendToNone: nobody. */
function updateRecipients(item: DetachedItem, mode: Sending, organizer: string): string[] {
	const guests = guestsOf(item, organizer);
	if (mode === 'SendToNone' || !isOrganizersMeeting(item)) return [];
	const before = invitedOf(item);
	const someNew = guests.some((guest) => !before.includes(guest));
	return mode.includes('Changed') && someNew ? guests.filter((guest) => !before.includes(guest)) : guests;
}

const ONLY_OF_MASTERS = ['calendar:Recurrence', 'calendar:UID'] as const;

registerKind(
	{
		kind: 'CalendarItem',
		itemClass: 'IPM.Appointment',
		properties: CALENDAR_PROPERTIES,
		defaultShape: CALENDAR_DEFAULT_SHAPE,
		beforeCreate: (item, request, context) => {
			const mode = sending(request, 'SendMeetingInvitations', CREATE_MODES);
			const { folder, mailbox } = savedItemFolder(request, context, 'calendar');
			if (folder.kind !== 'CalendarFolder') {
				throw new EwsError('ErrorCannotCreateCalendarItemInNonCalendarFolder', { text: 'Calendar items can only be created in calendar folders.' });
			}
			fillIn(item, mailbox, context.exchange.clock.now());
			settle(item, Object.keys(item.properties), context.timeZone);
			const guests = guestsOf(item, mailbox.address);
			if (mode !== 'SendToNone' && guests.length > 0) noteInvited(item, guests);
		},
		afterCreate: (item, request, context) => {
			const mode = sending(request, 'SendMeetingInvitations', CREATE_MODES);
			if (mode !== 'SendToNone') sendRequests(context.exchange, holdingMailbox(item, context), item, invitedOf(item), [], mode === 'SendToAllAndSaveCopy');
		},
		beforeUpdate: (item, changed, request, context) => {
			sending(request, 'SendMeetingInvitationsOrCancellations', UPDATE_MODES);
			const forbidden = item.properties[OCCURRENCE_DAY] === undefined ? undefined : ONLY_OF_MASTERS.find((path) => changed.includes(path));
			if (forbidden) throw new EwsError('ErrorInvalidPropertySet', { messageXml: element('t:FieldURI', '', { FieldURI: forbidden }) });
			settle(item, changed, context.timeZone);
			item.properties['calendar:DateTimeStamp'] = context.exchange.clock.now();
			const sequence = item.properties['calendar:AppointmentSequenceNumber'];
			if (invitedOf(item).length > 0 && changed.some((path) => /^calendar:(?:Start|End|Recurrence|Location)$/.test(path))) {
				item.properties['calendar:AppointmentSequenceNumber'] = (typeof sequence === 'number' ? sequence : 0) + 1;
			}
		},
		afterUpdate: (item, _changed, request, context) => {
			const mode = sending(request, 'SendMeetingInvitationsOrCancellations', UPDATE_MODES);
			const mailbox = holdingMailbox(item, context);
			const before = invitedOf(item);
			const saveCopy = mode.endsWith('SaveCopy');
			if (mode === 'SendToNone' || !isOrganizersMeeting(item) && before.length === 0) return;
			const to = updateRecipients(item, mode, mailbox.address);
			const guests = guestsOf(item, mailbox.address);
			sendRequests(context.exchange, mailbox, item, to, before, saveCopy);
			sendCancellations(context.exchange, mailbox, item, before.filter((address) => !guests.includes(address)), saveCopy);
			if (guests.length > 0) noteInvited(item, guests);
			else delete item.properties[INVITED];
		},
		beforeDelete: (item, request, context) => {
			const mode = sending(request, 'SendMeetingCancellations', CREATE_MODES);
			if (mode === 'SendToNone') return false;
			const [mailbox, saveCopy] = [holdingMailbox(item, context), mode === 'SendToAllAndSaveCopy'];
			if (isOrganizersMeeting(item)) sendCancellations(context.exchange, mailbox, item, invitedOf(item), saveCopy);
			else declineByDeleting(context.exchange, mailbox, item, saveCopy);
			return false;
		},
	},
	['IPM.Appointment', 'IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}'],
);
