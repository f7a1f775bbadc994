/**
 * The time in which deletes of mails are told to nobody (README, *Limits*): from when the sync state of their folder was lost until it has been listed anew, and the cursor
 * that says so is stored. A process that is killed before lists it once more.
 */
import type { Cursor } from '../../index.ts';

/** What a stored cursor knows of the folder. */
export interface StoredFolder {
	readonly syncState: string | undefined;
	/** It is being listed anew. */
	readonly isListedAnew: boolean;
}

export function storedFolder(cursor: string | undefined, mailbox: string, folderId: string): StoredFolder {
	const state = cursor === undefined ? undefined : (JSON.parse(cursor) as Cursor).state.accounts[mailbox]?.folders[folderId];
	return { syncState: state?.syncState, isListedAnew: state?.listedAnew === true };
}

export class LostMails {
	/** When it was lost and when it was listed anew, for the report. */
	readonly times: string[] = [];
	#lostWith: StoredFolder | undefined;

	/** Whether a delete may be told to nobody now. */
	get isOpen(): boolean {
		return this.#lostWith !== undefined;
	}

	lost(stored: StoredFolder): void {
		this.#lostWith = stored;
		this.#note('lost');
	}

	look({ syncState, isListedAnew }: StoredFolder): void {
		if (this.#lostWith === undefined || syncState === undefined) return;
		if (syncState === this.#lostWith.syncState && !isListedAnew) return;
		this.#lostWith = undefined;
		this.#note('listed anew');
	}

	#note(what: string): void {
		this.times.push(`${new Date().toISOString().slice(14)} ${what}`);
	}
}
