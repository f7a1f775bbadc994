import { MailboxFault } from '../../../sync/fault';

/** Exchange Online's own application id, which stands as audience in some tokens. */
const EXCHANGE_APP_ID = '00000002-0000-0ff1-ce00-000000000000';
const MAX_LENGTH = 64 * 1024;
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What a token is expected to be good for. */
export interface ExpectedToken {
	resource: string;
	tenant: string;
}

/**
 * Checks what can be checked of a token without the issuer's keys: it is for this resource and tenant, and is not expired. What it permits is Exchange's to say: an application
 * that has its role there (RBAC for Applications) has none in its token. Tokens that are no JWT are taken as they are.
 * https://learn.microsoft.com/exchange/permissions-exo/application-rbac
 * @throws MailboxFault `malformedAnswer`, `logonRefused`
 */
export function checkAccessToken(token: string, expected: ExpectedToken, now: number): void {
	if (token === '' || token.length > MAX_LENGTH || !/^[\x21-\x7e]+$/.test(token)) throw wrong('malformedAnswer', 'The token endpoint gave something that is no token.');
	const claims = claimsOf(token);
	if (claims === undefined) return;
	const { aud, tid, exp } = claims;
	if (typeof aud === 'string' && withoutSlash(aud) !== withoutSlash(expected.resource) && aud !== EXCHANGE_APP_ID) {
		throw wrong('malformedAnswer', `The token is for ${URL.canParse(aud) ? new URL(aud).host : 'another resource'}, not for ${expected.resource}.`);
	}
	if (typeof tid === 'string' && GUID.test(expected.tenant) && tid.toLowerCase() !== expected.tenant.toLowerCase()) {
		throw wrong('malformedAnswer', 'The token is of another tenant than the credential names.');
	}
	if (typeof exp === 'number' && exp * 1000 <= now) throw wrong('logonRefused', 'The token is expired already: check this machine\'s clock.');
}

function claimsOf(token: string): Record<string, unknown> | undefined {
	const [, payload, signature] = token.split('.');
	if (payload === undefined || signature === undefined) return undefined;
	try {
		const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
		return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

function withoutSlash(resource: string): string {
	return resource.replace(/\/+$/, '').toLowerCase();
}

function wrong(reason: 'malformedAnswer' | 'logonRefused', message: string): MailboxFault {
	return new MailboxFault({ reason, scope: 'connector', retry: { can: false }, code: 'TokenUnusable', message });
}
