import type { EmailRecord } from '../records/email';
import type { TaskRecord } from '../records/task';
import type { EmailFacts, TaskFacts } from './facts';
import { leftOut, SYNCED, type Verdict } from './verdict';

/**
 * Rule `delegation-not-synced`, tasks: the assigner's copy only follows what the assignee does, so it is left out; the assignee's copy is the
 * task, and a normal one.
 */
export function delegatedTaskVerdict(record: TaskRecord, facts: TaskFacts): Verdict {
	return facts.delegation === 'assigner'
		? leftOut('delegation-not-synced', record, 'has been assigned to someone else, and only the assignee’s copy is synced; watch the assignee’s mailbox to have it')
		: SYNCED;
}

/** Rule `delegation-not-synced`, emails: task requests, acceptances and updates (`IPM.TaskRequest*`). */
export function taskMessageVerdict(record: EmailRecord, facts: EmailFacts): Verdict {
	return facts.nature === 'taskMessage'
		? leftOut('delegation-not-synced', record, 'is a message about a delegated task, and delegation is not synced; the task itself is synced from the Tasks of whoever takes it on')
		: SYNCED;
}

/** Rule `recurring-tasks-not-synced`, pull: the series itself, and the copy that Exchange leaves behind when one of its tasks is completed. */
export function recurringTaskPullVerdict(record: TaskRecord, facts: TaskFacts): Verdict {
	if (facts.isDetachedOccurrence) return leftOut('recurring-tasks-not-synced', record, 'is a completed task of a series, and task series are not synced; nothing needs to be done');
	return facts.isRecurring ? recurring(record) : SYNCED;
}

/** Rule `recurring-tasks-not-synced`, push. */
export function recurringTaskPushVerdict(record: TaskRecord): Verdict {
	return record.recurring === true ? recurring(record) : SYNCED;
}

function recurring(record: TaskRecord): Verdict {
	return leftOut('recurring-tasks-not-synced', record, 'is a task series, and task series are not synced; make a single task of it to have it synced');
}
