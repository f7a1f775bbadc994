import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { ConnectorSettings } from '../../src/connector/connector-settings';
import type { FirstRun, PullEventType, PullOptions } from '../../src/sync/pull/pull-types';
import { enteredChoice, enteredInstant, EnteredOptions, isSwitchedOn, namesOf } from '../shared/parameters/entered-options';
import { isQueueMode } from './batch-end';
import { isCopy } from './poll-guard';
import { DEFAULT_BUDGET_MS, grantedMs, type PollTime } from './poll-time';
import { bodyParameter, downloadAttachmentsParameter, eventsParameter, firstRunDateParameter, firstRunParameter, includeSubfoldersParameter, triggerOptions } from './trigger-parameters';
import { watchedFolders } from './watched-folders';

const EVENTS: readonly PullEventType[] = ['created', 'updated', 'readState', 'deleted'];

/** Tells this process from the one before a restart: after it, the last batch is handed over again where n8n may have lost it. */
const PROCESS_TOKEN = randomUUID();

/** How the trigger is set to pull. */
export async function pullOptions(functions: IPollFunctions, settings: ConnectorSettings, staticData: IDataObject, { lastPageMs }: PollTime): Promise<PullOptions> {
	const options = new EnteredOptions(triggerOptions, functions.getNodeParameter('options', {}));
	const accounts = chosenAccounts(functions);
	const resetFolders = foldersToReset(functions, options.text('resetFolders'));
	const clearExclusions = options.text('clearExclusions');
	return {
		...(accounts === undefined ? {} : { accounts }),
		watches: watchedFolders(functions, isOn(functions, includeSubfoldersParameter)),
		events: chosenEvents(functions),
		firstRun: await firstRun(functions, settings.timeZone),
		body: enteredChoice(bodyParameter, functions.getNodeParameter('body', 'both'), ['text', 'html', 'both']) ?? 'both',
		withAttachments: isOn(functions, downloadAttachmentsParameter),
		maxAttachmentBytes: (options.number('maxAttachmentMegabytes', 1, 2047) ?? 150) * 1024 * 1024,
		includePrivate: options.isOn('includePrivate') ?? true,
		stripMeetingMetadata: options.isOn('stripMeetingMetadata') ?? false,
		timeZone: settings.timeZone,
		importAttempts: options.number('importAttempts', 1, 10) ?? 3,
		continueOnError: options.isOn('continueOnError') ?? true,
		maxDeletesPerPoll: options.number('maxDeletesPerPoll', 0, Number.MAX_SAFE_INTEGER) ?? 500,
		budgetMs: lastPageMs,
		maxEvents: options.number('maxEvents', 1, 10_000) ?? 500,
		...(clearExclusions === undefined ? {} : { clearExclusions }),
		...(resetFolders === undefined ? {} : { resetFolders }),
		settleMs: SETTLE_MS,
		// In queue mode a batch may be lost after its execution was stored; the cursor then names it until that execution has ended.
		// As long as nothing is known of queue mode, a worker may have had the batch that a restarted n8n knows nothing of.
		durableCursor: hasDurableCursor(functions, staticData) && isQueueMode(staticData) === false,
		processToken: PROCESS_TOKEN,
		now: Date.now,
	};
}

/** A worker may be busy with the rest of its batch between writing an item and noting what Exchange made of it. */
const SETTLE_MS = 30_000;

/**
 * Whether n8n stores cursor and execution in one transaction. It does not say so; seen in 2.41: its durable poll scheduler grants another budget
 * than the default, and hands out the cursor as a copy. A copy alone is handed out too after the durable cursors were switched off again.
 */
export function hasDurableCursor(functions: IPollFunctions, staticData: IDataObject): boolean {
	return grantedMs(functions) !== DEFAULT_BUDGET_MS && isCopy(staticData);
}

function isOn(functions: IPollFunctions, field: INodeProperties): boolean {
	return isSwitchedOn(field, functions.getNodeParameter(field.name, field.default));
}

function chosenAccounts(functions: IPollFunctions): string[] | undefined {
	if (functions.getNodeParameter('accountChoice', 'all') !== 'selected') return undefined;
	const accounts = namesOf(functions.getNodeParameter('selectedAccounts', []));
	// An empty choice must not turn into all mailboxes.
	if (accounts.length === 0) throw new NodeOperationError(functions.getNode(), 'No account is chosen: choose one, or watch all accounts of the credential');
	return accounts;
}

function chosenEvents(functions: IPollFunctions): PullEventType[] {
	const chosen = namesOf(functions.getNodeParameter('events', [...EVENTS])).map((event) => enteredChoice(eventsParameter, event, EVENTS));
	const events = EVENTS.filter((event) => chosen.includes(event));
	if (events.length === 0) throw new NodeOperationError(functions.getNode(), 'No event is chosen: choose at least one under "Events"');
	return events;
}

async function firstRun(functions: IPollFunctions, timeZone: string): Promise<FirstRun> {
	switch (enteredChoice(firstRunParameter, functions.getNodeParameter('firstRun', 'now'), ['beginning', 'date', 'now'])) {
		case 'beginning':
			return { from: 'beginning' };
		case 'date': {
			const date = await enteredInstant(firstRunDateParameter, functions.getNodeParameter('firstRunDate', ''), timeZone);
			if (date === undefined) throw new NodeOperationError(functions.getNode(), 'The field "Date" is empty: enter the date to begin with');
			return { from: 'date', date };
		}
		default:
			return { from: 'now' };
	}
}

/** `Inbox, Inbox/Projects@1`: folders, and behind the last @ a text that is new whenever they are to be read again. */
function foldersToReset(functions: IPollFunctions, text: string | undefined): { token: string; folders: string[] } | undefined {
	if (text === undefined) return undefined;
	const at = text.lastIndexOf('@');
	const folders = namesOf(text.slice(0, Math.max(0, at)));
	const token = text.slice(at + 1).trim();
	if (at < 0 || folders.length === 0 || token === '') {
		throw new NodeOperationError(functions.getNode(), `The field "Read Folders Again" is ${JSON.stringify(text)}, but must be folders, an @ and a text that is new each time, such as Inbox, Inbox/Projects@1`);
	}
	return { token, folders };
}
