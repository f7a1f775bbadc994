import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

import { MailboxFault } from '../../../sync/fault';

/** A certificate as msal-node takes it. */
export interface ClientCertificate {
	/** SHA-256 of the certificate (DER), hex in capitals. */
	thumbprintSha256: string;
	/** PKCS #8, PEM, without a passphrase. */
	privateKey: string;
	/** The certificate, PEM. */
	x5c: string;
}

/**
 * Reads certificate and key (PEM; both may stand in one text) and computes the thumbprint.
 * @param passphrase of the key, where it has one
 * @throws MailboxFault `logonRefused` when they cannot be read, do not belong together, or the certificate is not valid now
 */
export function readClientCertificate(certificatePem: string, keyPem: string, passphrase: string | undefined, now: number): ClientCertificate {
	let certificate: X509Certificate;
	let key: KeyObject;
	try {
		certificate = new X509Certificate(withLineBreaks(certificatePem));
	} catch {
		throw unusable('The text under Certificate (PEM) cannot be read: it must be PEM and begin with -----BEGIN CERTIFICATE-----.');
	}
	try {
		key = createPrivateKey({ key: withLineBreaks(keyPem), format: 'pem', ...(passphrase === undefined || passphrase === '' ? {} : { passphrase }) });
	} catch {
		throw unusable('The text under Private Key (PEM) cannot be read: it must be PEM and without a password.');
	}
	if (!certificate.checkPrivateKey(key)) throw unusable('Private Key (PEM) does not belong to Certificate (PEM).');
	if (Date.parse(certificate.validTo) < now) throw unusable(`The certificate expired on ${dateOf(certificate.validTo)}. Create a new one and upload it to the application's registration.`);
	if (Date.parse(certificate.validFrom) > now) throw unusable(`The certificate is valid only from ${dateOf(certificate.validFrom)}. Check this machine's clock.`);
	return {
		thumbprintSha256: createHash('sha256').update(certificate.raw).digest('hex').toUpperCase(),
		privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
		x5c: certificate.toString(),
	};
}

/** Fields of one line, where n8n's text fields and environment variables flatten a PEM to spaces or `\n`. */
function withLineBreaks(pem: string): string {
	const unescaped = pem.replaceAll('\\n', '\n').trim();
	if (unescaped.includes('\n')) return unescaped;
	return unescaped.replace(/-----BEGIN ([A-Z0-9 ]+)-----(.+?)-----END \1-----/g, (_whole, kind: string, body: string) => {
		return `-----BEGIN ${kind}-----\n${body.trim().replace(/\s+/g, '\n')}\n-----END ${kind}-----\n`;
	});
}

function dateOf(text: string): string {
	return new Date(text).toISOString().slice(0, 10);
}

function unusable(message: string): MailboxFault {
	return new MailboxFault({ reason: 'logonRefused', scope: 'connector', retry: { can: false }, code: 'CertificateUnusable', message });
}
