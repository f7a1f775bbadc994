import type { INodeProperties } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';
import type { DeleteMode } from '../../../src/sync/mailbox';
import type { Outcome } from '../../../src/sync/outcome';
import type { PushDelete } from '../../../src/sync/push/push-types';
import { accountOfItem, accountParameter } from '../parameters/account-parameter';
import { enteredChoice, EnteredOptions } from '../parameters/entered-options';
import { itemLocator } from '../parameters/item-locator';
import { identityText, separateOutputsParameter } from '../parameters/item-parameters';
import { locatorValue } from '../parameters/locator';
import { grouped } from './batches';
import type { Operation, OperationCall } from './operation';
import { outcomeAnswers, unreadableOutcome } from './outcome-answer';

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
		{ ...deleteModeParameter, description: `Where the ${words.one} goes` },
		separateOutputsParameter,
		{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {}, options: deleteOptions },
	];
}

const deleteModeParameter: INodeProperties = {
	displayName: 'Delete',
	name: 'deleteMode',
	type: 'options',
	options: [
		{ name: 'Permanently', value: 'permanently', description: 'Past the bin; only an administrator can recover it' },
		{ name: 'To Deleted Items', value: 'toBin', description: 'The user can restore it' },
	],
	default: 'toBin',
};

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

/** An input item as it is read: what is deleted, and how. */
interface ReadDelete {
	item: number;
	delete: PushDelete;
	how: { mode: DeleteMode; evenIfChanged: boolean };
}

/** The outcomes of each input item. Items that are deleted in the same way share a call: an expression may send one to the bin and the next one past it. */
async function deleteAll(call: OperationCall, kind: RecordKind): Promise<Outcome[][]> {
	const { functions, connector } = call;
	const outcomes: Outcome[][] = Array.from({ length: call.itemCount }, () => []);
	const readable: ReadDelete[] = [];
	for (let item = 0; item < call.itemCount; item++) {
		const read = readDelete(call, kind, item);
		if ('outcome' in read) outcomes[item] = [read];
		else readable.push(read);
	}
	const signal = functions.getExecutionCancelSignal();
	for (const { of: how, entries } of grouped(readable, (read) => read.how)) {
		const done = await connector.delete(
			kind,
			entries.map((entry) => entry.delete),
			{ ...how, timeZone: connector.settings.timeZone, ...(signal === undefined ? {} : { signal }) },
		);
		for (const [index, { item }] of entries.entries()) outcomes[item] = done[index] === undefined ? [] : [done[index]];
	}
	return outcomes;
}

/** What an input item says; its outcome where it cannot be read. */
function readDelete(call: OperationCall, kind: RecordKind, item: number): ReadDelete | Outcome {
	const { functions } = call;
	let externalId: string | undefined;
	try {
		externalId = identityText(functions.getNodeParameter('externalId', item, ''), 'External ID');
		const account = accountOfItem(functions, item);
		const exchangeId = locatorValue(functions.getNodeParameter('exchangeId', item, ''), 'Exchange ID');
		const options = new EnteredOptions(deleteOptions, functions.getNodeParameter('options', item, {}));
		const changeKey = options.text('changeKey');
		return {
			item,
			delete: {
				...(account === undefined ? {} : { account }),
				...(externalId === undefined ? {} : { externalId }),
				...(exchangeId === '' ? {} : { exchangeId }),
				...(changeKey === undefined ? {} : { changeKey }),
			},
			how: {
				mode: enteredChoice(deleteModeParameter, functions.getNodeParameter('deleteMode', item), ['permanently', 'toBin']) ?? 'toBin',
				evenIfChanged: options.isOn('evenIfChanged') ?? false,
			},
		};
	} catch (error) {
		return unreadableOutcome(call, kind, error, externalId);
	}
}
