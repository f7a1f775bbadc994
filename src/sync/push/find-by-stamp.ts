import { createdFirst } from '../created-first';
import type { Folder, FoundItem } from '../mailbox';
import { parseStamp, type Stamp, stampKey, stampPrefix } from '../stamp';
import type { MailboxPush, PushJob } from './push-job';

/** An item that was found by its stamp. */
export type StampedItem = FoundItem & { parsed: Stamp };

/** Items by the key of their stamp; of several with one key the one created first comes first. */
export async function findByStamp(push: MailboxPush, jobs: readonly PushJob[], folders: readonly Folder[]): Promise<Map<string, StampedItem[]>> {
	const keys = new Set(jobs.filter((job) => job.externalId !== '').map((job) => stampKey(push.connector.connectorId, job.externalId)));
	if (keys.size === 0) return new Map();
	const found = await push.mailbox.findStamped([...keys].map(stampPrefix), folders.map((folder) => folder.id));
	const byKey = new Map<string, StampedItem[]>();
	for (const item of found) {
		const parsed = parseStamp(item.stamp);
		if (parsed === undefined || !keys.has(parsed.key)) continue;
		const items = byKey.get(parsed.key) ?? [];
		items.push({ ...item, parsed });
		byKey.set(parsed.key, items);
	}
	for (const items of byKey.values()) items.sort(createdFirst);
	return byKey;
}
