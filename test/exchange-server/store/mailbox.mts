import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.mts';
import { DISTINGUISHED_FOLDERS } from './distinguishedFolders.mts';
import type { Folder, FolderKind, Tombstone } from './folder.mts';
import { compactLog } from './folder.mts';
import { guidOf } from './ids.mts';
import type { Attachment, DetachedItem, Item } from './item.mts';
import { flagOf } from './item.mts';

/** Where a mailbox says that something in it changed (notifications, the state folder). */
export type MailboxListener = (mailbox: Mailbox) => void;

export interface NewFolder {
	parent: number;
	displayName: string;
	folderClass?: string;
	kind?: FolderKind;
	distinguished?: string;
}

/** A folder that is gone, for SyncFolderHierarchy. */
export interface GoneFolder {
	readonly number: number;
	readonly appeared: number;
	readonly position: number;
}

/** What of a mailbox is kept in a snapshot; `v8.serialize` can write it as it is. */
export interface MailboxState {
	lastChange: number;
	lastNumber: number;
	rewinds: number[];
	folders: Folder[];
	goneFolders: GoneFolder[];
}

/**
 * One mailbox: its folders and items, and the change numbers that everything incremental hangs on. All changes of
 * items go through its methods; whoever edits an item calls `touch` afterwards.
 */
export class Mailbox {
	readonly address: string;
	readonly name: string;
	/** Part of every id. */
	readonly guid: string;
	/** Addresses of the users, besides its own, that may open it. */
	readonly delegates = new Set<string>();
	readonly folders = new Map<number, Folder>();
	readonly distinguished = new Map<string, Folder>();
	goneFolders: GoneFolder[] = [];
	/**
	 * The change numbers at which the mailbox was put back to an older state. A sync state knows how many there were when it
	 * was made; one that has seen changes which were undone later is of no use any more.
	 */
	rewinds: number[] = [];
	lastChange = 0;
	private lastNumber = 0;
	private readonly items = new Map<number, Item>();
	private readonly clock: Clock;
	private readonly listeners = new Set<MailboxListener>();

	constructor(address: string, name: string, clock: Clock, guid = guidOf(address)) {
		this.address = address;
		this.name = name;
		this.guid = guid;
		this.clock = clock;
		for (const { id, parent, displayName, folderClass, kind } of DISTINGUISHED_FOLDERS) {
			const parentFolder = parent === undefined ? undefined : this.distinguished.get(parent);
			this.newFolder(parentFolder?.number, { displayName, folderClass, kind, distinguished: id });
		}
	}

	onChange(listener: MailboxListener): void {
		this.listeners.add(listener);
	}

	item(number: number): Item | undefined {
		return this.items.get(number);
	}

	folder(number: number): Folder | undefined {
		return this.folders.get(number);
	}

	/** A distinguished folder; every mailbox has the ones of distinguishedFolders.mts. */
	folderNamed(distinguished: string): Folder {
		const folder = this.distinguished.get(distinguished);
		if (!folder) throw new Error(`mailbox ${this.address} has no folder ${distinguished}`);
		return folder;
	}

	childrenOf(folder: Folder): Folder[] {
		return [...this.folders.values()].filter((candidate) => candidate.parent === folder.number);
	}

	/** The folder and everything below it. */
	treeOf(folder: Folder): Folder[] {
		return [folder, ...this.childrenOf(folder).flatMap((next) => this.treeOf(next))];
	}

	/** A number for a new item, folder or attachment. */
	nextNumber(): number {
		return (this.lastNumber += 1);
	}

	createFolder(folder: NewFolder): Folder {
		return this.newFolder(folder.parent, folder);
	}

	/** After its name, parent or class was changed. */
	touchFolder(folder: Folder): void {
		folder.position = folder.changeKey = this.nextChange();
		this.announce();
	}

	/** Removes a folder with everything in it. */
	removeFolder(folder: Folder): void {
		for (const below of this.treeOf(folder).reverse()) {
			for (const item of below.items.values()) this.items.delete(item.number);
			this.folders.delete(below.number);
			this.goneFolders.push({ number: below.number, appeared: below.appeared, position: this.nextChange() });
		}
		this.announce();
	}

	/** Puts content into a folder as a new item. */
	add(content: DetachedItem, folder: Folder, options: { associated?: boolean; created?: Date; lastModified?: Date } = {}): Item {
		const change = this.nextChange();
		const now = this.clock.now();
		const item: Item = {
			...content,
			number: this.nextNumber(),
			folder: folder.number,
			changeKey: change,
			appeared: change,
			contentChanged: change,
			readChanged: 0,
			position: change,
			created: options.created ?? now,
			lastModified: options.lastModified ?? now,
			lastModifiedName: this.name,
			searchKey: randomBytes(16).toString('hex'),
			associated: options.associated ?? false,
		};
		for (const attachment of item.attachments) if (attachment.number === 0) attachment.number = this.nextNumber();
		this.enter(item, folder);
		return item;
	}

	/** After an item's content was edited: new change key, new place in the log. */
	touch(item: Item, by = this.name): void {
		item.contentChanged = item.position = item.changeKey = this.nextChange();
		item.readChanged = 0;
		item.lastModified = this.clock.now();
		item.lastModifiedName = by;
		this.log(item);
	}

	/** Sets the read state; a change of its own that leaves LastModifiedTime alone. Returns whether it changed. */
	setRead(item: Item, isRead: boolean): boolean {
		if (flagOf(item, 'message:IsRead') === isRead) return false;
		item.properties['message:IsRead'] = isRead;
		const folder = this.folderOf(item);
		if (!item.associated) folder.unread += isRead ? -1 : 1;
		item.position = item.changeKey = this.nextChange();
		if (item.readChanged === 0) item.readChanged = item.position;
		this.log(item);
		return true;
	}

	/** Takes an item out for good. */
	remove(item: Item): void {
		this.leave(item);
	}

	/** Moves an item: it gets a new number and so a new id. Deleted Items keep the change key, as Exchange does. */
	move(item: Item, target: Folder, options: { keepChangeKey?: boolean } = {}): Item {
		const source = this.folderOf(item);
		this.leave(item);
		const change = this.nextChange();
		const moved: Item = {
			...item,
			number: this.nextNumber(),
			folder: target.number,
			appeared: change,
			contentChanged: change,
			readChanged: 0,
			position: change,
			changeKey: options.keepChangeKey ? item.changeKey : change,
		};
		if (target.distinguished === 'deleteditems' || target.distinguished === 'recoverableitemsdeletions') moved.deletedFrom = item.deletedFrom ?? source.number;
		else delete moved.deletedFrom;
		this.enter(moved, target);
		return moved;
	}

	/** A copy with an id, a search key and attachments of its own; it may come from another mailbox. */
	copy(item: Item, target: Folder): Item {
		const content: DetachedItem = {
			kind: item.kind,
			properties: { ...item.properties },
			extended: { ...item.extended },
			attachments: item.attachments.map((attachment): Attachment => ({ ...attachment, number: 0 })),
			draft: item.draft,
			...(item.body && { body: { ...item.body } }),
			...(item.mime && { mime: item.mime }),
			...(item.headers && { headers: item.headers }),
		};
		return this.add(content, target, { associated: item.associated, created: this.clock.now(), lastModified: item.lastModified });
	}

	folderOf(item: Item): Folder {
		const folder = this.folders.get(item.folder);
		if (!folder) throw new Error(`item ${item.number} is in no folder`);
		return folder;
	}

	itemCount(): number {
		return this.items.size;
	}

	/** Everything worth keeping; shares its objects with the mailbox, so serialise at once. */
	state(): MailboxState {
		return { lastChange: this.lastChange, lastNumber: this.lastNumber, rewinds: this.rewinds, folders: [...this.folders.values()], goneFolders: this.goneFolders };
	}

	/** Replaces everything by a state; numbers already given out are never given out again. */
	load(state: MailboxState): void {
		this.folders.clear();
		this.distinguished.clear();
		this.items.clear();
		this.rewinds = state.rewinds;
		if (state.lastChange < this.lastChange) this.rewinds = [...this.rewinds, state.lastChange];
		this.lastChange = Math.max(this.lastChange, state.lastChange);
		this.lastNumber = Math.max(this.lastNumber, state.lastNumber);
		this.goneFolders = state.goneFolders;
		for (const folder of state.folders) {
			this.folders.set(folder.number, folder);
			if (folder.distinguished) this.distinguished.set(folder.distinguished, folder);
			for (const item of folder.items.values()) this.items.set(item.number, item);
		}
		this.announce();
	}

	private newFolder(parent: number | undefined, folder: Omit<NewFolder, 'parent'>): Folder {
		const change = this.nextChange();
		const made: Folder = {
			number: this.nextNumber(),
			parent,
			displayName: folder.displayName,
			folderClass: folder.folderClass ?? 'IPF.Note',
			kind: folder.kind ?? 'Folder',
			...(folder.distinguished && { distinguished: folder.distinguished }),
			extended: {},
			changeKey: change,
			appeared: change,
			position: change,
			unread: 0,
			hidden: 0,
			items: new Map(),
			log: [],
			compactAt: 1_000,
		};
		this.folders.set(made.number, made);
		if (made.distinguished) this.distinguished.set(made.distinguished, made);
		this.announce();
		return made;
	}

	private nextChange(): number {
		return (this.lastChange += 1);
	}

	private enter(item: Item, folder: Folder): void {
		folder.items.set(item.number, item);
		this.items.set(item.number, item);
		if (item.associated) folder.hidden += 1;
		else if (!flagOf(item, 'message:IsRead')) folder.unread += 1;
		this.log(item);
	}

	private leave(item: Item): void {
		const folder = this.folderOf(item);
		folder.items.delete(item.number);
		this.items.delete(item.number);
		if (item.associated) folder.hidden -= 1;
		else if (!flagOf(item, 'message:IsRead')) folder.unread -= 1;
		const gone: Tombstone = { number: item.number, appeared: item.appeared, changeKey: item.changeKey, position: this.nextChange() };
		folder.log.push({ position: gone.position, gone });
		compactLog(folder);
		this.announce();
	}

	private log(item: Item): void {
		const folder = this.folderOf(item);
		folder.log.push({ position: item.position, item });
		compactLog(folder);
		this.announce();
	}

	private announce(): void {
		for (const listener of this.listeners) listener(this);
	}
}
