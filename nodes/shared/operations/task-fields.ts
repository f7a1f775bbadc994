import type { INodeProperties } from 'n8n-workflow';

import { categoriesOption, importanceOption, plainTextOption, sensitivityOption } from '../parameters/field-options';
import type { EnteredOptions } from '../parameters/entered-options';

/** Fields of a task besides its subject. */
export const taskOptions: INodeProperties[] = [
	{ displayName: 'Actual Work (Minutes)', name: 'actualWork', type: 'number', default: 0, description: 'Work done so far' },
	categoriesOption,
	{ displayName: 'Due Date', name: 'dueDate', type: 'dateTime', default: '', placeholder: 'e.g. 2026-03-06', description: 'Day on which it is due; the time of day does not count' },
	importanceOption,
	{ displayName: 'Percent Complete', name: 'percentComplete', type: 'number', typeOptions: { minValue: 0, maxValue: 100 }, default: 0, description: 'How much is done; 100 completes the task' },
	{ displayName: 'Reminder At', name: 'reminderAt', type: 'dateTime', default: '', description: 'When to remind' },
	sensitivityOption,
	{ displayName: 'Start Date', name: 'startDate', type: 'dateTime', default: '', placeholder: 'e.g. 2026-03-02', description: 'Day on which it begins; the time of day does not count' },
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Completed', value: 'completed' },
			{ name: 'Deferred', value: 'deferred' },
			{ name: 'In Progress', value: 'inProgress' },
			{ name: 'Not Started', value: 'notStarted' },
			{ name: 'Waiting on Others', value: 'waitingOnOthers' },
		],
		default: 'notStarted',
		description: 'How far the task is; Completed enters the present day',
	},
	plainTextOption('task'),
	{ displayName: 'Total Work (Minutes)', name: 'totalWork', type: 'number', default: 0, description: 'Work planned in all' },
];

/** Fields of a task record from the options that are set. @throws SettingsError */
export function taskFieldsOf(options: EnteredOptions): Record<string, unknown> {
	const dates = options.given(['startDate', 'dueDate', 'reminderAt']);
	return {
		...options.given(['subject', 'text', 'percentComplete', 'categories', 'totalWork', 'actualWork']),
		...options.choices(['status', 'importance', 'sensitivity']),
		...Object.fromEntries(Object.entries(dates).map(([name, date]) => [name, date === '' ? null : date])),
	};
}
