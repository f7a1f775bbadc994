import type { AccountLink } from '../account-link';
import { appointmentInvitation } from '../../mime/invitation';
import type { AppointmentRecord } from '../../records/appointment';
import { contentHash } from '../../records/content-hash';
import { stampKey } from '../stamp';
import type { Outcome } from '../outcome';
import type { PushConnector } from './push-job';
import { LONGEST_EXTERNAL_ID, type PushItem, type PushOptions } from './push-types';

/** A participant's appointment that was written, and the mail that tells of it. */
export interface InvitationOf {
	record: AppointmentRecord;
	externalId: string;
	/** Of the stamp of the participant's appointment. */
	revision: number;
	/** In whose name it stands: the account the record was pushed for. */
	organizer: AccountLink | undefined;
	participant: AccountLink;
}

/**
 * The mail that tells a participant of an appointment (rule `invitation-as-email`): it is put into the Inbox, nothing is sent, and its `invite.ics` cannot
 * be accepted or declined. Its external id holds the appointment's content and which revision that is: told once, and again when it changes, also to what it was before. It has no date of its own, which would be
 * another one with each attempt: it is dated by Exchange.
 */
export function invitationMail(connectorId: string, { record, externalId, revision, organizer, participant }: InvitationOf, now: number): PushItem<'email'> {
	const version = revision === 0 ? contentHash(record) : `${contentHash(record)}~${revision}`;
	const from = organizer === undefined ? undefined : { name: '', address: organizer.mailbox };
	// Whoever opens it twice has the appointment once: its UID is the same in each version (RFC 5545, 3.8.4.7).
	const named = record.key === '' ? { ...record, key: `${stampKey(connectorId, externalId)}@n8n-nodes-exchange-ews.invalid` } : record;
	const invitation = appointmentInvitation(named, { stampedAt: new Date(now).toISOString(), sequence: revision, ...(from !== undefined && { organizer: from }) });
	return {
		account: participant.mailbox,
		externalId: invitationId(connectorId, externalId, version),
		record: {
			kind: 'email',
			key: `<invitation-${stampKey(connectorId, `${externalId} ${version} ${participant.mailbox.toLowerCase()}`)}@n8n-nodes-exchange-ews.invalid>`,
			subject: record.cancelled ? `Cancelled: ${record.subject}` : `Invitation: ${record.subject}`,
			...(from !== undefined && { from }),
			to: [{ name: '', address: participant.mailbox }],
			text: [record.subject, when(record), record.location, '', record.text].filter((line, index) => line !== '' || index === 3).join('\n').trim(),
			isRead: false,
			attachments: [{ name: invitation.name, contentType: invitation.contentType, size: invitation.content.length, type: 'file', inline: false }],
		},
		attachments: [invitation],
	};
}

/** The appointment's external id may be as long as any: what does not fit beside the version is named by its fingerprint. */
function invitationId(connectorId: string, externalId: string, version: string): string {
	const id = `invitation ${externalId} ${version}`;
	return id.length <= LONGEST_EXTERNAL_ID ? id : `invitation ${stampKey(connectorId, externalId)} ${version}`;
}

function when({ start, end, allDay, timeZone }: AppointmentRecord): string {
	return allDay ? `${start} – ${end} (end exclusive)` : `${start} – ${end} (${timeZone})`;
}

/** Puts the invitations into the participants' mailboxes; each is there once, however often this runs. */
export async function deliverInvitations(connector: PushConnector, invitations: readonly InvitationOf[], options: PushOptions, deliver: Deliver): Promise<Outcome[][]> {
	const mails = invitations.map((invitation) => invitationMail(connector.connectorId, invitation, options.now()));
	return await deliver(mails, { ...options, folder: { by: 'role', role: 'inbox' }, deliverInvitations: false });
}

/** Pushes emails; handed in, as the push of appointments is what calls this. */
export type Deliver = (mails: ReadonlyArray<PushItem<'email'>>, options: PushOptions) => Promise<Outcome[][]>;
