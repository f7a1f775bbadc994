import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readAsn1 } from './asn1-node';
import { certificateAddresses } from './certificate-addresses';
import { certificateExtensions } from './certificate-extensions';
import { OID } from './object-ids';
import { SmimeError, smimeErrorOf } from './smime-error';

/** An X.509 certificate with what CMS finds it by. */
export interface SmimeCertificate {
	x509: X509Certificate;
	/** Distinguished name of the issuer as DER. */
	issuer: Buffer;
	/** Serial number as hex without leading zeros. */
	serial: string;
	/** Value of the subject key identifier extension, where it has one. */
	subjectKeyId: Buffer | undefined;
	/** AlgorithmIdentifier of the public key as DER: of a curve, its parameters too. */
	publicKeyAlgorithm: Buffer;
}

/** A certificate with its private key: whom mail can be encrypted for. */
export interface SmimeIdentity {
	certificate: SmimeCertificate;
	privateKey: KeyObject;
}

/** @throws SmimeError Where the bytes are no certificate. */
export function readCertificate(der: Buffer): SmimeCertificate {
	try {
		const fields = readAsn1(der).child(0).children.filter((node) => !node.isContext(0));
		const [serial, , issuer, , , publicKey] = fields;
		if (serial === undefined || issuer === undefined || publicKey === undefined) throw new SmimeError('The certificate is damaged');
		const keyId = certificateExtensions(der).find(({ objectId }) => objectId === OID.subjectKeyIdentifier)?.value;
		return {
			x509: new X509Certificate(der),
			issuer: issuer.raw,
			serial: serial.integerHex(),
			subjectKeyId: keyId === undefined ? undefined : readAsn1(keyId).octets(),
			publicKeyAlgorithm: publicKey.child(0).raw,
		};
	} catch (cause) {
		throw smimeErrorOf(cause, 'The certificate is damaged');
	}
}

/** Whom the certificate names: its first mail address, else its subject in one line. @throws SmimeError Where it is damaged. */
export function certificateHolder(x509: X509Certificate): string {
	return (certificateAddresses(x509)[0] ?? x509.subject.split('\n').join(', ')).replace(/[\p{Cc}"]/gu, '').trim();
}
