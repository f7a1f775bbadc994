import type { INodeProperties } from 'n8n-workflow';

import { RecordError } from '../../../src/records/record-error';
import { itemLocator } from './item-locator';

/** Which item of Exchange an operation is about. */
export function exchangeIdParameter(what: string): INodeProperties {
	return itemLocator(what, { required: true, description: `The ${what} in Exchange. Its ID changes when the ${what} is moved.` });
}

export const returnAllParameter: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

export const limitParameter: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	displayOptions: { show: { returnAll: [false] } },
	description: 'Max number of results to return',
};

/** How many a Get Many returns. */
export const limitParameters: INodeProperties[] = [returnAllParameter, limitParameter];

/** Switch of Sync and Delete: one output for each sort of outcome. An agent sees the first output of its tool alone, so a tool has no such switch. */
export const separateOutputsParameter: INodeProperties = {
	displayName: 'Separate Outputs',
	name: 'separateOutputs',
	type: 'boolean',
	default: false,
	noDataExpression: true,
	displayOptions: { hide: { '@tool': [true] } },
	description: 'Whether to have outputs of their own for synced, skipped, failed and conflicting items. Otherwise one output has them all, told apart by the field "outcome".',
};

/** Outputs of an action node: one, or four where the builder has separated them. */
export const ACTION_OUTPUTS =
	'={{ ($parameter["operation"] === "sync" || $parameter["operation"] === "delete") && $parameter["separateOutputs"] ? [{ type: "main", displayName: "Synced" }, { type: "main", displayName: "Skipped" }, { type: "main", displayName: "Failed" }, { type: "main", displayName: "Conflicts" }] : ["main"] }}' as const;

/**
 * What identifies a record, a text or number as text without spaces around it; undefined where it is empty or the number that an expression could not make (NaN).
 *
 * @throws RecordError for anything else
 */
export function identityText(value: unknown, field: string): string | undefined {
	if (value === undefined || value === null || Number.isNaN(value)) return undefined;
	if (typeof value !== 'string' && typeof value !== 'number') throw new RecordError(field, value, 'text or a number');
	return String(value).trim() || undefined;
}
