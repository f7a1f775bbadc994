import type { INodeProperties } from 'n8n-workflow';

import type { TaskRecord } from '../../../src/records/task';
import type { Operation } from '../../shared/operations/operation';
import { taskFieldsOf, taskOptions } from '../../shared/operations/task-fields';
import { updateFieldsParameter, updateItems } from '../../shared/operations/update-items';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { EnteredOptions } from '../../shared/parameters/entered-options';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

const fields: INodeProperties[] = [...taskOptions, { displayName: 'Subject', name: 'subject', type: 'string', default: '', description: 'What the task is called' }];

/** Changes fields of a task. */
export const update: Operation = {
	value: 'update',
	name: 'Update',
	action: 'Update a task',
	description: 'Change fields of a task',
	properties: [
		accountParameter,
		exchangeIdParameter('task'),
		updateFieldsParameter(fields),
	],
	async run(call) {
		return await updateItems(call, 'task', (item) => taskFieldsOf(new EnteredOptions(fields, call.functions.getNodeParameter('updateFields', item, {}))), mergedTask);
	},
};

/** A task with changes: what follows from status and per cent is left to follow from them again, as a completed task is at 100 per cent. */
function mergedTask(stored: TaskRecord, changes: Record<string, unknown>): Record<string, unknown> {
	const { status, percentComplete, completedDate, ...rest } = stored;
	const isSameProgress = changes['status'] === undefined && changes['percentComplete'] === undefined;
	if (isSameProgress) return { ...rest, status, percentComplete, completedDate, ...changes };
	// Who waits for others or has deferred the task goes on doing so, however far it has come.
	const isStillSo = (status === 'waitingOnOthers' || status === 'deferred') && Number(changes['percentComplete']) < 100;
	if (changes['status'] === undefined) return { ...rest, ...(isStillSo ? { status } : {}), ...changes };
	return { ...rest, ...(percentComplete < 100 && changes['status'] !== 'notStarted' ? { percentComplete } : {}), ...changes };
}
