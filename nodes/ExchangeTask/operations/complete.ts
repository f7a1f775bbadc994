import type { Operation } from '../../shared/operations/operation';
import { updateItems } from '../../shared/operations/update-items';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

/** Marks a task as done; Exchange enters the present day as the day of completion and takes no other. */
export const complete: Operation = {
	value: 'complete',
	name: 'Complete',
	action: 'Complete a task',
	description: 'Mark a task as completed today',
	properties: [accountParameter, exchangeIdParameter('task')],
	async run(call) {
		const { dayOf } = await import('../../../src/records/point-in-time');
		const today = dayOf(new Date(), call.connector.settings.timeZone);
		return await updateItems(
			call,
			'task',
			() => today,
			(stored, day) => ({ ...stored, status: 'completed', percentComplete: 100, completedDate: stored.completedDate ?? day }),
		);
	},
};
