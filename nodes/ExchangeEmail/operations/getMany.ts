import type { INodeProperties } from 'n8n-workflow';

import { eachItem } from '../../shared/operations/batches';
import { commonFilters, listFilter } from '../../shared/operations/filters';
import { chosenRead, readParameters, withAttachments } from '../../shared/operations/get-operation';
import { folderIdOf, limitOf, listAndRead } from '../../shared/operations/list-and-read';
import type { Operation } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { EnteredOptions } from '../../shared/parameters/entered-options';
import { folderLocator } from '../../shared/parameters/folder-parameter';
import { limitParameters } from '../../shared/parameters/item-parameters';

const filters: INodeProperties[] = [
	...commonFilters,
	{ displayName: 'Flagged', name: 'flagged', type: 'boolean', default: true, description: 'Whether the email has a follow-up flag' },
	{ displayName: 'From', name: 'from', type: 'string', default: '', placeholder: 'e.g. anna@example.com', description: 'Only emails of this sender' },
	{ displayName: 'Has Attachments', name: 'hasAttachments', type: 'boolean', default: true, description: 'Whether the email has attachments' },
	{
		displayName: 'Read Status',
		name: 'readStatus',
		type: 'options',
		options: [
			{ name: 'Read', value: 'read' },
			{ name: 'Unread', value: 'unread' },
		],
		default: 'unread',
		description: 'Only emails that are read, or only those that are not',
	},
	{ displayName: 'Received After', name: 'receivedAfter', type: 'dateTime', default: '', description: 'Only emails received after this time' },
	{ displayName: 'Received Before', name: 'receivedBefore', type: 'dateTime', default: '', description: 'Only emails received before this time' },
];

/** Emails of a folder, newest first. */
export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many emails',
	description: 'List the emails of a folder, newest first',
	properties: [
		accountParameter,
		folderLocator('searchFolders', { displayName: 'Folder', name: 'folder', placeholder: 'Inbox', description: 'Folder to list. Leave empty for the Inbox.' }),
		...limitParameters,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: filters.sort((one, other) => one.displayName.localeCompare(other.displayName)),
		},
		{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {}, options: readParameters('email') },
	],
	async run(call) {
		return await eachItem(call, async (item, link, mailbox) => {
			const { options, downloadAttachments } = chosenRead(call, 'email', item);
			const folderId = await folderIdOf(call, mailbox, 'email', item);
			const filter = await listFilter(new EnteredOptions(filters, call.functions.getNodeParameter('filters', item, {})), call.connector.settings.timeZone);
			const answers = await listAndRead(call, { kind: 'email', link, mailbox, folderId, item }, filter, limitOf(call, item), options);
			return downloadAttachments ? await withAttachments(call, mailbox, answers) : answers;
		});
	},
};
