import { savedItemFolder } from '../operations/targets.mts';
import { EwsError } from '../operations/errors.mts';
import { registerKind } from '../properties/kinds.mts';
import { holdingMailbox } from '../calendar/holding-mailbox.mts';
import { fillInTask } from './task-defaults.mts';
import { advanceTask, completeOccurrence } from './task-series.mts';
import { statusOf, TASK_DEFAULT_SHAPE, TASK_PROPERTIES, taskRecurrenceOf } from './task-properties.mts';
import { settleTask } from './task-settling.mts';

const AFFECTED = ['AllOccurrences', 'SpecifiedOccurrenceOnly'];

registerKind(
	{
		kind: 'Task',
		itemClass: 'IPM.Task',
		properties: TASK_PROPERTIES,
		defaultShape: TASK_DEFAULT_SHAPE,
		beforeCreate: (item, request, context) => {
			const { folder, mailbox } = savedItemFolder(request, context, 'tasks');
			if (folder.kind !== 'TasksFolder') {
				throw new EwsError('ErrorCannotCreateTaskInNonTaskFolder', { text: 'Tasks can only be created in task folders.' });
			}
			fillInTask(item, mailbox);
			settleTask(item, Object.keys(item.properties), context.exchange.clock.now());
		},
		beforeUpdate: (item, changed, _request, context) => {
			settleTask(item, changed, context.exchange.clock.now());
			const count = item.properties['task:ChangeCount'];
			item.properties['task:ChangeCount'] = (typeof count === 'number' ? count : 1) + 1;
			if (statusOf(item) === 'Completed' && taskRecurrenceOf(item)) completeOccurrence(holdingMailbox(item, context), item);
		},
		beforeDelete: (item, request, context) => {
			const affected = request.attributes['AffectedTaskOccurrences'];
			if (affected === undefined || !AFFECTED.includes(affected)) {
				throw new EwsError('ErrorAffectedTaskOccurrencesRequired', { text: 'AffectedTaskOccurrences attribute is required for Task items.' });
			}
			if (affected === 'AllOccurrences' || !taskRecurrenceOf(item) || !advanceTask(item, context.exchange.clock.now())) return false;
			holdingMailbox(item, context).touch(item);
			return true;
		},
	},
	['IPM.Task'],
);
