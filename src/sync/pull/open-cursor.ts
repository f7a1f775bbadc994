import { RecordError } from '../../records/record-error';
import { type Cursor, CURSOR_VERSION, type CursorState } from './cursor';
import type { PullOptions } from './pull-types';

type CursorOptions = Pick<PullOptions, 'clearExclusions' | 'resetFolders' | 'durableCursor' | 'processToken'>;

/**
 * The state a pull begins with: a copy, so that a pull that fails leaves the cursor as it is.
 *
 * @throws RecordError when the cursor comes from a later version or is none.
 */
export function openCursor(cursor: Cursor | undefined, options: CursorOptions): CursorState {
	const state = structuredClone(stateToBeginWith(cursor, options));
	clearExclusions(state, options.clearExclusions);
	resetFolders(state, options.resetFolders);
	return state;
}

/** The cursor to store with what a pull hands over. `handsOver`: something is handed over that could get lost. */
export function closeCursor(begun: CursorState, reached: CursorState, handsOver: boolean, options: CursorOptions): Cursor {
	const base = { version: CURSOR_VERSION, processToken: options.processToken } as const;
	if (options.durableCursor || !handsOver) return { ...base, confirmed: reached };
	return { ...base, confirmed: begun, handedOver: reached };
}

function stateToBeginWith(cursor: Cursor | undefined, options: CursorOptions): CursorState {
	if (cursor === undefined) return { accounts: {}, nextAccount: 0 };
	if (typeof cursor !== 'object' || cursor === null || typeof cursor.version !== 'number' || typeof cursor.confirmed !== 'object') {
		throw new RecordError('cursor', cursor, 'what an earlier poll of this version stored');
	}
	if (cursor.version > CURSOR_VERSION) {
		throw new RecordError('cursor.version', cursor.version, `${CURSOR_VERSION} or lower: a newer version of this package wrote it; install that one again`);
	}
	const arrived = options.durableCursor || cursor.processToken === options.processToken;
	return arrived ? (cursor.handedOver ?? cursor.confirmed) : cursor.confirmed;
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
