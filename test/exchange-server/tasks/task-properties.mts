import { boolean, instant, integer, property, strings, text } from '../properties/define.mts';
import type { PropertyDefinition } from '../properties/definition.mts';
import { ITEM_PROPERTIES } from '../properties/itemProperties.mts';
import { schemaViolation } from '../operations/errors.mts';
import type { DetachedItem, StructuredValue } from '../store/item.mts';
import { textOf } from '../store/item.mts';
import { MILLISECONDS_PER_DAY, MILLISECONDS_PER_MINUTE, parseDateTime } from '../calendar/civil-date.mts';
import type { Recurrence, RecurrencePattern } from '../calendar/recurrence-pattern.mts';
import { readTaskRecurrence, writeRecurrence } from '../calendar/recurrence-xml.mts';
import { UTC_ZONE } from '../calendar/time-zone.mts';

/** The recurrence as a task stores it. */
export interface StoredTaskRecurrence extends StructuredValue, Recurrence<RecurrencePattern> {
	readonly structure: 'taskRecurrence';
}

export function taskRecurrenceOf(item: DetachedItem): StoredTaskRecurrence | undefined {
	const value = item.properties['task:Recurrence'];
	return typeof value === 'object' && (value as StructuredValue).structure === 'taskRecurrence' ? (value as StoredTaskRecurrence) : undefined;
}

export const STATUSES = ['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred'] as const;
export type TaskStatus = (typeof STATUSES)[number];

export function statusOf(item: DetachedItem): TaskStatus {
	return STATUSES.find((each) => each === textOf(item, 'task:Status')) ?? 'NotStarted';
}

/** What StatusDescription says in an English mailbox. */
const DESCRIPTIONS: Readonly<Record<TaskStatus, string>> = {
	NotStarted: 'Not Started',
	InProgress: 'In Progress',
	Completed: 'Completed',
	WaitingOnOthers: 'Waiting on someone else',
	Deferred: 'Deferred',
};

const READ_ONLY = { readOnly: true } as const;

/** Start and due date are dates: the store keeps the UTC midnight of the day the instant falls on in UTC, whatever zone it was written in. */
function dateProperty(path: string, name: string): PropertyDefinition {
	return instant(path, name, {
		parse: (source) => {
			const read = parseDateTime(source.text);
			if (!read) throw schemaViolation(`The '${name}' element is invalid - The value '${source.text}' is invalid according to its datatype 'dateTime'.`);
			const at = read.wallClock - (read.offsetMinutes ?? 0) * MILLISECONDS_PER_MINUTE;
			return new Date(Math.floor(at / MILLISECONDS_PER_DAY) * MILLISECONDS_PER_DAY);
		},
	});
}

function percent(item: DetachedItem): number {
	const value = item.properties['task:PercentComplete'];
	return typeof value === 'number' ? value : 0;
}

/** Everything of TaskType in the schema's order. */
export const TASK_PROPERTIES: readonly PropertyDefinition[] = [
	...ITEM_PROPERTIES,
	integer('task:ActualWork', 'ActualWork'),
	instant('task:AssignedTime', 'AssignedTime', READ_ONLY),
	text('task:BillingInformation', 'BillingInformation'),
	integer('task:ChangeCount', 'ChangeCount', { ...READ_ONLY, value: (item) => item.properties['task:ChangeCount'] ?? 1 }),
	strings('task:Companies', 'Companies'),
	instant('task:CompleteDate', 'CompleteDate'),
	strings('task:Contacts', 'Contacts'),
	text('task:DelegationState', 'DelegationState', { ...READ_ONLY, value: (item) => textOf(item, 'task:DelegationState') ?? 'NoMatch' }),
	text('task:Delegator', 'Delegator', READ_ONLY),
	dateProperty('task:DueDate', 'DueDate'),
	integer('task:IsAssignmentEditable', 'IsAssignmentEditable', { ...READ_ONLY, value: (item) => item.properties['task:IsAssignmentEditable'] ?? 0 }),
	boolean('task:IsComplete', 'IsComplete', { ...READ_ONLY, value: (item) => statusOf(item) === 'Completed' }),
	boolean('task:IsRecurring', 'IsRecurring', { ...READ_ONLY, value: (item) => taskRecurrenceOf(item) !== undefined }),
	boolean('task:IsTeamTask', 'IsTeamTask', { ...READ_ONLY, value: () => false }),
	text('task:Mileage', 'Mileage'),
	text('task:Owner', 'Owner', READ_ONLY),
	property('task:PercentComplete', 'PercentComplete', 'Integer', {
		value: percent,
		parse: (source) => {
			const value = Number(source.text);
			if (source.text.trim() === '' || !Number.isFinite(value)) throw schemaViolation(`The 'PercentComplete' element is invalid - The value '${source.text}' is invalid according to its datatype 'double'.`);
			return value;
		},
	}),
	property('task:Recurrence', 'Recurrence', 'Structured', {
		inTables: false,
		render: (item, { serverVersion }) => {
			const recurrence = taskRecurrenceOf(item);
			return recurrence ? writeRecurrence(recurrence, UTC_ZONE, serverVersion) : '';
		},
		parse: (source) => ({ structure: 'taskRecurrence', ...readTaskRecurrence(source) }),
	}),
	dateProperty('task:StartDate', 'StartDate'),
	text('task:Status', 'Status', { value: statusOf }),
	text('task:StatusDescription', 'StatusDescription', { ...READ_ONLY, value: (item) => DESCRIPTIONS[statusOf(item)] }),
	integer('task:TotalWork', 'TotalWork'),
];

/** Paths of the Default shape. */
export const TASK_DEFAULT_SHAPE: readonly string[] = [
	'item:ItemId',
	'item:Subject',
	'item:HasAttachments',
	'task:DueDate',
	'task:PercentComplete',
	'task:StartDate',
	'task:Status',
];
