import type { DetachedItem, Item, StructuredValue } from '../store/item.mts';
import { addressOf, flagOf, instantOf, textOf } from '../store/item.mts';
import { dateTime } from '../xml/write.mts';
import { sizeOf } from './itemProperties.mts';

/** A MAPI property that is another view of something the item holds anyway. */
export interface MapiAlias {
	readonly type: string;
	readonly get: (item: DetachedItem) => string | undefined;
	/** Absent where only the store sets it. */
	readonly set?: (item: DetachedItem, value: string) => void;
}

const MSGFLAG_READ = 0x01;
const MSGFLAG_UNMODIFIED = 0x02;
const MSGFLAG_UNSENT = 0x08;
const MSGFLAG_HASATTACH = 0x10;
const MSGFLAG_RN_PENDING = 0x100;

/** PidTagFlagStatus (MS-OXOFLAG 2.2.1.1), which an item has that was flagged. */
const FLAG_STATUS: Readonly<Record<string, string>> = { Complete: '1', Flagged: '2' };

function isStored(item: DetachedItem): item is Item {
	return 'searchKey' in item;
}

function viewOfText(path: string): MapiAlias {
	return {
		type: 'String',
		get: (item) => textOf(item, path),
		set: (item, value) => {
			item.properties[path] = value;
		},
	};
}

function viewOfInstant(path: string): MapiAlias {
	return {
		type: 'SystemTime',
		get: (item) => {
			const value = instantOf(item, path);
			return value && dateTime(value);
		},
		set: (item, value) => {
			item.properties[path] = new Date(value);
		},
	};
}

function viewOfFlag(path: string): MapiAlias {
	return {
		type: 'Boolean',
		get: (item) => String(flagOf(item, path)),
		set: (item, value) => {
			item.properties[path] = value === 'true';
		},
	};
}

function readOnly(type: string, get: MapiAlias['get']): MapiAlias {
	return { type, get };
}

const ALIASES: ReadonlyMap<number, MapiAlias> = new Map<number, MapiAlias>([
	[0x001a, viewOfText('item:ItemClass')],
	[0x0037, viewOfText('item:Subject')],
	[0x0039, viewOfInstant('item:DateTimeSent')],
	[0x0e06, viewOfInstant('item:DateTimeReceived')],
	[0x1090, readOnly('Integer', (item) => FLAG_STATUS[String((item.properties['item:Flag'] as StructuredValue | undefined)?.['status'])])],
	[0x0029, viewOfFlag('message:IsReadReceiptRequested')],
	[0x0023, viewOfFlag('message:IsDeliveryReceiptRequested')],
	[0x1035, viewOfText('message:InternetMessageId')],
	[0x1042, viewOfText('item:InReplyTo')],
	[0x1039, viewOfText('message:References')],
	[
		0x0e07,
		{
			type: 'Integer',
			get: (item) => {
				const read = flagOf(item, 'message:IsRead') ? MSGFLAG_READ : 0;
				const unmodified = isStored(item) && item.contentChanged === item.appeared ? MSGFLAG_UNMODIFIED : 0;
				const unsent = item.draft ? MSGFLAG_UNSENT : 0;
				const attachments = item.attachments.some((attachment) => !attachment.isInline) ? MSGFLAG_HASATTACH : 0;
				const pending = flagOf(item, 'message:IsReadReceiptRequested') && !flagOf(item, 'message:IsRead') && !item.draft && !item.extended['receipt:answered'] ? MSGFLAG_RN_PENDING : 0;
				return String(read | unmodified | unsent | attachments | pending);
			},
			set: (item, value) => {
				const flags = Number(value);
				item.properties['message:IsRead'] = (flags & MSGFLAG_READ) !== 0;
				item.draft = (flags & MSGFLAG_UNSENT) !== 0;
			},
		},
	],
	[0x007d, readOnly('String', (item) => (item.headers ? item.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('') : undefined))],
	[0x0c1a, readOnly('String', (item) => addressOf(item, 'message:Sender')?.name)],
	[0x0c1f, readOnly('String', (item) => addressOf(item, 'message:Sender')?.address)],
	[0x0e08, readOnly('Integer', (item) => (isStored(item) ? String(sizeOf(item)) : undefined))],
	// PR_INTERNET_ARTICLE_NUMBER: what IMAP gateways give out as the UID.
	[0x0e23, readOnly('Integer', (item) => (isStored(item) ? String(item.number) : undefined))],
	[0x0e1b, readOnly('Boolean', (item) => String(item.attachments.some((attachment) => !attachment.isInline)))],
	[0x3007, readOnly('SystemTime', (item) => (isStored(item) ? dateTime(item.created) : undefined))],
	[0x3008, readOnly('SystemTime', (item) => (isStored(item) ? dateTime(item.lastModified) : undefined))],
	[0x300b, readOnly('Binary', (item) => (isStored(item) ? Buffer.from(item.searchKey, 'hex').toString('base64') : undefined))],
]);

/** The view a MAPI tag gives of an item's own data, or undefined for a tag that is stored as it comes. */
export function mapiAlias(tag: number): MapiAlias | undefined {
	return ALIASES.get(tag);
}
