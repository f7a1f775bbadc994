import type { RecordKind } from '../records/common-fields';
import type { ExchangeRecord } from '../records/record';
import type { RuleId } from '../rules/catalogue';

/** What became of one item. */
export type OutcomeStatus = 'created' | 'updated' | 'deleted' | 'unchanged' | 'skipped' | 'conflict' | 'failed';

/** What became of one item, and why: every item has exactly one. */
export interface Outcome {
	outcome: OutcomeStatus;
	/** The rule that left it out or decided. */
	rule?: RuleId;
	/** One plain English sentence that names the item. */
	message: string;
	/** Absent where a fault concerns an account or folder, not an item. */
	kind?: RecordKind;
	/** Name of the connector (rule `connector-name`). */
	connector: string;
	/** Account of the other system. */
	account: string;
	/** SMTP address of the mailbox. */
	mailbox: string;
	externalId?: string;
	exchangeId?: string;
	changeKey?: string;
	/** The item's subject and date, so that a person recognises it. */
	subject?: string;
	date?: string;
	/** Error code of the protocol, with `failed`. */
	code?: string;
	/**
	 * Fields of which the record says something else than Exchange has and keeps: once an email is there, Exchange lets neither its people (`from`, `to`, `cc`, `bcc`,
	 * `replyTo`), `sentAt`, `sensitivity` and `attachments` be changed nor the text of a signed or encrypted one. What else the record says was written: `updated`; where
	 * there is nothing else, `unchanged`. Of an appointment it is `cancelled`; of an email that was created, `attachments` without bytes. Each side keeps what it has, and neither takes it for a change or a conflict; it is told once, by the push that wanted it.
	 */
	keptFields?: string[];
	/** With `conflict`, and with `failed` and the code `PingPong`: both versions. */
	exchangeVersion?: ExchangeRecord;
	otherVersion?: ExchangeRecord;
}
