import type { INodeProperties } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';
import type { Outcome } from '../../../src/sync/outcome';
import type { ConflictPolicy, PushItem, PushOptions } from '../../../src/sync/push/push-types';
import { accountParameter } from '../parameters/account-parameter';
import { EnteredOptions } from '../parameters/entered-options';
import { folderLocator, folderReference } from '../parameters/folder-parameter';
import { separateOutputsParameter } from '../parameters/item-parameters';
import { attachmentContents, attachmentsParameter } from './binary-attachments';
import type { Operation, OperationCall } from './operation';
import { outcomeAnswers, unreadableOutcome } from './outcome-answer';
import { pushItemOf, recordInputParameters } from './record-input';

const CONFLICT_POLICIES: readonly ConflictPolicy[] = ['exchangeWins', 'otherSystemWins', 'newerWins', 'report'];

/** Sync: writes the input items' records into Exchange, all of them in one push. */
export function syncOperation(kind: RecordKind, words: { one: string; article: string; many: string }): Operation {
	return {
		value: 'sync',
		name: 'Sync',
		action: `Sync ${words.article} ${words.one}`,
		description: `Create or update ${words.many} from another system in Exchange, under the rules of the sync. Nothing is sent to anybody.`,
		properties: [
			accountParameter,
			...recordInputParameters,
			...(kind === 'email' ? [attachmentsParameter('Leave empty to take the binary fields that the record\'s own attachments point to (binaryProperty)')] : []),
			folderLocator('searchFolders', {
				displayName: 'Folder',
				name: 'folder',
				placeholder: 'Default folder',
				description: DEFAULT_FOLDER[kind],
			}),
			separateOutputsParameter,
			{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {}, options: syncOptions(kind) },
		],
		answersWhenInactive: true,
		async run(call) {
			const items: PushItem[] = [];
			const positions: number[] = [];
			const outcomes: Outcome[][] = Array.from({ length: call.itemCount }, () => []);
			for (let item = 0; item < call.itemCount; item++) {
				try {
					const input = pushItemOf(call, item);
					const attachments = kind === 'email' ? await attachmentContents(call.functions, item, input.record['attachments']) : [];
					items.push({ ...input, attachments });
					positions.push(item);
				} catch (error) {
					outcomes[item] = [unreadableOutcome(call, kind, error)];
				}
			}
			// Called once for all items: 1,000 records share requests.
			const pushed = items.length === 0 ? [] : await call.connector.push(kind, items as Array<PushItem<RecordKind>>, pushOptions(call, kind));
			for (const [index, item] of positions.entries()) outcomes[item] = pushed[index] ?? [];
			return outcomeAnswers(call, outcomes, call.functions.getNodeParameter('separateOutputs', 0, false) === true);
		},
	};
}

const DEFAULT_FOLDER: Record<RecordKind, string> = {
	email: 'Where new emails go. Leave empty for Sent Items (emails from the mailbox itself) or Inbox (all others).',
	appointment: 'Where new appointments go. Leave empty for the Calendar of the mailbox.',
	task: 'Where new tasks go. Leave empty for the Tasks of the mailbox.',
};

function syncOptions(kind: RecordKind): INodeProperties[] {
	return [
		...(kind === 'appointment' ? [clearExclusions] : []),
		{
			displayName: 'Continue on Error',
			name: 'continueOnError',
			type: 'boolean',
			default: true,
			description: 'Whether a fault concerns its item alone. Switched off, an unexpected fault pauses everything that uses this credential for five minutes.',
		},
		{
			displayName: 'Create Missing Folder',
			name: 'createFolder',
			type: 'boolean',
			default: false,
			description: 'Whether to create a folder that is given by path and does not exist yet',
		},
		...(kind === 'appointment' ? [deliverInvitations] : []),
		{
			displayName: 'Include Private Items',
			name: 'includePrivate',
			type: 'boolean',
			default: true,
			description: 'Whether records with the sensitivity "private" are written too',
		},
		{
			displayName: 'On Conflict',
			name: 'conflictPolicy',
			type: 'options',
			options: [
				{ name: 'Exchange Wins', value: 'exchangeWins', description: 'Leave the item in Exchange as it is' },
				{ name: 'Newer Wins', value: 'newerWins', description: 'Compare the field "modifiedAt" with the last change in Exchange' },
				{ name: 'Other System Wins', value: 'otherSystemWins', description: 'Overwrite the item in Exchange' },
				{ name: 'Report', value: 'report', description: 'Write nothing and hand out both versions as a conflict' },
			],
			default: 'exchangeWins',
			description: 'What to do when both sides have changed since the last sync',
		},
		{
			displayName: 'Write Attempts',
			name: 'exportAttempts',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 10 },
			default: 3,
			description: 'How often an item that cannot be written is tried before it is reported as failed (1 to 10)',
		},
	];
}

const clearExclusions: INodeProperties = {
	displayName: 'Clear Exclusions of Series',
	name: 'clearExclusions',
	type: 'boolean',
	default: false,
	description: 'Whether to sync series again that were excluded because their recurrence pattern was changed in Exchange, or because they had more than 20 exceptions there. Meant for one run: as long as it is on, a changed pattern excludes no series.',
};

const deliverInvitations: INodeProperties = {
	displayName: 'Deliver Invitations',
	name: 'deliverInvitations',
	type: 'boolean',
	default: false,
	description: 'Whether participants who are accounts of the credential get the invitation as an ordinary email with invite.ics, which cannot be accepted or declined',
};

/** @throws SettingsError */
function pushOptions(call: OperationCall, kind: RecordKind): PushOptions {
	const options = new EnteredOptions(syncOptions(kind), call.functions.getNodeParameter('options', 0, {}));
	const folder = folderReference(call.functions.getNodeParameter('folder', 0, ''));
	const signal = call.functions.getExecutionCancelSignal();
	return {
		...(folder === undefined ? {} : { folder }),
		clearExclusions: options.isOn('clearExclusions') ?? false,
		createFolder: options.isOn('createFolder') ?? false,
		conflictPolicy: options.choice('conflictPolicy', CONFLICT_POLICIES) ?? 'exchangeWins',
		includePrivate: options.isOn('includePrivate') ?? true,
		timeZone: call.connector.settings.timeZone,
		exportAttempts: options.number('exportAttempts', 1, 10) ?? 3,
		continueOnError: options.isOn('continueOnError') ?? true,
		deliverInvitations: options.isOn('deliverInvitations') ?? false,
		now: Date.now,
		...(signal === undefined ? {} : { signal }),
	};
}
