import type { ILoadOptionsFunctions, INodePropertyOptions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';

type FieldType = NonNullable<ResourceMapperField['type']>;

interface FieldChoice {
	id: string;
	name: string;
	type?: FieldType;
	options?: INodePropertyOptions[];
	/** Shown at once; the others are added by hand. */
	usual?: true;
}

const IMPORTANCE = choices({ low: 'Low', normal: 'Normal', high: 'High' });
const SENSITIVITY = choices({ normal: 'Normal', personal: 'Personal', private: 'Private', confidential: 'Confidential' });

/** What identifies a record, besides the external id, which is a parameter of its own. */
const IDENTITY: FieldChoice[] = [
	{ id: 'exchangeId', name: 'Exchange ID (Where Known)' },
	{ id: 'changeKey', name: 'Change Key of the Last Pull' },
	{ id: 'modifiedAt', name: 'Last Changed in the Other System' },
];

const FIELDS: Record<RecordKind, FieldChoice[]> = {
	email: [
		{ id: 'subject', name: 'Subject', usual: true },
		{ id: 'from', name: 'From', usual: true },
		{ id: 'to', name: 'To', usual: true },
		{ id: 'cc', name: 'Cc', usual: true },
		{ id: 'text', name: 'Text', usual: true },
		{ id: 'html', name: 'HTML', usual: true },
		{ id: 'sentAt', name: 'Sent At', usual: true },
		{ id: 'receivedAt', name: 'Received At', usual: true },
		{ id: 'isRead', name: 'Is Read', type: 'boolean', usual: true },
		{ id: 'key', name: 'Message-ID' },
		{ id: 'bcc', name: 'Bcc' },
		{ id: 'replyTo', name: 'Reply To' },
		{ id: 'sender', name: 'Sender (Where Not From)' },
		{ id: 'categories', name: 'Categories', type: 'array' },
		{ id: 'importance', name: 'Importance', type: 'options', options: IMPORTANCE },
		{ id: 'sensitivity', name: 'Sensitivity', type: 'options', options: SENSITIVITY },
		{ id: 'flag', name: 'Flag', type: 'object' },
		{ id: 'readReceipt', name: 'Read Receipt Requested', type: 'boolean' },
		{ id: 'attachments', name: 'Attachments (Names and Binary Fields)', type: 'array' },
		{ id: 'mime', name: 'Whole Message (MIME, Base64)' },
		{ id: 'archived', name: 'Is Archived', type: 'boolean' },
		{ id: 'isDraft', name: 'Is a Draft', type: 'boolean' },
	],
	appointment: [
		{ id: 'subject', name: 'Subject', usual: true },
		{ id: 'start', name: 'Start', usual: true },
		{ id: 'end', name: 'End', usual: true },
		{ id: 'allDay', name: 'All Day', type: 'boolean', usual: true },
		{ id: 'location', name: 'Location', usual: true },
		{ id: 'text', name: 'Text', usual: true },
		{ id: 'key', name: 'UID' },
		{ id: 'timeZone', name: 'Time Zone' },
		{
			id: 'busyStatus',
			name: 'Show As',
			type: 'options',
			options: choices({ free: 'Free', tentative: 'Tentative', busy: 'Busy', oof: 'Out of Office', workingElsewhere: 'Working Elsewhere' }),
		},
		{ id: 'reminderMinutes', name: 'Reminder (Minutes Before)', type: 'number' },
		{ id: 'categories', name: 'Categories', type: 'array' },
		{ id: 'importance', name: 'Importance', type: 'options', options: IMPORTANCE },
		{ id: 'sensitivity', name: 'Sensitivity', type: 'options', options: SENSITIVITY },
		{ id: 'recurrence', name: 'Recurrence (Rrule, Exceptions, Deleted)', type: 'object' },
		{ id: 'cancelled', name: 'Is Cancelled', type: 'boolean' },
		{ id: 'participants', name: 'Participants' },
		{ id: 'type', name: 'Type', type: 'options', options: choices({ appointment: 'Appointment', absence: 'Absence' }) },
	],
	task: [
		{ id: 'subject', name: 'Subject', usual: true },
		{ id: 'text', name: 'Text', usual: true },
		{ id: 'startDate', name: 'Start Date', usual: true },
		{ id: 'dueDate', name: 'Due Date', usual: true },
		{
			id: 'status',
			name: 'Status',
			type: 'options',
			usual: true,
			options: choices({ notStarted: 'Not Started', inProgress: 'In Progress', completed: 'Completed', waitingOnOthers: 'Waiting on Others', deferred: 'Deferred' }),
		},
		{ id: 'percentComplete', name: 'Percent Complete', type: 'number', usual: true },
		{ id: 'key', name: 'Key' },
		{ id: 'completedDate', name: 'Completed Date (Marks as Completed)' },
		{ id: 'importance', name: 'Importance', type: 'options', options: IMPORTANCE },
		{ id: 'sensitivity', name: 'Sensitivity', type: 'options', options: SENSITIVITY },
		{ id: 'reminderAt', name: 'Reminder At' },
		{ id: 'categories', name: 'Categories', type: 'array' },
		{ id: 'totalWork', name: 'Total Work (Minutes)', type: 'number' },
		{ id: 'actualWork', name: 'Actual Work (Minutes)', type: 'number' },
		{ id: 'assignee', name: 'Assignee' },
		{ id: 'recurring', name: 'Is Part of a Series', type: 'boolean' },
	],
};

/**
 * Fields of a kind's record, for "Map Each Field". Dates and addresses are offered as text: n8n would turn a date into an instant in its own
 * zone, while a time without zone is to be read in the connector's (rule `time-zone`).
 */
export function recordFields(kind: RecordKind): ResourceMapperField[] {
	return [...FIELDS[kind], ...IDENTITY].map(({ id, name, type, options, usual }) => ({
		id,
		displayName: name,
		defaultMatch: false,
		canBeUsedToMatch: false,
		required: false,
		display: true,
		type: type ?? 'string',
		removed: usual !== true,
		...(options === undefined ? {} : { options }),
	}));
}

/** Method behind the resource mapper of a kind. */
export function recordFieldsMethod(kind: RecordKind) {
	return async function getRecordFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
		return { fields: recordFields(kind) };
	};
}

function choices(names: Record<string, string>): INodePropertyOptions[] {
	return Object.entries(names).map(([value, name]) => ({ name, value }));
}
