import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { algorithmOf } from './asn1-node';
import type { Algorithm } from './asn1-node';
import { decryptCbc, keyLengthOf } from './content-cipher';
import { HMAC_BY_OID, OID } from './object-ids';
import { decryptRc2Cbc } from './rc2';
import { SmimeError, smimeErrorOf } from './smime-error';

/** Iterations of the old key derivation, done in JavaScript; files in use have 1 to 100,000. */
const MOST_PKCS12_ITERATIONS = 1_000_000;
const MOST_PBKDF2_ITERATIONS = 10_000_000;

/** What the key derivation of PKCS #12 is for (RFC 7292, B.3). */
export const KEY_PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

const CONVERSION =
	'convert the file: openssl pkcs12 -legacy -in old.p12 -nodes -out all.pem && openssl pkcs12 -export -in all.pem -out new.p12';

/** A password in the form the old algorithms of PKCS #12 take: UTF-16 big-endian with a zero at its end (RFC 7292, B.1). */
export function bmpPassword(password: string): Buffer {
	return Buffer.from(`${password}\0`, 'utf16le').swap16();
}

/**
 * Key derivation of PKCS #12 (RFC 7292, B.2).
 * @throws SmimeError Where the file asks for more iterations than any real file does.
 */
export function pkcs12Key(digest: string, purpose: number, password: Buffer, salt: Buffer, iterations: number, length: number): Buffer {
	if (iterations < 1 || iterations > MOST_PKCS12_ITERATIONS) throw new SmimeError(`The PKCS #12 file asks for ${iterations} iterations, more than are done`);
	const v = digest === 'sha384' || digest === 'sha512' ? 128 : 64;
	const diversifier = Buffer.alloc(v, purpose);
	const input = Buffer.concat([repeated(salt, v), repeated(password, v)]);
	const blocks: Buffer[] = [];
	for (let have = 0; have < length; ) {
		let block = createHash(digest).update(diversifier).update(input).digest();
		for (let round = 1; round < iterations; round++) block = createHash(digest).update(block).digest();
		blocks.push(block);
		have += block.length;
		const addend = repeated(block, v).subarray(0, v);
		for (let offset = 0; offset < input.length; offset += v) {
			let carry = 1;
			for (let index = v - 1; index >= 0; index--) {
				carry += (input[offset + index] ?? 0) + (addend[index] ?? 0);
				input[offset + index] = carry & 0xff;
				carry >>>= 8;
			}
		}
	}
	return Buffer.concat(blocks).subarray(0, length);
}

/**
 * Decrypts what a PKCS #12 file holds under its password: PBES2 (AES and 3DES, as current tools write) and the old SHA-1 with 3DES or RC2 (as
 * Windows exports).
 * @throws SmimeError Where the algorithm is not known or the result makes no sense.
 */
export function decryptByPassword(algorithm: Algorithm, password: string, data: Buffer): Buffer {
	const { objectId, parameters } = algorithm;
	if (parameters === undefined) throw new SmimeError('The PKCS #12 file is damaged');
	if (objectId === OID.pbes2) return decryptPbes2(algorithmOf(parameters.child(0)), algorithmOf(parameters.child(1)), password, data);
	const salt = parameters.child(0).octets();
	const iterations = parameters.child(1).smallInteger();
	const derive = (purpose: number, length: number): Buffer => pkcs12Key('sha1', purpose, bmpPassword(password), salt, iterations, length);
	switch (objectId) {
		case OID.pbeSha1TripleDes:
			return tripleDes(derive(KEY_PURPOSE.key, 24), derive(KEY_PURPOSE.iv, 8), data);
		case OID.pbeSha1TwoKeyTripleDes: {
			const key = derive(KEY_PURPOSE.key, 16);
			return tripleDes(Buffer.concat([key, key.subarray(0, 8)]), derive(KEY_PURPOSE.iv, 8), data);
		}
		case OID.pbeSha1Rc2With40Bits:
			return rc2(derive(KEY_PURPOSE.key, 5), 40, derive(KEY_PURPOSE.iv, 8), data);
		case OID.pbeSha1Rc2With128Bits:
			return rc2(derive(KEY_PURPOSE.key, 16), 128, derive(KEY_PURPOSE.iv, 8), data);
		default:
			throw new SmimeError(`The PKCS #12 file is encrypted by an algorithm that is not supported (${objectId}); ${CONVERSION}`);
	}
}

function decryptPbes2(derivation: Algorithm, cipher: Algorithm, password: string, data: Buffer): Buffer {
	if (derivation.objectId !== OID.pbkdf2 || derivation.parameters === undefined) {
		throw new SmimeError(`The PKCS #12 file uses a key derivation that is not supported (${derivation.objectId}); ${CONVERSION}`);
	}
	const salt = derivation.parameters.child(0).octets();
	const iterations = derivation.parameters.child(1).smallInteger();
	if (iterations < 1 || iterations > MOST_PBKDF2_ITERATIONS) throw new SmimeError(`The PKCS #12 file asks for ${iterations} iterations, more than are done`);
	const stated = derivation.parameters.children.slice(2).find((node) => node.isUniversal(2))?.smallInteger();
	const prf = derivation.parameters.children.slice(2).find((node) => node.isUniversal(16));
	const digest = prf === undefined ? 'sha1' : HMAC_BY_OID.get(algorithmOf(prf).objectId);
	if (digest === undefined) throw new SmimeError(`The PKCS #12 file uses a key derivation that is not supported; ${CONVERSION}`);
	const length = keyLengthOf(cipher) ?? stated;
	if (length === undefined || length > 128) {
		throw new SmimeError(`The PKCS #12 file is encrypted by an algorithm that is not supported (${cipher.objectId}); ${CONVERSION}`);
	}
	return decryptCbc(cipher, pbkdf2Sync(Buffer.from(password, 'utf8'), salt, iterations, length, digest), data);
}

function tripleDes(key: Buffer, iv: Buffer, data: Buffer): Buffer {
	try {
		const cipher = createDecipheriv('des-ede3-cbc', key, iv);
		return Buffer.concat([cipher.update(data), cipher.final()]);
	} catch (cause) {
		throw smimeErrorOf(cause, 'The PKCS #12 file cannot be decrypted');
	}
}

function rc2(key: Buffer, bits: number, iv: Buffer, data: Buffer): Buffer {
	const plain = decryptRc2Cbc(key, bits, iv, data);
	if (plain === undefined) throw new SmimeError('The PKCS #12 file cannot be decrypted');
	return plain;
}

function repeated(bytes: Buffer, v: number): Buffer {
	if (bytes.length === 0) return Buffer.alloc(0);
	return Buffer.alloc(v * Math.ceil(bytes.length / v), bytes);
}
