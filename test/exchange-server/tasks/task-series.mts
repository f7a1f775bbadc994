import type { DetachedItem, Item, PropertyValue } from '../store/item.mts';
import { instantOf } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { civilDate, dayOf, MILLISECONDS_PER_DAY, type DayNumber } from '../calendar/civil-date.mts';
import { clampedDay, slots } from '../calendar/recurrence-expansion.mts';
import type { RegenerationPattern } from '../calendar/recurrence-pattern.mts';
import { taskRecurrenceOf, type StoredTaskRecurrence } from './task-properties.mts';
import { DEAD_OCCURRENCE_KEY, mirrorTask } from './task-settling.mts';

function regenerated({ unit, interval }: RegenerationPattern, from: DayNumber): DayNumber {
	const { year, month, day } = civilDate(from);
	switch (unit) {
		case 'Daily':
			return from + interval;
		case 'Weekly':
			return from + 7 * interval;
		case 'Monthly':
			return clampedDay(year, month + interval, day);
		case 'Yearly':
			return clampedDay(year + interval, month, day);
	}
}

function dayOfProperty(item: DetachedItem, path: string): DayNumber | undefined {
	const at = instantOf(item, path);
	return at && dayOf(at.getTime());
}

interface Next {
	readonly day: DayNumber;
	readonly recurrence: StoredTaskRecurrence;
}

/** The occurrence after the one a recurring task stands at; undefined after the last. */
function nextOf(item: DetachedItem, recurrence: StoredTaskRecurrence, completed: DayNumber): Next | undefined {
	const { pattern, range } = recurrence;
	const current = dayOfProperty(item, 'task:StartDate') ?? dayOfProperty(item, 'task:DueDate') ?? range.startDate;
	if (pattern.kind !== 'Regeneration') {
		for (const slot of slots({ pattern, range })) if (slot.day > current) return { day: slot.day, recurrence };
		return undefined;
	}
	const day = regenerated(pattern, completed);
	if (range.kind === 'EndDate' && day > range.endDate) return undefined;
	if (range.kind === 'Numbered' && range.count <= 1) return undefined;
	const left = range.kind === 'Numbered' ? { ...range, count: range.count - 1 } : range;
	return { day, recurrence: { ...recurrence, range: { ...left, startDate: day } } };
}

const PROGRESS = ['task:CompleteDate', 'task:ActualWork'] as const;

/** Puts a recurring task on its next occurrence, not started; false when there is none. */
export function advanceTask(item: DetachedItem, completed: Date): boolean {
	const recurrence = taskRecurrenceOf(item);
	const next = recurrence && nextOf(item, recurrence, dayOf(completed.getTime()));
	if (!next) return false;
	const [start, due] = [dayOfProperty(item, 'task:StartDate'), dayOfProperty(item, 'task:DueDate')];
	const length = start !== undefined && due !== undefined ? Math.max(0, due - start) : 0;
	for (const path of PROGRESS) delete item.properties[path];
	item.properties['task:Recurrence'] = next.recurrence;
	item.properties['task:StartDate'] = new Date(next.day * MILLISECONDS_PER_DAY);
	item.properties['task:DueDate'] = new Date((next.day + length) * MILLISECONDS_PER_DAY);
	item.properties['task:Status'] = 'NotStarted';
	item.properties['task:PercentComplete'] = 0;
	mirrorTask(item);
	return true;
}

/** The completed occurrence as a task of its own, which the series knows nothing of any more (PidLidTaskDeadOccurrence). */
function detachedCopy(item: DetachedItem): DetachedItem {
	const properties: Record<string, PropertyValue> = { ...item.properties, 'item:ReminderIsSet': false };
	delete properties['task:Recurrence'];
	const copy: DetachedItem = {
		kind: 'Task',
		properties,
		extended: { ...item.extended, [DEAD_OCCURRENCE_KEY]: { type: 'Boolean', value: 'true' } },
		...(item.body ? { body: { ...item.body } } : {}),
		attachments: [],
		draft: false,
	};
	mirrorTask(copy);
	return copy;
}

/**
 * After a recurring task was completed: a detached completed copy stays behind and the task goes on to its next occurrence. After the last
 * occurrence the task simply is complete. The caller stores the task.
 */
export function completeOccurrence(mailbox: Mailbox, item: Item): void {
	const completed = instantOf(item, 'task:CompleteDate');
	if (!completed || !taskRecurrenceOf(item)) return;
	const copy = detachedCopy(item);
	if (advanceTask(item, completed)) mailbox.add(copy, mailbox.folderOf(item));
}
