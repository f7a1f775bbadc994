/** Flags of a negotiation ([MS-NLMP] 2.2.2.5) this server knows. */
export const FLAG = {
	unicode: 0x1,
	requestTarget: 0x4,
	sign: 0x10,
	ntlm: 0x200,
	alwaysSign: 0x8000,
	targetIsDomain: 0x10000,
	extendedSecurity: 0x80000,
	targetInfo: 0x800000,
	version: 0x2000000,
	key128: 0x20000000,
	keyExchange: 0x40000000,
	key56: 0x80000000,
} as const;

/** Ids of attribute-value pairs ([MS-NLMP] 2.2.2.1). */
export const PAIR = { end: 0, computer: 1, domain: 2, dnsComputer: 3, dnsDomain: 4, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const;

/** Bit of the flags pair: the client sends an integrity code. */
export const PAIR_FLAG_MIC = 2;

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
const MIC_AT = 72;
const MIC_LENGTH = 16;

/** 1, 2 or 3; undefined for what is no NTLM message. */
export function messageType(message: Buffer): number | undefined {
	return message.length >= 12 && message.subarray(0, 8).equals(SIGNATURE) ? message.readUInt32LE(8) : undefined;
}

function field(message: Buffer, at: number): Buffer {
	const length = message.readUInt16LE(at);
	const offset = message.readUInt32LE(at + 4);
	if (offset + length > message.length) throw new RangeError('field beyond the message');
	return message.subarray(offset, offset + length);
}

/** Flags a client asks for in its first message. */
export function negotiateFlags(message: Buffer): number {
	return message.readUInt32LE(12);
}

/** Who the server says it is. */
export interface ServerNames {
	readonly domain: string;
	readonly computer: string;
	readonly dnsDomain: string;
}

function pair(id: number, value: Buffer): Buffer {
	const head = Buffer.alloc(4);
	head.writeUInt16LE(id);
	head.writeUInt16LE(value.length, 2);
	return Buffer.concat([head, value]);
}

const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** Writes a CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2). */
export function challengeMessage(clientFlags: number, serverChallenge: Buffer, names: ServerNames, now: Date): Buffer {
	const asked = FLAG.sign | FLAG.keyExchange | FLAG.key128 | FLAG.key56 | FLAG.alwaysSign;
	const flags = (FLAG.unicode | FLAG.requestTarget | FLAG.ntlm | FLAG.targetIsDomain | FLAG.extendedSecurity | FLAG.targetInfo | FLAG.version | (clientFlags & asked)) >>> 0;
	const time = Buffer.alloc(8);
	time.writeBigUInt64LE((BigInt(now.getTime()) + 11_644_473_600_000n) * 10_000n);
	const target = wide(names.domain);
	const info = Buffer.concat([
		pair(PAIR.domain, target),
		pair(PAIR.computer, wide(names.computer)),
		pair(PAIR.dnsDomain, wide(names.dnsDomain)),
		pair(PAIR.dnsComputer, wide(`${names.computer.toLowerCase()}.${names.dnsDomain}`)),
		pair(PAIR.timestamp, time),
		pair(PAIR.end, Buffer.alloc(0)),
	]);
	const head = Buffer.alloc(56);
	SIGNATURE.copy(head);
	head.writeUInt32LE(2, 8);
	head.writeUInt16LE(target.length, 12);
	head.writeUInt16LE(target.length, 14);
	head.writeUInt32LE(head.length, 16);
	head.writeUInt32LE(flags, 20);
	serverChallenge.copy(head, 24);
	head.writeUInt16LE(info.length, 40);
	head.writeUInt16LE(info.length, 42);
	head.writeUInt32LE(head.length + target.length, 44);
	Buffer.from([10, 0, 0x7c, 0x4f, 0, 0, 0, 15]).copy(head, 48);
	return Buffer.concat([head, target, info]);
}

/** What an AUTHENTICATE_MESSAGE ([MS-NLMP] 2.2.1.3) says. */
export interface AuthenticateMessage {
	readonly user: string;
	readonly domain: string;
	readonly flags: number;
	readonly ntResponse: Buffer;
	readonly wrappedKey: Buffer;
	/** The integrity code where the message is long enough to have one. */
	readonly mic: Buffer | undefined;
	/** The whole message with the integrity code zeroed. */
	readonly withoutMic: Buffer;
}

/** Reads a client's last message. @throws RangeError for one that is cut off */
export function readAuthenticate(message: Buffer): AuthenticateMessage {
	const flags = message.readUInt32LE(60);
	const text = (at: number): string => field(message, at).toString((flags & FLAG.unicode) === 0 ? 'latin1' : 'utf16le');
	const payload = Math.min(...[12, 20, 28, 36, 44, 52].filter((at) => message.readUInt16LE(at) > 0).map((at) => message.readUInt32LE(at + 4)));
	const hasMic = payload >= MIC_AT + MIC_LENGTH && message.length >= MIC_AT + MIC_LENGTH;
	const withoutMic = Buffer.from(message);
	if (hasMic) withoutMic.fill(0, MIC_AT, MIC_AT + MIC_LENGTH);
	return { user: text(36), domain: text(28), flags, ntResponse: field(message, 20), wrappedKey: field(message, 52), mic: hasMic ? message.subarray(MIC_AT, MIC_AT + MIC_LENGTH) : undefined, withoutMic };
}

/** The attribute-value pairs in the blob behind a proof. @throws RangeError for a blob that is cut off */
export function pairsOf(blob: Buffer): Map<number, Buffer> {
	const pairs = new Map<number, Buffer>();
	for (let at = 28; at + 4 <= blob.length; ) {
		const id = blob.readUInt16LE(at);
		const length = blob.readUInt16LE(at + 2);
		if (id === PAIR.end) return pairs;
		pairs.set(id, blob.subarray(at + 4, at + 4 + length));
		at += 4 + length;
	}
	throw new RangeError('pairs without an end');
}
