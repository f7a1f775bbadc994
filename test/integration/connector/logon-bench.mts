/** Two embedded Exchanges that share a directory, one by http and one by https, and connectors that log on to them in every way. */
import { inspect } from 'node:util';
import { expect } from 'vitest';

import { closeIdleConnections } from '../../../src/connector/connection-pool.ts';
import type { Connector } from '../../../src/connector/Connector.ts';
import type { Authentication, ConnectorSettings, MailboxAccess } from '../../../src/connector/connector-settings.ts';
import type { AccountLink } from '../../../src/sync/account-link.ts';
import { openConnector } from '../../../src/connector/open-connector.ts';
import type { Route } from '../../exchange-server/http/server.mts';
import { type RunningProxy, startProxy } from '../../exchange-server/auth/connect-proxy.mts';
import { Entra } from '../../exchange-server/auth/entra.mts';
import { selfSignedRsaCertificate } from '../../exchange-server/auth/rsa-certificate.mts';
import { type SecuredExchange, startSecuredExchange } from '../../exchange-server/auth/startSecuredExchange.mts';
import { usualSettings } from '../../usual-connector.mts';

export const ANNA = 'anna@example.test';
export const BERT = 'bert@example.test';
export const SERVICE = 'service@example.test';
export const TENANT = '11111111-2222-4333-8444-555555555555';
export const APP = 'aaaaaaaa-0000-4000-8000-000000000001';
/** An application to which nobody has given a permission. */
export const UNPERMITTED_APP = 'dddddddd-0000-4000-8000-00000000000d';
const RESOURCE = 'https://outlook.office365.com';
/** What the server is registered as for hybrid authentication. */
export const OWN_RESOURCE = 'https://example.test';

/** Exchange Online of each cloud; the proxy leads all of them here. */
export const CLOUD_HOSTS = ['outlook.office365.com', 'outlook.office365.us', 'outlook-dod.office365.us', 'partner.outlook.cn'] as const;

const PASSWORDS: Readonly<Record<string, string>> = { [ANNA]: 'Anna-p4ssword-k1', [BERT]: 'Bert-p4ssword-k2', [SERVICE]: 'Service-p4ssword-k3' };
const WRONG_PASSWORD = 'Wr0ng-p4ssword-k4';
const SECRET = 'App~S3cret-k5';
const WRONG_SECRET = 'Wr0ng~S3cret-k6';
const PROXY_PASSWORD = 'Pr0xy-p4ssword-k7';

export type Method = Authentication['method'];
export type Logins = 'single' | 'perAccount' | 'impersonation' | 'delegate';
export type Way = 'plain' | 'ca' | 'proxy';

/** One connector of the matrix. */
export interface Combination {
	method: Method;
	logins: Logins;
	way: Way;
	secret: 'right' | 'wrong';
}

const ACCESS: Record<Logins, MailboxAccess> = { single: 'own', perAccount: 'own', impersonation: 'impersonation', delegate: 'delegate' };

export class LogonBench {
	readonly plain: SecuredExchange;
	readonly secure: SecuredExchange;
	readonly proxy: RunningProxy;
	readonly appCertificate: { key: string; cert: string };
	/** Mailboxes that the servers refuse every logon for, however right it is. */
	readonly refusedFor: Set<string>;
	/** Everything that is a secret in what this bench does. */
	readonly secrets = new Set<string>();
	readonly #open: Connector[] = [];
	#count = 0;

	private constructor(plain: SecuredExchange, secure: SecuredExchange, proxy: RunningProxy, appCertificate: { key: string; cert: string }, refusedFor: Set<string>) {
		this.refusedFor = refusedFor;
		this.plain = plain;
		this.secure = secure;
		this.proxy = proxy;
		this.appCertificate = appCertificate;
		for (const secret of [...Object.values(PASSWORDS), SECRET, WRONG_SECRET, PROXY_PASSWORD]) this.#keepSecret(secret);
		for (const [user, password] of Object.entries(PASSWORDS)) this.#keepLogin(user, password);
		this.#keepSecret(appCertificate.key.split('\n')[3] ?? '');
	}

	static async start(more: { mailboxes?: readonly string[]; routes?: readonly Route[] } = {}): Promise<LogonBench> {
		const { mailboxes = [], ...rest } = more;
		const refusedFor = new Set<string>();
		const refuse: Route = (request, response) => {
			const isGreeting = request.headers['content-length'] === '0';
			if (isGreeting || !refusedFor.has(String(request.headers['x-anchormailbox']))) return false;
			response.writeHead(401, { 'content-length': '0' }).end();
			return true;
		};
		const options = { ...rest, routes: [refuse, ...(rest.routes ?? [])] };
		const appCertificate = await selfSignedRsaCertificate();
		const entra = new Entra({ resources: [RESOURCE, OWN_RESOURCE], tenants: [{ id: TENANT, domains: ['example.test'], applications: [{ clientId: APP, secrets: [{ value: SECRET }], certificates: [appCertificate.cert] }, { clientId: UNPERMITTED_APP, secrets: [{ value: SECRET }], consent: 'missing' }] }] });
		const users = [
			...[ANNA, BERT].map((address) => ({ address, password: PASSWORDS[address]!, logonNames: [`EXAMPLE\\${address.split('@')[0]!}`] })),
			{ address: SERVICE, password: PASSWORDS[SERVICE]!, mayImpersonate: true, logonNames: ['EXAMPLE\\service'] },
			...mailboxes.map((address) => ({ address })),
		];
		const plain = await startSecuredExchange({ ...options, users, entra });
		const secure = await startSecuredExchange({ ...options, users, entra, https: true });
		const here = `127.0.0.1:${secure.port}`;
		const proxy = await startProxy({ login: { user: 'connector', password: PROXY_PASSWORD }, hosts: Object.fromEntries(['example.test', 'autodiscover.example.test', 'mail.example.test', ...CLOUD_HOSTS].map((host) => [host, here])) });
		return new LogonBench(plain, secure, proxy, appCertificate, refusedFor);
	}

	async close(): Promise<void> {
		await this.reset();
		await Promise.all([this.plain.close(), this.secure.close(), this.proxy.close()]);
	}

	/** Forgets what was asked, closes connections. */
	async reset(): Promise<void> {
		await Promise.all(this.#open.splice(0).map((connector) => connector.close()));
		await closeIdleConnections();
		for (const server of [this.plain, this.secure]) {
			server.control.clearRequests();
			server.ntlm.handshakes.length = 0;
			server.entra.requests.length = 0;
			server.autodiscover.questions.length = 0;
			server.lock.refusals.clear();
		}
	}

	server(way: Way): SecuredExchange {
		return way === 'plain' ? this.plain : this.secure;
	}

	connector(combination: Combination, more: Partial<ConnectorSettings> = {}): Connector {
		const { logins, way } = combination;
		const both: AccountLink[] = [ANNA, BERT].map((mailbox) => ({ account: mailbox.split('@')[0]!, mailbox }));
		const settings = usualSettings(this.server(way).url, { user: ANNA, password: PASSWORDS[ANNA]! }, {
			connectorId: `logon-${++this.#count}`,
			authentication: this.authentication(combination),
			access: ACCESS[logins],
			accounts: logins === 'single' ? both.slice(0, 1) : both,
			tls: { ignoreCertificate: false, ca: this.secure.certificate ?? '' },
			...(way === 'proxy' && { proxyUrl: this.proxy.urlWithLogin }),
			// Tokens and connections are kept for those with the same settings: no two connectors share them unless they are told to.
			timeoutMs: 20_000 + this.#count,
			...more,
		});
		const connector = openConnector(settings);
		this.#open.push(connector);
		return connector;
	}

	authentication({ method, logins, secret }: Combination): Authentication {
		const isRight = secret === 'right';
		// Another one each time: what a connector remembers of a refused password outlives it.
		const wrong = `${WRONG_PASSWORD}-${++this.#count}`;
		const login = (user: string): { user: string; password: string } => {
			if (!isRight) this.#keepLogin(user, wrong);
			return { user, password: isRight ? PASSWORDS[user]! : wrong };
		};
		const shared = logins === 'impersonation' || logins === 'delegate';
		const user = shared ? SERVICE : ANNA;
		switch (method) {
			case 'basic':
			case 'ntlm':
				return { method, login: login(user), loginByMailbox: logins === 'perAccount' ? { [ANNA]: login(ANNA), [BERT]: login(BERT) } : {} };
			case 'bearer': {
				const signer = isRight ? this.secure.entra : new Entra({ tenants: this.secure.entra.tenants });
				const token = signer.token({ tenant: signer.tenants[0]!, clientId: APP, resource: RESOURCE, user, scopes: ['EWS.AccessAsUser.All'] });
				this.#keepSecret(token);
				this.#keepSecret(token.split('.')[2] ?? '');
				return { method, token: async () => token, identity: `credential-${this.#count}` };
			}
			case 'appOnly':
				return { method, tenantId: TENANT, clientId: APP, cloud: 'global', authority: `${this.secure.origin}/${TENANT}`, proof: { with: 'secret', secret: isRight ? SECRET : WRONG_SECRET } };
		}
	}

	#keepLogin(user: string, password: string): void {
		this.#keepSecret(password);
		this.#keepSecret(Buffer.from(`${user}:${password}`).toString('base64'));
	}

	/** Grows the set of secrets; short ones would be found by chance. */
	#keepSecret(secret: string): void {
		expect(secret.length).toBeGreaterThan(10);
		this.secrets.add(secret);
	}

	/** Fails where one of the values, with all that hangs on it, holds a secret. */
	expectNoSecret(...values: unknown[]): void {
		const text = values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 20, maxArrayLength: 10_000, maxStringLength: null, showHidden: true }))).join('\n');
		const found = [...this.secrets].filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
		expect(found).toEqual([]);
	}
}
