import { createHash } from 'node:crypto';

import type { ConfidentialClientApplication } from '@azure/msal-node';

import { EwsError } from '../../errors/ews-error';
import { faultOf } from '../../errors/mailbox-fault';
import { changedFault, MailboxFault } from '../../../sync/fault';
import { anonymous } from '../authenticator';
import type { ProxySettings, Timeouts, TlsSettings } from '../connection-settings';
import { HttpExchange } from '../http-exchange';
import { faultOfTokenRefusal } from './aadsts';
import { checkAccessToken } from './access-token';
import type { TokenSource } from './bearer-authenticator';
import { readClientCertificate } from './client-certificate';
import { CLOUDS, type Cloud } from './clouds';
import { msalNetwork } from './msal-network';

/** What proves that the application is itself. */
export type ClientProof = { kind: 'secret'; secret: string } | { kind: 'certificate'; certificate: string; privateKey: string; passphrase?: string };

/** An application that reaches mailboxes by a permission of its own. */
export interface AppOnlySettings {
	/** Directory id or domain of the tenant. */
	tenant: string;
	clientId: string;
	proof: ClientProof;
	cloud: Cloud;
	/** For hybrid servers on-premises: their own resource, e.g. `https://mail.example.com`. */
	resource?: string;
	/** Host of the token endpoint, where it is none of Microsoft's (tests, gateways). */
	loginHost?: string;
	tls?: TlsSettings;
	proxy?: ProxySettings;
	timeouts?: Timeouts;
}

/** Microsoft's tokens live an hour and more. */
const RENEW_AGAIN_MS = 60_000;
const MAX_TOKEN_ANSWER = 1024 * 1024;

interface CachedApplication {
	source: TokenSource;
	lastUsed: number;
}

const applications = new Map<string, CachedApplication>();
const MAX_APPLICATIONS = 100;

/**
 * Tokens of an application. Cached per process by all that makes them (a changed secret is a new entry), asked for once however many callers wait, and
 * renewed by msal-node five minutes before they expire.
 */
export function appOnlyTokens(settings: AppOnlySettings): TokenSource {
	const key = createHash('sha256').update(JSON.stringify(settings)).digest('base64');
	const known = applications.get(key);
	const entry = known ?? { source: createSource(settings), lastUsed: 0 };
	entry.lastUsed = Date.now();
	applications.set(key, entry);
	if (applications.size > MAX_APPLICATIONS) {
		const [oldest] = [...applications.entries()].sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
		if (oldest !== undefined) applications.delete(oldest[0]);
	}
	return entry.source;
}

function createSource(settings: AppOnlySettings): TokenSource {
	const { tenant } = settings;
	const endpoints = CLOUDS[settings.cloud];
	const loginHost = settings.loginHost ?? endpoints.loginHost;
	const resource = (settings.resource ?? endpoints.resource).replace(/\/+$/, '');
	let networkFailure: unknown;
	let application: Promise<ConfidentialClientApplication> | undefined;
	let running: { renew: boolean; token: Promise<string> } | undefined;
	let renewedAt = Number.NEGATIVE_INFINITY;

	const acquire = async (renew: boolean): Promise<string> => {
		application ??= createApplication(settings, loginHost, (error) => (networkFailure = error)).catch((error: unknown) => {
			application = undefined;
			throw error;
		});
		networkFailure = undefined;
		let token: string;
		try {
			const result = await (await application).acquireTokenByClientCredential({ scopes: [`${resource}/.default`], skipCache: renew });
			token = result?.accessToken ?? '';
		} catch (error) {
			throw tokenFault(error, networkFailure, tenant, loginHost);
		}
		checkAccessToken(token, { resource, tenant }, Date.now());
		return token;
	};

	return {
		async accessToken(renew) {
			// Others may have been refused with the same token, and one that is refused although it is new is not helped by a newer one.
			const force = renew && Date.now() - renewedAt >= RENEW_AGAIN_MS;
			if (running === undefined || (force && !running.renew)) {
				const token = acquire(force)
					.then((renewed) => {
						// Not before: a renewal that failed for a passing reason would leave the refused token to everybody for a minute.
						if (force) renewedAt = Date.now();
						return renewed;
					})
					.finally(() => {
						if (running?.token === token) running = undefined;
					});
				running = { renew: force, token };
			}
			return await running.token;
		},
	};
}

async function createApplication(settings: AppOnlySettings, loginHost: string, failed: (error: unknown) => void): Promise<ConfidentialClientApplication> {
	const { tenant, clientId, proof, tls, proxy, timeouts } = settings;
	if (!/^[A-Za-z0-9.-]{1,255}$/.test(tenant)) throw faultOfTokenRefusal('AADSTS900023', 'given');
	const authority = `https://${loginHost}/${tenant}`;
	const { host } = new URL(authority);
	const exchange = new HttpExchange(
		{
			url: authority,
			authenticator: anonymous,
			maxAnswerBytes: MAX_TOKEN_ANSWER,
			...(tls === undefined ? {} : { tls }),
			...(proxy === undefined ? {} : { proxy }),
			...(timeouts === undefined ? {} : { timeouts }),
		},
		2,
	);
	const credential =
		proof.kind === 'secret' ? { clientSecret: proof.secret } : { clientCertificate: readClientCertificate(proof.certificate, proof.privateKey, proof.passphrase, Date.now()) };
	const { ConfidentialClientApplication: Application } = await import('@azure/msal-node');
	return new Application({
		auth: {
			clientId,
			authority,
			knownAuthorities: [host],
			// Known beforehand, so that a token costs one request and nobody is asked where the endpoint is.
			authorityMetadata: JSON.stringify({
				authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
				token_endpoint: `${authority}/oauth2/v2.0/token`,
				issuer: `${authority}/v2.0`,
				jwks_uri: `${authority}/discovery/v2.0/keys`,
			}),
			...credential,
		},
		system: { networkClient: msalNetwork(exchange, host, failed), loggerOptions: { loggerCallback: () => undefined, piiLoggingEnabled: false } },
	});
}

/** Only codes leave: msal's own messages repeat what the server said. */
function tokenFault(error: unknown, networkFailure: unknown, tenant: string, loginHost: string): MailboxFault {
	if (error instanceof MailboxFault) return error;
	const transport = networkFailure instanceof EwsError || networkFailure instanceof MailboxFault ? networkFailure : error;
	// The request that the token was for was never sent.
	if (transport instanceof EwsError || transport instanceof MailboxFault) return changedFault(faultOf(transport, { host: loginHost, operation: 'The token request', repeatable: true }), { outcomeUnknown: false });
	const read = (name: string): unknown => (typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined);
	const status = read('status');
	const answered = typeof status === 'number' ? status : undefined;
	// After 429 or 5xx msal-node asks nobody for a minute and repeats what was said then, without the status.
	const isRepeated = answered === undefined && read('name') === 'ServerError';
	return faultOfTokenRefusal(`${String(read('errorCode') ?? '')} ${String(read('errorMessage') ?? '')}`, tenant, isRepeated ? 503 : answered);
}
