import { appointmentOptions, appointmentParameters } from '../../shared/operations/appointment-fields';
import { createItems } from '../../shared/operations/create-items';
import type { Operation } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { folderLocator } from '../../shared/parameters/folder-parameter';
import { appointmentReader } from './entered-appointment';

/** An appointment of its own, without attendees: nothing is sent to anybody. */
export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Create an appointment',
	description: 'Create an appointment or a series without attendees. Nothing is sent to anybody.',
	properties: [
		accountParameter,
		...appointmentParameters,
		folderLocator('searchFolders', { displayName: 'Calendar', name: 'folder', placeholder: 'Calendar', description: 'Where the appointment goes. Leave empty for the Calendar of the mailbox.' }),
		{ displayName: 'Additional Fields', name: 'additionalFields', type: 'collection', placeholder: 'Add Field', default: {}, options: appointmentOptions },
	],
	async run(call) {
		return await createItems(call, 'appointment', 'calendar', await appointmentReader(call));
	},
};
