import type { RecordKind } from '../records/common-fields';
import type { AttachmentContent } from '../records/email';
import type { RecordOf } from '../records/record';
import type { FactsByKind } from '../rules/facts';
import type { ItemResult, MailboxFault } from './fault';

/** Folders that every mailbox has, by what they are for. */
export type FolderRole = 'inbox' | 'sentItems' | 'drafts' | 'outbox' | 'deletedItems' | 'junkEmail' | 'calendar' | 'tasks' | 'contacts' | 'root';

/** One folder of a mailbox. */
export interface Folder {
	/** Opaque, case-sensitive; stays the same when the folder is moved or renamed. */
	id: string;
	name: string;
	/** Names from the top, separated by `/`; a `/` inside a name is written `\/`. */
	path: string;
	parentId: string;
	/** What it holds; `contact` and `other` are not synced. */
	holds: RecordKind | 'contact' | 'other';
	role?: FolderRole;
	itemCount: number;
}

/** How a folder is named by whoever configures. A path is matched case-insensitively. */
export type FolderReference = { by: 'role'; role: FolderRole } | { by: 'id'; id: string } | { by: 'path'; path: string };

/** Id and version of an item; both opaque and case-sensitive. The id changes when the item moves, the change key when it changes. */
export interface ItemReference {
	id: string;
	changeKey: string;
}

/** One net change of a folder since a sync state. */
export type FolderChange =
	| ({ type: 'created' | 'updated'; id: string; changeKey: string } & Partial<ChangedItem>)
	| { type: 'readState'; id: string; isRead: boolean }
	| { type: 'deleted'; id: string };

/** What a page of changes says of its items where that is asked for; instants are RFC 3339, UTC. */
export interface ChangedItem {
	/** Emails: received. Others: created. */
	arrivedAt: string;
	lastModifiedAt: string;
	/** Appointments. */
	isSeries: boolean;
}

/** One page of changes. Order means nothing: it is a set of net changes. */
export interface ChangePage {
	changes: FolderChange[];
	/** To be given back unchanged with the next call. */
	syncState: string;
	/** False: there is more, ask again with `syncState`. */
	complete: boolean;
}

/** How much of an email is read. */
export interface ReadOptions {
	/** Plain text only, HTML only, or both. Appointments and tasks always have plain text. */
	body: 'text' | 'html' | 'both';
	/** Take the recipients' block "When: … Where: …" off a meeting's text (rule `meeting-metadata`). */
	stripMeetingMetadata?: boolean;
	/** IANA zone for values without one (rule `time-zone`). */
	timeZone: string;
}

/** An item as it stands in the mailbox. */
export interface StoredItem<K extends RecordKind = RecordKind> {
	reference: ItemReference;
	folderId: string;
	record: RecordOf<K>;
	facts: FactsByKind[K];
	/** Text of the stamp (see stamp.ts), where the item has one. */
	stamp?: string;
	/** RFC 3339, UTC. */
	lastModifiedAt?: string;
	/** Identity of the bytes: stays when the item is moved or restored, also where the record's key is missing (PidTagSearchKey as hex). */
	searchKey?: string;
}

/** What a search for stamps or keys returns: enough to decide, cheap to get. */
export interface FoundItem {
	reference: ItemReference;
	folderId: string;
	/** Undefined: it is of no kind that is synced. */
	kind?: RecordKind;
	stamp?: string;
	/** RFC 3339, UTC. */
	createdAt?: string;
	lastModifiedAt?: string;
}

/** One line of a listing: id and what identifies the item across moves. */
export interface ListedItem {
	reference: ItemReference;
	key?: string;
	searchKey?: string;
	isSeries?: boolean;
	lastModifiedAt?: string;
}

/** What identifies an item across moves; read of items of any kind, in the bin for instance. */
export interface ItemIdentity {
	reference: ItemReference;
	/** Undefined: it is of no kind that is synced. */
	kind?: RecordKind;
	key?: string;
	searchKey?: string;
	stamp?: string;
	/** A meeting this mailbox was invited to, or a meeting message (rule `invitation-restored`). */
	isInvitation: boolean;
}

/** What a person recognises an item by, in the form of recordTitle; empty where it is not known. */
export interface ItemTitle {
	subject: string;
	date: string;
}

/** Filters of Get Many, kind by kind as far as they make sense. Instants are RFC 3339. */
export interface ListFilter {
	receivedAfter?: string;
	receivedBefore?: string;
	modifiedAfter?: string;
	isRead?: boolean;
	hasAttachments?: boolean;
	flagged?: boolean;
	from?: string;
	subject?: string;
	category?: string;
	/** AQS / KQL search text, where the server has an index. */
	search?: string;
	taskStatus?: 'open' | 'completed';
}

/** What to create. `stamp` and the record are written in one step. */
export interface NewItem<K extends RecordKind> {
	record: RecordOf<K>;
	folderId: string;
	stamp?: string;
	/** Written in the place of `stamp` where the item takes several requests; see {@link WriteResult}. */
	unfinishedStamp?: string;
	/** Bytes of the attachments that are written with an email, in the order of `record.attachments`. */
	attachments?: AttachmentContent[];
}

/** What to change: the mailbox writes only what differs between `stored` and `record`, so that what Exchange knows beyond a record survives. */
export interface ItemEdit<K extends RecordKind> {
	stored: StoredItem<K>;
	record: RecordOf<K>;
	stamp?: string;
	/** As in {@link NewItem}. */
	unfinishedStamp?: string;
	/** `refuse`: answer `changedMeanwhile` when the item is not at `stored.reference.changeKey` any more. */
	ifChanged: 'refuse' | 'overwrite';
}

/** What became of an item that was to be written. */
export type WriteResult =
	/** `unfinished`: it is whole, and has the unfinished stamp still. */
	| { ok: true; value: ItemReference; unfinished?: true }
	/** `left`: a part of it is written, with the unfinished stamp, and this is its version. */
	| { ok: false; fault: MailboxFault; left?: ItemReference };

/** Where a deleted item goes: Deleted Items, or nowhere (recoverable by an administrator only). */
export type DeleteMode = 'toBin' | 'permanently';

/** What a mail looks like that is really sent to people. Used by the operations Send, Reply and Forward only. */
export interface OutgoingEmail {
	record: RecordOf<'email'>;
	attachments: AttachmentContent[];
	/** Folder for a copy of what is sent; none is kept without. */
	saveCopyIn?: string;
}

/**
 * What the sync needs of one mailbox. Every method rejects with {@link MailboxFault} when the whole call failed; what concerns one item only
 * is an {@link ItemResult} in its place. Lists keep the order of what was asked for. Batching, concurrency, retries within `signal`'s life and
 * throttling are the mailbox's own business. Nothing here sends anything to anybody.
 */
export interface Mailbox {
	/** SMTP address. */
	readonly address: string;

	/** Every folder, one listing per mailbox object and then from memory unless `fresh`. */
	folders(fresh?: boolean): Promise<Folder[]>;
	/** @throws MailboxFault `gone` when there is no such folder. */
	folder(reference: FolderReference): Promise<Folder>;
	/** Creates what is missing of the path. */
	createFolder(path: string, holds: RecordKind): Promise<Folder>;

	/** At most `max` (1 to 512) net changes since `syncState`; from the beginning without. `described`: with what is said of items of this kind. @throws MailboxFault `syncStateLost`. */
	changes(folderId: string, syncState: string | undefined, max: number, described?: RecordKind): Promise<ChangePage>;
	/** Items in full, in the order of the ids. */
	read<K extends RecordKind>(kind: K, ids: readonly string[], options: ReadOptions): Promise<Array<ItemResult<StoredItem<K>>>>;
	/** Identities of items of any kind, in the order of the ids. */
	identify(ids: readonly string[]): Promise<Array<ItemResult<ItemIdentity>>>;
	/** Subject and date alone, in the order of the ids: what can often be had of an item whose content cannot be read. */
	titles(kind: RecordKind, ids: readonly string[], timeZone: string): Promise<Array<ItemResult<ItemTitle>>>;
	/** Items that carry one of the stamp prefixes (see stamp.ts), wherever in `folderIds` they are. */
	findStamped(prefixes: readonly string[], folderIds: readonly string[]): Promise<FoundItem[]>;
	/** Ids of a folder's items, newest first. `limit` bounds the answer. */
	list(kind: RecordKind, folderId: string, filter: ListFilter, limit: number): Promise<ListedItem[]>;
	/** Appointments of a time range with series expanded into occurrences; instants are RFC 3339. */
	calendarView(folderId: string, start: string, end: string, limit: number, options: ReadOptions): Promise<Array<StoredItem<'appointment'>>>;

	create<K extends RecordKind>(kind: K, items: ReadonlyArray<NewItem<K>>): Promise<WriteResult[]>;
	update<K extends RecordKind>(kind: K, edits: ReadonlyArray<ItemEdit<K>>): Promise<WriteResult[]>;
	/** Writes nothing but the stamp. */
	restamp(kind: RecordKind, items: ReadonlyArray<{ reference: ItemReference; stamp: string }>): Promise<Array<ItemResult<ItemReference>>>;
	delete(kind: RecordKind, ids: readonly string[], mode: DeleteMode): Promise<Array<ItemResult<void>>>;
	move(ids: readonly string[], folderId: string): Promise<Array<ItemResult<ItemReference>>>;

	/** Bytes of attachments, in the order of the ids; all of them stand in memory together. */
	attachments(attachmentIds: readonly string[]): Promise<Array<ItemResult<AttachmentContent>>>;
	/** Whether the bytes of this attachment can be handed on as they arrive; others stand in memory before {@link streamAttachment} hands them on. */
	canStream(attachmentId: string): boolean;
	/**
	 * Hands the bytes of one attachment to `take` as they arrive, and answers what `take` answers. `take` reads them to their end; it is called again
	 * where the server had to be asked again, and what it took before is void: that content ended with an error, never early.
	 *
	 * @param maxBytes default 150 MiB; beyond it MailboxFault `tooLarge`
	 * @throws MailboxFault; whatever `take` throws of its own
	 */
	streamAttachment<T>(attachmentId: string, take: (content: AsyncIterable<Buffer>) => Promise<T>, maxBytes?: number): Promise<T>;
	/** The whole message as RFC 5322 bytes. */
	mime(id: string): Promise<Buffer>;

	/** Gives connections back. */
	close(): Promise<void>;
}

/** What the operations that really send something need beyond {@link Mailbox}. */
export interface Outbox {
	send(mail: OutgoingEmail): Promise<void>;
	createDraft(mail: OutgoingEmail, folderId?: string): Promise<ItemReference>;
	sendDraft(reference: ItemReference, saveCopyIn?: string): Promise<void>;
	reply(reference: ItemReference, mail: OutgoingEmail, toAll: boolean): Promise<void>;
	forward(reference: ItemReference, mail: OutgoingEmail): Promise<void>;
	/** Asks attendees: a meeting request is mailed to each of them. */
	sendMeetingInvitation(record: RecordOf<'appointment'>, folderId: string): Promise<ItemReference>;
}
