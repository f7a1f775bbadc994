import type { FoundItem } from './mailbox';
import { attemptOf, creationOf, parseStamp } from './stamp';

/**
 * Items that carry one stamp, the original in front; behind it come what else was created for the record and users' copies. Pull and push must agree on it, or a
 * change would go to another item than it came from.
 *
 * What was created first is the original: times are whole seconds; within one the nonce decides between two workers, and between an item and its copy the
 * id, as Exchange numbers its items upwards in the last bytes of their ids (MS-OXCDATA, 2.2.4.2). Of several attempts of one worker the last is the original,
 * whenever Exchange carried out those before: it is the one that was reported.
 */
export function originalFirst<T extends FoundItem>(items: readonly T[]): T[] {
	const placed = items.map((item) => ({ item, nonce: parseStamp(item.stamp)?.nonce ?? '', createdAt: item.createdAt ?? '' }));
	const begun = new Map<string, string>();
	for (const { nonce, createdAt } of placed) {
		const creation = creationOf(nonce);
		const earliest = begun.get(creation);
		if (earliest === undefined || createdAt < earliest) begun.set(creation, createdAt);
	}
	return placed
		.toSorted((a, b) => {
			const [creationA, creationB] = [creationOf(a.nonce), creationOf(b.nonce)];
			return (
				compared(begun.get(creationA) ?? '', begun.get(creationB) ?? '') ||
				compared(creationA, creationB) ||
				attemptOf(b.nonce) - attemptOf(a.nonce) ||
				compared(a.createdAt, b.createdAt) ||
				Buffer.compare(Buffer.from(a.item.reference.id, 'base64'), Buffer.from(b.item.reference.id, 'base64'))
			);
		})
		.map(({ item }) => item);
}

/**
 * What of one stamp's items may be the record's, in their order: nothing in Deleted Items, and no copy of an item there. Who copies an item and deletes the original has
 * deleted the record's item; one that push created besides, with another nonce, takes its place.
 *
 * @param items the original in front
 * @param bin ids of the folders in Deleted Items
 */
export function outsideBin<T extends FoundItem>(items: readonly T[], bin: ReadonlySet<string>): T[] {
	const binned = new Set<string>();
	return items.filter(({ stamp, folderId }) => {
		const nonce = parseStamp(stamp)?.nonce ?? '';
		if (bin.has(folderId)) binned.add(nonce);
		return !binned.has(nonce);
	});
}

function compared(left: string, right: string): number {
	if (left === right) return 0;
	return left < right ? -1 : 1;
}
