import type { RecordKind } from '../../records/common-fields';
import type { AttachmentContent } from '../../records/email';
import type { RecordOf } from '../../records/record';
import type { DeleteMode, FolderReference } from '../mailbox';

/** Who wins when both sides changed since the last sync. */
export type ConflictPolicy = 'exchangeWins' | 'otherSystemWins' | 'newerWins' | 'report';

/** Characters of an external id: all of it stands in the stamp. */
export const LONGEST_EXTERNAL_ID = 1_000;

/** One record to be written to Exchange. */
export interface PushItem<K extends RecordKind = RecordKind> {
	/** Account of the other system or mailbox; none: the connector's only one. */
	account?: string;
	/** The other system's id: the identity of the record for push. Required unless `exchangeId` is given. */
	externalId?: string;
	/** Where the item is known already. */
	exchangeId?: string;
	/** Version of the item when it was last pulled; lets a first push see whether Exchange changed since. */
	changeKey?: string;
	/** When the record was last changed in the other system, in any form that a record takes a time in; without an offset in {@link PushOptions.timeZone}. For `newerWins`; what is no time counts as not known. */
	modifiedAt?: unknown;
	/** The record as plain JSON, checked by the push. */
	record: Partial<RecordOf<K>> & { [field: string]: unknown };
	attachments: AttachmentContent[];
}

/** How records are written. */
export interface PushOptions {
	/** Where new items go; none: Inbox (mails that came in), Sent Items (mails from this mailbox), Calendar or Tasks. */
	folder?: FolderReference;
	/** A folder named by path is created when it is missing. */
	createFolder: boolean;
	conflictPolicy: ConflictPolicy;
	/** Series that are excluded (rules `series-pattern-changed`, `series-too-many-exceptions`) are synced again, with the pattern that they have; default false. */
	clearExclusions?: boolean;
	/** Private records are pushed. */
	includePrivate: boolean;
	/** IANA zone for values without one. */
	timeZone: string;
	/** Rule `export-attempts`: 1 to 10. */
	exportAttempts: number;
	/** Rule `continue-on-error`. */
	continueOnError: boolean;
	/** Rule `invitation-as-email`: participants who are accounts of this connector get a mail with invite.ics. */
	deliverInvitations: boolean;
	now: () => number;
	signal?: AbortSignal;
}

/** One item to be deleted in Exchange. */
export interface PushDelete {
	account?: string;
	externalId?: string;
	exchangeId?: string;
	/** As in {@link PushItem.changeKey}. */
	changeKey?: string;
}

/** How items are deleted. */
export interface PushDeleteOptions {
	mode: DeleteMode;
	/** Delete even if Exchange changed the item since the last sync; otherwise the change wins. */
	evenIfChanged: boolean;
	timeZone: string;
	signal?: AbortSignal;
}
