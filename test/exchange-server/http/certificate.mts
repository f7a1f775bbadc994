import { webcrypto } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

/** A private key and a certificate, PEM. */
export interface Certificate {
	readonly key: string;
	readonly cert: string;
}

const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALT_NAME = '2.5.29.17';
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const YEARS = 2;

function pem(label: string, der: ArrayBuffer): string {
	const lines = Buffer.from(der).toString('base64').replace(/.{64}(?=.)/g, '$&\n');
	return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** Makes a self-signed certificate for localhost. */
export async function selfSignedCertificate(): Promise<Certificate> {
	const engine = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto });
	const { privateKey, publicKey } = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
	const certificate = new pkijs.Certificate();
	const now = new Date();
	certificate.version = 2;
	certificate.serialNumber = new asn1js.Integer({ value: now.getTime() % 2_147_483_647 });
	for (const name of [certificate.issuer, certificate.subject]) {
		name.typesAndValues.push(new pkijs.AttributeTypeAndValue({ type: COMMON_NAME, value: new asn1js.Utf8String({ value: 'localhost' }) }));
	}
	// A day of grace: clients whose clock is a little behind shall trust it too.
	certificate.notBefore.value = new Date(now.getTime() - 86_400_000);
	certificate.notAfter.value = new Date(now.getTime() + YEARS * 365 * 86_400_000);
	const names = new pkijs.GeneralNames({
		names: [
			...['localhost', 'exchange.example.test'].map((value) => new pkijs.GeneralName({ type: DNS_NAME, value })),
			...[Buffer.from([127, 0, 0, 1]), Buffer.from([...Array<number>(15).fill(0), 1])].map((address) => new pkijs.GeneralName({ type: IP_ADDRESS, value: new asn1js.OctetString({ valueHex: new Uint8Array(address).buffer }) })),
		],
	});
	certificate.extensions = [new pkijs.Extension({ extnID: SUBJECT_ALT_NAME, critical: false, extnValue: names.toSchema().toBER(false) })];
	await certificate.subjectPublicKeyInfo.importKey(publicKey, engine);
	await certificate.sign(privateKey, 'SHA-256', engine);
	return { key: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', privateKey)), cert: pem('CERTIFICATE', certificate.toSchema(true).toBER(false)) };
}
