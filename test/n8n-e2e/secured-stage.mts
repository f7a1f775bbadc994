import { request } from 'node:https';
import type { RunningProxy } from '../exchange-server/auth/connect-proxy.mts';
import { startProxy } from '../exchange-server/auth/connect-proxy.mts';
import { Entra } from '../exchange-server/auth/entra.mts';
import { selfSignedRsaCertificate } from '../exchange-server/auth/rsa-certificate.mts';
import type { SecuredExchange } from '../exchange-server/auth/startSecuredExchange.mts';
import { startSecuredExchange } from '../exchange-server/auth/startSecuredExchange.mts';
import { createCredential } from '../n8n-harness/credentials.mts';
import type { StoredCredential } from '../n8n-harness/credentials.mts';
import { executionEnd } from '../n8n-harness/executions.mts';
import type { Execution } from '../n8n-harness/executions.mts';
import { N8n } from '../n8n-harness/n8n.mts';
import { signIn } from '../n8n-harness/oauth2-sign-in.mts';
import { createWorkflow, startWorkflow, workflowOf } from '../n8n-harness/workflows.mts';
import type { NodeSketch } from '../n8n-harness/workflows.mts';

/** Passwords with everything that looks different inside of JSON, XML or an address. */
export const ANNA = { address: 'anna@example.test', password: 'Anna "2" <of> & Exchange%é' } as const;
export const BOB = { address: 'bob@example.test', password: "Bob's+2/of?Exchange=ü" } as const;
export const CARLA = { address: 'carla@example.test', password: 'Carla\\2 of#Exchange' } as const;
export const SERVICE = { address: 'service@example.test', password: 'Service:2@of&Exchange' } as const;
export const PROXY = { user: 'n8n', password: 'Proxy 2 of "Exchange"&' } as const;
export const TENANT = '11111111-2222-4333-8444-555555555555';
export const APP = 'aaaaaaaa-0000-4000-8000-000000000001';
export const APP_SECRET = 'App~S3cret"of&Exchange';
const RESOURCE = 'https://outlook.office365.com';
const LOGIN_HOST = 'login.microsoftonline.com';

export const APP_ONLY = 'exchangeEwsAppOnlyApi';
export const OAUTH2 = 'exchangeEwsOAuth2Api';

/** An Exchange with every way to log on, its directory, a proxy that wants a password, and an n8n. */
export class SecuredStage {
	readonly exchange: SecuredExchange;
	readonly proxy: RunningProxy;
	readonly n8n: N8n;
	readonly appCertificate: { key: string; cert: string };
	readonly #proxies: readonly RunningProxy[];

	private constructor(parts: { exchange: SecuredExchange; proxies: readonly [RunningProxy, RunningProxy]; n8n: N8n; appCertificate: { key: string; cert: string } }) {
		this.exchange = parts.exchange;
		this.proxy = parts.proxies[0];
		this.#proxies = parts.proxies;
		this.n8n = parts.n8n;
		this.appCertificate = parts.appCertificate;
	}

	static async start(variables: Readonly<Record<string, string>> = {}): Promise<SecuredStage> {
		const appCertificate = await selfSignedRsaCertificate();
		const entra = new Entra({ resources: [RESOURCE], tenants: [{ id: TENANT, domains: ['example.test'], applications: [{ clientId: APP, secrets: [{ value: APP_SECRET }], certificates: [appCertificate.cert] }] }] });
		const users = [ANNA, BOB, CARLA, { ...SERVICE, mayImpersonate: true }].map((user) => ({ ...user, logonNames: [`EXAMPLE\\${user.address.split('@')[0] ?? ''}`] }));
		const exchange = await startSecuredExchange({ users, entra, https: true });
		const proxy = await startProxy({ login: PROXY, hosts: {} });
		// n8n itself fetches the tokens of a delegated sign-in from Microsoft's host: the way there leads to this server, whose certificate has another name.
		const wayToEntra = await startProxy({ hosts: { [LOGIN_HOST]: `127.0.0.1:${exchange.port}` } });
		const n8n = await N8n.start({ variables: { HTTPS_PROXY: wayToEntra.url, NO_PROXY: '127.0.0.1,localhost', NODE_TLS_REJECT_UNAUTHORIZED: '0', ...variables } });
		return new SecuredStage({ exchange, proxies: [proxy, wayToEntra], n8n, appCertificate });
	}

	async close(): Promise<void> {
		this.noteTokens();
		try {
			await this.n8n.close();
		} finally {
			await Promise.all([this.exchange.close(), ...this.#proxies.map(async (proxy) => await proxy.close())]);
		}
	}

	/** Tells the search which tokens were given; their signature alone is one. */
	noteTokens(): void {
		const { secrets } = this.n8n.client;
		for (const token of this.exchange.entra.issued) {
			secrets.note(token, 'access token');
			secrets.note(token.split('.')[2] ?? '', 'signature of an access token');
		}
		for (const grant of this.exchange.entra.grants.keys()) secrets.note(grant, 'code or refresh token');
	}

	/** Where the credentials of this stage go. */
	get #common(): Record<string, unknown> {
		return { active: true, url: this.exchange.url, trustedCa: this.exchange.certificate ?? '', timeZone: 'Europe/Zurich', timeoutSeconds: 20, maxFailedLogonAttempts: 10 };
	}

	/** Data of a Basic or NTLM credential of Anna. */
	password(changes: Record<string, unknown> = {}): Record<string, unknown> {
		return { ...this.#common, authentication: 'basic', user: ANNA.address, password: ANNA.password, ...changes };
	}

	/** Data of an application's credential. */
	application(changes: Record<string, unknown> = {}): Record<string, unknown> {
		const links = [ANNA, BOB].map(({ address }) => ({ account: '', mailbox: address }));
		return { ...this.#common, tenantId: TENANT, clientId: APP, proof: 'secret', clientSecret: APP_SECRET, authority: `${this.exchange.origin}/${TENANT}`, access: 'impersonation', accounts: { links }, ...changes };
	}

	/** Data of a delegated credential; nobody has signed in yet. */
	delegated(changes: Record<string, unknown> = {}): Record<string, unknown> {
		return { ...this.#common, cloud: 'global', tenant: TENANT, clientId: APP, clientSecret: APP_SECRET, ...changes };
	}

	async credential(name: string, type: string, data: Record<string, unknown>): Promise<StoredCredential> {
		return await createCredential(this.n8n.client, name, type, data);
	}

	/** Signs somebody in as the credential's dialog does. */
	async signIn(credential: StoredCredential, user: string): Promise<URL> {
		return await signIn(this.n8n.client, credential, user, async (address) => {
			return await new Promise((resolve, reject) => {
				request(new URL(`${address.pathname}${address.search}`, this.exchange.origin), { ca: this.exchange.certificate }, (response) => {
					response.resume();
					resolve(response.headers.location);
				})
					.on('error', reject)
					.end();
			});
		});
	}

	/** Runs one of this package's nodes over an item and waits for the end, well or not. */
	async run(credential: StoredCredential, type: string, parameters: Record<string, unknown>, more: Partial<NodeSketch> = {}): Promise<Execution> {
		const workflow = await createWorkflow(
			this.n8n.client,
			workflowOf(`run ${credential.name}`, [
				{ name: 'By hand', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'Exchange', type, parameters: { authentication: credential.type, ...parameters }, credential, ...more },
			]),
		);
		return await executionEnd(this.n8n.client, await startWorkflow(this.n8n.client, workflow, 'By hand'));
	}
}
