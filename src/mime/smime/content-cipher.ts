import { createDecipheriv } from 'node:crypto';
import type { Algorithm } from './asn1-node';
import { AES_BY_OID, OID } from './object-ids';
import { decryptRc2Cbc } from './rc2';
import { SmimeError, smimeErrorOf } from './smime-error';

/** RC2's parameter says the effective key length in a code (RFC 3370, 5.2). */
const RC2_BITS_BY_VERSION: ReadonlyMap<number, number> = new Map([
	[160, 40],
	[120, 64],
	[58, 128],
]);

/** Length in bytes of the key a block cipher in CBC mode needs; undefined for a cipher that is not known or has keys of any length. */
export function keyLengthOf(algorithm: Algorithm): number | undefined {
	return algorithm.objectId === OID.tripleDesCbc ? 24 : AES_BY_OID.get(algorithm.objectId)?.keyLength;
}

/**
 * Decrypts content by a block cipher in CBC mode: AES-128/192/256, 3DES, and RC2 of old mails.
 * @throws SmimeError Where the cipher is not known, or key and data do not fit.
 */
export function decryptCbc(algorithm: Algorithm, key: Buffer, data: Buffer): Buffer {
	const { block, iv, decrypt } = cbcCipher(algorithm);
	if (iv === undefined || data.length === 0 || data.length % block !== 0) throw new SmimeError('The encrypted content is damaged');
	// A wrong key shows in the last block, to which the one before is what the iv is to the first: it costs no pass over the whole content.
	if (data.length > block) decrypt(key, data.subarray(-2 * block, -block), data.subarray(-block));
	return decrypt(key, iv, data);
}

interface CbcCipher {
	/** Bytes of a block. */
	block: number;
	iv: Buffer | undefined;
	/** Decrypts and takes the padding off. */
	decrypt(key: Buffer, iv: Buffer, data: Buffer): Buffer;
}

function cbcCipher({ objectId, parameters }: Algorithm): CbcCipher {
	const aes = AES_BY_OID.get(objectId);
	if (aes?.mode === 'cbc') return { block: 16, iv: parameters?.octets(), decrypt: (key, iv, data) => decipher(`aes-${aes.keyLength * 8}-cbc`, aes.keyLength, key, iv, data) };
	if (objectId === OID.tripleDesCbc) return { block: 8, iv: parameters?.octets(), decrypt: (key, iv, data) => decipher('des-ede3-cbc', 24, key, iv, data) };
	if (objectId === OID.rc2Cbc && parameters !== undefined) {
		const bits = RC2_BITS_BY_VERSION.get(parameters.child(0).smallInteger());
		return {
			block: 8,
			iv: parameters.child(1).octets(),
			decrypt(key, iv, data) {
				const plain = bits === undefined ? undefined : decryptRc2Cbc(key, bits, iv, data);
				if (plain === undefined) throw new SmimeError('The encrypted content is damaged');
				return plain;
			},
		};
	}
	throw new SmimeError(`The content is encrypted by an algorithm that is not supported (${objectId})`);
}

/**
 * Decrypts and authenticates content by AES-GCM (RFC 5084).
 * @param authenticated The authenticated attributes as DER, empty where there are none.
 * @throws SmimeError Where the cipher is not known, or anything has been changed.
 */
export function decryptGcm(algorithm: Algorithm, key: Buffer, data: Buffer, authenticated: Buffer, tag: Buffer): Buffer {
	const aes = AES_BY_OID.get(algorithm.objectId);
	if (aes?.mode !== 'gcm') throw new SmimeError(`The content is encrypted by an algorithm that is not supported (${algorithm.objectId})`);
	const nonce = algorithm.parameters?.child(0).octets() ?? Buffer.alloc(0);
	const tagLength = algorithm.parameters?.children[1]?.smallInteger() ?? 12;
	if (key.length !== aes.keyLength || nonce.length === 0 || tag.length !== tagLength || tagLength < 12 || tagLength > 16) {
		throw new SmimeError('The encrypted content is damaged');
	}
	const cipherName = aes.keyLength === 16 ? 'aes-128-gcm' : aes.keyLength === 24 ? 'aes-192-gcm' : 'aes-256-gcm';
	try {
		const cipher = createDecipheriv(cipherName, key, nonce, { authTagLength: tagLength });
		cipher.setAAD(authenticated);
		cipher.setAuthTag(tag);
		return Buffer.concat([cipher.update(data), cipher.final()]);
	} catch (cause) {
		throw smimeErrorOf(cause, 'The encrypted content is damaged');
	}
}

function decipher(name: string, keyLength: number, key: Buffer, iv: Buffer, data: Buffer): Buffer {
	if (key.length !== keyLength) throw new SmimeError('The encrypted content is damaged');
	try {
		const cipher = createDecipheriv(name, key, iv);
		return Buffer.concat([cipher.update(data), cipher.final()]);
	} catch (cause) {
		throw smimeErrorOf(cause, 'The encrypted content is damaged');
	}
}
