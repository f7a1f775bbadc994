import { contentHash } from '../records/content-hash';
import type { ExchangeRecord } from '../records/record';
import type { FoundItem } from './mailbox';
import { isStampedContent, type Stamp } from './stamp';
import { isLeftUnfinished } from './unfinished';

/**
 * Whether a second item of a record holds nothing but what push wrote, so that it may go and nothing is lost. Its stamp may not say what Exchange made of the
 * content, as nobody came back to it: the original's stamp may, and so do the times, where nobody has touched it. That a mail was read is no change, and a series of which
 * push has written a part holds nothing else.
 *
 * @param stamps its own in front
 */
export function isAsWritten(record: ExchangeRecord, stamps: readonly Stamp[], times: Pick<FoundItem, 'createdAt' | 'lastModifiedAt'> = {}): boolean {
	if (times.createdAt !== undefined && times.createdAt === times.lastModifiedAt) return true;
	const [own] = stamps;
	if (own !== undefined && isLeftUnfinished(own, times)) return true;
	const hashes = readOrNot(record).map(contentHash);
	return stamps.some((stamp) => hashes.some((hash) => isStampedContent(stamp, hash)));
}

/** Fingerprint of content that a second item has as it was written; see {@link isAsWritten}. */
export function writtenMark(record: ExchangeRecord): string {
	const [unread = record] = readOrNot(record);
	return contentHash(unread).slice(0, 12);
}

function readOrNot(record: ExchangeRecord): ExchangeRecord[] {
	return record.kind === 'email' ? [{ ...record, isRead: false }, { ...record, isRead: true }] : [record];
}
