import { constants, createHash, verify } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { algorithmOf } from './asn1-node';
import type { Algorithm, Asn1Node } from './asn1-node';
import { certificateHolder, readCertificate } from './certificate';
import type { SmimeCertificate } from './certificate';
import { isTrusted } from './certificate-trust';
import type { TrustSettings } from './certificate-trust';
import { isIdentifiedBy } from './key-recovery';
import { DIGEST_BY_OID, DIGEST_BY_SIGNATURE_OID, OID } from './object-ids';
import { isOfSender } from './senders';
import { SmimeError } from './smime-error';

const MOST_SIGNERS = 8;
const MOST_CERTIFICATES = 50;

/** What is known of a signature; see SignatureState of the email record. */
export interface SignatureVerdict {
	signature: 'valid' | 'invalid' | 'untrusted';
	/** Mail address of the signer's certificate, else its subject; absent where the certificate is not there. */
	signer?: string;
}

/** Who is trusted, and for whom. */
export interface SignatureSettings extends TrustSettings {
	/** Whom the message says that it is from; see {@link sendersOf}. */
	senders: readonly string[];
}

/** The content a SignedData carries (RFC 5652, 5.2); undefined for a detached signature. */
export function signedContent(structure: Asn1Node): Buffer | undefined {
	return contentInfoOf(structure).contextChild(0)?.child(0).octets();
}

/** True where nobody has signed: the structure only hands certificates over (RFC 8551, 3.8). */
export function isCertificatesOnly(structure: Asn1Node): boolean {
	return signerInfosOf(structure).children.length === 0;
}

/**
 * Checks the signatures of a SignedData over the content, in the forms the content may have been signed in. All signers must be right; the first is named.
 * A signature is `untrusted` where it verifies, but no chain in force leads to a trusted certificate, or the certificate is of somebody else than the sender. Never throws.
 */
export function verifySignedData(structure: Asn1Node, contents: readonly Buffer[], trust: SignatureSettings): SignatureVerdict {
	try {
		const certificates = certificatesOf(structure);
		const signers = signerInfosOf(structure).children;
		if (signers.length === 0 || signers.length > MOST_SIGNERS) return { signature: 'invalid' };
		const verdicts = signers.map((signer) => verdictOf(signer, structure, contents, certificates, trust));
		const worst = verdicts.find(({ signature }) => signature === 'invalid') ?? verdicts.find(({ signature }) => signature === 'untrusted') ?? verdicts[0];
		return worst ?? { signature: 'invalid' };
	} catch {
		return { signature: 'invalid' };
	}
}

function verdictOf(
	signer: Asn1Node,
	structure: Asn1Node,
	contents: readonly Buffer[],
	certificates: readonly SmimeCertificate[],
	trust: SignatureSettings,
): SignatureVerdict {
	const certificate = certificates.find((candidate) => isIdentifiedBy(candidate, signer.child(1)));
	if (certificate === undefined) return { signature: 'invalid' };
	const name = certificateHolder(certificate.x509);
	const holder = name === '' ? {} : { signer: name };
	if (!isSignedBy(signer, structure, contents, certificate.x509)) return { signature: 'invalid', ...holder };
	const others = certificates.map(({ x509 }) => x509);
	const isValid = isOfSender(certificate.x509, trust.senders) && isTrusted(certificate.x509, others, trust);
	return { signature: isValid ? 'valid' : 'untrusted', ...holder };
}

function isSignedBy(signer: Asn1Node, structure: Asn1Node, contents: readonly Buffer[], certificate: X509Certificate): boolean {
	try {
		const fields = signer.children.slice(2);
		const digest = DIGEST_BY_OID.get(algorithmOf(signer.child(2)).objectId);
		const attributes = fields.find((node) => node.isContext(0));
		const at = fields.findIndex((node, index) => index > 0 && node.isUniversal(16));
		const algorithmNode = fields[at];
		const signatureNode = fields[at + 1];
		if (digest === undefined || algorithmNode === undefined || signatureNode === undefined) return false;
		const check = (signed: Buffer): boolean => verifies(algorithmOf(algorithmNode), digest, signed, certificate, signatureNode.octets());
		// Without attributes only plain data may be signed, or the attributes of another signature could pass for content (RFC 5652, 5.3).
		if (attributes === undefined) return contentInfoOf(structure).child(0).objectId() === OID.data && contents.some(check);
		const type = attributeValue(attributes, OID.contentTypeAttribute)?.objectId();
		const stated = attributeValue(attributes, OID.messageDigestAttribute)?.octets();
		if (stated === undefined || type !== contentInfoOf(structure).child(0).objectId()) return false;
		if (!contents.some((content) => createHash(digest).update(content).digest().equals(stated))) return false;
		// Signed is the DER of a SET, sent under the tag [0] (RFC 5652, 5.4).
		const signed = Buffer.from(attributes.raw);
		signed[0] = 0x31;
		return check(signed);
	} catch {
		return false;
	}
}

function attributeValue(attributes: Asn1Node, objectId: string): Asn1Node | undefined {
	const found = attributes.children.filter((attribute) => attribute.child(0).objectId() === objectId);
	// An attribute that stands twice, or has two values, could be read one way here and another way elsewhere.
	if (found.length !== 1 || found[0]?.child(1).children.length !== 1) return undefined;
	return found[0].child(1).child(0);
}

function verifies(algorithm: Algorithm, signerDigest: string, signed: Buffer, { publicKey }: X509Certificate, signature: Buffer): boolean {
	const { objectId } = algorithm;
	if (objectId === OID.ed25519 || objectId === OID.ed448) return verify(null, signed, publicKey, signature);
	if (objectId === OID.rsaPss) {
		const { digest, saltLength } = pssParameters(algorithm);
		return verify(digest, signed, { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
	}
	const digest = DIGEST_BY_SIGNATURE_OID.get(objectId) ?? signerDigest;
	switch (publicKey.asymmetricKeyType) {
		case 'rsa':
			return verify(digest, signed, { key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature);
		case 'ec':
			return verify(digest, signed, { key: publicKey, dsaEncoding: 'der' }, signature);
		default:
			return false;
	}
}

/** RSASSA-PSS-params (RFC 4055, 3.1); what is absent is SHA-1 and 20. */
function pssParameters({ parameters }: Algorithm): { digest: string; saltLength: number } {
	const hashNode = parameters?.contextChild(0)?.child(0);
	const maskNode = parameters?.contextChild(1)?.child(0);
	const digest = hashNode === undefined ? 'sha1' : DIGEST_BY_OID.get(algorithmOf(hashNode).objectId);
	const mask = maskNode === undefined ? 'sha1' : DIGEST_BY_OID.get(algorithmOf(maskNode.child(1)).objectId);
	if (digest === undefined || mask !== digest) throw new SmimeError('The digests of RSA-PSS are not supported');
	return { digest, saltLength: parameters?.contextChild(2)?.child(0).smallInteger() ?? 20 };
}

function contentInfoOf(structure: Asn1Node): Asn1Node {
	return structure.child(2);
}

function signerInfosOf(structure: Asn1Node): Asn1Node {
	const last = structure.children.at(-1);
	if (last?.isUniversal(17) !== true) throw new SmimeError('The signature is damaged');
	return last;
}

function certificatesOf(structure: Asn1Node): SmimeCertificate[] {
	const nodes = structure.children.slice(3).find((node) => node.isContext(0))?.children ?? [];
	return nodes
		.filter((node) => node.isUniversal(16))
		.slice(0, MOST_CERTIFICATES)
		.flatMap((node) => {
			try {
				return [readCertificate(node.raw)];
			} catch {
				// One unreadable certificate does not take the others down.
				return [];
			}
		});
}
