import type { Importance, MailAddress, RecordBase, Sensitivity } from './common-fields';

/** MS-OXOTASK PidLidTaskStatus, EWS `task:Status`. */
export type TaskStatus = 'notStarted' | 'inProgress' | 'completed' | 'waitingOnOthers' | 'deferred';

/** One task. Task series are not synced (rule `recurring-tasks-not-synced`); delegation never crosses (rule `delegation-not-synced`). */
export interface TaskRecord extends RecordBase {
	kind: 'task';
	/** Identity that survives moves: PidTagSearchKey as hex, else derived. */
	key: string;
	subject: string;
	/** Plain text (rule `plain-text-only`). */
	text: string;
	/** Plain date, `YYYY-MM-DD`. */
	startDate?: string;
	/** Plain date, `YYYY-MM-DD`. */
	dueDate?: string;
	status: TaskStatus;
	/** 0 to 100. */
	percentComplete: number;
	/** Plain date, `YYYY-MM-DD`; only with status `completed`. */
	completedDate?: string;
	importance: Importance;
	sensitivity: Sensitivity;
	/** RFC 3339 instant of the reminder; null: none. */
	reminderAt: string | null;
	/** Minutes. */
	totalWork?: number;
	/** Minutes. */
	actualWork?: number;
	/** Only into Sync: who is to do it; the task is written into that account's mailbox (rule `delegation-not-synced`). */
	assignee?: MailAddress;
	/** Only into Sync: a task of a series is not pushed. */
	recurring?: boolean;
}
