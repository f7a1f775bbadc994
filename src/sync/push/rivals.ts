import type { RecordKind } from '../../records/common-fields';
import { contentHash } from '../../records/content-hash';
import type { StoredItem } from '../mailbox';
import { isStampedContent, ownStamp } from '../stamp';
import type { StampedItem, StampSearch } from './find-by-stamp';

/** So long another worker that ended may have left a second item that nobody has taken away. */
const RIVALS_FOR_MS = 10 * 60_000;

/** Where rivals are looked for and taken away. */
export interface RivalSearch extends StampSearch {
	readonly kind: RecordKind;
	/** Without `now`, an item counts as just created however long ago that was. */
	readonly options: { readonly timeZone: string; readonly now?: () => number };
}

/** What other workers created for the record of the first item: a user's copy has the first one's nonce, theirs have another. */
export function rivalsOf([first, ...others]: readonly StampedItem[]): StampedItem[] {
	return first === undefined ? [] : others.filter(({ parsed }) => parsed.nonce !== first.parsed.nonce);
}

/**
 * Takes away what another worker created for the same record and left, as it ended before it could look again. What a user has changed meanwhile stays.
 *
 * @param found items by the key of their stamp, the one created first in front
 */
export async function removeRivals({ mailbox, kind, options }: RivalSearch, found: ReadonlyMap<string, readonly StampedItem[]>, bin: ReadonlySet<string>): Promise<void> {
	const rivals = [...found.values()].flatMap((items) => rivalsOf(items.filter(({ folderId }) => !bin.has(folderId))));
	if (rivals.length === 0) return;
	const read = await mailbox.read(kind, rivals.map(({ reference }) => reference.id), { body: 'both', timeZone: options.timeZone });
	const untouched = rivals.filter(({ parsed, createdAt, lastModifiedAt }, index) => {
		const result = read[index];
		// Its worker may have ended before it noted what Exchange makes of the content: then the times say that nobody has touched it.
		return result?.ok === true && (isStampedContent(parsed, contentHash(result.value.record)) || (createdAt !== undefined && createdAt === lastModifiedAt));
	});
	if (untouched.length > 0) await mailbox.delete(kind, untouched.map(({ reference }) => reference.id), 'permanently');
}

/** Whether an item that was named by its id, and need not be looked for by its stamp, may have rivals: only those written just now, and not over a change of Exchange's, can have any. */
export function mayHaveRivals({ connector, options }: RivalSearch, externalId: string, stored: StoredItem): boolean {
	const stamp = ownStamp(stored.stamp, connector.connectorId);
	if (stamp === undefined || stamp.externalId !== externalId || stamp.turns.count > 0) return false;
	const writtenAt = stamp.turns.since * 1000;
	return Math.abs((options.now?.() ?? writtenAt) - writtenAt) < RIVALS_FOR_MS;
}
