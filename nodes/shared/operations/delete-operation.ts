import type { RecordKind } from '../../../src/records/common-fields';
import type { PushDelete } from '../../../src/sync/push/push-types';
import { accountOfItem, accountParameter } from '../parameters/account-parameter';
import { itemLocator } from '../parameters/item-locator';
import { optionsOf, separateOutputsParameter, textIn, textOption } from '../parameters/item-parameters';
import { locatorValue } from '../parameters/locator';
import type { Operation } from './operation';
import { outcomeAnswers } from './outcome-answer';

/** Delete: to the bin or for good, all input items in one call. Nobody is told (a deleted meeting is not cancelled by mail). */
export function deleteOperation(kind: RecordKind, words: { one: string; article: string; many: string }): Operation {
	return {
		value: 'delete',
		name: 'Delete',
		action: `Delete ${words.article} ${words.one}`,
		description: `Delete ${words.many} in Exchange, to the bin or for good. Nothing is sent to anybody.`,
		properties: [
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
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
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
				],
			},
		],
		answersWhenInactive: true,
		async run(call) {
			const { functions, connector } = call;
			const deletes = Array.from({ length: call.itemCount }, (_, item): PushDelete => {
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
			});
			const signal = functions.getExecutionCancelSignal();
			const outcomes = await connector.delete(kind, deletes, {
				mode: functions.getNodeParameter('deleteMode', 0) === 'permanently' ? 'permanently' : 'toBin',
				evenIfChanged: optionsOf(functions.getNodeParameter('options', 0, {}))['evenIfChanged'] === true,
				timeZone: connector.settings.timeZone,
				...(signal === undefined ? {} : { signal }),
			});
			return outcomeAnswers(
				call,
				outcomes.map((outcome) => [outcome]),
				functions.getNodeParameter('separateOutputs', 0, false) === true,
			);
		},
	};
}
