import type { EmailRecord } from '../records/email';

/** The side that asks for read receipts; the other never does, else they would be asked for twice. */
export type ReceiptSide = 'otherSystem' | 'exchange';

/**
 * Rule `read-receipts`: whether an email that Sync or Send writes asks its recipients for a read receipt. With the connector set to Exchange it
 * never does; set to the other system, the record decides, and where it says nothing its MIME text.
 */
export function asksForReceipt(record: Pick<EmailRecord, 'readReceipt'>, readReceiptsRequestedBy: ReceiptSide): boolean {
	return readReceiptsRequestedBy === 'otherSystem' && record.readReceipt;
}
