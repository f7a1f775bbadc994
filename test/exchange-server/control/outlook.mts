import { markRead, noteDeletion } from '../mail/deliver.mts';
import type { Folder } from '../store/folder.mts';
import type { Address, DetachedItem, Item, PropertyValue } from '../store/item.mts';
import { emptyItem, flagOf, itemClassOf, textOf } from '../store/item.mts';
import { MailboxOwner } from '../store/mailbox-owner.mts';
import { kindOfClass } from '../properties/kinds.mts';

/** A new item as a test describes it; what is absent is empty. Instants as Date or ISO text. */
export interface ItemInput {
	folder?: string;
	itemClass?: string;
	subject?: string;
	text?: string;
	html?: string;
	from?: Address;
	to?: readonly Address[];
	cc?: readonly Address[];
	isRead?: boolean;
	isDraft?: boolean;
	categories?: readonly string[];
	importance?: 'Low' | 'Normal' | 'High';
	messageId?: string;
	received?: Date | string;
	sent?: Date | string;
	asksForReadReceipt?: boolean;
	attachments?: ReadonlyArray<{ name: string; content: Buffer | string; contentType?: string; contentId?: string; isInline?: boolean }>;
	/** Further properties by path. */
	properties?: Readonly<Record<string, PropertyValue>>;
}

/** What a user changes in an item. */
export type ItemEdit = Omit<ItemInput, 'folder' | 'attachments' | 'received' | 'sent' | 'isDraft'>;

/** One row of a folder as a test sees it. */
export interface ItemRow {
	readonly id: string;
	readonly kind: string;
	readonly itemClass: string;
	readonly subject: string;
	readonly isRead: boolean;
	readonly isDraft: boolean;
	readonly messageId: string | undefined;
	readonly searchKey: string;
	readonly categories: readonly string[];
}

function given(input: ItemEdit): Record<string, PropertyValue | undefined> {
	return {
		'item:ItemClass': input.itemClass,
		'item:Subject': input.subject,
		'message:From': input.from,
		'message:Sender': input.from,
		'message:ToRecipients': input.to,
		'message:CcRecipients': input.cc,
		'item:Categories': input.categories,
		'item:Importance': input.importance,
		'message:InternetMessageId': input.messageId,
		'message:IsReadReceiptRequested': input.asksForReadReceipt,
		...input.properties,
	};
}

/** What a user does in Outlook: the same changes of the store. */
export class Outlook extends MailboxOwner {
	/** A folder by distinguished id or by path below the top (`Inbox/Projekte`); throws where there is none. */
	folder(name: string): Folder {
		const found = this.find(name);
		if (!found) throw new Error(`mailbox ${this.mailbox.address} has no folder ${name}`);
		return found;
	}

	/** The folder of a path, made where it is missing. */
	createFolder(path: string): Folder {
		const known = this.find(path);
		if (known) return known;
		const slash = path.lastIndexOf('/');
		const parent = slash < 0 ? this.mailbox.folderNamed('msgfolderroot') : this.createFolder(path.slice(0, slash));
		return this.mailbox.createFolder({ parent: parent.number, displayName: path.slice(slash + 1), folderClass: parent.folderClass.startsWith('IPF.') ? parent.folderClass : 'IPF.Note', kind: parent.kind });
	}

	/** A folder's items in the order they came, without hidden ones. */
	items(folder: string): ItemRow[] {
		const visible = [...this.folder(folder).items.values()].filter(({ associated }) => !associated);
		return visible.map((item) => ({
			id: this.idOf(item),
			kind: item.kind,
			itemClass: itemClassOf(item),
			subject: textOf(item, 'item:Subject') ?? '',
			isRead: flagOf(item, 'message:IsRead'),
			isDraft: item.draft,
			messageId: textOf(item, 'message:InternetMessageId'),
			searchKey: item.searchKey,
			categories: (item.properties['item:Categories'] as readonly string[] | undefined) ?? [],
		}));
	}

	/** Puts a new item into a folder (default Inbox). */
	create(input: ItemInput): Item {
		const itemClass = input.itemClass ?? 'IPM.Note';
		const now = this.exchange.clock.now();
		const content: DetachedItem = emptyItem(kindOfClass(itemClass), itemClass);
		for (const [path, value] of Object.entries(given(input))) if (value !== undefined) content.properties[path] = value;
		content.properties['message:IsRead'] = input.isRead ?? false;
		content.properties['item:DateTimeReceived'] = new Date(input.received ?? now);
		content.properties['item:DateTimeSent'] = new Date(input.sent ?? input.received ?? now);
		content.draft = input.isDraft ?? false;
		if (input.html !== undefined) content.body = { type: 'HTML', content: input.html };
		else if (input.text !== undefined) content.body = { type: 'Text', content: input.text };
		content.attachments = (input.attachments ?? []).map(({ name, content: bytes, contentType, contentId, isInline }) => ({
			type: 'file',
			number: 0,
			name,
			content: Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes),
			contentType: contentType ?? 'application/octet-stream',
			...(contentId !== undefined && { contentId }),
			isInline: isInline ?? false,
			lastModified: now,
		}));
		return this.mailbox.add(content, this.folder(input.folder ?? 'inbox'));
	}

	/** Changes an item; a change of nothing but the read state is a read-flag change. */
	edit(which: string | Item, edit: ItemEdit): Item {
		const item = this.item(which);
		let touched = false;
		for (const [path, value] of Object.entries(given(edit))) {
			if (value === undefined) continue;
			item.properties[path] = value;
			touched = true;
		}
		if (edit.html !== undefined || edit.text !== undefined) {
			item.body = edit.html === undefined ? { type: 'Text', content: edit.text ?? '' } : { type: 'HTML', content: edit.html };
			touched = true;
		}
		if (touched) {
			delete item.mime;
			this.mailbox.touch(item);
		}
		if (edit.isRead !== undefined) markRead(this.exchange, this.mailbox, item, edit.isRead, false);
		return item;
	}

	/** Deletes: into the bin (a second time: for good as far as the user sees), recoverably, or for good. */
	remove(which: string | Item, how: 'bin' | 'soft' | 'hard' = 'bin'): Item | undefined {
		const item = this.item(which);
		noteDeletion(this.exchange, this.mailbox, item, false);
		if (how === 'hard') {
			this.mailbox.remove(item);
			return undefined;
		}
		const target = how === 'soft' || this.mailbox.folderOf(item).distinguished === 'deleteditems' ? 'recoverableitemsdeletions' : 'deleteditems';
		return this.mailbox.move(item, this.mailbox.folderNamed(target), { keepChangeKey: true });
	}

	move(which: string | Item, folder: string): Item {
		return this.mailbox.move(this.item(which), this.folder(folder));
	}

	copy(which: string | Item, folder: string): Item {
		return this.mailbox.copy(this.item(which), this.folder(folder));
	}

	/** Takes an item out of the bin, back to the folder it was deleted from: it gets a new id. */
	restore(which: string | Item): Item {
		const item = this.item(which);
		const target = item.deletedFrom === undefined ? undefined : this.mailbox.folder(item.deletedFrom);
		return this.mailbox.move(item, target ?? this.mailbox.folderNamed('inbox'));
	}

	private find(name: string): Folder | undefined {
		const distinguished = this.mailbox.distinguished.get(name);
		if (distinguished) return distinguished;
		let at: Folder | undefined = this.mailbox.folderNamed('msgfolderroot');
		for (const part of name.split('/')) {
			const above: Folder | undefined = at;
			at = above && (this.mailbox.childrenOf(above).find(({ displayName }) => displayName === part) ?? (above.distinguished === 'msgfolderroot' ? this.mailbox.distinguished.get(part) : undefined));
		}
		return at;
	}
}
