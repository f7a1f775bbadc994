import type { buildConnector, Client } from 'undici';

import { EwsError } from '../errors/ews-error';
import { errorOfNetwork, isUntrustedRoot } from '../errors/network-error';
import type { TlsSettings } from './connection-settings';
import type { ChosenProxy } from './proxy-choice';

type Undici = typeof import('undici');
type Connect = buildConnector.connector;
type ConnectOptions = Parameters<Connect>[0];
type Socket = NonNullable<Parameters<Parameters<Connect>[1]>[1]>;

/** What a connector needs to know. */
export interface ConnectorSettings {
	tls: TlsSettings;
	connectMs: number;
	proxy: ChosenProxy | undefined;
}

/** Opens connections to servers, through a proxy or not. */
export interface Connector {
	connect: Connect;
	close(): Promise<void>;
}

/**
 * Makes the connections: straight or through the proxy's CONNECT, with the trusted certificates of the settings. Where certificates are given, they are
 * tried first and the well-known ones after them, so that a private server and a public one can be reached alike. Every failure is
 * an EwsError `network` or `tls`: until here nothing was sent to the server.
 * @param connected sees every connection, with the server's certificate (DER) if it is TLS
 */
export function createConnector(undici: Undici, settings: ConnectorSettings, connected?: (socket: Socket, certificate: Buffer | undefined) => void): Connector {
	const { connectMs, proxy } = settings;
	// On a resumed TLS session the server shows no certificate, and without it there is no channel binding.
	const sessions = connected === undefined ? {} : { maxCachedSessions: 0 };
	const endpoints = trusts(settings.tls).map((trust) => undici.buildConnector({ timeout: connectMs, ...sessions, ...trust }));
	const proxyEndpoints = trusts({ ...settings.tls, ignoreCertificate: false }).map((trust) => undici.buildConnector({ timeout: connectMs, ...trust }));
	let proxyClient: Client | undefined;

	const viaProxy = async (target: ConnectOptions, chosen: ChosenProxy): Promise<Socket> => {
		proxyClient ??= new undici.Client(chosen.url.origin, {
			connect: (options, callback) => {
				firstTrusted(proxyEndpoints, (endpoint) => opened(endpoint, options)).then(
					(socket) => callback(null, socket),
					(error: unknown) => callback(errorOfNetwork(error, 'proxy'), null),
				);
			},
		});
		const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
		const authority = `${target.hostname}:${port}`;
		const { statusCode, socket } = await proxyClient.connect({
			path: authority,
			headers: { host: authority, ...(chosen.authorization === undefined ? {} : { 'proxy-authorization': chosen.authorization }) },
			signal: AbortSignal.timeout(connectMs),
		});
		if (statusCode === 200) return socket as unknown as Socket;
		socket.on('error', () => undefined).destroy();
		throw statusCode === 407
			? new EwsError({ kind: 'http', status: 407, what: 'proxyLogon' }, 'The proxy asks for a logon.')
			: new EwsError({ kind: 'network', code: `PROXY_${statusCode}`, during: 'proxy' }, `The proxy answered CONNECT with status ${statusCode}.`);
	};

	const open = async (target: ConnectOptions): Promise<Socket> =>
		await firstTrusted(endpoints, async (endpoint) => {
			if (proxy === undefined) return await opened(endpoint, target);
			let tunnel: Socket;
			try {
				tunnel = await viaProxy(target, proxy);
			} catch (error) {
				throw errorOfNetwork(error, 'proxy');
			}
			return target.protocol === 'https:' ? await opened(endpoint, { ...target, httpSocket: tunnel }) : tunnel;
		});

	return {
		connect(target, callback) {
			open(target).then(
				(socket) => {
					connected?.(socket, certificateOf(socket));
					callback(null, socket);
				},
				(error: unknown) => callback(errorOfNetwork(error, 'connect'), null),
			);
		},
		async close() {
			await proxyClient?.destroy();
		},
	};
}

function trusts(tls: TlsSettings): Array<Record<string, unknown>> {
	if (tls.ignoreCertificate === true) return [{ rejectUnauthorized: false }];
	const ca = tls.ca?.trim() ?? '';
	// The certificate of an issuing authority is enough, without its root.
	return ca === '' ? [{}] : [{ ca, allowPartialTrustChain: true }, {}];
}

async function firstTrusted(endpoints: readonly Connect[], open: (endpoint: Connect) => Promise<Socket>): Promise<Socket> {
	let failure: unknown;
	for (const endpoint of endpoints) {
		const outcome = await open(endpoint).then(
			(socket) => ({ socket }),
			(error: unknown) => ({ error }),
		);
		if ('socket' in outcome) return outcome.socket;
		// Of several refusals the first one counts: it is that of the certificates that were given.
		failure ??= outcome.error;
		if (!isUntrustedRoot(outcome.error)) break;
	}
	throw failure;
}

async function opened(endpoint: Connect, target: ConnectOptions): Promise<Socket> {
	return await new Promise((resolve, reject) => {
		endpoint(target, (error, socket) => {
			if (error === null && socket !== null) resolve(socket);
			else reject(error ?? new Error('no connection'));
		});
	});
}

function certificateOf(socket: Socket): Buffer | undefined {
	return 'getPeerCertificate' in socket ? socket.getPeerCertificate().raw : undefined;
}
