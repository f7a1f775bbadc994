import { randomUUID } from 'node:crypto';
import { SigningKey } from './jwt.mts';

/** The application permission and the delegated scope that EWS asks for. */
export const APP_ROLE = 'full_access_as_app';
export const USER_SCOPE = 'EWS.AccessAsUser.All';

/** A secret of an application; one that is over is refused as such. */
export interface AppSecret {
	readonly value: string;
	readonly expired?: boolean;
}

/** An application as it is registered in a tenant. */
export interface Application {
	readonly clientId: string;
	readonly secrets?: readonly AppSecret[];
	/** PEM certificates that were uploaded. */
	readonly certificates?: readonly string[];
	/** `granted` by an administrator (default); `missing`: tokens lack the permission, as Entra gives them; `refused`: there are no tokens at all. */
	readonly consent?: 'granted' | 'missing' | 'refused';
	readonly disabled?: boolean;
	/** Ids as in the registration. Default: all permissions that EWS knows. */
	readonly roles?: readonly string[];
}

/** A tenant, by its id or one of its domains. */
export interface Tenant {
	readonly id: string;
	readonly domains: readonly string[];
	readonly applications: readonly Application[];
}

export interface EntraOptions {
	readonly tenants: readonly Tenant[];
	/** Audiences the server's own resource has; tokens for others are given but not taken. */
	readonly resources?: readonly string[];
	/** Resources tokens are given for although EWS does not take them. */
	readonly otherResources?: readonly string[];
	/** How long tokens live; real ones do for an hour. */
	readonly tokenSeconds?: number;
	readonly now?: () => number;
}

/** One request to the token endpoint. No secret is kept. */
export interface TokenRequest {
	readonly tenant: string;
	readonly clientId: string;
	readonly grant: string;
	/** `secret`, `assertion`, `none`. */
	readonly proof: string;
	/** `token` or the number of the refusal. */
	readonly result: string;
}

/** Who a token is for. */
export interface TokenSubject {
	readonly tenant: Tenant;
	readonly clientId: string;
	readonly resource: string;
	readonly roles?: readonly string[];
	/** Delegated: the user's address and the scopes. */
	readonly user?: string;
	readonly scopes?: readonly string[];
}

/** A directory with tenants and applications, and the key that signs its tokens. */
export class Entra {
	readonly tenants: readonly Tenant[];
	readonly resources: readonly string[];
	readonly otherResources: readonly string[];
	readonly requests: TokenRequest[] = [];
	readonly key = new SigningKey();
	/** Refresh tokens and codes that were given, and for whom. */
	readonly grants = new Map<string, { subject: TokenSubject; redirect?: string }>();
	/** Every token that was given. */
	readonly issued: string[] = [];
	/** Tokens that Exchange takes no more although they have not expired, as after a change of password. */
	readonly revoked = new Set<string>();
	/** Applications (client ids) that Exchange itself lets in by a role of its own (RBAC for Applications), whatever their tokens say. */
	readonly rolesInExchange = new Set<string>();
	readonly now: () => number;
	tokenSeconds: number;

	constructor(options: EntraOptions) {
		this.tenants = options.tenants;
		this.resources = options.resources ?? ['https://outlook.office365.com'];
		this.otherResources = options.otherResources ?? ['https://graph.microsoft.com'];
		this.tokenSeconds = options.tokenSeconds ?? 3_599;
		this.now = options.now ?? Date.now;
	}

	tenantNamed(name: string): Tenant | undefined {
		const wanted = name.toLowerCase();
		return this.tenants.find(({ id, domains }) => id.toLowerCase() === wanted || domains.some((domain) => domain.toLowerCase() === wanted));
	}

	/** A token as the endpoint gives it; `changes` makes a spoilt one for a test. */
	token(subject: TokenSubject, changes: Readonly<Record<string, unknown>> = {}): string {
		const { tenant, clientId, resource, roles, user, scopes } = subject;
		const seconds = Math.floor(this.now() / 1_000);
		const token = this.key.sign({
			aud: resource,
			iss: `https://sts.windows.net/${tenant.id}/`,
			iat: seconds,
			nbf: seconds,
			exp: seconds + this.tokenSeconds,
			appid: clientId,
			appidacr: '1',
			oid: randomUUID(),
			tid: tenant.id,
			ver: '1.0',
			...(user === undefined ? { idtyp: 'app', sub: clientId } : { idtyp: 'user', upn: user, sub: user }),
			...(roles && roles.length > 0 && { roles }),
			...(scopes && scopes.length > 0 && { scp: scopes.join(' ') }),
			...changes,
		});
		this.issued.push(token);
		return token;
	}

	/** A refresh token or code. */
	grant(subject: TokenSubject, redirect?: string): string {
		const value = `0.${randomUUID()}${randomUUID()}`;
		this.grants.set(value, { subject, ...(redirect !== undefined && { redirect }) });
		return value;
	}
}
