import type { RecordKind } from '../../records/common-fields';
import type { ExchangeRecord } from '../../records/record';
import { recordTitle } from '../../records/record-title';
import type { RuleId } from '../../rules/catalogue';
import type { SeriesExclusion } from '../../rules/series';
import type { AccountLink } from '../account-link';
import type { Mailbox } from '../mailbox';
import type { Outcome, OutcomeStatus } from '../outcome';
import type { AccountState, WatchedFolder } from './cursor';
import type { PullEvent, PullOptions, PullSummary } from './pull-types';

/** How much one pull may still do; shared by all its accounts. */
export interface PullRoom {
	/** Events that still fit. */
	events: number;
	/** Bytes of attachments that still fit into memory. */
	bytes: number;
	/** Bytes of attachments that may still go to a store. */
	storedBytes: number;
	/** Milliseconds since 1970 after which nothing new is begun. */
	deadline: number;
}

/** Who the connector is, as events, outcomes and stamps say it. */
export interface ConnectorIdentity {
	name: string;
	connectorId: string;
	/** All accounts that it has, whichever are pulled. */
	accounts: readonly AccountLink[];
}

/** The pull of one account before its mailbox is open. */
export interface AccountPullBase {
	readonly connector: ConnectorIdentity;
	readonly link: AccountLink;
	readonly options: PullOptions;
	readonly room: PullRoom;
	readonly summary: PullSummary;
	/** Changed in place, and kept however the account's part ends. */
	readonly state: AccountState;
	readonly events: PullEvent[];
	/** Held back to the end of the pull, so that a move shows as create and then delete. */
	readonly deletes: PullEvent[];
	readonly outcomes: Outcome[];
	/** Whether the server has given any item in this poll: then it is not out of order where it does not give others. */
	readonly witness: { itemsWereRead: boolean };
	/** Items that came up as our own new ones; with deletes beside them one may be an old one that was moved. */
	readonly newEchoes: Array<{ folder: WatchedFolder; id: string }>;
	/** Series that were excluded when they came up where they were moved to, by the mark of the place where they lay before (see own-places.ts). */
	readonly excludedAway: Map<string, SeriesExclusion>;
	/** Folders from which something may still be to come after this poll, by id. */
	readonly undrained: Map<string, RecordKind>;
}

/** The pull of one account while it runs: what it works with and what it has found. */
export interface AccountPull extends AccountPullBase {
	readonly mailbox: Mailbox;
}

/** Whether something new may be begun. */
export function hasRoom(pull: AccountPull): boolean {
	return pull.room.events > 0 && pull.room.bytes > 0 && pull.room.storedBytes > 0 && pull.options.now() < pull.room.deadline && pull.options.signal?.aborted !== true;
}

/** What an outcome says beyond what every outcome of the account says. */
export interface OutcomeDetails {
	outcome: OutcomeStatus;
	message: string;
	rule?: RuleId;
	kind?: RecordKind;
	exchangeId?: string;
	externalId?: string;
	code?: string;
	record?: ExchangeRecord;
	/** Where there is no record: what is known of the item. */
	subject?: string;
	date?: string;
}

/** Reports what became of an item, a folder or the account. */
export function report(pull: AccountPullBase, { record, ...details }: OutcomeDetails): void {
	pull.outcomes.push({ connector: pull.connector.name, account: pull.link.account, mailbox: pull.link.mailbox, ...details, ...(record && recordTitle(record)) });
	switch (details.outcome) {
		case 'failed':
			pull.summary.failed++;
			break;
		case 'skipped':
			countExclusion(pull, details.rule ?? 'unnamed');
			break;
		default:
			break;
	}
}

/** Where an event comes from, as its envelope says it. */
export function originOf({ connector, link }: AccountPullBase, { kind, path, id }: WatchedFolder): EventOrigin {
	return { kind, connector: connector.name, account: link.account, mailbox: link.mailbox, folder: path, folderId: id };
}

type EventOrigin = Pick<PullEvent['envelope'], 'kind' | 'connector' | 'account' | 'mailbox' | 'folder' | 'folderId'>;

/** Counts an item that a rule leaves out, also where it has been reported before. */
export function countExclusion(pull: AccountPullBase, rule: string): void {
	pull.summary.excluded[rule] = (pull.summary.excluded[rule] ?? 0) + 1;
}
