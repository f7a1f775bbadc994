import type { IAllExecuteFunctions, ICredentialDataDecryptedObject } from 'n8n-workflow';

const RENEW_BEFORE_MS = 120_000;

/**
 * Hands out a valid token of a delegated OAuth2 credential; n8n renews and stores it. Concurrent callers share one renewal. Asked for another token, because
 * Exchange refused the last one (revoked, or its owner's password changed), it has n8n renew it as well, but a token that was got in this way only once: it
 * is handed out again and says that there is no better one.
 */
export function accessTokenSource(functions: IAllExecuteFunctions, credentialType: string): (renew?: boolean) => Promise<string> {
	let renewal: Promise<string> | undefined;
	let known: string | undefined;
	let lastResort: string | undefined;
	const inOneGo = async (get: () => Promise<string>): Promise<string> => {
		renewal ??= get().finally(() => {
			renewal = undefined;
		});
		known = await renewal;
		return known;
	};
	const another = async (): Promise<string> => {
		// Another process may have renewed it meanwhile.
		const stored = storedAccessToken(await functions.getCredentials(credentialType));
		if (stored !== known) return stored;
		lastResort = await renewed(functions, credentialType);
		return lastResort;
	};
	return async (renew = false) => {
		known ??= storedAccessToken(await functions.getCredentials(credentialType));
		if (renew && known !== lastResort) return await inOneGo(another);
		if (!expiresSoon(known)) return known;
		return await inOneGo(async () => await renewed(functions, credentialType));
	};
}

/** Token as n8n stored it. @throws Error when nobody has signed in yet */
export function storedAccessToken(data: ICredentialDataDecryptedObject): string {
	const token = tokenIn(data['oauthTokenData']);
	if (token === undefined) throw new Error('Nobody has signed in with this credential yet: open it and choose "Connect my account"');
	return token;
}

async function renewed(functions: IAllExecuteFunctions, credentialType: string): Promise<string> {
	const data: unknown = await functions.helpers.refreshOAuth2Token.call(functions, credentialType);
	const token = tokenIn(data);
	if (token === undefined) throw new Error('Microsoft renewed the sign-in without handing out a token: open the credential and connect the account again');
	return token;
}

function tokenIn(data: unknown): string | undefined {
	if (typeof data !== 'object' || data === null || !('access_token' in data)) return undefined;
	return typeof data.access_token === 'string' && data.access_token !== '' ? data.access_token : undefined;
}

/** Mail address of whoever signed in, where the token tells (claim `upn`, else `unique_name`, else `preferred_username`). */
export function signedInUser(data: ICredentialDataDecryptedObject): string | undefined {
	const claims = claimsOf(tokenIn(data['oauthTokenData']) ?? '');
	return [claims['upn'], claims['unique_name'], claims['preferred_username']].find((claim): claim is string => typeof claim === 'string' && claim.includes('@'));
}

/** n8n does not store when it got a token; `exp` of the token itself tells. */
function expiresSoon(token: string): boolean {
	const { exp } = claimsOf(token);
	return typeof exp === 'number' && exp * 1000 - RENEW_BEFORE_MS < Date.now();
}

/** Claims of a JWT (RFC 7519), which Microsoft's tokens for EWS are; none of any other token. They are not verified: Exchange does that. */
function claimsOf(token: string): Record<string, unknown> {
	try {
		const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
		return typeof claims === 'object' && claims !== null ? { ...claims } : {};
	} catch {
		return {};
	}
}
