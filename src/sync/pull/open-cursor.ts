import { type Cursor, CURSOR_VERSION, type CursorState } from './cursor';
import { atPresentVersion, type StoredCursor } from './cursor-versions';
import { handedOverItems, handOverAgain, packed, unpacked } from './handed-over';
import type { PullEvent, PullOptions } from './pull-types';
import { formerFolder } from './replaced-folder';
import { liftExclusions } from './series-memory';

type CursorOptions = Pick<PullOptions, 'clearExclusions' | 'resetFolders' | 'durableCursor' | 'processToken' | 'lost'>;

/**
 * The state a pull begins with: a copy, so that a pull that fails leaves the cursor as it is. After a restart the last batch is due once more, and so is what n8n has lost since.
 *
 * @throws RecordError when the cursor comes from a later version or is none.
 */
export function openCursor(cursor: StoredCursor | undefined, options: CursorOptions): CursorState {
	if (cursor === undefined) return { accounts: {}, nextAccount: 0, ...tokens(options) };
	const { state, processToken, handedOver = {} } = atPresentVersion(cursor);
	if (processToken !== options.processToken && !options.durableCursor) handOverAgain(state, unpacked(handedOver));
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

/** A first cursor has seen the operator's words as they are: they concern what came before. */
function tokens({ clearExclusions: clearedExclusions, resetFolders: reset }: CursorOptions): Pick<CursorState, 'clearedExclusions' | 'resetToken'> {
	return { ...(clearedExclusions !== undefined && { clearedExclusions }), ...(reset !== undefined && { resetToken: reset.token }) };
}

function clearExclusions(state: CursorState, token: string | undefined): void {
	if (token === undefined || token === '' || token === state.clearedExclusions) return;
	state.clearedExclusions = token;
	for (const account of Object.values(state.accounts)) liftExclusions(account);
}

function resetFolders(state: CursorState, reset: PullOptions['resetFolders']): void {
	if (reset === undefined || reset.token === '' || reset.token === state.resetToken) return;
	state.resetToken = reset.token;
	for (const account of Object.values(state.accounts)) {
		for (const watched of account.watched?.folders ?? []) {
			const named = reset.folders.some((name) => name === watched.id || name.toLowerCase() === watched.path.toLowerCase());
			if (!named) continue;
			const own = account.folders[watched.id];
			// While it waits, all that is known is of the folder that lay there before.
			if (own === undefined) delete account.folders[formerFolder(account, watched, account.watched?.folders ?? [])?.id ?? watched.id];
			else account.folders[watched.id] = { caughtUp: false, listedAnew: true };
		}
	}
}
