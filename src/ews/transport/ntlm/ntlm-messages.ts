import { randomBytes } from 'node:crypto';

import { messageIntegrityCode, ntlmV2Responses, responseKey, type NtlmIdentity } from './ntlm-v2';

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

/** NEGOTIATE flags. [MS-NLMP] 2.2.2.5 */
const FLAG = {
	unicode: 0x00000001,
	requestTarget: 0x00000004,
	ntlm: 0x00000200,
	alwaysSign: 0x00008000,
	extendedSessionSecurity: 0x00080000,
	targetInfo: 0x00800000,
	version: 0x02000000,
	key128: 0x20000000,
	key56: 0x80000000,
} as const;

const OUR_FLAGS =
	(FLAG.unicode | FLAG.requestTarget | FLAG.ntlm | FLAG.alwaysSign | FLAG.extendedSessionSecurity | FLAG.targetInfo | FLAG.version | FLAG.key128 | FLAG.key56) >>> 0;

/** AV pair ids. [MS-NLMP] 2.2.2.1 */
const AV = { end: 0, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const;
const AV_FLAG_MIC = 0x2;

/** Windows 10, NTLM revision 15: what the field is filled with everywhere. */
const VERSION = Buffer.from([10, 0, 0, 0, 0, 0, 0, 15]);
const MIC_OFFSET = 72;
const PAYLOAD_OFFSET = 88;
const MAX_CHALLENGE = 16 * 1024;

/** What the server's CHALLENGE_MESSAGE says. */
export interface NtlmChallenge {
	raw: Buffer;
	flags: number;
	serverChallenge: Buffer;
	/** Id and value of each AV pair but the end. */
	targetInfo: Array<{ id: number; value: Buffer }>;
}

/** First message: what the client can do. It names nobody. [MS-NLMP] 2.2.1.1 */
export function negotiateMessage(): Buffer {
	const message = Buffer.alloc(40);
	SIGNATURE.copy(message);
	message.writeUInt32LE(1, 8);
	message.writeUInt32LE(OUR_FLAGS, 12);
	VERSION.copy(message, 32);
	return message;
}

/** Reads the server's message; undefined when it is none. [MS-NLMP] 2.2.1.2 */
export function readChallengeMessage(raw: Buffer): NtlmChallenge | undefined {
	if (raw.length < 32 || raw.length > MAX_CHALLENGE || !raw.subarray(0, 8).equals(SIGNATURE) || raw.readUInt32LE(8) !== 2) return undefined;
	const targetInfo: NtlmChallenge['targetInfo'] = [];
	if (raw.length >= 48) {
		const length = raw.readUInt16LE(40);
		const offset = raw.readUInt32LE(44);
		const pairs = raw.subarray(offset, offset + length);
		for (let at = 0; at + 4 <= pairs.length; ) {
			const id = pairs.readUInt16LE(at);
			const size = pairs.readUInt16LE(at + 2);
			if (id === AV.end) break;
			targetInfo.push({ id, value: pairs.subarray(at + 4, at + 4 + size) });
			at += 4 + size;
		}
	}
	return { raw, flags: raw.readUInt32LE(20), serverChallenge: raw.subarray(24, 32), targetInfo };
}

/** What the last message is made of besides the challenge. */
export interface AuthenticateInput {
	identity: NtlmIdentity;
	/** Host of the address, for the service principal name `HTTP/host`. */
	host: string;
	/** MD5 of the channel's bindings, sixteen bytes; zeros without TLS. */
	channelBindings: Buffer;
	negotiate: Buffer;
	/** For servers that do not give their time. Milliseconds since 1970. */
	now: number;
	/** Eight random bytes; given by tests only. */
	clientChallenge?: Buffer;
}

/**
 * Last message: NTLMv2 responses with channel bindings and service principal name, signed by a message integrity code where the server gave
 * its time (all since Windows Vista do). [MS-NLMP] 2.2.1.3, 3.1.5.1.2
 */
export function authenticateMessage(challenge: NtlmChallenge, input: AuthenticateInput): Buffer {
	const { identity, host, channelBindings, negotiate, now } = input;
	const serverTime = challenge.targetInfo.find((pair) => pair.id === AV.timestamp)?.value;
	const serverGaveTime = serverTime?.length === 8;
	const targetInfo = ourTargetInfo(challenge, serverGaveTime, host, channelBindings);
	const clientChallenge = input.clientChallenge ?? randomBytes(8);
	const responses = ntlmV2Responses(
		responseKey(identity),
		challenge.serverChallenge,
		clientChallenge,
		serverGaveTime ? serverTime : fileTime(now),
		targetInfo,
		serverGaveTime,
	);

	const parts = [responses.lm, responses.nt, wide(identity.domain), wide(identity.user), wide(''), Buffer.alloc(0)];
	const header = Buffer.alloc(PAYLOAD_OFFSET);
	SIGNATURE.copy(header);
	header.writeUInt32LE(3, 8);
	let offset = PAYLOAD_OFFSET;
	parts.forEach((part, index) => {
		header.writeUInt16LE(part.length, 12 + index * 8);
		header.writeUInt16LE(part.length, 14 + index * 8);
		header.writeUInt32LE(offset, 16 + index * 8);
		offset += part.length;
	});
	header.writeUInt32LE((OUR_FLAGS & challenge.flags) >>> 0, 60);
	VERSION.copy(header, 64);
	const message = Buffer.concat([header, ...parts]);
	if (serverGaveTime) messageIntegrityCode(responses.sessionBaseKey, negotiate, challenge.raw, message).copy(message, MIC_OFFSET);
	return message;
}

function ourTargetInfo(challenge: NtlmChallenge, withMic: boolean, host: string, channelBindings: Buffer): Buffer {
	const own: readonly number[] = [AV.flags, AV.targetName, AV.channelBindings];
	const flags = challenge.targetInfo.find((pair) => pair.id === AV.flags)?.value;
	const flagBits = (flags?.length === 4 ? flags.readUInt32LE(0) : 0) | (withMic ? AV_FLAG_MIC : 0);
	const flagValue = Buffer.alloc(4);
	flagValue.writeUInt32LE(flagBits >>> 0);
	return Buffer.concat([
		...challenge.targetInfo.filter((pair) => !own.includes(pair.id)).map((pair) => avPair(pair.id, pair.value)),
		...(flagBits === 0 ? [] : [avPair(AV.flags, flagValue)]),
		avPair(AV.channelBindings, channelBindings),
		avPair(AV.targetName, wide(`HTTP/${host}`)),
		avPair(AV.end, Buffer.alloc(0)),
	]);
}

function avPair(id: number, value: Buffer): Buffer {
	const header = Buffer.alloc(4);
	header.writeUInt16LE(id, 0);
	header.writeUInt16LE(value.length, 2);
	return Buffer.concat([header, value]);
}

/** Tenths of microseconds since 1601. */
function fileTime(milliseconds: number): Buffer {
	const time = Buffer.alloc(8);
	time.writeBigUInt64LE((BigInt(milliseconds) + 11_644_473_600_000n) * 10_000n);
	return time;
}

function wide(text: string): Buffer {
	return Buffer.from(text, 'utf16le');
}
