import { createHash } from 'node:crypto';

/** DER of the object identifiers of signature algorithms whose hash is not SHA-256, in hex. */
const SHA384 = ['2a864886f70d01010c', '2a8648ce3d040303', '608648016503040202'];
const SHA512 = ['2a864886f70d01010d', '2a8648ce3d040304', '608648016503040203', '2b6570'];
const RSASSA_PSS = '2a864886f70d01010a';

/**
 * Channel binding token that Extended Protection asks for: MD5 of the GSS structure around `tls-server-end-point`, the hash of the server's
 * certificate. Sixteen zeros without TLS. https://www.rfc-editor.org/rfc/rfc5929#section-4, [MS-NLMP] 2.2.2.1 MsvAvChannelBindings
 * @param certificate DER of the server's certificate
 */
export function channelBindingToken(certificate: Buffer | undefined): Buffer {
	if (certificate === undefined) return Buffer.alloc(16);
	const endPoint = Buffer.concat([Buffer.from('tls-server-end-point:', 'latin1'), createHash(hashOfCertificate(certificate)).update(certificate).digest()]);
	// No addresses, then the application's data with its length.
	const structure = Buffer.alloc(20);
	structure.writeUInt32LE(endPoint.length, 16);
	return createHash('md5').update(Buffer.concat([structure, endPoint])).digest();
}

/** Hash that signs the certificate; MD5 and SHA-1 are replaced by SHA-256, as is what has no hash of its own. */
export function hashOfCertificate(certificate: Buffer): 'sha256' | 'sha384' | 'sha512' {
	const outer = element(certificate, 0);
	const signed = element(certificate, outer.start);
	const algorithm = element(certificate, signed.end);
	const identifier = element(certificate, algorithm.start);
	let oid = certificate.toString('hex', identifier.start, identifier.end);
	if (oid === RSASSA_PSS) {
		// The hash stands in the parameters.
		const parameters = certificate.toString('hex', identifier.end, algorithm.end);
		oid = [...SHA384, ...SHA512].find((hash) => parameters.includes(`0609${hash}`)) ?? '';
	}
	if (SHA384.includes(oid)) return 'sha384';
	return SHA512.includes(oid) ? 'sha512' : 'sha256';
}

/** Borders of the content of a DER element. @throws RangeError for what is no DER */
function element(der: Buffer, at: number): { start: number; end: number } {
	const first = der.readUInt8(at + 1);
	const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
	const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
	const start = at + 2 + lengthBytes;
	return { start, end: start + length };
}
