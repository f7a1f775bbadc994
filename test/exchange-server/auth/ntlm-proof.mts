import { createHmac, timingSafeEqual } from 'node:crypto';
import { md4 } from './md4.mts';
import { rc4 } from './rc4.mts';

function hmac(key: Uint8Array, ...parts: Uint8Array[]): Buffer {
	const mac = createHmac('md5', key);
	for (const part of parts) mac.update(part);
	return mac.digest();
}

/** NTOWFv2 ([MS-NLMP] 3.3.2): the key that a user's password gives, with user and domain as the client wrote them. */
export function passwordKey(password: string, user: string, domain: string): Buffer {
	return hmac(md4(Buffer.from(password, 'utf16le')), Buffer.from(upperCase(user) + domain, 'utf16le'));
}

/** Windows keeps a character whose capital is several, such as ß. */
function upperCase(text: string): string {
	return Array.from(text, (each) => (each.toUpperCase().length > each.length ? each : each.toUpperCase())).join('');
}

/** NTProofStr over the server's challenge and the client's blob. */
export function proofOf(key: Uint8Array, serverChallenge: Uint8Array, blob: Uint8Array): Buffer {
	return hmac(key, serverChallenge, blob);
}

/** The key both sides share once the proof is right: the one the client wrapped, where a key exchange was agreed on. */
export function sessionKey(key: Uint8Array, proof: Uint8Array, wrapped: Uint8Array | undefined): Buffer {
	const base = hmac(key, proof);
	return wrapped === undefined ? base : rc4(base, wrapped);
}

/** Message integrity code of a handshake; the last message with its own field zeroed. */
export function integrityCode(session: Uint8Array, negotiate: Uint8Array, challenge: Uint8Array, authenticate: Uint8Array): Buffer {
	return hmac(session, negotiate, challenge, authenticate);
}

/** Compares without telling by its time where the difference is. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && timingSafeEqual(a, b);
}
