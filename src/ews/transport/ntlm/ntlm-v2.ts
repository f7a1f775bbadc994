import { createHmac } from 'node:crypto';

import { md4 } from './md4';

/** Who logs on. `domain` is empty where the user is given as `user@domain`. */
export interface NtlmIdentity {
	user: string;
	domain: string;
	password: string;
}

/** The answers to a challenge. */
export interface NtlmV2Responses {
	/** NTProofStr and the client's data it vouches for. */
	nt: Buffer;
	/** LMv2 response, zeros where the server gave its time. */
	lm: Buffer;
	/** Key that signs the exchange. */
	sessionBaseKey: Buffer;
}

/** Hash of user and password that all else is derived from (NTOWFv2). [MS-NLMP] 3.3.2 */
export function responseKey({ user, domain, password }: NtlmIdentity): Buffer {
	return hmacMd5(md4(Buffer.from(password, 'utf16le')), Buffer.from(upperCase(user) + domain, 'utf16le'));
}

/** As Windows does it, one character for one: Unicode makes SS of ß, which would be the proof of another user. */
function upperCase(user: string): string {
	return Array.from(user, (character) => {
		const upper = character.toUpperCase();
		return upper.length === character.length ? upper : character;
	}).join('');
}

/**
 * NTLMv2 responses. [MS-NLMP] 3.3.2
 * @param time FILETIME, eight bytes
 * @param targetInfo AV pairs as the client sends them, with their end
 * @param serverGaveTime the LMv2 response is then left out
 */
export function ntlmV2Responses(key: Buffer, serverChallenge: Buffer, clientChallenge: Buffer, time: Buffer, targetInfo: Buffer, serverGaveTime: boolean): NtlmV2Responses {
	const temp = Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]), time, clientChallenge, Buffer.alloc(4), targetInfo, Buffer.alloc(4)]);
	const proof = hmacMd5(key, Buffer.concat([serverChallenge, temp]));
	return {
		nt: Buffer.concat([proof, temp]),
		lm: serverGaveTime ? Buffer.alloc(24) : Buffer.concat([hmacMd5(key, Buffer.concat([serverChallenge, clientChallenge])), clientChallenge]),
		sessionBaseKey: hmacMd5(key, proof),
	};
}

/** Message integrity code over the three messages, its own place in the last one zero. [MS-NLMP] 3.1.5.1.2 */
export function messageIntegrityCode(sessionKey: Buffer, negotiate: Buffer, challenge: Buffer, authenticate: Buffer): Buffer {
	return hmacMd5(sessionKey, Buffer.concat([negotiate, challenge, authenticate]));
}

function hmacMd5(key: Buffer, data: Buffer): Buffer {
	return createHmac('md5', key).update(data).digest();
}
