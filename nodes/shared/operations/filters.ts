import type { INodeProperties } from 'n8n-workflow';

import type { ListFilter } from '../../../src/sync/mailbox';
import { textOption } from '../parameters/item-parameters';
import { instantOption } from './instant-option';

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

/** The filter that the builder has put together. Times without zone are read in the connector's. */
export async function listFilter(filters: Record<string, unknown>, timeZone: string): Promise<ListFilter> {
	const filter: ListFilter = {};
	for (const name of ['from', 'subject', 'category', 'search'] as const) {
		const text = textOption(filters, name);
		if (text !== undefined) filter[name] = text;
	}
	for (const name of ['receivedAfter', 'receivedBefore', 'modifiedAfter'] as const) {
		const instant = await instantOption(filters[name], timeZone, name);
		if (instant !== undefined) filter[name] = instant;
	}
	if (filters['readStatus'] === 'read' || filters['readStatus'] === 'unread') filter.isRead = filters['readStatus'] === 'read';
	if (typeof filters['hasAttachments'] === 'boolean') filter.hasAttachments = filters['hasAttachments'];
	if (typeof filters['flagged'] === 'boolean') filter.flagged = filters['flagged'];
	if (filters['taskStatus'] === 'open' || filters['taskStatus'] === 'completed') filter.taskStatus = filters['taskStatus'];
	return filter;
}
