import type { RecordKind } from '../../records/common-fields';
import type { SeriesExclusion } from '../../rules/series';
import type { FolderRole } from '../mailbox';
import type { FirstRun } from './pull-types';

/** Format of the cursor; a cursor of a later version is refused, one of an earlier version is brought to this one, see cursor-versions.ts. */
export const CURSOR_VERSION = 2;

/** What is remembered of one series. */
export interface SeriesState {
	/** Fingerprint of its pattern; empty where it is a series no longer, or nobody has read it. */
	pattern: string;
	excluded?: SeriesExclusion;
	/** It is a series of which nothing was read: it was there before a first run from now on, or since its exclusion was lifted, after which whatever pattern it has at its next change counts. */
	unread?: 'old' | 'lifted';
}

/** An item that is still to be read: what it is to become, and how often that failed. */
export interface PendingItem {
	event: 'created' | 'updated' | 'readState';
	attempts: number;
	/** It was handed over before, lost, and is handed over once more. */
	again?: true;
	/** Mark of the change key with which it was handed over then, see known-ids.ts; absent in cursors of old. */
	givenAs?: string;
	/** It came before the folder's last look was complete, and waits since: the look before that one, milliseconds since 1970; 0: there was none. */
	lookedAt?: number;
	/** It was there before a first run since a date, or may have been: its content tells whether it is read. */
	first?: true;
	/** A page named it while its folder was gone through anew ({@link FolderState.listedAnew}): it may have been told before. */
	mayBeTold?: true;
	/** It was gone when it was read, and nobody knows it: it is read no more, and waits for its delete, of which nobody is told either. */
	gone?: true;
}

/** What is news in a folder that is gone through from its beginning while what lies in it is mostly none. */
export interface FolderListing {
	/** Milliseconds since 1970: what was last changed before is none. */
	since: number;
	/** What has changed since and is none all the same: it was so when the listing began, or was taken by it. As `knownIds`, at most 4,000. */
	seen: string;
}

/** A calendar or task folder that is listed anew, over several polls. */
export interface Relisting {
	syncState: string;
	/** What was listed so far, as `knownIds`. */
	items: string;
}

/** Where a folder lies. */
export interface FolderPlace {
	path: string;
	kind: RecordKind;
	/** Of the folders that every mailbox has. */
	role?: FolderRole;
}

/** What is remembered of one folder. Sizes are those of plain JSON. */
export interface FolderState {
	/** Where it lay when it was last pulled: a folder with another id at the same place has replaced it. */
	place?: FolderPlace;
	/** The server's own, opaque; tens of kilobytes at the most. */
	syncState?: string;
	/** The first listing has come to its end; until then it is history that is read. */
	caughtUp: boolean;
	/** Items still to be read, by exchange id: at most one page (512), more only after a lost sync state, and series that push has left unfinished. */
	pending?: Record<string, PendingItem>;
	/** Deletes that were handed over before, lost, and are handed over once more, and those that are held back: exchange id → permanent. */
	deletesAgain?: Record<string, boolean>;
	/** Series by short id (calendars only): about 60 bytes each. */
	series?: Record<string, SeriesState>;
	/** All items in compact form (calendars and tasks only): about 30 bytes each, see known-ids.ts. */
	knownIds?: string;
	/** Stamped items handed over with other content than their stamp says: short id → fingerprint of hash and turns in that stamp. At most 2,000. */
	diverged?: Record<string, string>;
	/** Items that push created for a record beside another one, and that nobody was told of: exchange id → fingerprint of their content. At most 100. */
	rivals?: Record<string, string>;
	/** Milliseconds since 1970 of the last look after which nothing was left to come, for emails whose sync state is lost. */
	lookedAt?: number;
	/** A first listing from now on that takes more than a page, and that of a mail folder whose sync state was lost. */
	listing?: FolderListing;
	/** Its sync state was lost. */
	relisting?: Relisting;
	/** It is gone through anew, because the operator said so, or as a mail folder whose sync state was lost: what it lists may have been told before. */
	listedAnew?: true;
	/** A flood of deletes, or another folder in its place, was found and reported; it waits for the operator's word. */
	stopped?: 'tooManyDeletes' | 'replaced';
	/** A subfolder that lies below no watched folder any more, since when, milliseconds since 1970; it may come back. At most 100 of an account. */
	gone?: number;
	/** Items of the folder that lay here before, as `knownIds`: reported as deleted once all of this one has been handed over. */
	formerIds?: string;
	/** Id of the mail folder that lay here before; its state is kept, as it may come back. */
	replaces?: string;
	/** Where the first listing begins of a mail folder that lies in the place of another, and of a folder that came to a watched one, if not where the others begin. */
	firstRun?: FirstRun;
}

/** A folder that is watched, as the names of the configuration were resolved. */
export interface WatchedFolder extends FolderPlace {
	id: string;
}

/** What is remembered of one account. */
export interface AccountState {
	/** What the watches were resolved to, and when (0: they are to be looked up again); looked up again when the watches change, hourly, when a folder is gone, and while one waits in whose place another lies. */
	watched?: { signature: string; at: number; folders: WatchedFolder[]; binId: string };
	/** By folder id. */
	folders: Record<string, FolderState>;
	/** Id of the folder to begin with, which the last poll had no room for: a long backlog in one folder does not hold up the others. */
	nextFolder?: string;
	/** How often half as much is asked for at first, as polls were over before anything had come; see small-steps.ts. */
	cutShort?: number;
	/** Deleted Items: its sync state, and short ids of what was seen in it, newest last, at most 2,000 (rule `restore-not-synced`). */
	bin?: { syncState: string; identities: string[]; /** What lies there already has not been gone through yet. */ beginning?: true };
	/** Deleted Items are still to be looked into after a delete; so many polls have tried in vain to make up for it. */
	binDue?: number;
	/** Since when deletes are held back, milliseconds since 1970; see held-deletes.ts. */
	deletesHeldSince?: number;
	/** Short ids of restored items, which stay left out; newest last, at most 2,000. */
	restored?: string[];
	/** Series that are excluded, or were until the operator lifted it, by what stays when they are moved (see lasting-identity.ts); 40 bytes each, at most 500, newest last. */
	exclusions?: Record<string, SeriesExclusion | 'lifted'>;
	/** Short ids, made with the nonce of their stamp, of copies that users made of stamped items, and of what they made of rivals: their stamp is not theirs. At most 2,000, newest last. */
	copies?: string[];
	/** Message-IDs of the newest mails, and which mails have them; see message-ids.ts. At most 24 kB. */
	messageIds?: Record<string, string>;
	/** Under which ids the newest items were seen, in which minute and with which nonce; see own-places.ts. At most 30 kB. */
	places?: string[];
	/** Since when all of them are noted, milliseconds since 1970; 0: all that there was has been read. */
	placesSince?: number;
	/** Milliseconds since 1970; nothing is asked of the mailbox before. */
	pausedUntil?: number;
	/** When the pause began, milliseconds since 1970; cursors of older versions do not say. */
	pausedSince?: number;
	/** Why it pauses, in one sentence. */
	pauseReason?: string;
}

/** Everything a pull remembers. */
export interface CursorState {
	/** By mailbox in lower case. */
	accounts: Record<string, AccountState>;
	/** Account to begin with, so that a busy one does not starve the others. */
	nextAccount: number;
	/** Last value of the option that clears exclusions. */
	clearedExclusions?: string;
	/** Last token of the option that resets folders. */
	resetToken?: string;
}

/** What was handed over from one folder, in the compact form of known-ids.ts. */
export interface HandedOver {
	/** Exchange id → first letter of the event, and mark of the change key. */
	items: string;
	/** Exchange id → `p` for permanent. */
	deletes: string;
}

/**
 * The whole memory of a pull: plain JSON.
 *
 * n8n stores it together with what it handed over, but not in one step (durable cursors aside): a process that dies in between has the cursor and
 * not the items. So the cursor names the last batch, at most 30 bytes an item; a poll of the same process confirms it, a poll after a restart
 * hands it over once more: at least once, never lost.
 */
export interface Cursor {
	version: typeof CURSOR_VERSION;
	processToken: string;
	state: CursorState;
	/** By mailbox in lower case, then by folder id. */
	handedOver?: Record<string, Record<string, HandedOver>>;
}
