/**
 * Header fields that ask for a receipt (rule `read-receipts`): of reading (RFC 8098, 2.1 and 2.2), of delivery (`Return-Receipt-To`, never standardised,
 * which Exchange takes for a request: MS-OXCMAIL), and those of older mail clients.
 */
const RECEIPT_FIELDS: ReadonlySet<string> = new Set(['disposition-notification-to', 'disposition-notification-options', 'return-receipt-to', 'return-receipt-requested', 'x-confirm-reading-to']);

/** Whether a header field, by its name in lower case, asks for a receipt. */
export function isReceiptField(name: string): boolean {
	return RECEIPT_FIELDS.has(name);
}
