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

/** A certificate that others of the message lead to from the signer's. */
interface Link {
	certificate: X509Certificate;
	/** Authorities between the signer and the issuer of this certificate. */
	between: number;
}

/**
 * True where a chain leads from the certificate to a trusted one, each link signed by the next, in force, and every link above the first an authority that
 * may stand there; the first must not be restricted to something else than signing mail (RFC 8550, 4.4.2 and 4.4.4). Nobody is trusted by a
 * certificate that is critical about what is not known here. Revocation is not asked for: nothing here goes to the network.
 *
 * An authority may have several certificates for its key, issued by others or renewed: all are followed, the shortest chains first.
 *
 * @param others Certificates that came with the message, in any order.
 */
export function isTrusted(certificate: X509Certificate, others: readonly X509Certificate[], { trusted, at }: TrustSettings): boolean {
	if (!isForMail(certificate) || certificateLimits(certificate)?.maySignMail !== true) return false;
	const left = new Map(others.map((other) => [other.fingerprint256, other]));
	let links: Link[] = [{ certificate, between: 0 }];
	for (let length = 0; length < LONGEST_CHAIN; length++) {
		const inForce = links.filter((link) => isInForce(link.certificate, at));
		if (inForce.some((link) => endsWith(link, trusted, at))) return true;
		for (const link of inForce) left.delete(link.certificate.fingerprint256);
		links = inForce.flatMap((link) => issuersOf(link, left));
	}
	return false;
}

function endsWith({ certificate, between }: Link, trusted: readonly X509Certificate[], at: Date): boolean {
	return trusted.some((anchor) => anchor.fingerprint256 === certificate.fingerprint256 || (isInForce(anchor, at) && isIssuedBy(certificate, anchor) && mayStandAbove(between, anchor)));
}

/** Takes them from those that are left, so that none is looked into twice. */
function issuersOf({ certificate, between }: Link, left: Map<string, X509Certificate>): Link[] {
	const issuers = [...left.values()].filter((candidate) => isIssuedBy(certificate, candidate) && mayStandAbove(between, candidate));
	for (const { fingerprint256 } of issuers) left.delete(fingerprint256);
	// One that an authority issued to itself, for a new key, does not count (RFC 5280, 6.1.4).
	return issuers.map((issuer) => ({ certificate: issuer, between: issuer.subject === issuer.issuer ? between : between + 1 }));
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
