import type { Logon, LogonScheme } from '../http/logon.mts';
import type { Exchange, User } from '../store/exchange.mts';
import type { Entra } from './entra.mts';
import { APP_ROLE, USER_SCOPE } from './entra.mts';
import { isSignedBy, readJwt } from './jwt.mts';

const EXCHANGE_APP = '00000002-0000-0ff1-ce00-000000000000';
const SKEW_SECONDS = 300;

/** An application that logged on with a token of its own: a user without a mailbox. */
export interface AppUser extends User {
	readonly application: { readonly clientId: string; readonly tenant: string };
}

export function isApplication(user: User): user is AppUser {
	return 'application' in user;
}

interface TokenFault {
	readonly number: number;
	readonly reason: string;
	readonly category: string;
}

const fault = (number: number, reason: string, category: string): TokenFault => ({ number, reason, category });

/** Bearer tokens of one directory: signature, audience, issuer, tenant, lifetime and permission are checked. */
export class BearerLogons {
	private readonly entra: Entra;

	constructor(entra: Entra) {
		this.entra = entra;
	}

	get scheme(): LogonScheme {
		return { scheme: 'Bearer', challenge: () => challenge(), logOn: (credentials, _request, exchange) => this.logOn(credentials, exchange) };
	}

	private logOn(token: string, exchange: Exchange): Logon {
		const found = this.userOf(token, exchange);
		if (!('number' in found)) return { result: 'user', user: found };
		return {
			result: 'challenge',
			challenges: [challenge('invalid_token')],
			headers: { 'x-ms-diagnostics': `${found.number};reason="${found.reason}";error_category="${found.category}"` },
		};
	}

	private userOf(token: string, exchange: Exchange): User | TokenFault {
		const jwt = readJwt(token);
		if (!jwt) return fault(2000000, 'The token is malformed.', 'invalid_token');
		if (this.entra.revoked.has(token)) return fault(2000001, 'The token has been revoked.', 'token_revoked');
		if (!isSignedBy(jwt, this.entra.key.publicKey)) return fault(2000002, 'The token has an invalid signature.', 'invalid_signature');
		const { aud, iss, tid, exp, nbf, roles, scp, upn, appid } = jwt.claims;
		const seconds = this.entra.now() / 1_000;
		if (typeof exp !== 'number' || exp < seconds) return fault(2000001, 'The token has expired.', 'token_expired');
		if (typeof nbf === 'number' && nbf - SKEW_SECONDS > seconds) return fault(2000006, 'The token is not yet valid.', 'invalid_lifetime');
		const tenant = this.entra.tenants.find(({ id }) => id === tid);
		if (!tenant || iss !== `https://sts.windows.net/${tenant.id}/`) return fault(2000004, 'The issuer of the token is not trusted.', 'invalid_issuer');
		if (typeof aud !== 'string' || !this.entra.resources.includes(aud.replace(/\/$/, ''))) {
			return fault(2000003, `The hostname component of the audience claim value '${String(aud)}' is invalid`, 'invalid_resource');
		}
		const none = fault(2000008, 'The token contains no permissions, or permissions can not be understood.', 'invalid_grant');
		if (typeof upn === 'string') {
			const user = exchange.userNamed(upn);
			if (!user) return fault(2000009, 'The user specified by the user-context in the token does not exist.', 'invalid_user');
			return typeof scp === 'string' && scp.split(' ').includes(USER_SCOPE) ? user : none;
		}
		if (!this.entra.rolesInExchange.has(String(appid)) && !(Array.isArray(roles) && roles.includes(APP_ROLE))) return none;
		const application: AppUser = { address: `app:${String(appid)}`, name: String(appid), logonNames: [], mayImpersonate: true, application: { clientId: String(appid), tenant: tenant.id } };
		return application;
	}
}

function challenge(error?: string): string {
	const parts = [
		`client_id="${EXCHANGE_APP}"`,
		'trusted_issuers="00000001-0000-0000-c000-000000000000@*"',
		'token_types="app_asserted_user_v1 service_asserted_app_v1"',
		'authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
		...(error === undefined ? [] : [`error="${error}"`]),
	];
	return `Bearer ${parts.join(', ')}`;
}
