/** Format of the cursor; a cursor of a later version is refused. */
export const CURSOR_VERSION = 1;

/** Why a series is left out from now on. */
export type SeriesExclusion = 'series-pattern-changed' | 'series-too-many-exceptions';

/** What is remembered of one series. */
export interface SeriesState {
	/** Fingerprint of its pattern. */
	pattern: string;
	excluded?: SeriesExclusion;
}

/** An item that could not be read and is tried again. */
export interface RetryState {
	attempts: number;
	/** The event it is to become. */
	event: 'created' | 'updated';
	changeKey: string;
}

/** What is remembered of one folder. */
export interface FolderState {
	/** The server's own, opaque. */
	syncState?: string;
	/** The first listing has come to its end; until then the history is read. */
	caughtUp: boolean;
	/** Series by exchange id (calendars only). */
	series?: Record<string, SeriesState>;
	/** Ids of all items in compact form (calendars and tasks only): see known-ids.ts. */
	knownIds?: string;
	/** Items to be tried again, by exchange id. */
	retries?: Record<string, RetryState>;
	/** A flood of deletes was found and waits for the operator's word. */
	stopped?: 'tooManyDeletes';
}

/** What is remembered of one account. */
export interface AccountState {
	folders: Record<string, FolderState>;
	/** Deleted Items: its sync state and what was seen in it, newest last (rule `restore-not-synced`). */
	bin?: { syncState?: string; identities: string[] };
	/** Exchange ids of restored items, which stay left out; newest last. */
	restored?: string[];
	/** Milliseconds since 1970; nothing is asked of the mailbox before. */
	pausedUntil?: number;
	/** Why it pauses, in one sentence. */
	pauseReason?: string;
}

/** Everything a pull remembers, by mailbox in lower case. */
export interface CursorState {
	accounts: Record<string, AccountState>;
	/** Last value of {@link PullOptions.clearExclusions}. */
	clearedExclusions?: string;
	/** Last token of {@link PullOptions.resetFolders}. */
	resetToken?: string;
}

/**
 * The whole memory of a pull: plain JSON. `confirmed` is what is known to have arrived; `handedOver` is what follows when the last batch has
 * arrived too. Where the process was restarted in between, the pull begins again at `confirmed`: at least once, never lost.
 */
export interface Cursor {
	version: typeof CURSOR_VERSION;
	processToken: string;
	confirmed: CursorState;
	handedOver?: CursorState;
}
