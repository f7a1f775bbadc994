import { contentHash } from '../../records/content-hash';
import { isStampedContent, ownStamp } from '../stamp';
import type { StampedItem } from './find-by-stamp';
import { PING_PONG_WINDOW_MS } from './ping-pong';
import { type MailboxPush, type PushJob, readOptions } from './push-job';
import type { Location } from './push-plan';

/** What other workers created for the record of the first item: a user's copy has the first one's nonce, theirs have another. */
export function rivalsOf([first, ...others]: readonly StampedItem[]): StampedItem[] {
	return first === undefined ? [] : others.filter(({ parsed }) => parsed.nonce !== first.parsed.nonce);
}

/**
 * Takes away what another worker created for the same record and left, as it ended before it could look again. What a user has changed meanwhile stays.
 *
 * @param found items by the key of their stamp, the one created first in front
 */
export async function removeRivals(push: MailboxPush, found: ReadonlyMap<string, readonly StampedItem[]>, bin: ReadonlySet<string>): Promise<void> {
	const rivals = [...found.values()].flatMap((items) => rivalsOf(items.filter(({ folderId }) => !bin.has(folderId))));
	if (rivals.length === 0) return;
	const read = await push.mailbox.read(push.kind, rivals.map(({ reference }) => reference.id), readOptions(push));
	const untouched = rivals.filter(({ parsed, createdAt, lastModifiedAt }, index) => {
		const result = read[index];
		// Its worker may have ended before it noted what Exchange makes of the content: then the times say that nobody has touched it.
		return result?.ok === true && (isStampedContent(parsed, contentHash(result.value.record)) || (createdAt !== undefined && createdAt === lastModifiedAt));
	});
	if (untouched.length > 0) await push.mailbox.delete(push.kind, untouched.map(({ reference }) => reference.id), 'permanently');
}

/** Whether an item that was named by its id, and need not be looked for by its stamp, may have rivals: only those written once and just now can have any. */
export function mayHaveRivals(push: MailboxPush, job: PushJob, location: Location | undefined): boolean {
	const stamp = location?.at === 'read' ? ownStamp(location.stored.stamp, push.connector.connectorId) : undefined;
	return stamp !== undefined && stamp.externalId === job.externalId && stamp.pushes.count <= 1 && Math.abs(push.options.now() - stamp.pushes.since * 1000) < PING_PONG_WINDOW_MS;
}
