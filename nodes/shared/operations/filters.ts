import type { INodeProperties } from 'n8n-workflow';

import type { ListFilter } from '../../../src/sync/mailbox';
import type { EnteredOptions } from '../parameters/entered-options';

/** Filter of Get Many that all kinds have. */
export const commonFilters: INodeProperties[] = [
	{ displayName: 'Category', name: 'category', type: 'string', default: '', description: 'Only items with this category' },
	{ displayName: 'Changed After', name: 'modifiedAfter', type: 'dateTime', default: '', description: 'Only items changed after this time' },
	{
		displayName: 'Search',
		name: 'search',
		type: 'string',
		default: '',
		placeholder: 'e.g. from:anna AND subject:offer',
		description: 'Search text as in Outlook (AQS), where the server has an index',
	},
	{ displayName: 'Subject', name: 'subject', type: 'string', default: '', description: 'Only items whose subject contains this text' },
];

/** The filter that the builder has put together. Times without zone are read in the connector's. @throws SettingsError */
export async function listFilter(filters: EnteredOptions, timeZone: string): Promise<ListFilter> {
	const filter: ListFilter = {};
	for (const name of ['from', 'subject', 'category', 'search'] as const) {
		const text = filters.text(name);
		if (text !== undefined) filter[name] = text;
	}
	for (const name of ['receivedAfter', 'receivedBefore', 'modifiedAfter'] as const) {
		const instant = await filters.instant(name, timeZone);
		if (instant !== undefined) filter[name] = instant;
	}
	for (const name of ['hasAttachments', 'flagged'] as const) {
		const isOn = filters.isOn(name);
		if (isOn !== undefined) filter[name] = isOn;
	}
	const readStatus = filters.choice('readStatus', ['read', 'unread']);
	if (readStatus !== undefined) filter.isRead = readStatus === 'read';
	const taskStatus = filters.choice('taskStatus', ['open', 'completed']);
	if (taskStatus !== undefined) filter.taskStatus = taskStatus;
	return filter;
}
