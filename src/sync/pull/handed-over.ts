import type { CursorState, HandedOver, PendingItem } from './cursor';
import { changeMark, decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import type { PullEvent, PullEventType } from './pull-types';
import { strongerEvent } from './stronger-event';

/** What was said of one item in a batch: enough to read it again, or to say once more that it is gone. */
export interface HandedOverItem {
	/** In lower case. */
	mailbox: string;
	folderId: string;
	exchangeId: string;
	event: PullEventType;
	/** Only with `deleted`: past the other system's bin. */
	permanent: boolean;
	/** Mark of its change key, see known-ids.ts. */
	givenAs?: string;
}

/** A batch as the cursor keeps it: by mailbox in lower case, then by folder id. */
export type PackedBatch = Record<string, Record<string, HandedOver>>;

const EVENT_LETTERS = { created: 'c', updated: 'u', readState: 'r' } as const;
const EVENTS_BY_LETTER: Record<string, PendingItem['event']> = { c: 'created', u: 'updated', r: 'readState' };

/** What a pull handed over, without the contents. */
export function handedOverItems(events: readonly PullEvent[]): HandedOverItem[] {
	return events.map(({ envelope: { event, mailbox, folderId, exchangeId, permanent, changeKey } }) => ({
		mailbox: mailbox.toLowerCase(),
		folderId,
		exchangeId,
		event,
		permanent: permanent === true,
		...(changeKey !== undefined && { givenAs: changeMark(changeKey) }),
	}));
}

/** At most 30 bytes an item. */
export function packed(items: readonly HandedOverItem[]): PackedBatch {
	const byFolder = new Map<string, Map<string, { items: KnownIds; deletes: KnownIds }>>();
	for (const { mailbox, folderId, exchangeId, event, permanent, givenAs = '' } of items) {
		const folders = byFolder.get(mailbox) ?? new Map<string, { items: KnownIds; deletes: KnownIds }>();
		const folder = folders.get(folderId) ?? { items: new Map(), deletes: new Map() };
		if (event === 'deleted') folder.deletes.set(exchangeId, permanent ? 'p' : '');
		else folder.items.set(exchangeId, `${EVENT_LETTERS[event]}${givenAs}`);
		byFolder.set(mailbox, folders.set(folderId, folder));
	}
	const result: PackedBatch = {};
	for (const [mailbox, folders] of byFolder) {
		result[mailbox] = Object.fromEntries([...folders].map(([id, folder]) => [id, { items: encodeKnownIds(folder.items), deletes: encodeKnownIds(folder.deletes) }]));
	}
	return result;
}

/** The items of {@link packed}; an item that was changed and deleted in one batch is there twice, its delete last. */
export function unpacked(batch: PackedBatch): HandedOverItem[] {
	return Object.entries(batch).flatMap(([mailbox, folders]) =>
		Object.entries(folders).flatMap(([folderId, { items, deletes }]) => [
			...[...decodeKnownIds(items)].map(([exchangeId, said]): HandedOverItem => {
				const givenAs = said.slice(1);
				return { mailbox, folderId, exchangeId, event: EVENTS_BY_LETTER[said.slice(0, 1)] ?? 'updated', permanent: false, ...(givenAs !== '' && { givenAs }) };
			}),
			...[...decodeKnownIds(deletes)].map(([exchangeId, letter]): HandedOverItem => ({ mailbox, folderId, exchangeId, event: 'deleted', permanent: letter === 'p' })),
		]),
	);
}

/** Makes items due once more: the pull that begins with this state reads them again, and repeats their deletes. Those of folders that are not watched any more are left. */
export function handOverAgain(state: CursorState, items: readonly HandedOverItem[]): void {
	for (const { mailbox, folderId, exchangeId, event, permanent, givenAs } of items) {
		const folder = state.accounts[mailbox]?.folders[folderId];
		if (folder === undefined) continue;
		if (event === 'deleted') (folder.deletesAgain ??= {})[exchangeId] = permanent;
		else {
			const pending = folder.pending?.[exchangeId];
			(folder.pending ??= {})[exchangeId] = { event: strongerEvent(pending?.event, event), attempts: pending?.attempts ?? 0, again: true, ...(givenAs !== undefined && { givenAs }) };
		}
	}
}
