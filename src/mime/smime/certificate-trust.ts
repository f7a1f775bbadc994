import type { X509Certificate } from 'node:crypto';
import { OID } from './object-ids';

const LONGEST_CHAIN = 8;

/** What decides whether a signer is trusted. */
export interface TrustSettings {
	/** Certificates that are trusted as they are: authorities, or signers themselves. Empty: nobody is. */
	trusted: readonly X509Certificate[];
	/** The instant at which certificates must be in force. */
	at: Date;
}

/**
 * True where a chain leads from the certificate to a trusted one, each link signed by the next, in force, and every link above the first an authority;
 * the first must not be restricted to something else than mail (RFC 8550, 4.4.4). Revocation is not asked for: nothing here goes to the network.
 *
 * @param others Certificates that came with the message, in any order.
 */
export function isTrusted(certificate: X509Certificate, others: readonly X509Certificate[], { trusted, at }: TrustSettings): boolean {
	if (!isForMail(certificate)) return false;
	let current = certificate;
	for (let length = 0; length < LONGEST_CHAIN; length++) {
		if (!isInForce(current, at)) return false;
		if (trusted.some((anchor) => anchor.fingerprint256 === current.fingerprint256)) return true;
		const anchor = trusted.find((candidate) => isIssuedBy(current, candidate));
		if (anchor !== undefined) return isInForce(anchor, at);
		const issuer = others.find((candidate) => candidate.fingerprint256 !== current.fingerprint256 && isIssuedBy(current, candidate));
		if (issuer === undefined) return false;
		current = issuer;
	}
	return false;
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
	try {
		return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
	} catch {
		return false;
	}
}

function isInForce(certificate: X509Certificate, at: Date): boolean {
	return Date.parse(certificate.validFrom) <= at.getTime() && at.getTime() <= Date.parse(certificate.validTo);
}

function isForMail(certificate: X509Certificate): boolean {
	const usage: unknown = certificate.keyUsage;
	if (!Array.isArray(usage) || usage.length === 0) return true;
	return usage.includes(OID.emailProtection) || usage.includes(OID.anyExtendedKeyUsage);
}
