import { RecordError } from '../../records/record-error';
import { type Cursor, CURSOR_VERSION, type CursorState, type PendingItem } from './cursor';
import { decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import type { PullEvent, PullOptions } from './pull-types';

type CursorOptions = Pick<PullOptions, 'clearExclusions' | 'resetFolders' | 'durableCursor' | 'processToken'>;

/**
 * The state a pull begins with: a copy, so that a pull that fails leaves the cursor as it is. After a restart the last batch is due once more.
 *
 * @throws RecordError when the cursor comes from a later version or is none.
 */
export function openCursor(cursor: Cursor | undefined, options: CursorOptions): CursorState {
	if (cursor === undefined) return { accounts: {}, nextAccount: 0, ...tokens(options) };
	assertReadable(cursor);
	const state = structuredClone(cursor.state);
	if (cursor.processToken !== options.processToken && !options.durableCursor) handOverAgain(state, cursor.handedOver ?? {});
	clearExclusions(state, options.clearExclusions);
	resetFolders(state, options.resetFolders);
	return state;
}

/** The cursor to store with what a pull hands over. */
export function closeCursor(state: CursorState, events: readonly PullEvent[], options: CursorOptions): Cursor {
	const cursor: Cursor = { version: CURSOR_VERSION, processToken: options.processToken, state };
	if (!options.durableCursor && events.length > 0) cursor.handedOver = handedOver(events);
	return cursor;
}

function assertReadable(cursor: Cursor): void {
	if (typeof cursor !== 'object' || cursor === null || typeof cursor.version !== 'number' || typeof cursor.state !== 'object') {
		throw new RecordError('cursor', typeof cursor, 'what an earlier poll stored');
	}
	if (cursor.version > CURSOR_VERSION) {
		throw new RecordError('cursor.version', cursor.version, `${CURSOR_VERSION} or lower: a newer version of this package wrote it; install that one again`);
	}
}

/** A first cursor has seen the operator's words as they are: they concern what came before. */
function tokens({ clearExclusions: clearedExclusions, resetFolders: reset }: CursorOptions): Pick<CursorState, 'clearedExclusions' | 'resetToken'> {
	return { ...(clearedExclusions !== undefined && { clearedExclusions }), ...(reset !== undefined && { resetToken: reset.token }) };
}

const EVENT_LETTERS = { created: 'c', updated: 'u', readState: 'r' } as const;
const EVENTS_BY_LETTER: Record<string, PendingItem['event']> = { c: 'created', u: 'updated', r: 'readState' };

function handedOver(events: readonly PullEvent[]): NonNullable<Cursor['handedOver']> {
	const byFolder = new Map<string, Map<string, { items: KnownIds; deletes: KnownIds }>>();
	for (const { envelope } of events) {
		const mailbox = envelope.mailbox.toLowerCase();
		const folders = byFolder.get(mailbox) ?? new Map<string, { items: KnownIds; deletes: KnownIds }>();
		const folder = folders.get(envelope.folderId) ?? { items: new Map(), deletes: new Map() };
		if (envelope.event === 'deleted') folder.deletes.set(envelope.exchangeId, envelope.permanent === true ? 'p' : '');
		else folder.items.set(envelope.exchangeId, EVENT_LETTERS[envelope.event]);
		byFolder.set(mailbox, folders.set(envelope.folderId, folder));
	}
	const result: NonNullable<Cursor['handedOver']> = {};
	for (const [mailbox, folders] of byFolder) {
		result[mailbox] = Object.fromEntries([...folders].map(([id, { items, deletes }]) => [id, { items: encodeKnownIds(items), deletes: encodeKnownIds(deletes) }]));
	}
	return result;
}

function handOverAgain(state: CursorState, batch: NonNullable<Cursor['handedOver']>): void {
	for (const [mailbox, folders] of Object.entries(batch)) {
		for (const [folderId, { items, deletes }] of Object.entries(folders)) {
			const folder = state.accounts[mailbox]?.folders[folderId];
			if (folder === undefined) continue;
			const pending: Record<string, PendingItem> = {};
			for (const [id, letter] of decodeKnownIds(items)) pending[id] = { event: EVENTS_BY_LETTER[letter] ?? 'updated', attempts: 0, again: true };
			folder.pending = { ...pending, ...folder.pending };
			for (const [id, permanent] of decodeKnownIds(deletes)) (folder.deletesAgain ??= {})[id] = permanent === 'p';
		}
	}
}

function clearExclusions(state: CursorState, token: string | undefined): void {
	if (token === undefined || token === '' || token === state.clearedExclusions) return;
	state.clearedExclusions = token;
	for (const account of Object.values(state.accounts)) {
		for (const folder of Object.values(account.folders)) {
			for (const [id, series] of Object.entries(folder.series ?? {})) {
				// Forgotten altogether: the pattern it has at its next change is the one that counts from then on.
				if (series.excluded !== undefined) delete folder.series?.[id];
			}
		}
	}
}

function resetFolders(state: CursorState, reset: PullOptions['resetFolders']): void {
	if (reset === undefined || reset.token === '' || reset.token === state.resetToken) return;
	state.resetToken = reset.token;
	for (const account of Object.values(state.accounts)) {
		for (const watched of account.watched?.folders ?? []) {
			const named = reset.folders.some((name) => name === watched.id || name.toLowerCase() === watched.path.toLowerCase());
			if (named) delete account.folders[watched.id];
		}
	}
}
