import type { RecordKind } from '../../records/common-fields';
import type { Folder, FoundItem, Mailbox } from '../mailbox';
import { originalFirst } from '../original-first';
import { parseStamp, type Stamp, stampKey, stampPrefix } from '../stamp';

/** An item that was found by its stamp. */
export type StampedItem = FoundItem & { parsed: Stamp };

/** What a search by stamp needs to know: whose stamps, of what, and where. */
export interface StampSearch {
	readonly connector: { readonly connectorId: string };
	readonly mailbox: Mailbox;
	readonly kind: RecordKind;
}

/** Items of the kind by the key of their stamp; of several with one key the original comes first. The other system may number each kind by itself, and Deleted Items hold all of them. */
export async function findByStamp({ connector, mailbox, kind }: StampSearch, records: ReadonlyArray<{ externalId: string }>, folders: readonly Folder[]): Promise<Map<string, StampedItem[]>> {
	const keys = new Set(records.filter(({ externalId }) => externalId !== '').map(({ externalId }) => stampKey(connector.connectorId, externalId)));
	if (keys.size === 0) return new Map();
	const found = await mailbox.findStamped([...keys].map(stampPrefix), folders.map((folder) => folder.id));
	const byKey = new Map<string, StampedItem[]>();
	for (const item of found) {
		const parsed = parseStamp(item.stamp);
		if (parsed === undefined || !keys.has(parsed.key) || (item.kind !== undefined && item.kind !== kind)) continue;
		const items = byKey.get(parsed.key) ?? [];
		items.push({ ...item, parsed });
		byKey.set(parsed.key, items);
	}
	return new Map([...byKey].map(([key, items]) => [key, originalFirst(items)]));
}
