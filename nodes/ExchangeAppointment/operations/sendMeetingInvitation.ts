import { NodeOperationError } from 'n8n-workflow';

import type { AppointmentRecord } from '../../../src/records/appointment';
import { isRecordRefusal } from '../../shared/errors/fault-shape';
import { appointmentOptions, appointmentParameters } from '../../shared/operations/appointment-fields';
import { eachItem } from '../../shared/operations/batches';
import { plain } from '../../shared/operations/item-json';
import { folderIdOf } from '../../shared/operations/list-and-read';
import type { Operation } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { folderLocator } from '../../shared/parameters/folder-parameter';
import { SettingsError } from '../../shared/settings/settings-error';
import { appointmentReader } from './entered-appointment';

/** The only operation that mails attendees: a real meeting with requests. */
export const sendMeetingInvitation: Operation = {
	value: 'sendMeetingInvitation',
	name: 'Send Meeting Invitation',
	action: 'Send a meeting invitation',
	description: 'Create a meeting in the calendar and mail a meeting request to every attendee',
	properties: [
		accountParameter,
		{ displayName: 'Attendees', name: 'attendees', type: 'string', default: '', required: true, placeholder: 'e.g. anna@example.com, Bob <bob@example.com>', description: 'Who is invited, separated by commas. Exchange mails a meeting request to each of them.' },
		...appointmentParameters,
		folderLocator('searchFolders', { displayName: 'Calendar', name: 'folder', placeholder: 'Calendar', description: 'Calendar of the organizer. Leave empty for the Calendar of the mailbox.' }),
		{ displayName: 'Additional Fields', name: 'additionalFields', type: 'collection', placeholder: 'Add Field', default: {}, options: appointmentOptions },
	],
	async run(call) {
		const { checkedRecord } = await import('../../../src/records/checked-record');
		const fieldsOf = await appointmentReader(call);
		const checkedMeeting = (fields: Record<string, unknown>): AppointmentRecord => {
			try {
				return checkedRecord('appointment', fields, { timeZone: call.connector.settings.timeZone, now: Date.now() });
			} catch (error) {
				throw sayingAttendees(error);
			}
		};
		return await eachItem(call, async (item, link, mailbox) => {
			const record = checkedMeeting({ ...fieldsOf(item), participants: call.functions.getNodeParameter('attendees', item, '') });
			if (record.participants === undefined || record.participants.length === 0) {
				throw new NodeOperationError(call.functions.getNode(), 'There is nobody to invite: enter at least one attendee', { itemIndex: item });
			}
			const reference = await mailbox.sendMeetingInvitation(record, await folderIdOf(call, mailbox, 'appointment', item));
			return [{ item, json: plain({ account: link.account, mailbox: link.mailbox, exchangeId: reference.id, changeKey: reference.changeKey, ...record }) }];
		});
	},
};

/** A refusal of the record's participants as one of the attendees, which is what the panel calls them. */
function sayingAttendees(error: unknown): unknown {
	return isRecordRefusal(error) && error.field === 'participants' ? new SettingsError('Attendees', `is ${error.value}`, error.expected) : error;
}
