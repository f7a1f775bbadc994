import type { OperationContext } from '../operations/context.mts';
import { EwsError } from '../operations/errors.mts';
import { itemTarget, type ItemTarget } from '../operations/targets.mts';
import type { Exchange } from '../store/exchange.mts';
import { decodeId } from '../store/ids.mts';
import type { Item } from '../store/item.mts';
import { addressOf, textOf } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { child, type XmlElement } from '../xml/element.mts';
import { ATTENDEE_PATHS, attendeesAt, type ResponseType } from './attendee.mts';
import { appointmentState, CANCELLED, MEETING, RECEIVED } from './calendar-properties.mts';
import { settle } from './calendar-settling.mts';
import { bookingOf, invitedOf, sendCancellations, sendMeetingMail } from './meeting-delivery.mts';
import { openOccurrence, removeOccurrence, saveOccurrence } from './occurrence-access.mts';
import { OCCURRENCE_DAY, occurrenceKey, seriesOf } from './series.mts';

interface Answer {
	readonly response: Extract<ResponseType, 'Accept' | 'Tentative' | 'Decline'>;
	readonly itemClass: string;
	readonly prefix: string;
	/** How the error codes name it. */
	readonly verb: string;
}

const ANSWERS: Readonly<Record<string, Answer>> = {
	AcceptItem: { response: 'Accept', itemClass: 'IPM.Schedule.Meeting.Resp.Pos', prefix: 'Accepted: ', verb: 'Accept' },
	TentativelyAcceptItem: { response: 'Tentative', itemClass: 'IPM.Schedule.Meeting.Resp.Tent', prefix: 'Tentative: ', verb: 'Tentative' },
	DeclineItem: { response: 'Decline', itemClass: 'IPM.Schedule.Meeting.Resp.Neg', prefix: 'Declined: ', verb: 'Decline' },
};

export type Placed = Pick<ItemTarget, 'mailbox' | 'item'>;

/** The appointment a reference means: itself, or the one behind a meeting request. */
function appointmentBehind(target: ItemTarget): { master: Item; appointment: Item } {
	const { mailbox, item, occurrence } = target;
	if (item.kind === 'CalendarItem') return { master: item, appointment: occurrence === undefined ? item : openOccurrence(item, occurrence) };
	if (item.kind !== 'MeetingRequest') throw new EwsError('ErrorInvalidReferenceItem', { text: 'The reference item does not support this response.' });
	const associated = decodeId(textOf(item, 'meeting:AssociatedCalendarItemId') ?? '');
	const master = (associated && mailbox.item(associated.number)) ?? bookingOf(mailbox, textOf(item, 'calendar:UID') ?? '');
	if (!master) throw new EwsError('ErrorItemNotFound');
	const day = item.properties[OCCURRENCE_DAY];
	return { master, appointment: typeof day === 'number' && seriesOf(master) ? openOccurrence(master, occurrenceKey(day)) : master };
}

function save(mailbox: Mailbox, master: Item, appointment: Item): void {
	settle(appointment, []);
	if (appointment === master) mailbox.touch(master);
	else saveOccurrence(mailbox, master, appointment);
}

/** Notes an answer on the organizer's meeting. */
function recordAnswer(organizer: Mailbox, uid: string, day: unknown, from: string, answer: Answer, at: Date): Item | undefined {
	const master = bookingOf(organizer, uid);
	if (!master) return undefined;
	const meeting = typeof day === 'number' && seriesOf(master) ? openOccurrence(master, occurrenceKey(day)) : master;
	for (const path of ATTENDEE_PATHS) {
		const list = attendeesAt(meeting, path);
		if (list.length > 0) {
			meeting.properties[path] = list.map((each) =>
				each.address.address.toLowerCase() === from ? { ...each, responseType: answer.response, lastResponseTime: at } : each,
			);
		}
	}
	save(organizer, master, meeting);
	return master;
}

function sendAnswer(exchange: Exchange, mailbox: Mailbox, appointment: Item, answer: Answer, saveCopy: boolean): Item | undefined {
	const organizer = addressOf(appointment, 'calendar:Organizer');
	if (!organizer) return undefined;
	const uid = textOf(appointment, 'calendar:UID') ?? '';
	return sendMeetingMail(
		exchange,
		mailbox,
		appointment,
		{
			kind: 'MeetingResponse',
			itemClass: answer.itemClass,
			what: 'meeting-response',
			subject: `${answer.prefix}${textOf(appointment, 'item:Subject') ?? ''}`,
			to: [organizer.address.toLowerCase()],
			properties: { 'meeting:ResponseType': answer.response },
			effect: (to) => recordAnswer(to, uid, appointment.properties[OCCURRENCE_DAY], mailbox.address, answer, exchange.clock.now()),
		},
		saveCopy,
	);
}

function checkAnswerable(appointment: Item, answer: Answer): void {
	const state = appointmentState(appointment);
	if ((state & MEETING) === 0 || (state & RECEIVED) === 0) throw new EwsError(`ErrorCalendarIsOrganizerFor${answer.verb}`, { text: 'The organizer cannot answer the meeting.' });
	if ((state & CANCELLED) !== 0) throw new EwsError(`ErrorCalendarIsCancelledFor${answer.verb}`, { text: 'The meeting was cancelled.' });
}

/**
 * Answers a meeting: the appointment takes the answer (a declined one goes to Deleted Items), the request it came with goes to Deleted
 * Items, and unless the answer is only saved the organizer is told. Answers with what was made or changed.
 * @throws EwsError ErrorCalendarIsOrganizerFor…, ErrorCalendarIsCancelledFor…, ErrorInvalidReferenceItem, ErrorItemNotFound
 */
export function answerMeeting(exchange: Exchange, target: ItemTarget, name: string, disposition: string): Placed[] {
	const answer = ANSWERS[name];
	if (!answer) throw new EwsError('ErrorInvalidRequest');
	const { mailbox } = target;
	const { master, appointment } = appointmentBehind(target);
	checkAnswerable(appointment, answer);
	appointment.properties['calendar:MyResponseType'] = answer.response;
	appointment.properties['calendar:AppointmentReplyTime'] = exchange.clock.now();
	const intended = textOf(appointment, 'calendar:IntendedFreeBusyStatus') ?? 'Busy';
	appointment.properties['calendar:LegacyFreeBusyStatus'] = answer.response === 'Accept' ? intended : answer.response === 'Tentative' ? 'Tentative' : 'Free';
	save(mailbox, master, appointment);
	const copy = disposition === 'SaveOnly' ? undefined : sendAnswer(exchange, mailbox, appointment, answer, disposition === 'SendAndSaveCopy');
	const placed: Placed[] = copy ? [{ mailbox, item: copy }] : [];
	const bin = mailbox.folderNamed('deleteditems');
	if (target.item.kind === 'MeetingRequest' && target.item.folder !== bin.number) mailbox.move(target.item, bin, { keepChangeKey: true });
	if (answer.response !== 'Decline') placed.push({ mailbox, item: master });
	else if (appointment !== master) removeOccurrence(mailbox, master, occurrenceKey(appointment.properties[OCCURRENCE_DAY] as number));
	else placed.push({ mailbox, item: mailbox.move(master, bin, { keepChangeKey: true }) });
	return placed;
}

/** An attendee who deletes a meeting and tells so declines it. Cancelled meetings and those of the mailbox's own need no answer. */
export function declineByDeleting(exchange: Exchange, mailbox: Mailbox, appointment: Item, saveCopy: boolean): void {
	const state = appointmentState(appointment);
	const decline = ANSWERS['DeclineItem'];
	if (decline && (state & RECEIVED) !== 0 && (state & CANCELLED) === 0) sendAnswer(exchange, mailbox, appointment, decline, saveCopy);
}

/** Serves CancelCalendarItem: attendees are told, the meeting goes to Deleted Items. */
function cancelMeeting(source: XmlElement, context: OperationContext): Placed[] {
	const { mailbox, item, occurrence } = itemTarget(child(source, 'ReferenceItemId'), context);
	if (item.kind !== 'CalendarItem') throw new EwsError('ErrorInvalidReferenceItem');
	const meeting = occurrence === undefined ? item : openOccurrence(item, occurrence);
	if ((appointmentState(meeting) & RECEIVED) !== 0) throw new EwsError('ErrorCalendarIsNotOrganizer', { text: 'Only the organizer can cancel a meeting.' });
	sendCancellations(context.exchange, mailbox, meeting, invitedOf(item), true);
	if (occurrence !== undefined) {
		removeOccurrence(mailbox, item, occurrence);
		return [{ mailbox, item }];
	}
	return [{ mailbox, item: mailbox.move(item, mailbox.folderNamed('deleteditems'), { keepChangeKey: true }) }];
}

/** The elements of CreateItem that answer or cancel a meeting. */
export const MEETING_RESPONSE_OBJECTS = ['AcceptItem', 'TentativelyAcceptItem', 'DeclineItem', 'CancelCalendarItem'] as const;

/**
 * Serves a response object of CreateItem; `disposition` is its MessageDisposition. Answers with the items made or changed.
 * @throws EwsError ErrorMessageDispositionRequired and what the responses throw
 */
export function serveMeetingResponse(source: XmlElement, disposition: string | undefined, context: OperationContext): Placed[] {
	if (source.name === 'CancelCalendarItem') return cancelMeeting(source, context);
	if (disposition === undefined) throw new EwsError('ErrorMessageDispositionRequired');
	return answerMeeting(context.exchange, itemTarget(child(source, 'ReferenceItemId'), context), source.name, disposition);
}
