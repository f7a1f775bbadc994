import type { AppointmentFacts, EmailFacts, TaskFacts } from './facts';

/**
 * Rule `invitation-restored`: whether an item of Exchange came by an invitation: an appointment to which somebody else called the meeting, or an email that is a meeting request,
 * update, cancellation or response. A meeting that this mailbox called itself is restored like any other appointment.
 */
export function isInvitation(facts: EmailFacts | AppointmentFacts | TaskFacts): boolean {
	switch (facts.kind) {
		case 'email':
			return facts.nature === 'meetingMessage';
		case 'appointment':
			return facts.isMeeting && !facts.isOrganizer;
		case 'task':
			return false;
	}
}
