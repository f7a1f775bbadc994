import type { RecordKind } from '../records/common-fields';
import type { Mailbox, Outbox } from '../sync/mailbox';
import type { Outcome } from '../sync/outcome';
import type { Cursor } from '../sync/pull/cursor';
import type { PullOptions, PullResult } from '../sync/pull/pull-types';
import type { PushDelete, PushDeleteOptions, PushItem, PushOptions } from '../sync/push/push-types';
import type { AccountLink } from '../sync/account-link';
import type { ConnectorSettings } from './connector-settings';
import type { Diagnosis } from './diagnosis';

/**
 * The connector: everything the nodes can do, without n8n. Opened by {@link openConnector}.
 */
export interface Connector {
	readonly settings: ConnectorSettings;
	/** All accounts; for a connector without a list its one mailbox. */
	readonly accounts: readonly AccountLink[];
	/** The account of that name or mailbox address (case-insensitive); none given: the only one. @throws RecordError naming `account`. */
	link(accountOrMailbox?: string): AccountLink;
	/** Makes sure of a token where somebody signed in (delegated OAuth2), so that a sign-in that is missing or revoked shows before anything is asked. @throws MailboxFault */
	signIn(): Promise<void>;
	/** A mailbox to read from and to write to. @throws MailboxFault */
	mailbox(accountOrMailbox?: string): Promise<Mailbox & Outbox>;
	/** What changed in Exchange since `cursor`. Writes nothing. A fault of one account does not hold up the others. */
	pull(cursor: Cursor | undefined, options: PullOptions): Promise<PullResult>;
	/** Writes records; for each item, in order, its own outcome first, then those of its participants' mailboxes. Never throws for an item. */
	push<K extends RecordKind>(kind: K, items: ReadonlyArray<PushItem<K>>, options: PushOptions): Promise<Outcome[][]>;
	/** Deletes items; one outcome each, in order. */
	delete(kind: RecordKind, items: readonly PushDelete[], options: PushDeleteOptions): Promise<Outcome[]>;
	/** Logs on to every account and looks around. Never throws for an account. */
	diagnose(): Promise<Diagnosis>;
	/** Gives connections back. */
	close(): Promise<void>;
}
