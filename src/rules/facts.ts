/**
 * What rules need to know of an item in Exchange and a record does not carry. Facts are neutral: the mapping of a protocol fills them in.
 */

/** What an item in a mail folder is. */
export type EmailNature =
	| 'message'
	/** Meeting request, update, cancellation or response (`IPM.Schedule.Meeting.*`). */
	| 'meetingMessage'
	/** Traffic of delegated tasks (`IPM.TaskRequest*`). */
	| 'taskMessage'
	/** Delivery and read reports (`REPORT.*`). */
	| 'report'
	/** Contact or distribution list, found in a mail folder. */
	| 'contact'
	/** Anything else: a post, a note, a journal entry. */
	| 'other';

/** Facts of an item in a mail folder. */
export interface EmailFacts {
	kind: 'email';
	nature: EmailNature;
	/** Not sent yet. */
	isDraft: boolean;
	/** MAPI message class, e.g. `IPM.Note.SMIME`. */
	itemClass: string;
	/** For a meeting message: UID of the meeting it is about. */
	meetingUid?: string;
}

/** Facts of an item in a calendar. */
export interface AppointmentFacts {
	kind: 'appointment';
	/** It has an organizer and attendees. */
	isMeeting: boolean;
	/** This mailbox called the meeting. */
	isOrganizer: boolean;
	isSeries: boolean;
	/** Number of modified occurrences (deleted ones do not count). */
	exceptionCount: number;
	/** Fingerprint of recurrence and range (rule `series-pattern-changed`); empty for a single appointment. */
	pattern: string;
	/** Zone id as the server gave it, where it is none that is known and the record's zone is a guess. */
	unknownZone?: string;
}

/** Whose copy of a delegated task this is. */
export type TaskDelegation = 'none' | 'assignee' | 'assigner';

/** Facts of an item in a task folder. */
export interface TaskFacts {
	kind: 'task';
	delegation: TaskDelegation;
	isRecurring: boolean;
	/** Left behind by the completion of one occurrence of a series. */
	isDetachedOccurrence: boolean;
}

/** Which facts belong to which kind. */
export interface FactsByKind {
	email: EmailFacts;
	appointment: AppointmentFacts;
	task: TaskFacts;
}
