import { isAsWritten } from '../as-written';
import type { StoredItem } from '../mailbox';
import { outsideBin } from '../original-first';
import { ownStamp } from '../stamp';
import type { StampedItem, StampSearch } from './find-by-stamp';

/** So long another worker that ended may have left a second item that nobody has taken away. */
const RIVALS_FOR_MS = 10 * 60_000;

/** Where rivals are looked for and taken away. */
export interface RivalSearch extends StampSearch {
	/** Without `now`, an item counts as just created however long ago that was. */
	readonly options: { readonly timeZone: string; readonly now?: () => number };
}

/** What other workers, or other attempts of the same one, created for the record of the first item: a user's copy has the first one's nonce, theirs have another. */
export function rivalsOf([first, ...others]: readonly StampedItem[]): StampedItem[] {
	return first === undefined ? [] : others.filter(({ parsed }) => parsed.nonce !== first.parsed.nonce);
}

/**
 * Takes away what was created for the same record a second time: by another worker that ended before it could look again, or by a request that Exchange carried
 * out after its client had given up. What a user has changed meanwhile stays.
 *
 * @param found items by the key of their stamp, the original in front
 */
export async function removeRivals({ mailbox, kind, options }: RivalSearch, found: ReadonlyMap<string, readonly StampedItem[]>, bin: ReadonlySet<string>): Promise<void> {
	const rivals = [...found.values()].flatMap((all) => {
		const items = outsideBin(all, bin);
		return rivalsOf(items).map((rival) => ({ ...rival, stamps: [rival.parsed, ...items.slice(0, 1).map(({ parsed }) => parsed)] }));
	});
	if (rivals.length === 0) return;
	const read = await mailbox.read(kind, rivals.map(({ reference }) => reference.id), { body: 'both', timeZone: options.timeZone });
	const untouched = rivals.filter((rival, index) => {
		const result = read[index];
		return result?.ok === true && isAsWritten(result.value.record, rival.stamps, rival);
	});
	if (untouched.length > 0) await mailbox.delete(kind, untouched.map(({ reference }) => reference.id), 'permanently');
}

/**
 * Whether an item that was named by its id, and need not be looked for by its stamp, may have rivals: only those written just now, and not over a change of
 * Exchange's, can have any, and those of which an earlier attempt was not answered.
 */
export function mayHaveRivals({ connector, options }: RivalSearch, externalId: string, stored: StoredItem): boolean {
	const stamp = ownStamp(stored.stamp, connector.connectorId);
	if (stamp === undefined || stamp.externalId !== externalId) return false;
	if (stamp.inDoubtSince !== undefined) return true;
	if (stamp.turns.count > 0) return false;
	const writtenAt = stamp.turns.since * 1000;
	return Math.abs((options.now?.() ?? writtenAt) - writtenAt) < RIVALS_FOR_MS;
}
