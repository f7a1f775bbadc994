import type { RecordKind } from '../../records/common-fields';
import type { ExchangeRecord } from '../../records/record';
import type { StoreAttachment, StoredAttachment } from '../attachments';
import type { MailboxFault } from '../fault';
import type { FolderReference } from '../mailbox';
import type { Outcome } from '../outcome';
import type { Cursor } from './cursor';
import type { HandedOverItem } from './handed-over';

/** What can happen to an item in Exchange. */
export type PullEventType = 'created' | 'updated' | 'readState' | 'deleted';

/** What one kind is watched in. */
export interface Watch {
	kind: RecordKind;
	folders: FolderReference[];
	includeSubfolders: boolean;
}

/** Where the first poll begins. */
export type FirstRun = { from: 'now' } | { from: 'beginning' } | { from: 'date'; date: string };

/** How a pull is done. */
export interface PullOptions {
	/** Accounts of the other system or mailboxes; none: all of the connector. */
	accounts?: string[];
	watches: Watch[];
	events: readonly PullEventType[];
	firstRun: FirstRun;
	body: 'text' | 'html' | 'both';
	/** Bytes of the attachments come with the events. */
	withAttachments: boolean;
	/** Attachments above this many bytes come without their bytes, with an outcome. */
	maxAttachmentBytes?: number;
	/** Takes the bytes of attachments, large ones as they arrive; without, they stand in the events. */
	storeAttachment?: StoreAttachment;
	/** Private items (`sensitivity: private`) are synced. */
	includePrivate: boolean;
	/** Rule `meeting-metadata`. */
	stripMeetingMetadata: boolean;
	/** IANA zone for values without one. */
	timeZone: string;
	/** Rule `import-attempts`: 1 to 10. */
	importAttempts: number;
	/** Rule `continue-on-error`. */
	continueOnError: boolean;
	/** More deletes than this in one poll of a folder stop that folder and ask; 0: no limit. */
	maxDeletesPerPoll: number;
	/** Milliseconds after which no new page is begun. */
	budgetMs: number;
	/** Milliseconds for which a change of an item that push has written may still be push's own work: until it is older, the item is left to a later poll. */
	settleMs?: number;
	/** At most about so many events are handed over by one pull. */
	maxEvents: number;
	/** Changes when the operator wants the exclusions of series lifted: any text that differs from the last one clears them once. */
	clearExclusions?: string;
	/** Folders (path or id) whose sync state is dropped once, when `token` differs from the last one. */
	resetFolders?: { token: string; folders: string[] };
	/** n8n commits cursor and execution in one transaction: the last batch is never handed over again after a restart. */
	durableCursor: boolean;
	/** Identifies this process; another one in the cursor means that the process was restarted since. */
	processToken: string;
	/** What earlier pulls of this process handed over and n8n lost: it is handed over once more. */
	lost?: readonly HandedOverItem[];
	/** The present, milliseconds since 1970: `Date.now`. */
	now: () => number;
	/** Gives up the poll: nothing new is begun. What is under way is the mailboxes' business, which are opened with the same signal. */
	signal?: AbortSignal;
}

/** Bytes that come with an event, named as `record.attachments[].binaryProperty` says: in `content`, or where {@link PullOptions.storeAttachment} took them. */
export interface PulledAttachment {
	binaryProperty: string;
	name: string;
	contentType: string;
	content?: Buffer;
	stored?: StoredAttachment;
}

/** What every event says besides its record. */
export interface PullEventEnvelope {
	event: PullEventType;
	kind: RecordKind;
	connector: string;
	account: string;
	mailbox: string;
	/** Path of the folder. */
	folder: string;
	folderId: string;
	exchangeId: string;
	changeKey?: string;
	/** The other system's id, where the item was written or adopted by push. */
	externalId?: string;
	/** Only with `deleted`: past the other system's bin (rule `series-deleted-permanently`). */
	permanent?: boolean;
	/** With `readState`: the new state. */
	isRead?: boolean;
	lastModifiedAt?: string;
}

/** One event: envelope, the record (absent for `deleted`), bytes (absent for `readState`, too). `readState` has its record because its change key says that the other system has seen the item as it is. */
export interface PullEvent {
	envelope: PullEventEnvelope;
	record?: ExchangeRecord;
	attachments: PulledAttachment[];
}

/** What one pull did, in figures. */
export interface PullSummary {
	seen: number;
	emitted: number;
	/** Our own writes, recognised and dropped. */
	echoes: number;
	/** Left out, by rule. */
	excluded: Partial<Record<string, number>>;
	failed: number;
	/** There is more: the next poll goes on. */
	moreToCome: boolean;
	/** Accounts that pause, and until when (RFC 3339). */
	pausedUntil: Record<string, string>;
}

/** What one pull hands over. The cursor counts as handed over with the events, and as confirmed by the next pull. */
export interface PullResult {
	events: PullEvent[];
	/** Items and accounts that were left out or failed, each once. */
	outcomes: Outcome[];
	summary: PullSummary;
	cursor: Cursor;
	/** Accounts whose part of the pull a fault has ended; what was pulled before it is handed over. */
	failedAccounts: Array<{ account: string; mailbox: string; fault: MailboxFault }>;
}
