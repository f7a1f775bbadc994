import type { AppointmentRecord } from '../records/appointment';
import type { AppointmentFacts, EmailFacts } from './facts';

/**
 * Rule `invitation-restored`: whether an appointment of Exchange came by an invitation, that is, someone else called the meeting. A meeting that
 * this mailbox called itself is restored like any other appointment.
 */
export function isInvitedAppointment(facts: AppointmentFacts): boolean {
	return facts.isMeeting && !facts.isOrganizer;
}

/** Rule `invitation-restored`: whether an email is a meeting request, update, cancellation or response. */
export function isInvitationEmail(facts: EmailFacts): boolean {
	return facts.nature === 'meetingMessage';
}

/**
 * Rule `meeting-as-appointment`: the appointment that is written into one mailbox, without a hint at the others who take part.
 *
 * @returns the record without `participants`; `record` itself where there are none
 */
export function asIndependentAppointment(record: AppointmentRecord): AppointmentRecord {
	if (record.participants === undefined) return record;
	const own = { ...record };
	delete own.participants;
	return own;
}
