import { createHash } from 'node:crypto';

/** What an item, folder or attachment id says once taken apart. */
export interface DecodedId {
	readonly type: 'item' | 'folder' | 'attachment';
	readonly mailbox: string;
	/** Item or folder number; of an attachment id its item's. */
	readonly number: number;
	/** Set in an attachment id. */
	readonly attachment?: number;
	/** Set in the id of one occurrence of a series: which one, as its expander numbers them. */
	readonly occurrence?: string;
}

const TYPE_BYTES = { folder: 0x2e, item: 0x46, attachment: 0x47 } as const;
const PREFIX_LENGTH = 3 + 2 + 36 + 1 + 2;
const STORE = createHash('md5').update('embedded exchange store').digest();

function encode(type: keyof typeof TYPE_BYTES, mailbox: string, number: number, tail: Buffer): string {
	const head = Buffer.alloc(PREFIX_LENGTH);
	head.set([0x00, 0x03, 0x24, 0x00, 0x24]);
	head.write(mailbox, 5, 'latin1');
	head.writeUInt8(0x00, 41);
	head.writeUInt8(TYPE_BYTES[type], 42);
	const counter = Buffer.alloc(6);
	counter.writeUIntBE(number, 0, 6);
	// Counter last but one and padded so that the whole is a multiple of three: two ids may differ in one letter's case alone.
	const before = Buffer.concat([head, Buffer.alloc(5), STORE, Buffer.from([0x07, 0x00]), STORE.subarray(4)]);
	return Buffer.concat([before, counter, tail]).toString('base64');
}

/** The id of an item: long base64, case-sensitive, never the same for two items of the server. */
export function itemId(mailbox: string, number: number): string {
	return encode('item', mailbox, number, Buffer.from([0x00, 0x00]));
}

/** The id of one occurrence of the series that is item `number`; `key` is at most 40 characters of ASCII. */
export function occurrenceId(mailbox: string, number: number, key: string): string {
	return encode('item', mailbox, number, Buffer.concat([Buffer.from([0x00, 0x10]), Buffer.from(key, 'latin1')]));
}

export function folderId(mailbox: string, number: number): string {
	return encode('folder', mailbox, number, Buffer.from([0x00, 0x01]));
}

export function attachmentId(mailbox: string, item: number, attachment: number): string {
	const tail = Buffer.alloc(8);
	tail.set([0x00, 0x01]);
	tail.writeUIntBE(attachment, 2, 6);
	return encode('attachment', mailbox, item, tail);
}

/** Takes an id apart; undefined where it is not one this server made, letter by letter. */
export function decodeId(id: string): DecodedId | undefined {
	const bytes = Buffer.from(id, 'base64');
	const counterAt = PREFIX_LENGTH + 5 + 16 + 2 + 12;
	if (bytes.length < counterAt + 8 || bytes.toString('base64') !== id) return undefined;
	if (bytes[0] !== 0x00 || bytes[1] !== 0x03 || !bytes.subarray(PREFIX_LENGTH + 5, PREFIX_LENGTH + 21).equals(STORE)) return undefined;
	const mailbox = bytes.toString('latin1', 5, 41);
	const number = bytes.readUIntBE(counterAt, 6);
	const tail = bytes.subarray(counterAt + 6);
	switch (bytes[42]) {
		case TYPE_BYTES.item:
			return tail[1] === 0x10 ? { type: 'item', mailbox, number, occurrence: tail.toString('latin1', 2) } : tail.length === 2 ? { type: 'item', mailbox, number } : undefined;
		case TYPE_BYTES.folder:
			return tail.length === 2 ? { type: 'folder', mailbox, number } : undefined;
		case TYPE_BYTES.attachment:
			return tail.length === 8 ? { type: 'attachment', mailbox, number, attachment: tail.readUIntBE(2, 6) } : undefined;
		default:
			return undefined;
	}
}

/** The change key of a change number; `CQ` begins messages' keys on a real server, `AQ` folders'. */
export function changeKey(mailbox: string, change: number, folder = false): string {
	const bytes = Buffer.alloc(27);
	bytes.set([folder ? 0x01 : 0x09, 0x00, 0x00, 0x00, 0x16, 0x00, 0x00, 0x00]);
	bytes.write(mailbox.replace(/-/g, '').slice(0, 20), 8, 'hex');
	bytes.writeUIntBE(change, 18, 6);
	return bytes.toString('base64');
}

/** The change number of a change key; undefined where it is not one of ours. */
export function decodeChangeKey(key: string): number | undefined {
	const bytes = Buffer.from(key, 'base64');
	if (bytes.length !== 27 || bytes.toString('base64') !== key || bytes[4] !== 0x16) return undefined;
	return bytes.readUIntBE(18, 6);
}

/** A stable GUID made from a name: the same seed gives the same ids. */
export function guidOf(name: string): string {
	const hex = createHash('md5').update(name.toLowerCase()).digest('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
