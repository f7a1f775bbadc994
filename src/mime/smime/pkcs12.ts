import { createHmac, createPrivateKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { algorithmOf, readAsn1 } from './asn1-node';
import type { Asn1Node } from './asn1-node';
import { readCertificate } from './certificate';
import type { SmimeCertificate, SmimeIdentity } from './certificate';
import { DIGEST_BY_OID, OID } from './object-ids';
import { bmpPassword, decryptByPassword, KEY_PURPOSE, pkcs12Key } from './password-encryption';
import { SmimeError, smimeErrorOf } from './smime-error';

/** What a PKCS #12 file holds. */
export interface OpenedPkcs12 {
	/** Certificates with their private keys; expired ones too, since old mail needs them. */
	identities: SmimeIdentity[];
	/** Certificates without key, such as the authorities Windows exports along. */
	certificates: SmimeCertificate[];
}

const LARGEST_FILE = 1024 * 1024;
const MOST_BAGS = 200;
const DEEPEST_BAGS = 4;

interface Contents {
	keys: KeyObject[];
	certificates: SmimeCertificate[];
}

/**
 * Opens a PKCS #12 file (RFC 7292; `.p12`, `.pfx`): current encodings (PBES2 with AES) and the old ones of Windows (3DES, RC2).
 *
 * @param file The file's bytes, or base64 text of them; PEM-like lines and blanks do not matter.
 * @throws SmimeError Wrong password, not such a file, nothing usable in it. The message names neither password nor content.
 */
export function openPkcs12(file: Buffer | string, password: string): OpenedPkcs12 {
	const bytes = typeof file === 'string' ? Buffer.from(file.replace(/-----[^-]*-----|\s/g, ''), 'base64') : file;
	if (bytes.length === 0 || bytes.length > LARGEST_FILE) throw noPkcs12();
	try {
		return opened(bytes, password);
	} catch (cause) {
		throw smimeErrorOf(cause, 'The PKCS #12 file is damaged');
	}
}

function opened(bytes: Buffer, password: string): OpenedPkcs12 {
	const { content, macData } = authenticatedSafe(bytes);
	if (macData !== undefined) checkPassword(macData, content, password);
	const contents: Contents = { keys: [], certificates: [] };
	for (const part of readAsn1(content).children.slice(0, MOST_BAGS)) readBags(safeContents(part, password), password, contents, 0);
	const identities: SmimeIdentity[] = [];
	const certificates: SmimeCertificate[] = [];
	for (const certificate of contents.certificates) {
		const privateKey = contents.keys.find((key) => certificate.x509.checkPrivateKey(key));
		if (privateKey === undefined) certificates.push(certificate);
		else identities.push({ certificate, privateKey });
	}
	if (identities.length === 0) throw new SmimeError('The PKCS #12 file holds no certificate with its private key');
	return { identities, certificates };
}

function authenticatedSafe(bytes: Buffer): { content: Buffer; macData: Asn1Node | undefined } {
	try {
		const pfx = readAsn1(bytes);
		const safe = pfx.child(1);
		if (safe.child(0).objectId() !== OID.data) throw noPkcs12();
		return { content: safe.child(1).child(0).octets(), macData: pfx.children[2] };
	} catch (cause) {
		throw noPkcs12(cause);
	}
}

function noPkcs12(cause?: unknown): SmimeError {
	return new SmimeError('This is no PKCS #12 file (.p12 or .pfx), or not one as base64 text', { cause });
}

function checkPassword(macData: Asn1Node, content: Buffer, password: string): void {
	const digestInfo = macData.child(0);
	const { objectId } = algorithmOf(digestInfo.child(0));
	// Of this newer kind a wrong password shows when something is decrypted.
	if (objectId === OID.pbmac1) return;
	const digest = DIGEST_BY_OID.get(objectId);
	if (digest === undefined) throw new SmimeError(`The PKCS #12 file is protected by a digest that is not supported (${objectId})`);
	const expected = digestInfo.child(1).octets();
	const salt = macData.child(1).octets();
	const iterations = macData.children[2]?.smallInteger() ?? 1;
	// Of an empty password some tools take the zero at its end, some nothing at all.
	const forms = password === '' ? [bmpPassword(''), Buffer.alloc(0)] : [bmpPassword(password)];
	const fits = forms.some((form) => {
		const key = pkcs12Key(digest, KEY_PURPOSE.mac, form, salt, iterations, expected.length);
		const mac = createHmac(digest, key).update(content).digest();
		return mac.length === expected.length && timingSafeEqual(mac, expected);
	});
	if (!fits) throw new SmimeError('The password of the PKCS #12 file is wrong');
}

function safeContents(part: Asn1Node, password: string): Asn1Node {
	switch (part.child(0).objectId()) {
		case OID.data:
			return readAsn1(part.child(1).child(0).octets());
		case OID.encryptedData: {
			const encrypted = part.child(1).child(0).child(1);
			const data = encrypted.contextChild(0)?.octets() ?? Buffer.alloc(0);
			return readAsn1(decryptByPassword(algorithmOf(encrypted.child(1)), password, data));
		}
		default:
			throw new SmimeError('The PKCS #12 file is encrypted for a key, not by a password');
	}
}

function readBags(contents: Asn1Node, password: string, found: Contents, depth: number): void {
	for (const bag of contents.children.slice(0, MOST_BAGS)) {
		const value = bag.child(1).child(0);
		switch (bag.child(0).objectId()) {
			case OID.keyBag:
				found.keys.push(privateKey(value.raw));
				break;
			case OID.shroudedKeyBag:
				found.keys.push(privateKey(decryptByPassword(algorithmOf(value.child(0)), password, value.child(1).octets())));
				break;
			case OID.certificateBag:
				if (value.child(0).objectId() === OID.x509Certificate) found.certificates.push(readCertificate(value.child(1).child(0).octets()));
				break;
			case OID.nestedSafeContents:
				if (depth < DEEPEST_BAGS) readBags(value, password, found, depth + 1);
				break;
			default:
			// Revocation lists and secrets are of no use here.
		}
	}
}

function privateKey(der: Buffer): KeyObject {
	try {
		return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
	} catch (cause) {
		throw smimeErrorOf(cause, 'A private key of the PKCS #12 file cannot be read');
	}
}
