import { constants, createDecipheriv, createHash, createPublicKey, diffieHellman, privateDecrypt } from 'node:crypto';
import { algorithmOf, writeDer } from './asn1-node';
import type { Algorithm, Asn1Node } from './asn1-node';
import type { SmimeCertificate, SmimeIdentity } from './certificate';
import { AES_BY_OID, DIGEST_BY_OID, ECDH_DIGEST_BY_OID, OID } from './object-ids';
import { SmimeError, smimeErrorOf } from './smime-error';

/** A way to the key of the content: for one recipient, through one private key. */
export interface KeyEntry {
	identity: SmimeIdentity;
	/** @throws SmimeError Where algorithm, key and data do not fit. */
	recover(): Buffer;
}

/** Entries of a message that are compared with the identities, the recipients within key agreements among them. */
const MOST_RECIPIENTS = 5000;

/** The entries of a message that one of the identities can open (RFC 5652, 6.2): found by issuer and serial number, or by subject key identifier. */
export function keyEntries(recipientInfos: Asn1Node, identities: readonly SmimeIdentity[]): KeyEntry[] {
	const entries: KeyEntry[] = [];
	let unsupported: unknown;
	let left = MOST_RECIPIENTS;
	for (const info of recipientInfos.children.slice(0, MOST_RECIPIENTS)) {
		if (left <= 0) break;
		left--;
		if (info.isUniversal(16)) {
			for (const identity of matching(info.child(1), identities)) {
				entries.push({ identity, recover: () => recoverByTransport(algorithmOf(info.child(2)), info.child(3).octets(), identity) });
			}
		} else if (info.isContext(1)) {
			try {
				const agreement = agreementOf(info);
				entries.push(...agreementEntries(agreement, agreement.recipients.slice(0, left), identities));
				left -= agreement.recipients.length;
			} catch (error) {
				// Another recipient's algorithm must not keep this one from reading.
				unsupported ??= error;
			}
		}
	}
	if (entries.length === 0 && identities.length > 0 && unsupported !== undefined) throw smimeErrorOf(unsupported, 'The encrypted content is damaged');
	return entries;
}

function agreementEntries(agreement: Agreement, recipients: readonly Asn1Node[], identities: readonly SmimeIdentity[]): KeyEntry[] {
	return recipients.flatMap((recipient) =>
		matching(recipient.child(0), identities).map((identity) => ({ identity, recover: () => recoverByAgreement(agreement, recipient.child(1).octets(), identity) })),
	);
}

/** Serial numbers, upper-case hex, of those a message is encrypted for, as far as it names them: at most ten. */
export function recipientSerials(recipientInfos: Asn1Node): string[] {
	const identifiers = recipientInfos.children
		.slice(0, 10)
		.flatMap((info) => {
			if (info.isUniversal(16)) return [info.child(1)];
			const recipients = info.isContext(1) ? info.children.filter((node) => node.isUniversal(16)).at(-1) : undefined;
			return recipients?.children.map((node) => node.child(0)) ?? [];
		});
	return identifiers.filter((identifier) => identifier.isUniversal(16)).slice(0, 10).map((identifier) => identifier.child(1).integerHex().toUpperCase());
}

function matching(identifier: Asn1Node, identities: readonly SmimeIdentity[]): SmimeIdentity[] {
	return identities.filter(({ certificate }) => isIdentifiedBy(certificate, identifier));
}

/** True where a RecipientIdentifier or SignerIdentifier means this certificate. */
export function isIdentifiedBy(certificate: SmimeCertificate, identifier: Asn1Node): boolean {
	if (identifier.isUniversal(16)) return identifier.child(0).raw.equals(certificate.issuer) && identifier.child(1).integerHex() === certificate.serial;
	if (!identifier.isContext(0) || certificate.subjectKeyId === undefined) return false;
	// In key agreement the identifier is a structure that begins with the key id, elsewhere it is the key id itself.
	const keyId = identifier.isConstructed ? identifier.children[0]?.octets() : identifier.octets();
	return keyId?.equals(certificate.subjectKeyId) === true;
}

function recoverByTransport(algorithm: Algorithm, encryptedKey: Buffer, { privateKey }: SmimeIdentity): Buffer {
	if (privateKey.asymmetricKeyType !== 'rsa') throw new SmimeError('The key of the certificate is of another kind than the mail is encrypted for');
	try {
		if (algorithm.objectId === OID.rsa) return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, encryptedKey);
		if (algorithm.objectId === OID.rsaOaep) return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, ...oaepOptions(algorithm) }, encryptedKey);
	} catch (cause) {
		throw smimeErrorOf(cause, 'The key of the mail cannot be decrypted');
	}
	throw new SmimeError(`The key of the mail is encrypted by an algorithm that is not supported (${algorithm.objectId})`);
}

/** RSAES-OAEP-params (RFC 4055, 4.1); what is absent is SHA-1. */
function oaepOptions({ parameters }: Algorithm): { oaepHash: string; oaepLabel?: Buffer } {
	const hashNode = parameters?.contextChild(0)?.child(0);
	const maskNode = parameters?.contextChild(1)?.child(0);
	const sourceNode = parameters?.contextChild(2)?.child(0);
	const hash = hashNode === undefined ? 'sha1' : DIGEST_BY_OID.get(algorithmOf(hashNode).objectId);
	const mask = maskNode === undefined ? 'sha1' : DIGEST_BY_OID.get(algorithmOf(maskNode.child(1)).objectId);
	if (hash === undefined || mask !== hash) throw new SmimeError('The key of the mail is encrypted by RSA-OAEP with digests that are not supported');
	const label = sourceNode === undefined ? Buffer.alloc(0) : sourceNode.child(1).octets();
	return label.length === 0 ? { oaepHash: hash } : { oaepHash: hash, oaepLabel: label };
}

interface Agreement {
	/** Public point of the sender's passing key. */
	originatorPoint: Buffer;
	userKeyingMaterial: Buffer | undefined;
	digest: string;
	wrap: Algorithm;
	recipients: Asn1Node[];
}

function agreementOf(info: Asn1Node): Agreement {
	const originator = info.contextChild(0)?.child(0);
	const sequences = info.children.filter((node) => node.isUniversal(16));
	const [algorithmNode, recipientNode] = sequences;
	if (originator?.isContext(1) !== true || algorithmNode === undefined || recipientNode === undefined) {
		throw new SmimeError('The mail is encrypted by a key agreement that is not supported');
	}
	const algorithm = algorithmOf(algorithmNode);
	const digest = ECDH_DIGEST_BY_OID.get(algorithm.objectId);
	if (digest === undefined || algorithm.parameters === undefined) {
		throw new SmimeError(`The mail is encrypted by a key agreement that is not supported (${algorithm.objectId})`);
	}
	return {
		// The first byte of a BIT STRING counts its unused bits.
		originatorPoint: originator.child(1).value.subarray(1),
		userKeyingMaterial: info.contextChild(1)?.child(0).octets(),
		digest,
		wrap: algorithmOf(algorithm.parameters),
		recipients: recipientNode.children,
	};
}

function recoverByAgreement(agreement: Agreement, wrappedKey: Buffer, identity: SmimeIdentity): Buffer {
	if (identity.privateKey.asymmetricKeyType !== 'ec') throw new SmimeError('The key of the certificate is of another kind than the mail is encrypted for');
	const wrapLength = agreement.wrap.objectId === OID.tripleDesWrap ? 24 : AES_BY_OID.get(agreement.wrap.objectId)?.keyLength;
	if (wrapLength === undefined) throw new SmimeError(`The key of the mail is wrapped by an algorithm that is not supported (${agreement.wrap.objectId})`);
	try {
		const point = writeDer(0x03, Buffer.from([0]), agreement.originatorPoint);
		// The passing key lies on the recipient's curve, whether or not the message repeats its name.
		const publicKey = createPublicKey({ key: writeDer(0x30, identity.certificate.publicKeyAlgorithm, point), format: 'der', type: 'spki' });
		const secret = diffieHellman({ privateKey: identity.privateKey, publicKey });
		const key = derivedKey(agreement, secret, wrapLength);
		return agreement.wrap.objectId === OID.tripleDesWrap ? unwrapTripleDes(key, wrappedKey) : unwrapAes(key, wrappedKey);
	} catch (cause) {
		throw smimeErrorOf(cause, 'The key of the mail cannot be decrypted');
	}
}

/** ANSI X9.63 key derivation over ECC-CMS-SharedInfo (RFC 5753, 7.2). */
function derivedKey({ digest, wrap, userKeyingMaterial }: Agreement, secret: Buffer, length: number): Buffer {
	const bits = Buffer.alloc(4);
	bits.writeUInt32BE(length * 8);
	const sharedInfo = writeDer(
		0x30,
		wrap.raw,
		...(userKeyingMaterial === undefined ? [] : [writeDer(0xa0, writeDer(0x04, userKeyingMaterial))]),
		writeDer(0xa2, writeDer(0x04, bits)),
	);
	const blocks: Buffer[] = [];
	for (let counter = 1, have = 0; have < length; counter++) {
		const count = Buffer.alloc(4);
		count.writeUInt32BE(counter);
		const block = createHash(digest).update(secret).update(count).update(sharedInfo).digest();
		blocks.push(block);
		have += block.length;
	}
	return Buffer.concat(blocks).subarray(0, length);
}

/** RFC 3394. */
function unwrapAes(key: Buffer, wrapped: Buffer): Buffer {
	const cipher = createDecipheriv(`aes${key.length * 8}-wrap`, key, Buffer.alloc(8, 0xa6));
	return Buffer.concat([cipher.update(wrapped), cipher.final()]);
}

/** RFC 3217, 3.2. */
function unwrapTripleDes(key: Buffer, wrapped: Buffer): Buffer {
	const decrypt = (iv: Buffer, data: Buffer): Buffer => {
		const cipher = createDecipheriv('des-ede3-cbc', key, iv).setAutoPadding(false);
		return Buffer.concat([cipher.update(data), cipher.final()]);
	};
	const reversed = Buffer.from(decrypt(Buffer.from('4adda22c79e82105', 'hex'), wrapped)).reverse();
	const plain = decrypt(reversed.subarray(0, 8), reversed.subarray(8));
	const content = plain.subarray(0, -8);
	const checksum = createHash('sha1').update(content).digest().subarray(0, 8);
	if (content.length !== 24 || !checksum.equals(plain.subarray(-8))) throw new SmimeError('The key of the mail cannot be decrypted');
	return content;
}
