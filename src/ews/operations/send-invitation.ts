import type { AppointmentRecord } from '../../records/appointment';
import { RecordError } from '../../records/record-error';
import type { ItemReference } from '../../sync/mailbox';
import { checkAppointment, newAppointment } from '../mapping/new-appointment';
import { referenceOf } from '../mapping/stored-item';
import { element } from '../mapping/xml-element';
import { callOne } from './call';
import { faultOf } from './create-items';
import { folderId } from './item-shape';
import type { MailboxContext } from './mailbox-context';
import { onlyItem } from './read-items';

/** Creates a meeting and mails a request to each participant. The only operation that makes Exchange invite anybody. */
export async function sendInvitation(context: MailboxContext, record: AppointmentRecord, folder: string): Promise<ItemReference> {
	const participants = record.participants ?? [];
	try {
		checkAppointment(record);
		if (participants.length === 0) throw new RecordError('participants', participants, 'at least one participant to invite');
	} catch (error) {
		throw faultOf(error);
	}
	const attendees = element(
		'RequiredAttendees',
		participants.map(({ name, address }) => element('Attendee', [element('Mailbox', [element('Name', name || address), element('EmailAddress', address)])])),
	);
	const message = await callOne(context, { name: 'CreateItem', repeatable: false }, (version) => ({
		attributes: { SendMeetingInvitations: 'SendToAllAndSaveCopy' },
		body: [element('SavedItemFolderId', [folderId(folder)]), element('Items', [newAppointment(record, undefined, version, [attendees])])],
	}));
	return referenceOf(onlyItem(message));
}
