import { createHash } from 'node:crypto';

import type { TaskRecord, TaskStatus } from '../../records/task';
import type { TaskDelegation, TaskFacts } from '../../rules/facts';
import type { ReadOptions, StoredItem } from '../../sync/mailbox';
import type { ServerVersion } from '../transport/connection-settings';
import { inSchemaOrder } from './element-order';
import { type AnyField, type FieldUpdate, differences, pathsOf, readFields, writeFields } from './field-table';
import { SEARCH_KEY, TASK_DEAD_OCCURRENCE, TASK_RECURRING, TASK_STATE } from './mapi-properties';
import { CATEGORIES_FIELD, IMPORTANCE_FIELD, SENSITIVITY_FIELD, SUBJECT_FIELD } from './item-fields';
import { PLAIN_BODY, plainBody, plainBodyOf, sameText } from './plain-body';
import { type PropertyPath, mapiElement, mapiValue } from './property-path';
import { STAMP } from './stamp-property';
import { STORED_PATHS, storedItem } from './stored-item';
import { dayOf } from './wall-clock';
import { type WireNode, child, flag, integer, text } from './wire-node';
import { hexOf, instantOf, recordWord, required, wireWord } from './wire-values';
import { type XmlElement, element, present } from './xml-element';

/** EWS `t:TaskStatusType`. */
const STATUS: Readonly<Record<string, TaskStatus>> = {
	NotStarted: 'notStarted',
	InProgress: 'inProgress',
	Completed: 'completed',
	WaitingOnOthers: 'waitingOnOthers',
	Deferred: 'deferred',
};

/** The fields of a task, property by property. Status and percentage hang together and are written by {@link progress}. */
export const TASK_FIELDS: ReadonlyArray<AnyField<TaskRecord>> = [
	SUBJECT_FIELD,
	{ name: 'text', path: PLAIN_BODY, direction: 'both', read: plainBodyOf, write: (record) => plainBody(record.text), same: sameText },
	{
		name: 'startDate',
		path: { uri: 'task:StartDate' },
		direction: 'both',
		read: (item, context) => dayOf(text(item, 'StartDate'), context.timeZone),
		write: (record) => dayElement('StartDate', record.startDate),
	},
	{
		name: 'dueDate',
		path: { uri: 'task:DueDate' },
		direction: 'both',
		read: (item, context) => dayOf(text(item, 'DueDate'), context.timeZone),
		write: (record) => dayElement('DueDate', record.dueDate),
	},
	{ name: 'status', path: { uri: 'task:Status' }, direction: 'read', read: (item) => recordWord(STATUS, text(item, 'Status'), 'notStarted') },
	{
		name: 'percentComplete',
		path: { uri: 'task:PercentComplete' },
		direction: 'read',
		read: (item) => integer(item, 'PercentComplete') ?? 0,
	},
	{
		name: 'completedDate',
		path: { uri: 'task:CompleteDate' },
		// Setting it completes the task (Microsoft Learn, "CompleteDate"), but Exchange enters its own present day whatever day it is told (seen by exchangelib): the status says as much.
		direction: 'read',
		read: (item, context) => (text(item, 'Status') === 'Completed' ? dayOf(text(item, 'CompleteDate'), context.timeZone) : undefined),
	},
	IMPORTANCE_FIELD,
	SENSITIVITY_FIELD,
	CATEGORIES_FIELD,
	{
		name: 'reminderAt',
		path: { uri: 'item:ReminderDueBy' },
		direction: 'both',
		read: (item) => (flag(item, 'ReminderIsSet') === true ? (instantOf(text(item, 'ReminderDueBy')) ?? null) : null),
		write: (record) => (record.reminderAt === null ? undefined : element('ReminderDueBy', record.reminderAt)),
		// It cannot be taken away (ErrorInvalidPropertyDelete); switched off, it says nothing.
		same: (one, other) => other === null || one === other,
	},
	{
		name: 'reminderAt',
		path: { uri: 'item:ReminderIsSet' },
		direction: 'both',
		read: () => undefined,
		write: (record) => element('ReminderIsSet', String(record.reminderAt !== null)),
		same: (one, other) => (one ?? null) === (other ?? null),
	},
	{
		name: 'totalWork',
		path: { uri: 'task:TotalWork' },
		direction: 'both',
		read: (item) => integer(item, 'TotalWork') || undefined,
		write: (record) => (record.totalWork === undefined ? undefined : element('TotalWork', String(record.totalWork))),
	},
	{
		name: 'actualWork',
		path: { uri: 'task:ActualWork' },
		direction: 'both',
		read: (item) => integer(item, 'ActualWork') || undefined,
		write: (record) => (record.actualWork === undefined ? undefined : element('ActualWork', String(record.actualWork))),
	},
];

/** Asked for besides the record's own fields: whose copy it is, and whether it repeats. */
const FACT_PATHS: readonly PropertyPath[] = [
	{ uri: 'task:DelegationState' },
	{ uri: 'task:IsRecurring' },
	TASK_STATE,
	TASK_DEAD_OCCURRENCE,
	TASK_RECURRING,
];

/** The properties of a task to ask for, with body type Text. */
export function taskPaths(version: ServerVersion): PropertyPath[] {
	return [...STORED_PATHS, ...FACT_PATHS, ...pathsOf(TASK_FIELDS, version)];
}

/** A task as it was read with {@link taskPaths}. @throws MailboxFault `malformedAnswer` */
export function taskOf(item: WireNode, options: ReadOptions): StoredItem<'task'> {
	required(text(item, 'Status'), 'task:Status');
	const record: TaskRecord = {
		kind: 'task',
		key: '',
		subject: '',
		text: '',
		status: 'notStarted',
		percentComplete: 0,
		importance: 'normal',
		sensitivity: 'normal',
		categories: [],
		reminderAt: null,
		...readFields(TASK_FIELDS, item, options),
	};
	record.key = hexOf(mapiValue(item, SEARCH_KEY)) ?? derivedKey(record);
	return { ...storedItem(item), record, facts: taskFacts(item) };
}

/** A store without search keys: the same task has the same key as long as nobody changes what it is called and when it is due. */
function derivedKey({ subject, startDate, dueDate }: TaskRecord): string {
	return createHash('sha256').update(JSON.stringify([subject, startDate ?? null, dueDate ?? null])).digest('hex').slice(0, 32);
}

function taskFacts(item: WireNode): TaskFacts {
	return {
		kind: 'task',
		delegation: delegationOf(mapiValue(item, TASK_STATE), text(item, 'DelegationState')),
		isRecurring: flag(item, 'IsRecurring') === true || child(item, 'Recurrence') !== undefined || mapiValue(item, TASK_RECURRING) === 'true',
		isDetachedOccurrence: mapiValue(item, TASK_DEAD_OCCURRENCE) === 'true',
	};
}

/**
 * Whose copy a task is. PidLidTaskState tells (MS-OXOTASK 2.2.2.2.14: 2 the assignee's, 3 and 4 the assigner's, 0 what is left of a rejected one); EWS's own
 * `task:DelegationState` only whether there is a delegation at all, and calls an accepted one `Owned`.
 */
export function delegationOf(taskState: string | undefined, delegationState: string | undefined): TaskDelegation {
	switch (taskState) {
		case '2':
			return 'assignee';
		case '0':
		case '3':
		case '4':
			return 'assigner';
		case '1':
			return 'none';
		default:
			return delegationState === undefined || delegationState === 'NoMatch' ? 'none' : 'assigner';
	}
}

/** `t:Task` of a new task: never recurring, never assigned to anybody. */
export function newTask(record: TaskRecord, stamp: string | undefined, version: ServerVersion): XmlElement {
	return element(
		'Task',
		inSchemaOrder([
			...writeFields(TASK_FIELDS, record, version),
			...progress(record).flatMap(({ set }) => set ?? []),
			...present(stamp === undefined ? undefined : mapiElement(STAMP, stamp)),
		]),
	);
}

/** What must be written so that a stored task becomes `record`. */
export function taskUpdates(stored: TaskRecord, record: TaskRecord, version: ServerVersion): FieldUpdate[] {
	const updates = differences(TASK_FIELDS, stored, record, version);
	const percent = record.status === 'completed' ? 100 : record.percentComplete;
	const isSame = stored.status === record.status && stored.percentComplete === percent;
	return isSame ? updates : [...updates, ...progress(record)];
}

/**
 * Status and percentage. Exchange keeps them in step by itself: `Completed` sets 100 % and today, 100 % sets `Completed`, 0 %
 * sets `NotStarted`; so only what the others do not imply is written, in the order in which the last word is the record's.
 */
function progress(record: TaskRecord): FieldUpdate[] {
	const status: FieldUpdate = { path: { uri: 'task:Status' }, set: element('Status', wireWord(STATUS, record.status)) };
	switch (record.status) {
		case 'completed':
		case 'notStarted':
			return [status];
		case 'inProgress':
		case 'waitingOnOthers':
		case 'deferred':
			return [
				{ path: { uri: 'task:PercentComplete' }, set: element('PercentComplete', String(Math.min(99, Math.max(0, record.percentComplete)))) },
				status,
			];
	}
}

/** A day as midnight in UTC, which is how MS-OXOTASK stores one. */
function dayElement(name: string, day: string | undefined): XmlElement | undefined {
	return day === undefined ? undefined : element(name, `${day}T00:00:00Z`);
}
