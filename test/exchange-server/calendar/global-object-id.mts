/** Head of every global object id (MS-OXOCAL 2.2.1.27, Byte Array ID). */
const HEAD = Buffer.from('040000008200E00074C5B7101A82E008', 'hex');
const THIRD_PARTY = Buffer.concat([Buffer.from('vCal-Uid', 'latin1'), Buffer.from([1, 0, 0, 0])]);
/** Where the date of the exception stands: big-endian year, month, day. */
const DATE_AT = 16;
const TICKS_BETWEEN_1601_AND_1970 = 116_444_736_000_000_000n;

/** A UID as Exchange makes it for a new item: the global object id in hex; `unique` are 16 bytes. */
export function newUid(created: Date, unique: Buffer): string {
	const middle = Buffer.alloc(4 + 8 + 8 + 4);
	middle.writeBigUInt64LE(BigInt(created.getTime()) * 10_000n + TICKS_BETWEEN_1601_AND_1970, 4);
	middle.writeUInt32LE(16, 20);
	return Buffer.concat([HEAD, middle, unique.subarray(0, 16)])
		.toString('hex')
		.toUpperCase();
}

/**
 * PidLidCleanGlobalObjectId of a UID: the bytes behind a UID in Exchange's own form, a `vCal-Uid` wrapping of any other
 * (MS-OXCICAL 2.1.3.1.1.20.26).
 */
export function cleanGlobalObjectId(uid: string): Buffer {
	if (/^(?:[0-9A-Fa-f]{2}){40,}$/.test(uid) && Buffer.from(uid, 'hex').subarray(0, 16).equals(HEAD)) {
		const bytes = Buffer.from(uid, 'hex');
		bytes.fill(0, DATE_AT, DATE_AT + 4);
		return bytes;
	}
	const data = Buffer.concat([THIRD_PARTY, Buffer.from(uid, 'utf8'), Buffer.from([0])]);
	const middle = Buffer.alloc(4 + 8 + 8 + 4);
	middle.writeUInt32LE(data.length, 20);
	return Buffer.concat([HEAD, middle, data]);
}

/** PidLidGlobalObjectId: the clean one, with the original date of an occurrence put in. */
export function globalObjectId(uid: string, occurrence?: { year: number; month: number; day: number }): Buffer {
	const bytes = cleanGlobalObjectId(uid);
	if (occurrence) {
		bytes.writeUInt16BE(occurrence.year, DATE_AT);
		bytes.writeUInt8(occurrence.month, DATE_AT + 2);
		bytes.writeUInt8(occurrence.day, DATE_AT + 3);
	}
	return bytes;
}
