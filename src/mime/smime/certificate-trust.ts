import type { X509Certificate } from 'node:crypto';
import { certificateLimits } from './certificate-limits';
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
 * True where a chain leads from the certificate to a trusted one, each link signed by the next, in force, and every link above the first an authority that
 * may stand there; the first must not be restricted to something else than signing mail (RFC 8550, 4.4.2 and 4.4.4). Nobody is trusted by a
 * certificate that is critical about what is not known here. Revocation is not asked for: nothing here goes to the network.
 *
 * @param others Certificates that came with the message, in any order.
 */
export function isTrusted(certificate: X509Certificate, others: readonly X509Certificate[], { trusted, at }: TrustSettings): boolean {
	if (!isForMail(certificate) || certificateLimits(certificate)?.maySignMail !== true) return false;
	let current = certificate;
	/** Authorities between the signer and the issuer of the current certificate. */
	let between = 0;
	for (let length = 0; length < LONGEST_CHAIN; length++) {
		if (!isInForce(current, at)) return false;
		if (trusted.some((anchor) => anchor.fingerprint256 === current.fingerprint256)) return true;
		const mayHaveIssued = (candidate: X509Certificate): boolean => isIssuedBy(current, candidate) && mayStandAbove(between, candidate);
		const anchor = trusted.find(mayHaveIssued);
		if (anchor !== undefined) return isInForce(anchor, at);
		const issuer = others.find((candidate) => candidate.fingerprint256 !== current.fingerprint256 && mayHaveIssued(candidate));
		if (issuer === undefined) return false;
		// One that an authority issued to itself, for a new key, does not count (RFC 5280, 6.1.4).
		if (issuer.subject !== issuer.issuer) between++;
		current = issuer;
	}
	return false;
}

/** `issuer.ca` and `checkIssued` look at basicConstraints and keyCertSign. */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
	try {
		return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
	} catch {
		return false;
	}
}

function mayStandAbove(authorities: number, issuer: X509Certificate): boolean {
	const limits = certificateLimits(issuer);
	return limits !== undefined && authorities <= limits.longestPath && isForMail(issuer);
}

function isInForce(certificate: X509Certificate, at: Date): boolean {
	return Date.parse(certificate.validFrom) <= at.getTime() && at.getTime() <= Date.parse(certificate.validTo);
}

function isForMail(certificate: X509Certificate): boolean {
	const usage: unknown = certificate.keyUsage;
	if (!Array.isArray(usage) || usage.length === 0) return true;
	return usage.includes(OID.emailProtection) || usage.includes(OID.anyExtendedKeyUsage);
}
