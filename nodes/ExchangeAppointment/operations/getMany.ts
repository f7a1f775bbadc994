import type { INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { eachItem } from '../../shared/operations/batches';
import { commonFilters, listFilter } from '../../shared/operations/filters';
import { chosenRead, readParameters } from '../../shared/operations/get-operation';
import { itemJson } from '../../shared/operations/item-json';
import { folderIdOf, limitOf, listAndRead } from '../../shared/operations/list-and-read';
import type { Operation } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { enteredChoice, enteredInstant, EnteredOptions } from '../../shared/parameters/entered-options';
import { folderLocator } from '../../shared/parameters/folder-parameter';
import { limitParameters } from '../../shared/parameters/item-parameters';

const viewParameter: INodeProperties = {
	displayName: 'Return',
	name: 'view',
	type: 'options',
	options: [
		{ name: 'Appointments and Series', value: 'masters', description: 'Each series once, with its recurrence' },
		{ name: 'Occurrences in a Time Range', value: 'range', description: 'What a calendar shows: series expanded into their occurrences' },
	],
	default: 'range',
	description: 'Whether series are expanded',
};
const rangeStart: INodeProperties = { displayName: 'From', name: 'rangeStart', type: 'dateTime', default: '={{ $now.startOf("day") }}', required: true, displayOptions: { show: { view: ['range'] } }, description: 'Begin of the time range' };
const rangeEnd: INodeProperties = { displayName: 'Until', name: 'rangeEnd', type: 'dateTime', default: '={{ $now.startOf("day").plus({ days: 7 }) }}', required: true, displayOptions: { show: { view: ['range'] } }, description: 'End of the time range, at most two years after its begin' };

/** Appointments of a time range with series expanded, or appointments and series as they are stored. */
export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many appointments',
	description: 'List the appointments of a calendar in a time range, or its appointments and series',
	properties: [
		accountParameter,
		folderLocator('searchFolders', { displayName: 'Calendar', name: 'folder', placeholder: 'Calendar', description: 'Calendar to list. Leave empty for the Calendar of the mailbox.' }),
		viewParameter,
		rangeStart,
		rangeEnd,
		...limitParameters,
		{ displayName: 'Filters', name: 'filters', type: 'collection', placeholder: 'Add Filter', default: {}, displayOptions: { show: { view: ['masters'] } }, options: commonFilters },
		{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {}, options: readParameters('appointment') },
	],
	async run(call) {
		const { functions, connector } = call;
		const { timeZone } = connector.settings;
		return await eachItem(call, async (item, link, mailbox) => {
			const { options } = chosenRead(call, 'appointment', item);
			const folderId = await folderIdOf(call, mailbox, 'appointment', item);
			if (enteredChoice(viewParameter, functions.getNodeParameter('view', item), ['masters', 'range']) === 'masters') {
				const filter = await listFilter(new EnteredOptions(commonFilters, functions.getNodeParameter('filters', item, {})), timeZone);
				return await listAndRead(call, { kind: 'appointment', link, mailbox, folderId, item }, filter, limitOf(call, item), options);
			}
			const start = await enteredInstant(rangeStart, functions.getNodeParameter('rangeStart', item, ''), timeZone);
			const end = await enteredInstant(rangeEnd, functions.getNodeParameter('rangeEnd', item, ''), timeZone);
			if (start === undefined || end === undefined || end <= start) {
				throw new NodeOperationError(functions.getNode(), 'The time range is empty: "Until" must be after "From"', { itemIndex: item });
			}
			const found = await mailbox.calendarView(folderId, start, end, limitOf(call, item), options);
			return found.map((stored) => ({ item, json: itemJson(connector, link, stored) }));
		});
	},
};
