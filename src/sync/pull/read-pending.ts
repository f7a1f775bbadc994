import type { EmailRecord } from '../../records/email';
import { offerTurn } from '../../event-loop/offer-turn';
import type { ItemResult } from '../fault';
import type { ItemReference, StoredItem } from '../mailbox';
import { type AccountPull, originOf } from './account-pull';
import { findCopies, originalStamp } from './copies';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import { decide, noteDivergence } from './item-decision';
import { underKeyOfItsOwn } from './message-ids';
import { notePlaces } from './own-places';
import { isRival } from './rivals-seen';
import { AttachmentFetch, isEmail } from './pull-attachments';
import type { PulledAttachment, PullEvent } from './pull-types';
import { unclearReading } from './unclear-items';
import { UnreadItems } from './unread-items';

/** Items that are being read. */
export interface Reading {
	ids: readonly string[];
	/** Results in the order of the ids; handled by {@link judgeReading}, or by nobody. */
	results: Promise<Array<ItemResult<StoredItem>>>;
}

/** Asks the mailbox for items. */
export function beginReading({ mailbox, options }: AccountPull, folder: WatchedFolder, ids: readonly string[]): Reading {
	// Both bodies: an email is told from our own write by what its HTML shows. What is not wanted is taken off the event.
	const results = mailbox.read(folder.kind, ids, { body: 'both', stripMeetingMetadata: options.stripMeetingMetadata, timeZone: options.timeZone });
	// It may fail while others are handled, and nobody waits for it yet.
	results.catch(() => undefined);
	return { ids, results };
}

/** What becomes of items that were read. */
export interface Judged {
	/** Those that are to be handed over, in their order. */
	items: ReadonlyArray<{ item: StoredItem; pending: PendingItem }>;
	attachments: AttachmentFetch;
	unread: UnreadItems;
	/** Ids of those that stay pending and are nothing to wait for. */
	left: readonly string[];
	/** All that could be read, as they were read. */
	read: readonly ItemReference[];
}

/**
 * Decides what becomes of pending items that were read. An item that cannot be read stays pending until its attempts are used up (rule
 * `import-attempts`); one that is gone is dropped, as its delete follows.
 *
 * @throws MailboxFault when the whole read failed: then everything stays pending; UnclearReading where that may be due to the items themselves
 */
export async function judgeReading(pull: AccountPull, folder: WatchedFolder, state: FolderState, reading: Reading): Promise<Judged> {
	const { ids } = reading;
	const results = await reading.results.catch((error: unknown): never => {
		throw unclearReading(ids, error);
	});
	if (results.some(({ ok }) => ok)) pull.witness.itemsWereRead = true;
	const createdAt = await findCopies(pull, state, newOrRivals(state, results));
	const toEmit: Array<{ item: StoredItem; pending: PendingItem }> = [];
	const dropped: StoredItem[] = [];
	const left: string[] = [];
	const unread = new UnreadItems(pull, folder, state, results);
	for (const [index, id] of ids.entries()) {
		await offerTurn();
		const result = results[index];
		const pending = state.pending?.[id];
		if (result === undefined || pending === undefined) continue;
		if (!result.ok) {
			unread.take(id, pending, result.fault);
			continue;
		}
		const decision = decide(pull, folder, state, pending, { item: result.value, createdAt: createdAt.get(id) });
		// Mails that are not handed over have their Message-ID, too: those that push wrote.
		const item = isEmail(result.value) && !isRival(state, id) ? underKeyOfItsOwn(pull, result.value) : result.value;
		switch (decision) {
			case 'emit':
				toEmit.push({ item, pending });
				break;
			case 'drop':
				delete state.pending?.[id];
				dropped.push(item);
				break;
			case 'leave':
				left.push(id);
				break;
			case 'wait':
				break;
		}
	}
	notePlaces(pull, dropped);
	const items = toEmit.filter(({ pending }) => pull.options.events.includes(pending.event));
	for (const entry of toEmit) if (!items.includes(entry)) delete state.pending?.[entry.item.reference.id];
	const attachments = new AttachmentFetch(pull, items.filter(({ pending }) => bringsAttachments(pending)).map(({ item }) => item));
	return { items, attachments, unread, left, read: results.flatMap((result) => (result.ok ? [result.value.reference] : [])) };
}

function newOrRivals(state: FolderState, results: ReadonlyArray<ItemResult<StoredItem>>): StoredItem[] {
	return results.flatMap((result) => {
		if (!result.ok) return [];
		const { id } = result.value.reference;
		return state.pending?.[id]?.event === 'created' || isRival(state, id) ? [result.value] : [];
	});
}

/**
 * Makes events of items, as far as there is room; the rest stays pending.
 *
 * @throws MailboxFault that concerns more than one item; or when the fault of one item ends the poll: then the others are handed over
 */
export async function handOver(pull: AccountPull, folder: WatchedFolder, state: FolderState, judged: Judged): Promise<void> {
	await emit(pull, folder, state, judged);
	await judged.unread.settle();
}

async function emit(pull: AccountPull, folder: WatchedFolder, state: FolderState, judged: Judged): Promise<void> {
	try {
		await emitItems(pull, folder, state, judged);
	} finally {
		// Those that were handed over.
		notePlaces(pull, judged.items.flatMap(({ item }) => (state.pending?.[item.reference.id] === undefined ? [item] : [])));
	}
}

async function emitItems(pull: AccountPull, folder: WatchedFolder, state: FolderState, { items, attachments }: Judged): Promise<void> {
	for (const { item, pending } of items) {
		// It is read, but does not fit any more, nor do its bytes: other accounts use the same room. It stays pending for the next poll.
		if (pull.room.events <= 0 || (bringsAttachments(pending) && !attachments.hasRoomFor(item))) {
			pull.summary.moreToCome = true;
			return;
		}
		const pulled = bringsAttachments(pending) ? await attachments.of(item, pending) : [];
		if (pulled === undefined) continue;
		noteDivergence(pull, state, item);
		pull.events.push(eventOf(pull, folder, item, pending, pulled));
		pull.room.events--;
		pull.summary.emitted++;
		delete state.pending?.[item.reference.id];
	}
}

/** Whoever is told of a read state has the attachments already. */
function bringsAttachments({ event }: PendingItem): boolean {
	return event !== 'readState';
}

function eventOf(pull: AccountPull, folder: WatchedFolder, item: StoredItem, pending: PendingItem, attachments: PulledAttachment[]): PullEvent {
	const stamp = originalStamp(pull, item);
	const { record } = item;
	return {
		envelope: {
			event: pending.event,
			...originOf(pull, folder),
			exchangeId: item.reference.id,
			changeKey: item.reference.changeKey,
			...(stamp !== undefined && stamp.externalId !== '' && { externalId: stamp.externalId }),
			...(pending.event === 'readState' && record.kind === 'email' && { isRead: record.isRead }),
			...(item.lastModifiedAt !== undefined && { lastModifiedAt: item.lastModifiedAt }),
		},
		record: record.kind === 'email' ? withBody(record, pull.options.body) : record,
		attachments,
	};
}

function withBody(record: EmailRecord, body: 'text' | 'html' | 'both'): EmailRecord {
	const { text, html, ...rest } = record;
	return { ...rest, ...(text !== undefined && (body !== 'html' || html === undefined) && { text }), ...(html !== undefined && body !== 'text' && { html }) };
}
