import { createHash, X509Certificate } from 'node:crypto';
import { isSignedBy, readJwt } from './jwt.mts';
import type { Application } from './entra.mts';
import { TokenRefusal } from './token-refusal.mts';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Entra takes a clock that is five minutes off. */
const SKEW_SECONDS = 300;

/** What a client proves itself with, as the log names it. */
export function proofKind(form: URLSearchParams): string {
	if (form.has('client_assertion')) return 'assertion';
	return form.has('client_secret') ? 'secret' : 'none';
}

/**
 * Checks that an application is itself.
 *
 * @param endpoint address of the token endpoint, which an assertion must be for
 * @throws TokenRefusal
 */
export function checkClient(application: Application, form: URLSearchParams, endpoint: string, now: number): void {
	switch (proofKind(form)) {
		case 'secret': {
			const secret = application.secrets?.find(({ value }) => value === form.get('client_secret'));
			if (!secret) throw new TokenRefusal(7000215);
			if (secret.expired) throw new TokenRefusal(7000222);
			return;
		}
		case 'assertion':
			checkAssertion(application, form, endpoint, now);
			return;
		default:
			throw new TokenRefusal(7000218);
	}
}

function checkAssertion(application: Application, form: URLSearchParams, endpoint: string, now: number): void {
	const jwt = readJwt(form.get('client_assertion') ?? '');
	if (form.get('client_assertion_type') !== ASSERTION || !jwt) throw new TokenRefusal(50027);
	const certificate = (application.certificates ?? [])
		.map((pem) => new X509Certificate(pem))
		.find(({ raw }) => jwt.header['x5t#S256'] === createHash('sha256').update(raw).digest('base64url') || jwt.header.x5t === createHash('sha1').update(raw).digest('base64url'));
	if (!certificate || !isSignedBy(jwt, certificate.publicKey)) throw new TokenRefusal(700027);
	if (Date.parse(certificate.validTo) <= now) throw new TokenRefusal(700027);
	const { aud, iss, sub, exp, nbf } = jwt.claims;
	if (aud !== endpoint) throw new TokenRefusal(700023);
	if (iss !== application.clientId || sub !== application.clientId) throw new TokenRefusal(700021);
	const seconds = now / 1_000;
	if (typeof exp !== 'number' || exp + SKEW_SECONDS < seconds || (typeof nbf === 'number' && nbf - SKEW_SECONDS > seconds)) throw new TokenRefusal(700024);
}
