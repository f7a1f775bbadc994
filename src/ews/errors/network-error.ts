import { EwsError } from './ews-error';

/** Codes of OpenSSL and Node that mean: the certificate, or TLS itself, is the trouble. */
const TLS_CODE =
	/^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_|ERR_SSL_|EPROTO|CA_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|ERR_OSSL)/;

/** Certificate errors that another set of trusted roots could cure. */
const TRUST_CODE = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/;

/** Node's code of an error, looked for in its causes and, for several addresses tried, in their errors. */
export function codeOfError(error: unknown): string {
	for (let current: unknown = error, depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth++) {
		const code: unknown = Reflect.get(current, 'code');
		if (typeof code === 'string' && code !== 'UND_ERR' && code !== 'ABORT_ERR') return code;
		const errors: unknown = Reflect.get(current, 'errors');
		current = Array.isArray(errors) && errors.length > 0 ? errors[0] : Reflect.get(current, 'cause');
	}
	return 'UNKNOWN';
}

/** True where the certificate was refused for lack of a trusted root. */
export function isUntrustedRoot(error: unknown): boolean {
	return TRUST_CODE.test(codeOfError(error));
}

/** The EwsError of a connection that could not be made, or broke. Its message and cause hold codes only: addresses of proxies carry passwords. */
export function errorOfNetwork(error: unknown, during: 'connect' | 'exchange' | 'proxy', requestId?: string): EwsError {
	if (error instanceof EwsError) return error;
	const code = codeOfError(error);
	const id = requestId === undefined ? {} : { requestId };
	if (TLS_CODE.test(code)) {
		return new EwsError({ kind: 'tls', code }, `TLS with the server could not be agreed on (${code}).`, { ...id, outcomeUnknown: during === 'exchange' });
	}
	return new EwsError({ kind: 'network', code, during }, `The connection failed (${code}).`, { ...id, outcomeUnknown: during === 'exchange' });
}
