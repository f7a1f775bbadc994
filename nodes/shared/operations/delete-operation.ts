import type { INodeProperties } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';
import type { DeleteMode } from '../../../src/sync/mailbox';
import type { Outcome } from '../../../src/sync/outcome';
import type { PushDelete } from '../../../src/sync/push/push-types';
import { accountOfItem, accountParameter } from '../parameters/account-parameter';
import { itemLocator } from '../parameters/item-locator';
import { optionsOf, separateOutputsParameter, textIn, textOption } from '../parameters/item-parameters';
import { locatorValue } from '../parameters/locator';
import type { Operation, OperationCall } from './operation';
import { outcomeAnswers } from './outcome-answer';

/** How a kind is called in what n8n shows. */
interface KindWords {
	one: string;
	article: string;
	many: string;
}

/** Delete: to the bin or for good, all input items in one call. Nobody is told (a deleted meeting is not cancelled by mail). */
export function deleteOperation(kind: RecordKind, words: KindWords): Operation {
	return {
		value: 'delete',
		name: 'Delete',
		action: `Delete ${words.article} ${words.one}`,
		description: `Delete ${words.many} in Exchange, to the bin or for good. Nothing is sent to anybody.`,
		properties: deleteProperties(words),
		answersWhenInactive: true,
		async run(call) {
			return outcomeAnswers(call, await deleteAll(call, kind), call.functions.getNodeParameter('separateOutputs', 0, false) === true);
		},
	};
}

function deleteProperties(words: KindWords): INodeProperties[] {
	return [
		accountParameter,
		{
			displayName: 'External ID',
			name: 'externalId',
			type: 'string',
			default: '={{ $json.externalId }}',
			description: `ID of the record in the other system, with which the ${words.one} was synced. Not needed with an Exchange ID.`,
		},
		itemLocator(words.one, { description: `The ${words.one} in Exchange, where it is known. Not needed with an External ID.` }),
		{
			displayName: 'Delete',
			name: 'deleteMode',
			type: 'options',
			options: [
				{ name: 'Permanently', value: 'permanently', description: 'Past the bin; only an administrator can recover it' },
				{ name: 'To Deleted Items', value: 'toBin', description: 'The user can restore it' },
			],
			default: 'toBin',
			description: `Where the ${words.one} goes`,
		},
		separateOutputsParameter,
		{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {}, options: deleteOptions },
	];
}

const deleteOptions: INodeProperties[] = [
	{
		displayName: 'Change Key of the Last Pull',
		name: 'changeKey',
		type: 'string',
		default: '',
		description: 'Lets Delete see whether Exchange has changed the item since; then the change wins and the item stays',
	},
	{
		displayName: 'Even If Changed in Exchange',
		name: 'evenIfChanged',
		type: 'boolean',
		default: false,
		description: 'Whether to delete the item even if Exchange has changed it since the last sync. Otherwise the change wins.',
	},
];

/** The outcomes of each input item. */
async function deleteAll(call: OperationCall, kind: RecordKind): Promise<Outcome[][]> {
	const { functions, connector } = call;
	const deletes = Array.from({ length: call.itemCount }, (_, item) => deleteOf(call, item));
	const signal = functions.getExecutionCancelSignal();
	const outcomes: Outcome[][] = deletes.map(() => []);
	for (const { positions, mode, evenIfChanged } of alike(call)) {
		const done = await connector.delete(
			kind,
			positions.map((position) => deletes[position] ?? {}),
			{ mode, evenIfChanged, timeZone: connector.settings.timeZone, ...(signal === undefined ? {} : { signal }) },
		);
		for (const [index, position] of positions.entries()) outcomes[position] = done[index] === undefined ? [] : [done[index]];
	}
	return outcomes;
}

function deleteOf({ functions }: OperationCall, item: number): PushDelete {
	const account = accountOfItem(functions, item);
	const externalId = textIn(functions.getNodeParameter('externalId', item, ''));
	const exchangeId = textIn(locatorValue(functions.getNodeParameter('exchangeId', item, '')));
	const changeKey = textOption(optionsOf(functions.getNodeParameter('options', item, {})), 'changeKey');
	return {
		...(account === undefined ? {} : { account }),
		...(externalId === undefined ? {} : { externalId }),
		...(exchangeId === undefined ? {} : { exchangeId }),
		...(changeKey === undefined ? {} : { changeKey }),
	};
}

/** Items that are deleted in the same way share a call: an expression may send one to the bin and the next one past it. */
function alike({ functions, itemCount }: OperationCall): Array<{ positions: number[]; mode: DeleteMode; evenIfChanged: boolean }> {
	const ways = new Map<string, { positions: number[]; mode: DeleteMode; evenIfChanged: boolean }>();
	for (let item = 0; item < itemCount; item++) {
		const mode = functions.getNodeParameter('deleteMode', item) === 'permanently' ? 'permanently' : 'toBin';
		const evenIfChanged = optionsOf(functions.getNodeParameter('options', item, {}))['evenIfChanged'] === true;
		const key = `${mode} ${evenIfChanged}`;
		const way = ways.get(key) ?? { positions: [], mode, evenIfChanged };
		ways.set(key, way);
		way.positions.push(item);
	}
	return [...ways.values()];
}
