import type { INodeProperties } from 'n8n-workflow';

import type { RecordKind } from '../../src/records/common-fields';
import { authenticationParameter, smimeParameter } from '../shared/parameters/connector-credentials';
import { bodyOption } from '../shared/parameters/field-options';
import { folderLocator } from '../shared/parameters/folder-parameter';
import { FOLDER_SEARCH } from './watched-folders';

function foldersParameter(kind: RecordKind, words: { displayName: string; name: string; description: string }): INodeProperties {
	return {
		...words,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Folder' },
		placeholder: 'Add Folder',
		default: {},
		displayOptions: { show: { kinds: [kind] } },
		options: [
			{
				displayName: 'Folder',
				name: 'folders',
				values: [folderLocator(FOLDER_SEARCH[kind], { displayName: 'Folder', name: 'folder', description: 'Folder to watch' })],
			},
		],
	};
}

export const includeSubfoldersParameter: INodeProperties = {
	displayName: 'Include Subfolders',
	name: 'includeSubfolders',
	type: 'boolean',
	default: false,
	description: 'Whether to watch the folders below the watched ones too',
};

export const eventsParameter: INodeProperties = {
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	required: true,
	options: [
		{ name: 'Item Created', value: 'created', description: 'A new item, or one that was moved here' },
		{ name: 'Item Deleted', value: 'deleted', description: 'An item that was deleted or moved away' },
		{ name: 'Item Updated', value: 'updated', description: 'An item that was changed' },
		{ name: 'Read State Changed', value: 'readState', description: 'An email was marked as read or unread' },
	],
	default: ['created', 'updated', 'readState', 'deleted'],
	description: 'What to hand over. A two-way sync needs all of them.',
};

export const firstRunParameter: INodeProperties = {
	displayName: 'Begin With',
	name: 'firstRun',
	type: 'options',
	options: [
		{ name: 'Everything', value: 'beginning', description: 'Everything that is in the folders, then what changes' },
		{ name: 'Everything Since a Date', value: 'date', description: 'What was received or changed since a date, then what changes' },
		{ name: 'From Now On', value: 'now', description: 'Only what changes after the workflow has been published' },
	],
	default: 'now',
	description: 'Where the very first poll begins. A large backlog is handed over in slices.',
};

/** Since when a first run tells what is there. */
export const firstRunDateParameter: INodeProperties = {
	displayName: 'Date',
	name: 'firstRunDate',
	type: 'dateTime',
	default: '',
	required: true,
	displayOptions: { show: { firstRun: ['date'] } },
	description: 'Date to begin with',
};

export const bodyParameter: INodeProperties = {
	...bodyOption({ displayName: 'Email Body', description: 'Which form of the body of emails to read. Appointments and tasks always come as plain text.' }),
	displayOptions: { show: { kinds: ['email'] } },
};

export const downloadAttachmentsParameter: INodeProperties = {
	displayName: 'Download Attachments',
	name: 'downloadAttachments',
	type: 'boolean',
	default: false,
	displayOptions: { show: { kinds: ['email'] } },
	description: 'Whether to hand over the attachments of emails as binary data; the record\'s attachments name the binary field of each',
};

/** Options of the trigger. */
export const triggerOptions: INodeProperties[] = [
	{
		displayName: 'Clear Exclusions of Series',
		name: 'clearExclusions',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026-03-02',
		description: 'Series that a rule has excluded are watched again once, whenever this text is changed. Enter today\'s date, for instance.',
	},
	{
		displayName: 'Continue on Error',
		name: 'continueOnError',
		type: 'boolean',
		default: true,
		description: 'Whether a fault concerns its item alone. Switched off, an unexpected fault pauses everything that uses this credential for five minutes.',
	},
	{
		displayName: 'Include Private Items',
		name: 'includePrivate',
		type: 'boolean',
		default: true,
		description: 'Whether items with the sensitivity "private" are handed over too',
	},
	{
		displayName: 'Max Attachment Size (MB)',
		name: 'maxAttachmentMegabytes',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 150,
		description: 'Larger attachments come with their name and size, but without their content, and are reported as left out',
	},
	{
		displayName: 'Max Deletes per Poll',
		name: 'maxDeletesPerPoll',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 500,
		description: 'More deletes than this at once in one folder stop that folder and are reported, instead of emptying the other system. 0 for no limit.',
	},
	{
		displayName: 'Max Events per Poll',
		name: 'maxEvents',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10000 },
		default: 500,
		description: 'About how many events one execution gets at most; the next poll goes on with the rest',
	},
	{
		displayName: 'Read Attempts',
		name: 'importAttempts',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10 },
		default: 3,
		description: 'How many polls try an item that cannot be read before it is reported as failed and left (1 to 10)',
	},
	{
		displayName: 'Read Folders Again',
		name: 'resetFolders',
		type: 'string',
		default: '',
		placeholder: 'e.g. Inbox, Inbox/Projects@1',
		description: 'Folders (path as the mailbox shows it, or ID, separated by commas) to be read again from the beginning, once for each new text behind the @',
	},
	{
		displayName: 'Strip Meeting Metadata',
		name: 'stripMeetingMetadata',
		type: 'boolean',
		default: false,
		description: 'Whether to take the block "When: … Where: …" off the text of a meeting',
	},
];

/** Parameters of the trigger. */
export const triggerParameters: INodeProperties[] = [
	authenticationParameter,
	{
		displayName: 'Watch',
		name: 'kinds',
		type: 'multiOptions',
		noDataExpression: true,
		required: true,
		options: [
			{ name: 'Appointments', value: 'appointment' },
			{ name: 'Emails', value: 'email' },
			{ name: 'Tasks', value: 'task' },
		],
		default: ['email'],
		description: 'What to watch',
	},
	{
		displayName: 'Accounts',
		name: 'accountChoice',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'All of the Credential', value: 'all' },
			{ name: 'Selected', value: 'selected' },
		],
		default: 'all',
		description: 'Whose mailboxes to watch',
	},
	{
		displayName: 'Account Names or IDs',
		name: 'selectedAccounts',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getAccounts' },
		default: [],
		displayOptions: { show: { accountChoice: ['selected'] } },
		description:
			'Accounts whose mailboxes to watch. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	foldersParameter('email', {
		displayName: 'Email Folders',
		name: 'emailFolders',
		description: 'Mail folders to watch. Without any, Inbox and Sent Items.',
	}),
	foldersParameter('appointment', {
		displayName: 'Calendars',
		name: 'appointmentFolders',
		description: 'Calendars to watch. Without any, the Calendar of the mailbox.',
	}),
	foldersParameter('task', {
		displayName: 'Task Folders',
		name: 'taskFolders',
		description: 'Task folders to watch. Without any, the Tasks of the mailbox.',
	}),
	includeSubfoldersParameter,
	eventsParameter,
	firstRunParameter,
	firstRunDateParameter,
	bodyParameter,
	downloadAttachmentsParameter,
	{ ...smimeParameter, displayOptions: { show: { kinds: ['email'] } } },
	{
		displayName: 'Output Excluded Items',
		name: 'includeExcluded',
		type: 'boolean',
		default: false,
		noDataExpression: true,
		description: 'Whether to have a second output with everything that a rule has left out or that failed, and a summary of the poll',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: triggerOptions,
	},
];

/** Outputs of the trigger: one, or two where excluded items have their own. */
export const TRIGGER_OUTPUTS =
	'={{ $parameter["includeExcluded"] ? [{ type: "main", displayName: "Changed" }, { type: "main", displayName: "Skipped" }] : ["main"] }}' as const;
