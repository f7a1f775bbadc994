import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { PushItem } from '../../../src/sync/push/push-types';
import { accountOfItem } from '../parameters/account-parameter';
import { identityText } from '../parameters/item-parameters';
import type { OperationCall } from './operation';

/** Parameters of Sync that say which record, and what is in it. */
export const recordInputParameters: INodeProperties[] = [
	{
		displayName: 'External ID',
		name: 'externalId',
		type: 'string',
		default: '={{ $json.externalId }}',
		required: true,
		placeholder: 'e.g. {{ $json.orderNumber }}',
		description:
			'ID of the record in the other system. Sync finds the item in Exchange again by it: it creates an item for a new ID and updates the item of a known one.',
	},
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'autoMapInputData', value: null },
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getRecordFields',
				mode: 'add',
				fieldWords: { singular: 'field', plural: 'fields' },
				valuesLabel: 'Fields of the Record',
				supportAutoMap: true,
			},
		},
	},
];

/** What belongs to the identity of a record and not to its content. */
const IDENTITY_FIELDS = new Set(['account', 'externalId', 'exchangeId', 'changeKey', 'modifiedAt']);

/** One input item as a record to be pushed, without its attachments. @throws RecordError, SettingsError */
export function pushItemOf(call: OperationCall, item: number): Omit<PushItem, 'attachments'> {
	const { functions } = call;
	const values = mappedValues(functions.getNodeParameter('fields', item), functions.getInputData()[item]?.json ?? {});
	const account = accountOfItem(functions, item);
	const externalId = identityText(functions.getNodeParameter('externalId', item, ''), 'externalId') ?? identityText(values['externalId'], 'externalId');
	const exchangeId = identityText(values['exchangeId'], 'exchangeId');
	const changeKey = identityText(values['changeKey'], 'changeKey');
	// As it is: databases hand on times as objects.
	const { modifiedAt } = values;
	return {
		...(account === undefined ? {} : { account }),
		...(externalId === undefined ? {} : { externalId }),
		...(exchangeId === undefined ? {} : { exchangeId }),
		...(changeKey === undefined ? {} : { changeKey }),
		...(modifiedAt === undefined ? {} : { modifiedAt }),
		record: Object.fromEntries(Object.entries(values).filter(([field]) => !IDENTITY_FIELDS.has(field))),
	};
}

function mappedValues(parameter: unknown, json: IDataObject): IDataObject {
	if (typeof parameter !== 'object' || parameter === null) return json;
	const mapping = parameter as { mappingMode?: unknown; value?: unknown };
	if (mapping.mappingMode !== 'defineBelow') return json;
	return typeof mapping.value === 'object' && mapping.value !== null ? (mapping.value as IDataObject) : {};
}
