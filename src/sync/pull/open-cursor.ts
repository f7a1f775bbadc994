import { RecordError } from '../../records/record-error';
import { type Cursor, CURSOR_VERSION, type CursorState } from './cursor';
import { handedOverItems, handOverAgain, packed, unpacked } from './handed-over';
import type { PullEvent, PullOptions } from './pull-types';

type CursorOptions = Pick<PullOptions, 'clearExclusions' | 'resetFolders' | 'durableCursor' | 'processToken' | 'lost'>;

/**
 * The state a pull begins with: a copy, so that a pull that fails leaves the cursor as it is. After a restart the last batch is due once more, and so is what n8n has lost since.
 *
 * @throws RecordError when the cursor comes from a later version or is none.
 */
export function openCursor(cursor: Cursor | undefined, options: CursorOptions): CursorState {
	if (cursor === undefined) return { accounts: {}, nextAccount: 0, ...tokens(options) };
	assertReadable(cursor);
	const state = structuredClone(cursor.state);
	if (cursor.processToken !== options.processToken && !options.durableCursor) handOverAgain(state, unpacked(cursor.handedOver ?? {}));
	handOverAgain(state, options.lost ?? []);
	clearExclusions(state, options.clearExclusions);
	resetFolders(state, options.resetFolders);
	return state;
}

/** The cursor to store with what a pull hands over. */
export function closeCursor(state: CursorState, events: readonly PullEvent[], options: CursorOptions): Cursor {
	const cursor: Cursor = { version: CURSOR_VERSION, processToken: options.processToken, state };
	if (!options.durableCursor && events.length > 0) cursor.handedOver = packed(handedOverItems(events));
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
