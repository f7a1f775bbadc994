import type { X509Certificate } from 'node:crypto';
import { readAsn1 } from './asn1-node';
import type { Asn1Node } from './asn1-node';
import { certificateExtensions } from './certificate-extensions';
import type { CertificateExtension } from './certificate-extensions';
import { OID } from './object-ids';

/** What the extensions of a certificate allow (RFC 5280, 4.2.1). */
export interface CertificateLimits {
	/** The key may sign mail, or its certificate does not say what it is for. */
	maySignMail: boolean;
	/** Authorities that may stand between this one and a signer. */
	longestPath: number;
}

/**
 * Critical extensions that are looked at here or by node:crypto, and those that change nothing where revocation is not asked for and no policy is
 * asked for. What is not listed, such as the names that an authority is restricted to (nameConstraints), is not known, and so nobody is trusted by it.
 */
const KNOWN_CRITICAL: ReadonlySet<string> = new Set([
	OID.basicConstraints,
	OID.keyUsage,
	OID.extendedKeyUsage,
	OID.subjectAltName,
	OID.crlDistributionPoints,
	OID.certificatePolicies,
	OID.policyMappings,
	OID.inhibitAnyPolicy,
]);

const INTEGER = 2;

/** Bits 0 and 1 of KeyUsage, digitalSignature and nonRepudiation: either may sign mail (RFC 8550, 4.4.2). */
const SIGNS = 0xc0;

/** What a certificate allows; undefined where it is not to be trusted, because it is critical about something that is not known here, or damaged. */
export function certificateLimits(certificate: X509Certificate): CertificateLimits | undefined {
	try {
		const extensions = certificateExtensions(certificate.raw);
		if (extensions.some(({ objectId, isCritical }) => isCritical && !KNOWN_CRITICAL.has(objectId))) return undefined;
		return { maySignMail: maySignMail(extensions), longestPath: longestPath(extensions) };
	} catch {
		return undefined;
	}
}

function maySignMail(extensions: readonly CertificateExtension[]): boolean {
	const usage = valueOf(extensions, OID.keyUsage)?.value;
	// The first byte of a BIT STRING counts the bits that its last one leaves unused.
	return usage === undefined || ((usage[1] ?? 0) & SIGNS) !== 0;
}

function longestPath(extensions: readonly CertificateExtension[]): number {
	const length = valueOf(extensions, OID.basicConstraints)?.children.find((field) => field.isUniversal(INTEGER));
	return length?.smallInteger() ?? Infinity;
}

function valueOf(extensions: readonly CertificateExtension[], wanted: string): Asn1Node | undefined {
	const extension = extensions.find(({ objectId }) => objectId === wanted);
	return extension === undefined ? undefined : readAsn1(extension.value);
}
