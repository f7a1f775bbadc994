import type { RecordKind } from '../../records/common-fields';
import type { FolderChange } from '../mailbox';
import type { AccountPull } from './account-pull';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import { isBaselineOnly, isOfFirstRun, isSinceDate } from './first-run';
import { changeMark, decodeKnownIds, encodeKnownIds, type KnownIds } from './known-ids';
import { shortId } from './short-id';

/** What was changed this long before is looked at as well: clocks differ. */
export const OVERLAP_MS = 5 * 60_000;
/** So many items that a listing has taken are remembered, with those that were just changed when it began: should it have to begin again, they are not told twice. */
const REMEMBERED_TAKEN = 4_000;
/** Where more was changed in a few minutes, as by an import, the clock alone tells what came later. */
const MOST_JUST_CHANGED = 2_000;

/** A change of an item that is there. */
export type NewsOfItem = Exclude<FolderChange, { type: 'deleted' }>;

type NewItem = Extract<FolderChange, { type: 'created' | 'updated' }>;

function isNew(change: NewsOfItem): change is NewItem {
	return change.type === 'created';
}

/**
 * Tells what is news in the pages of one folder. All that has changed is, once the folder was listed for the first time. Before, and while a mail folder is gone
 * through anew after its sync state was lost, most of it was there already: then the times that the pages say of the items tell.
 */
export class FolderNews {
	readonly #pull: AccountPull;
	readonly #folder: WatchedFolder;
	readonly #state: FolderState;
	#seen: KnownIds | undefined;
	#changed = false;

	constructor(pull: AccountPull, folder: WatchedFolder, state: FolderState) {
		this.#pull = pull;
		this.#folder = folder;
		this.#state = state;
	}

	/** Most of what comes is no news: the pages may be as large as they get. */
	get isMostlyOld(): boolean {
		const { options } = this.#pull;
		return this.#state.listing !== undefined || this.isBaseline || (this.#folder.kind === 'email' && isSinceDate(options, this.#state));
	}

	/** What pages are to say of their items. */
	get described(): RecordKind | undefined {
		return this.isMostlyOld ? this.#folder.kind : undefined;
	}

	/**
	 * Before the first page is taken: where more follow, what comes in while they are gone through is news. What was changed shortly before that moment is noted, so that
	 * it does not depend on clocks.
	 */
	async begin(page: { complete: boolean }): Promise<void> {
		const { options, mailbox } = this.#pull;
		if (!this.isBaseline || this.#state.listing !== undefined || page.complete) return;
		const now = options.now();
		const since = now - 2 * OVERLAP_MS;
		const listed = await mailbox.list(this.#folder.kind, this.#folder.id, { modifiedAfter: new Date(since).toISOString() }, MOST_JUST_CHANGED);
		this.#state.listing =
			listed.length < MOST_JUST_CHANGED ? { since, seen: encodeKnownIds(new Map(listed.map(({ reference }) => [reference.id, changeMark(reference.changeKey)]))) } : { since: now, seen: '' };
	}

	/** What a change is to be told as; undefined: it is no news. */
	eventOf(change: NewsOfItem): PendingItem['event'] | undefined {
		const { listing } = this.#state;
		// An update is of what this listing has given before.
		if (isNew(change)) {
			if (listing !== undefined) return this.#eventSince(listing.since, change);
			if (this.isBaseline) {
				this.#noteOld(change);
				return undefined;
			}
		}
		return isOfFirstRun(this.#pull.options, this.#folder, this.#state, change) ? change.type : undefined;
	}

	/** Brings what is remembered into the folder's state. */
	keep(): void {
		if (this.#changed && this.#state.listing !== undefined && this.#seen !== undefined) this.#state.listing.seen = encodeKnownIds(this.#seen);
		this.#changed = false;
	}

	/** A first listing from now on: what is there is noted, and not read. */
	get isBaseline(): boolean {
		return !this.#state.caughtUp && isBaselineOnly(this.#pull.options, this.#state);
	}

	#eventSince(since: number, change: NewItem): PendingItem['event'] | undefined {
		const { id, changeKey, arrivedAt, lastModifiedAt = arrivedAt } = change;
		const seen = (this.#seen ??= decodeKnownIds(this.#state.listing?.seen));
		const mark = changeMark(changeKey);
		const before = seen.get(id);
		if (lastModifiedAt === undefined || Date.parse(lastModifiedAt) < since || before === mark) {
			this.#noteOld(change);
			return undefined;
		}
		if (before !== undefined || seen.size < REMEMBERED_TAKEN) {
			seen.set(id, mark);
			this.#changed = true;
		}
		// Who is told of new items alone must not miss those that came in meanwhile.
		return before === undefined && arrivedAt !== undefined && Date.parse(arrivedAt) >= since ? 'created' : 'updated';
	}

	/** Nobody reads it; its delete will be told all the same. */
	#noteOld({ id, isSeries }: NewItem): void {
		if (isSeries === true) (this.#state.series ??= {})[shortId(id)] ??= { pattern: '', unread: 'old' };
	}
}
