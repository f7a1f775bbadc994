import type { INodeProperties } from 'n8n-workflow';

import { eachItem } from '../../shared/operations/batches';
import { commonFilters, listFilter } from '../../shared/operations/filters';
import { plainRead } from '../../shared/operations/get-operation';
import { folderIdOf, limitOf, listAndRead } from '../../shared/operations/list-and-read';
import type { Operation } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { EnteredOptions } from '../../shared/parameters/entered-options';
import { folderLocator } from '../../shared/parameters/folder-parameter';
import { limitParameters } from '../../shared/parameters/item-parameters';

const filters: INodeProperties[] = [
	...commonFilters,
	{
		displayName: 'Task Status',
		name: 'taskStatus',
		type: 'options',
		options: [
			{ name: 'Completed', value: 'completed' },
			{ name: 'Open', value: 'open' },
		],
		default: 'open',
		description: 'Only tasks that are done, or only those that are not',
	},
];

/** Tasks of a folder. */
export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many tasks',
	description: 'List the tasks of a folder',
	properties: [
		accountParameter,
		folderLocator('searchFolders', { displayName: 'Folder', name: 'folder', placeholder: 'Tasks', description: 'Folder to list. Leave empty for the Tasks of the mailbox.' }),
		...limitParameters,
		{ displayName: 'Filters', name: 'filters', type: 'collection', placeholder: 'Add Filter', default: {}, options: filters },
	],
	async run(call) {
		return await eachItem(call, async (item, link, mailbox) => {
			const folderId = await folderIdOf(call, mailbox, 'task', item);
			const filter = await listFilter(new EnteredOptions(filters, call.functions.getNodeParameter('filters', item, {})), call.connector.settings.timeZone);
			return await listAndRead(call, { kind: 'task', link, mailbox, folderId, item }, filter, limitOf(call, item), plainRead(call));
		});
	},
};
