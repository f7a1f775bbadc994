import { EwsError } from '../operations/errors.mts';
import { extendedKey } from '../properties/extended.mts';
import type { DetachedItem } from '../store/item.mts';
import { flagOf, instantOf, textOf } from '../store/item.mts';
import { MILLISECONDS_PER_DAY } from '../calendar/civil-date.mts';
import { normalised } from '../calendar/recurrence-expansion.mts';
import { refusing } from '../calendar/recurrence-xml.mts';
import { STATUSES, statusOf, taskRecurrenceOf, type StoredTaskRecurrence } from './task-properties.mts';

/** MS-OXOTASK 2.2.2.2.10, PidLidTaskState. */
export const TASK_STATE = { orphan: 0, notAssigned: 1, assigneesCopy: 2, assignersCopy: 3, assignersCopyRejected: 4 } as const;
export const TASK_STATE_KEY = extendedKey('Task', 0x8113);
export const DEAD_OCCURRENCE_KEY = extendedKey('Task', 0x8109);
export const TASK_MODE_KEY = extendedKey('Common', 0x8518);

/** Status, percentage and completion date hang together; what was written last leads. */
function settleProgress(item: DetachedItem, changed: readonly string[], now: Date): void {
	const { properties } = item;
	const percent = properties['task:PercentComplete'];
	if (typeof percent === 'number' && (percent < 0 || percent > 100)) {
		throw new EwsError('ErrorInvalidPropertySet', { text: 'PercentComplete must be between 0 and 100.' });
	}
	const told = changed.includes('task:CompleteDate') ? instantOf(item, 'task:CompleteDate') : undefined;
	if (told && told > now) throw new EwsError('ErrorInvalidCompleteDate', { text: 'A task cannot be completed in the future.' });
	const byPercent = changed.includes('task:PercentComplete') && !changed.includes('task:Status') && typeof percent === 'number';
	if (byPercent && percent === 100) properties['task:Status'] = 'Completed';
	else if (byPercent && percent > 0 && percent < 100 && (statusOf(item) === 'Completed' || statusOf(item) === 'NotStarted')) properties['task:Status'] = 'InProgress';
	else if (byPercent && percent === 0 && statusOf(item) !== 'WaitingOnOthers' && statusOf(item) !== 'Deferred') properties['task:Status'] = 'NotStarted';
	else if (changed.includes('task:CompleteDate') && properties['task:CompleteDate'] && !changed.includes('task:Status')) properties['task:Status'] = 'Completed';
	const completed = statusOf(item) === 'Completed';
	if (completed) properties['task:PercentComplete'] = 100;
	else if (changed.includes('task:Status') && (statusOf(item) === 'NotStarted' || percent === 100)) properties['task:PercentComplete'] = 0;
	if (!completed) delete properties['task:CompleteDate'];
	// Exchange takes its own clock for the date of completion, whatever the client wrote.
	else if (!instantOf(item, 'task:CompleteDate') || changed.some((path) => path === 'task:CompleteDate' || path === 'task:Status')) properties['task:CompleteDate'] = now;
}

function settleRecurrence(item: DetachedItem, changed: readonly string[]): void {
	const recurrence = taskRecurrenceOf(item);
	if (!recurrence) return;
	if (recurrence.pattern.kind !== 'Regeneration' && changed.includes('task:Recurrence')) {
		const settled = refusing(() => normalised({ pattern: recurrence.pattern as Exclude<typeof recurrence.pattern, { kind: 'Regeneration' }>, range: recurrence.range }));
		item.properties['task:Recurrence'] = { structure: 'taskRecurrence', ...settled } satisfies StoredTaskRecurrence;
	}
	const first = taskRecurrenceOf(item)?.range.startDate ?? recurrence.range.startDate;
	if (changed.includes('task:Recurrence') || !instantOf(item, 'task:StartDate')) {
		const [start, due] = [instantOf(item, 'task:StartDate'), instantOf(item, 'task:DueDate')];
		const length = start && due ? Math.max(0, due.getTime() - start.getTime()) : 0;
		item.properties['task:StartDate'] = new Date(first * MILLISECONDS_PER_DAY);
		item.properties['task:DueDate'] = new Date(first * MILLISECONDS_PER_DAY + length);
	}
}

/** Writes the MAPI properties of a task from what it says now. */
export function mirrorTask(item: DetachedItem): void {
	const put = (set: string, id: number, type: string, value: string | undefined): void => {
		if (value === undefined) delete item.extended[extendedKey(set, id)];
		else item.extended[extendedKey(set, id)] = { type, value };
	};
	const date = (path: string): string | undefined => {
		const value = instantOf(item, path);
		return value && `${value.toISOString().slice(0, 19)}Z`;
	};
	const number = (path: string): number => {
		const value = item.properties[path];
		return typeof value === 'number' ? value : 0;
	};
	put('Task', 0x8101, 'Integer', String(STATUSES.indexOf(statusOf(item))));
	put('Task', 0x8102, 'Double', String(number('task:PercentComplete') / 100));
	put('Task', 0x8104, 'SystemTime', date('task:StartDate'));
	put('Task', 0x8105, 'SystemTime', date('task:DueDate'));
	put('Task', 0x810f, 'SystemTime', date('task:CompleteDate'));
	put('Task', 0x8110, 'Integer', String(number('task:ActualWork')));
	put('Task', 0x8111, 'Integer', String(number('task:TotalWork')));
	put('Task', 0x811c, 'Boolean', String(statusOf(item) === 'Completed'));
	put('Task', 0x811f, 'String', textOf(item, 'task:Owner'));
	put('Task', 0x8126, 'Boolean', String(taskRecurrenceOf(item) !== undefined));
	put('Common', 0x8506, 'Boolean', String(['Private', 'Confidential'].includes(textOf(item, 'item:Sensitivity') ?? 'Normal')));
	item.extended[DEAD_OCCURRENCE_KEY] ??= { type: 'Boolean', value: 'false' };
	item.extended[TASK_STATE_KEY] ??= { type: 'Integer', value: String(TASK_STATE.notAssigned) };
	item.extended[TASK_MODE_KEY] ??= { type: 'Integer', value: '0' };
}

/**
 * Brings a task into the form Exchange keeps it in. `changed` are the paths a request wrote.
 * @throws EwsError ErrorInvalidPropertySet, ErrorRecurrenceHasNoOccurrence
 */
export function settleTask(item: DetachedItem, changed: readonly string[], now: Date): void {
	settleProgress(item, changed, now);
	settleRecurrence(item, changed);
	if (!flagOf(item, 'item:ReminderIsSet')) delete item.properties['item:ReminderNextTime'];
	else {
		const due = instantOf(item, 'item:ReminderDueBy');
		if (due) item.properties['item:ReminderNextTime'] = due;
	}
	mirrorTask(item);
}
