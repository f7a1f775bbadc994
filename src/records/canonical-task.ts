import { canonicalCategories, canonicalInstant, canonicalSubject, canonicalText } from './canonical-fields';
import type { CanonicalFields } from './canonical-value';
import type { TaskRecord } from './task';

/**
 * What of a task counts as its content: every synced field but the day of completion, which Exchange overwrites with the day it learns of it. Exchange
 * has no difference between no work and none entered.
 */
export function canonicalTask(task: TaskRecord): CanonicalFields {
	return {
		kind: task.kind,
		subject: canonicalSubject(task.subject),
		text: canonicalText(task.text),
		startDate: task.startDate ?? null,
		dueDate: task.dueDate ?? null,
		status: task.status,
		percentComplete: Math.round(task.percentComplete),
		importance: task.importance,
		sensitivity: task.sensitivity,
		reminderAt: task.reminderAt === null ? null : canonicalInstant(task.reminderAt),
		categories: canonicalCategories(task.categories),
		totalWork: task.totalWork ?? 0,
		actualWork: task.actualWork ?? 0,
	};
}
