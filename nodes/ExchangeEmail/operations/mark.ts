import type { IDataObject } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { EmailFlag, EmailRecord } from '../../../src/records/email';
import type { ItemEdit } from '../../../src/sync/mailbox';
import { answersOf, byMailbox, requiredText } from '../../shared/operations/batches';
import { readOptions } from '../../shared/operations/get-operation';
import type { ItemAnswer, Operation } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { importanceOption } from '../../shared/parameters/field-options';
import { exchangeIdParameter, namesOf, optionsOf } from '../../shared/parameters/item-parameters';

type Marks = Partial<Pick<EmailRecord, 'isRead' | 'flag' | 'categories' | 'importance'>>;

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
			options: [
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
			],
		},
	],
	async run(call) {
		return await byMailbox(
			call,
			(item) => {
				const marks = marksOf(optionsOf(call.functions.getNodeParameter('marks', item, {})));
				if (Object.keys(marks).length === 0) throw new NodeOperationError(call.functions.getNode(), 'No mark is chosen', { itemIndex: item });
				return { exchangeId: requiredText(call, 'exchangeId', 'Exchange ID', item), marks };
			},
			async ({ link, mailbox, entries }) => {
				const read = await mailbox.read(
					'email',
					entries.map(({ value }) => value.exchangeId),
					readOptions(call, {}),
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

function marksOf(options: Record<string, unknown>): Marks {
	const { isRead, flag, categories, importance } = options;
	return {
		...(typeof isRead === 'boolean' ? { isRead } : {}),
		...(isFlagStatus(flag) ? { flag: { status: flag } } : {}),
		...(categories === undefined ? {} : { categories: namesOf(categories) }),
		...(importance === 'low' || importance === 'normal' || importance === 'high' ? { importance } : {}),
	};
}

function isFlagStatus(value: unknown): value is EmailFlag['status'] {
	return value === 'notFlagged' || value === 'flagged' || value === 'complete';
}
