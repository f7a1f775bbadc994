import type { KeyObject } from 'node:crypto';
import { constants, createHash, generateKeyPairSync, sign, verify } from 'node:crypto';

/** The two readable parts of a JSON Web Token, RFC 7519. */
export interface ReadJwt {
	readonly header: Readonly<Record<string, unknown>>;
	readonly claims: Readonly<Record<string, unknown>>;
	/** What the signature is over. */
	readonly signed: Buffer;
	readonly signature: Buffer;
}

function objectIn(part: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

/** Reads a token without believing it; undefined for what is none. */
export function readJwt(token: string): ReadJwt | undefined {
	const [head = '', body = '', signature, ...more] = token.split('.');
	const header = objectIn(head);
	const claims = objectIn(body);
	if (signature === undefined || more.length > 0 || !header || !claims) return undefined;
	return { header, claims, signed: Buffer.from(`${head}.${body}`), signature: Buffer.from(signature, 'base64url') };
}

/** Whether the key signed it, by RS256 or PS256. */
export function isSignedBy(jwt: ReadJwt, key: KeyObject): boolean {
	switch (jwt.header.alg) {
		case 'RS256':
			return verify('sha256', jwt.signed, key, jwt.signature);
		case 'PS256':
			return verify('sha256', jwt.signed, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, jwt.signature);
		default:
			return false;
	}
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A key pair that signs tokens by RS256; made when it is first used, as that takes a tenth of a second and most servers never do. */
export class SigningKey {
	#pair: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

	get publicKey(): KeyObject {
		return this.#keys.publicKey;
	}

	get keyId(): string {
		return createHash('sha1').update(this.publicKey.export({ type: 'spki', format: 'der' })).digest('base64url');
	}

	get #keys(): { publicKey: KeyObject; privateKey: KeyObject } {
		this.#pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
		return this.#pair;
	}

	sign(claims: Readonly<Record<string, unknown>>): string {
		const { keyId } = this;
		const text = `${part({ typ: 'JWT', alg: 'RS256', x5t: keyId, kid: keyId })}.${part(claims)}`;
		return `${text}.${sign('sha256', Buffer.from(text), this.#keys.privateKey).toString('base64url')}`;
	}

	/** As it stands in `discovery/v2.0/keys`. */
	get jwk(): Record<string, unknown> {
		return { ...this.publicKey.export({ format: 'jwk' }), kid: this.keyId, use: 'sig', alg: 'RS256' };
	}
}
