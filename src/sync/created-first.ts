import type { FoundItem } from './mailbox';
import { parseStamp } from './stamp';

/**
 * Order of items that carry one stamp: the first is the original, the others are a user's copies or what a second worker created. Pull and push must agree on it,
 * or a change would go to another item than it came from. Times are whole seconds; within one the nonce decides between two workers, and between an item
 * and its copy the id, as Exchange numbers its items upwards in the last bytes of their ids (MS-OXCDATA, 2.2.4.2).
 */
export function createdFirst(a: FoundItem, b: FoundItem): number {
	return compared(a.createdAt ?? '', b.createdAt ?? '') || compared(nonceOf(a), nonceOf(b)) || Buffer.compare(Buffer.from(a.reference.id, 'base64'), Buffer.from(b.reference.id, 'base64'));
}

function nonceOf({ stamp }: FoundItem): string {
	return parseStamp(stamp)?.nonce ?? '';
}

function compared(left: string, right: string): number {
	if (left === right) return 0;
	return left < right ? -1 : 1;
}
