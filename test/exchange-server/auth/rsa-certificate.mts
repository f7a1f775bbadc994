import { webcrypto } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import type { Certificate } from '../http/certificate.mts';

const COMMON_NAME = '2.5.4.3';
const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 } as const;

function pem(label: string, der: ArrayBuffer): string {
	return `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;
}

/** A self-signed certificate as administrators make them for an application that logs on to Entra by itself. */
export async function selfSignedRsaCertificate(validTo = new Date(Date.now() + 365 * 86_400_000)): Promise<Certificate> {
	const engine = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto });
	const { privateKey, publicKey } = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
	const certificate = new pkijs.Certificate();
	certificate.version = 2;
	certificate.serialNumber = new asn1js.Integer({ value: 1 });
	for (const name of [certificate.issuer, certificate.subject]) {
		name.typesAndValues.push(new pkijs.AttributeTypeAndValue({ type: COMMON_NAME, value: new asn1js.Utf8String({ value: 'Connector' }) }));
	}
	certificate.notBefore.value = new Date(Math.min(Date.now(), validTo.getTime()) - 86_400_000);
	certificate.notAfter.value = validTo;
	await certificate.subjectPublicKeyInfo.importKey(publicKey, engine);
	await certificate.sign(privateKey, 'SHA-256', engine);
	return { key: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', privateKey)), cert: pem('CERTIFICATE', certificate.toSchema(true).toBER(false)) };
}
