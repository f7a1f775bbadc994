import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import * as pkijs from 'pkijs';

const SHA384_SIGNATURES: ReadonlySet<string> = new Set(['1.2.840.10045.4.3.3', '1.2.840.113549.1.1.12']);
const SHA512_SIGNATURES: ReadonlySet<string> = new Set(['1.2.840.10045.4.3.4', '1.2.840.113549.1.1.13']);

/** The hash of `tls-server-end-point` (RFC 5929 4.1): that of the certificate's signature, SHA-256 in place of MD5 and SHA-1. */
export function endPointHash(certificate: Buffer): Buffer {
	const { signatureAlgorithm } = pkijs.Certificate.fromBER(certificate);
	let hash = 'sha256';
	if (SHA384_SIGNATURES.has(signatureAlgorithm.algorithmId)) hash = 'sha384';
	if (SHA512_SIGNATURES.has(signatureAlgorithm.algorithmId)) hash = 'sha512';
	return createHash(hash).update(certificate).digest();
}

/** What a client has to put into its channel binding pair: MD5 over the GSS structure that holds the hash. */
export function channelBinding(certificate: Buffer): Buffer {
	const data = Buffer.concat([Buffer.from('tls-server-end-point:'), endPointHash(certificate)]);
	const length = Buffer.alloc(4);
	length.writeUInt32LE(data.length);
	return createHash('md5').update(Buffer.alloc(16)).update(length).update(data).digest();
}

/** The binding of a connection; undefined for one without TLS. */
export function bindingOfSocket(socket: Socket): Buffer | undefined {
	if (!(socket instanceof TLSSocket)) return undefined;
	const own = socket.getCertificate();
	return own !== null && 'raw' in own && own.raw instanceof Buffer ? channelBinding(own.raw) : undefined;
}
