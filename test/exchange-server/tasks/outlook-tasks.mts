import type { Folder } from '../store/folder.mts';
import { emptyItem, textOf, type Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { MailboxOwner } from '../store/mailbox-owner.mts';
import { dayFrom, MILLISECONDS_PER_DAY } from '../calendar/civil-date.mts';
import { checkRecurrence, rangeFrom, type RangePlan, type RecurrencePattern } from '../calendar/recurrence-pattern.mts';
import { fillInTask } from './task-defaults.mts';
import { completeOccurrence } from './task-series.mts';
import type { TaskStatus } from './task-properties.mts';
import { settleTask, TASK_MODE_KEY, TASK_STATE, TASK_STATE_KEY } from './task-settling.mts';

export interface TaskEdit {
	subject?: string;
	text?: string;
	/** `YYYY-MM-DD`; null: none. */
	startDate?: string | null;
	dueDate?: string | null;
	status?: TaskStatus;
	percentComplete?: number;
	importance?: 'Low' | 'Normal' | 'High';
	sensitivity?: 'Normal' | 'Personal' | 'Private' | 'Confidential';
	categories?: string[];
	/** RFC 3339 instant; null: none. */
	reminderAt?: string | null;
	/** Minutes. */
	totalWork?: number;
	actualWork?: number;
}

export interface NewTask extends TaskEdit {
	subject: string;
	/** A recurring task; starts at `startDate`. */
	series?: RangePlan & { pattern: RecurrencePattern };
	folder?: Folder;
}

/** How a delegated task looks in a mailbox (MS-OXOTASK 2.2.2.2.10 and EWS's DelegationState, whose names on the wire are shifted). */
export interface Delegation {
	/** Whose copy it is. */
	copy: 'assignee' | 'assigner' | 'assignerRejected';
	/** The other person: the delegator for an assignee's copy, the new owner for an assigner's. */
	other: string;
	answer: 'pending' | 'accepted' | 'declined';
}

/** DelegationState: OwnNew means unknown, Owned accepted, Accepted declined. */
const WIRE_STATES = { pending: 'OwnNew', accepted: 'Owned', declined: 'Accepted' } as const;
/** PidLidTaskMode, EWS IsAssignmentEditable. */
const MODES = { pending: 1, accepted: 2, declined: 3 } as const;
const STATES = { assignee: TASK_STATE.assigneesCopy, assigner: TASK_STATE.assignersCopy, assignerRejected: TASK_STATE.assignersCopyRejected } as const;

/** What a person does with tasks in Outlook, as calls. */
export class OutlookTasks extends MailboxOwner {
	create(task: NewTask): Item {
		const item = emptyItem('Task', 'IPM.Task') as Item;
		fillInTask(item, this.mailbox);
		item.properties['item:DateTimeReceived'] = item.properties['item:DateTimeSent'] = this.exchange.clock.now();
		const changed = this.write(item, task);
		if (task.series) {
			const startDate = dayFrom(task.startDate ?? task.dueDate ?? this.exchange.clock.now().toISOString().slice(0, 10));
			const { pattern } = task.series;
			const range = rangeFrom(startDate, task.series);
			checkRecurrence({ pattern, range });
			item.properties['task:Recurrence'] = { structure: 'taskRecurrence', pattern, range };
			changed.push('task:Recurrence');
		}
		settleTask(item, changed, this.exchange.clock.now());
		return this.mailbox.add(item, task.folder ?? this.mailbox.folderNamed('tasks'));
	}

	edit(which: string | Item, edit: TaskEdit): Item {
		const item = this.item(which);
		const changed = this.write(item, edit);
		settleTask(item, changed, this.exchange.clock.now());
		const count = item.properties['task:ChangeCount'];
		item.properties['task:ChangeCount'] = (typeof count === 'number' ? count : 1) + 1;
		if (item.properties['task:Status'] === 'Completed') completeOccurrence(this.mailbox, item);
		this.mailbox.touch(item);
		return item;
	}

	/** Marks it complete; a recurring task leaves a detached copy behind and goes on. */
	complete(item: string | Item): Item {
		return this.edit(item, { status: 'Completed' });
	}

	/** Makes a stored task recurring. */
	makeRecurring(which: string | Item, pattern: RecurrencePattern, startDate: string): Item {
		const item = this.item(which);
		item.properties['task:Recurrence'] = { structure: 'taskRecurrence', pattern, range: { kind: 'NoEnd', startDate: dayFrom(startDate) } };
		settleTask(item, ['task:Recurrence'], this.exchange.clock.now());
		this.mailbox.touch(item);
		return item;
	}

	/** Makes a task one side of a delegation, as it lies in this mailbox. */
	delegate(which: string | Item, { copy, other, answer }: Delegation): Item {
		const item = this.item(which);
		const person = this.exchange.mailboxOf(other)?.name ?? other;
		const isAssignee = copy === 'assignee';
		Object.assign(item.properties, {
			'task:DelegationState': WIRE_STATES[answer],
			'task:IsAssignmentEditable': MODES[answer],
			'task:AssignedTime': this.exchange.clock.now(),
			'task:Owner': isAssignee ? this.mailbox.name : person,
			'task:Delegator': isAssignee ? person : this.mailbox.name,
		});
		item.extended[TASK_STATE_KEY] = { type: 'Integer', value: String(STATES[copy]) };
		item.extended[TASK_MODE_KEY] = { type: 'Integer', value: String(MODES[answer]) };
		settleTask(item, [], this.exchange.clock.now());
		this.mailbox.touch(item);
		return item;
	}

	/**
	 * Delegates a task as Outlook does: the assigner keeps a copy, the assignee gets one, and the protocol's message lies in the assignee's Inbox.
	 * Answers with the assignee's copy.
	 */
	assign(which: string | Item, assignee: OutlookTasks): Item {
		const item = this.item(which);
		const subject = textOf(item, 'item:Subject') ?? '';
		const theirs = assignee.create({ subject, ...(item.body ? { text: item.body.content } : {}) });
		for (const path of ['task:StartDate', 'task:DueDate', 'item:Importance', 'item:Sensitivity']) {
			const value = item.properties[path];
			if (value !== undefined) theirs.properties[path] = value;
		}
		assignee.delegate(theirs, { copy: 'assignee', other: this.mailbox.address, answer: 'pending' });
		this.delegate(item, { copy: 'assigner', other: assignee.mailbox.address, answer: 'pending' });
		assignee.receiveTaskMessage('IPM.TaskRequest', `Task Request: ${subject}`, this.mailbox);
		return theirs;
	}

	/** Puts a message of the delegation protocol into the Inbox: `IPM.TaskRequest`, `.Accept`, `.Decline`, `.Update`. */
	receiveTaskMessage(itemClass: 'IPM.TaskRequest' | 'IPM.TaskRequest.Accept' | 'IPM.TaskRequest.Decline' | 'IPM.TaskRequest.Update', subject: string, from: Mailbox): Item {
		const message = emptyItem('Message', itemClass);
		const now = this.exchange.clock.now();
		Object.assign(message.properties, {
			'item:Subject': subject,
			'item:DateTimeSent': now,
			'item:DateTimeReceived': now,
			'message:IsRead': false,
			'message:From': this.exchange.addressOf(from),
			'message:Sender': this.exchange.addressOf(from),
			'message:ToRecipients': [this.exchange.addressOf(this.mailbox)],
		});
		return this.mailbox.add(message, this.mailbox.folderNamed('inbox'));
	}

	/** Into Deleted Items; answers with the item there. */
	delete(which: string | Item): Item {
		return this.mailbox.move(this.item(which), this.mailbox.folderNamed('deleteditems'), { keepChangeKey: true });
	}

	/** Out of Deleted Items, back to where it was; answers with the item there, which has a new id. */
	restore(which: string | Item): Item {
		const deleted = this.item(which);
		const origin = deleted.deletedFrom === undefined ? undefined : this.mailbox.folder(deleted.deletedFrom);
		return this.mailbox.move(deleted, origin ?? this.mailbox.folderNamed('tasks'));
	}

	deletePermanently(which: string | Item): void {
		this.mailbox.remove(this.item(which));
	}

	find(subject: string, folder: Folder = this.mailbox.folderNamed('tasks')): Item[] {
		return [...folder.items.values()].filter((item) => textOf(item, 'item:Subject') === subject);
	}

	private write(item: Item, edit: TaskEdit): string[] {
		const changed: string[] = [];
		const put = (path: string, value: string | number | string[] | boolean | Date | null | undefined): void => {
			if (value === undefined) return;
			changed.push(path);
			if (value === null) delete item.properties[path];
			else item.properties[path] = value;
		};
		const date = (text: string | null | undefined): Date | null | undefined => (typeof text === 'string' ? new Date(dayFrom(text) * MILLISECONDS_PER_DAY) : text);
		put('item:Subject', edit.subject);
		put('item:Importance', edit.importance);
		put('item:Sensitivity', edit.sensitivity);
		put('item:Categories', edit.categories);
		put('task:StartDate', date(edit.startDate));
		put('task:DueDate', date(edit.dueDate));
		put('task:Status', edit.status);
		put('task:PercentComplete', edit.percentComplete);
		put('task:TotalWork', edit.totalWork);
		put('task:ActualWork', edit.actualWork);
		if (edit.text !== undefined) item.body = { type: 'Text', content: edit.text };
		if (edit.reminderAt === null) put('item:ReminderIsSet', false);
		else if (edit.reminderAt !== undefined) {
			put('item:ReminderIsSet', true);
			put('item:ReminderDueBy', new Date(edit.reminderAt));
		}
		return changed;
	}
}
