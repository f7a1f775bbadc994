import type { Operation } from '../../shared/operations/operation';
import { updateItems } from '../../shared/operations/update-items';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

/** Marks a task as done today. */
export const complete: Operation = {
	value: 'complete',
	name: 'Complete',
	action: 'Complete a task',
	description: 'Mark a task as completed',
	properties: [
		accountParameter,
		exchangeIdParameter('task'),
		{ displayName: 'Completed On', name: 'completedDate', type: 'dateTime', default: '', placeholder: 'e.g. 2026-03-06', description: 'Day on which it was done. Leave empty for today.' },
	],
	async run(call) {
		const { dayOf } = await import('../../../src/records/point-in-time');
		const today = dayOf(new Date(), call.connector.settings.timeZone);
		return await updateItems(
			call,
			'task',
			(item) => call.functions.getNodeParameter('completedDate', item, ''),
			(stored, entered) => ({ ...stored, status: 'completed', percentComplete: 100, completedDate: entered === '' ? (stored.completedDate ?? today) : entered }),
		);
	},
};
