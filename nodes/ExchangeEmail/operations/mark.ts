import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { EmailRecord } from '../../../src/records/email';
import type { ItemEdit } from '../../../src/sync/mailbox';
import { answersOf, byMailbox, requiredText } from '../../shared/operations/batches';
import { plainRead } from '../../shared/operations/get-operation';
import type { ItemAnswer, Operation } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { EnteredOptions } from '../../shared/parameters/entered-options';
import { importanceOption } from '../../shared/parameters/field-options';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

type Marks = Partial<Pick<EmailRecord, 'isRead' | 'flag' | 'categories' | 'importance'>>;

const markFields: INodeProperties[] = [
	{ displayName: 'Categories', name: 'categories', type: 'string', default: '', description: 'Categories, separated by commas; they replace those that the email has' },
	{
		displayName: 'Flag',
		name: 'flag',
		type: 'options',
		options: [
			{ name: 'Complete', value: 'complete' },
			{ name: 'Flagged', value: 'flagged' },
			{ name: 'Not Flagged', value: 'notFlagged' },
		],
		default: 'flagged',
		description: 'Follow-up flag of the email',
	},
	importanceOption,
	{ displayName: 'Read', name: 'isRead', type: 'boolean', default: true, description: 'Whether the email counts as read' },
];

/** Read state, flag, categories and importance of emails. */
export const mark: Operation = {
	value: 'mark',
	name: 'Mark',
	action: 'Mark an email',
	description: 'Mark an email as read or unread, flag it, or set its categories. A read receipt is never sent by it.',
	properties: [
		accountParameter,
		exchangeIdParameter('email'),
		{
			displayName: 'Marks',
			name: 'marks',
			type: 'collection',
			placeholder: 'Add Mark',
			default: { isRead: true },
			options: markFields,
		},
	],
	async run(call) {
		return await byMailbox(
			call,
			(item) => {
				const marks = marksOf(new EnteredOptions(markFields, call.functions.getNodeParameter('marks', item, {})));
				if (Object.keys(marks).length === 0) throw new NodeOperationError(call.functions.getNode(), 'No mark is chosen', { itemIndex: item });
				return { exchangeId: requiredText(call, 'exchangeId', 'Exchange ID', item), marks };
			},
			async ({ link, mailbox, entries }) => {
				const read = await mailbox.read(
					'email',
					entries.map(({ value }) => value.exchangeId),
					plainRead(call),
				);
				const answers: ItemAnswer[] = [];
				const readable: typeof entries = [];
				const edits: Array<ItemEdit<'email'>> = [];
				entries.forEach((entry, index) => {
					const result = read[index];
					if (result?.ok === true) {
						readable.push(entry);
						edits.push({ stored: result.value, record: { ...result.value.record, ...entry.value.marks }, ifChanged: 'overwrite' });
					} else {
						answers.push({ item: entry.item, error: result?.fault ?? new Error('Exchange gave no answer for this item') });
					}
				});
				const updated = edits.length === 0 ? [] : await mailbox.update('email', edits);
				return [
					...answers,
					...answersOf(readable, updated, (reference, { item, value }) => ({
						item,
						json: { account: link.account, mailbox: link.mailbox, exchangeId: reference.id, changeKey: reference.changeKey, ...(value.marks as IDataObject) },
					})),
				];
			},
		);
	},
};

function marksOf(entered: EnteredOptions): Marks {
	const isRead = entered.isOn('isRead');
	const status = entered.choice('flag', ['notFlagged', 'flagged', 'complete']);
	const categories = entered.names('categories');
	const importance = entered.choice('importance', ['low', 'normal', 'high']);
	return {
		...(isRead === undefined ? {} : { isRead }),
		...(status === undefined ? {} : { flag: { status } }),
		...(categories === undefined ? {} : { categories }),
		...(importance === undefined ? {} : { importance }),
	};
}
