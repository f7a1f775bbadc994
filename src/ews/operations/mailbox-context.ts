import type { MailboxConnection } from '../transport/ews-connection';
import type { CallBudget } from '../transport/connection-settings';
import type { AnswerSizes } from './answer-sizes';
import type { SmimeOpener } from './smime-opener';

/** What every operation of one mailbox works with. */
export interface MailboxContext {
	readonly connection: MailboxConnection;
	/** What reading has shown of this mailbox's items. */
	readonly answerSizes: AnswerSizes;
	/** How long the caller is willing to wait. */
	readonly budget?: CallBudget | undefined;
	/** Opens encrypted and signed mails (rule `smime-pull`); without, they arrive as they are. */
	readonly smime?: SmimeOpener | undefined;
	/** Ask for a read receipt where a pushed or sent mail says so (rule `read-receipts`). */
	readonly allowReadReceipts: boolean;
}

/** Requests in one round: enough to keep all connections of a mailbox busy. */
export const ROUND = 4;
