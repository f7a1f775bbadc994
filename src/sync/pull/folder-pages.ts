import type { ChangePage } from '../mailbox';
import { type AccountPull, hasRoom } from './account-pull';
import type { FolderState, WatchedFolder } from './cursor';
import type { FolderNews } from './listing';
import { idsToRead } from './pending-items';

/** Largest page that Exchange gives (`MaxChangesReturned`, messages.xsd). */
export const LARGEST_PAGE = 512;

/** A flood of deletes that nobody confirmed: the folder keeps the state it had before. */
export class TooManyDeletes extends Error {}

/** A page of changes, and when it was asked for. */
export interface AskedPage extends ChangePage {
	readonly askedAt: number;
}

/**
 * The pages of one folder in one poll. The next one's ids are on their way while items are read, and are taken when these have been read, as if they had been asked for then;
 * should they not be taken, the state has not moved.
 */
export class FolderPages {
	readonly #pull: AccountPull;
	readonly #folder: WatchedFolder;
	readonly #state: FolderState;
	readonly #news: FolderNews;
	#ahead: Promise<AskedPage> | undefined;
	/** On the pages that were taken. */
	#deletes = 0;

	constructor(pull: AccountPull, folder: WatchedFolder, state: FolderState, news: FolderNews) {
		this.#pull = pull;
		this.#folder = folder;
		this.#state = state;
		this.#news = news;
	}

	/** Asks for the next page where this poll may come to the last of the items that are pending. */
	askAhead(): void {
		const pending = idsToRead(this.#state).length;
		if (this.#ahead !== undefined || pending === 0 || pending > this.#pull.room.events) return;
		this.#ahead = this.#ask(this.#pull.options.maxEvents);
		// It may fail before somebody wants it.
		this.#ahead.catch(() => undefined);
	}

	/**
	 * The next page. A poll that is full takes along the one that is on its way, so that the next poll reads at once; undefined: there is none, or nothing came of it, or it is a
	 * flood that should stop the next poll and not this one, and the next poll asks for it.
	 *
	 * @throws TooManyDeletes; MailboxFault
	 */
	async next(): Promise<AskedPage | undefined> {
		const isFull = !hasRoom(this.#pull);
		const page = isFull ? await this.#ahead?.catch(() => undefined) : await (this.#ahead ?? this.#ask(this.#pull.room.events));
		if (page === undefined) return undefined;
		const deletes = this.#deletes + page.changes.filter(({ type }) => type === 'deleted').length;
		const { maxDeletesPerPoll } = this.#pull.options;
		if (maxDeletesPerPoll > 0 && deletes > maxDeletesPerPoll) {
			if (isFull) return undefined;
			throw new TooManyDeletes(String(deletes));
		}
		this.#deletes = deletes;
		this.#ahead = undefined;
		return page;
	}

	/** Nothing is on its way any more. */
	async settled(): Promise<void> {
		await this.#ahead?.catch(() => undefined);
	}

	async #ask(most: number): Promise<AskedPage> {
		return await askForPage(this.#pull, this.#folder, this.#news, this.#state.syncState, most);
	}
}

/** @throws MailboxFault */
export async function askForPage({ mailbox, options }: AccountPull, folder: WatchedFolder, news: FolderNews, syncState: string | undefined, most: number): Promise<AskedPage> {
	const askedAt = options.now();
	const size = news.isMostlyOld ? LARGEST_PAGE : Math.max(1, Math.min(LARGEST_PAGE, most));
	return { ...(await mailbox.changes(folder.id, syncState, size, news.described)), askedAt };
}
