import { createItems } from '../../shared/operations/create-items';
import type { Operation } from '../../shared/operations/operation';
import { taskFieldsOf, taskOptions } from '../../shared/operations/task-fields';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { EnteredOptions, optionsOf } from '../../shared/parameters/entered-options';
import { folderLocator } from '../../shared/parameters/folder-parameter';

/** A task in a mailbox. */
export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Create a task',
	description: 'Create a task in a mailbox',
	properties: [
		accountParameter,
		{ displayName: 'Subject', name: 'subject', type: 'string', default: '', required: true, placeholder: 'e.g. Send the offer' },
		folderLocator('searchFolders', { displayName: 'Folder', name: 'folder', placeholder: 'Tasks', description: 'Where the task goes. Leave empty for the Tasks of the mailbox.' }),
		{ displayName: 'Additional Fields', name: 'additionalFields', type: 'collection', placeholder: 'Add Field', default: {}, options: taskOptions },
	],
	async run(call) {
		return await createItems(call, 'task', 'tasks', (item) =>
			taskFieldsOf(new EnteredOptions(taskOptions, { ...optionsOf(call.functions.getNodeParameter('additionalFields', item, {})), subject: call.functions.getNodeParameter('subject', item, '') })),
		);
	},
};
