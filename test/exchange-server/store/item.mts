/** The element an item is written as (types.xsd, ArrayOfRealItemsType). */
export type ItemKind =
	| 'Item'
	| 'Message'
	| 'CalendarItem'
	| 'Contact'
	| 'DistributionList'
	| 'MeetingMessage'
	| 'MeetingRequest'
	| 'MeetingResponse'
	| 'MeetingCancellation'
	| 'Task'
	| 'PostItem';

/** A mail address as EWS knows it; `routingType` is SMTP unless said otherwise. */
export interface Address {
	name?: string;
	address: string;
	routingType?: string;
	mailboxType?: string;
}

/** A value with inner structure (recurrence, attendee, flag …); whoever defines the property knows its shape. */
export interface StructuredValue {
	readonly structure: string;
	readonly [part: string]: unknown;
}

export type PropertyValue = string | number | boolean | Date | readonly string[] | Address | readonly Address[] | StructuredValue | readonly StructuredValue[];

/** An extended (MAPI) property's value under its canonical key (see properties/extended.mts); binary as base64, instants as xs:dateTime. */
export interface ExtendedValue {
	readonly type: string;
	readonly value: string | readonly string[];
}

/** The body as it was stored: Exchange converts on reading. */
export interface Body {
	type: 'HTML' | 'Text';
	content: string;
}

interface AttachmentCommon {
	/** Unique in its mailbox. */
	number: number;
	name: string;
	contentType?: string;
	contentId?: string;
	contentLocation?: string;
	isInline: boolean;
	lastModified: Date;
}

export interface FileAttachment extends AttachmentCommon {
	type: 'file';
	content: Buffer;
}

/** An attached item: a whole item of its own that lives in no folder. */
export interface ItemAttachment extends AttachmentCommon {
	type: 'item';
	item: DetachedItem;
}

/** A link to a file in a cloud; carries no bytes. */
export interface ReferenceAttachment extends AttachmentCommon {
	type: 'reference';
	url: string;
}

export type Attachment = FileAttachment | ItemAttachment | ReferenceAttachment;

/** The content of an item, apart from its place in a mailbox. */
export interface DetachedItem {
	kind: ItemKind;
	/** Values by EWS property path: `item:Subject`, `message:From`, `calendar:Start` … Computed properties are not in here. */
	properties: Record<string, PropertyValue>;
	/** Extended properties by canonical key. */
	extended: Record<string, ExtendedValue>;
	body?: Body;
	attachments: Attachment[];
	/** The bytes it came as, where it came as MIME and its content was not changed since. */
	mime?: Buffer;
	/** Internet headers it came with, in order. */
	headers?: Array<{ name: string; value: string }>;
	/** Not yet sent (MSGFLAG_UNSENT). */
	draft: boolean;
}

/** An item in a folder. The change numbers are its mailbox's; only the mailbox writes them. */
export interface Item extends DetachedItem {
	/** Unique in its mailbox, part of the item id; a moved item gets a new one. */
	number: number;
	/** Number of the folder it is in. */
	folder: number;
	/** Behind the ChangeKey. */
	changeKey: number;
	/** Change number at which it appeared in this folder. */
	appeared: number;
	/** Change number of the last change of its content. */
	contentChanged: number;
	/** Change number of the first change of its read state since its content changed; 0 for none. */
	readChanged: number;
	/** Its place in the folder's change log: the last change of any sort. */
	position: number;
	created: Date;
	lastModified: Date;
	lastModifiedName: string;
	/** Stays the same when the item moves (PidTagSearchKey), 16 bytes as hex; a copy gets its own. */
	searchKey: string;
	/** Folder-associated information: hidden, SyncScope NormalItems leaves it out. */
	associated: boolean;
	/** Where it was before it was deleted: what Outlook's Recover puts it back to. */
	deletedFrom?: number;
}

/** The item's class, always set. */
export function itemClassOf(item: DetachedItem): string {
	const value = item.properties['item:ItemClass'];
	return typeof value === 'string' ? value : 'IPM.Note';
}

/** A text property, or undefined. */
export function textOf(item: DetachedItem, path: string): string | undefined {
	const value = item.properties[path];
	return typeof value === 'string' ? value : undefined;
}

/** A boolean property; false when absent. */
export function flagOf(item: DetachedItem, path: string): boolean {
	return item.properties[path] === true;
}

/** An instant property, or undefined. */
export function instantOf(item: DetachedItem, path: string): Date | undefined {
	const value = item.properties[path];
	return value instanceof Date ? value : undefined;
}

function isAddress(value: unknown): value is Address {
	return typeof value === 'object' && value !== null && 'address' in value;
}

/** A single address property, or undefined. */
export function addressOf(item: DetachedItem, path: string): Address | undefined {
	const value = item.properties[path];
	return isAddress(value) ? value : undefined;
}

/** A property that lists addresses; empty when absent. */
export function addressesOf(item: DetachedItem, path: string): readonly Address[] {
	const value = item.properties[path];
	return Array.isArray(value) ? value.filter(isAddress) : [];
}

/** A new item without content. */
export function emptyItem(kind: ItemKind, itemClass: string): DetachedItem {
	return { kind, properties: { 'item:ItemClass': itemClass }, extended: {}, attachments: [], draft: false };
}
