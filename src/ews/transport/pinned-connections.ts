import type { Client, Dispatcher } from 'undici';

import { EwsError } from '../errors/ews-error';
import { discard } from './answer-body';
import type { PerConnectionAuthenticator } from './authenticator';
import type { Connector } from './connector';
import type { OutgoingRequest, Sender } from './http-exchange';
import type { HttpResponse } from './http-response';

const MAX_ROUNDS = 3;

/** One connection, and what requests are sent by on it. */
interface OpenedConnection {
	client: Client;
	dispatcher: Dispatcher;
	connector: Connector;
}

/** Opens one connection; `connected` is told when its socket stands, and again each time it is replaced. */
export type OpenPinned = (origin: string, connected: (socket: unknown, certificate: Buffer | undefined) => void) => OpenedConnection;

interface PinnedConnection extends OpenedConnection {
	origin: string;
	/** Counts the sockets; a logon is worth something for its socket only. */
	socketNumber: number;
	loggedOnSocket: number;
	certificate: Buffer | undefined;
	busy: boolean;
}

/**
 * Connections that are logged on themselves (NTLM), each with one socket, one request at a time, all of one login: two users can never meet on one. A
 * connection logs on once, with two round trips, and then serves plain requests until its socket is closed.
 */
export class PinnedConnections {
	private readonly connections: PinnedConnection[] = [];
	private readonly waiting: Array<() => void> = [];

	constructor(
		private readonly authenticator: PerConnectionAuthenticator,
		private readonly max: number,
		private readonly openPinned: OpenPinned,
	) {}

	async send(request: OutgoingRequest, sender: Sender): Promise<HttpResponse> {
		const connection = await this.take(request.url.origin);
		try {
			// undici serves one request after the other on a client, so a body that is still being read holds the next one back by itself.
			return await this.sendOn(connection, request, sender);
		} finally {
			this.release(connection);
		}
	}

	async close(): Promise<void> {
		await Promise.all(this.connections.flatMap(({ client, connector }) => [client.destroy(), connector.close()]));
	}

	private async sendOn(connection: PinnedConnection, request: OutgoingRequest, sender: Sender): Promise<HttpResponse> {
		if (connection.loggedOnSocket === connection.socketNumber && connection.socketNumber > 0 && !connection.client.destroyed) {
			const response = await sender(request, connection.dispatcher, undefined);
			if (response.status !== 401) return response;
			// The server closed the old socket and this was a new one, or it forgot the logon: the request was not carried out.
			await discard(response);
			connection.loggedOnSocket = 0;
		}
		return await this.logOn(connection, request, sender);
	}

	private async logOn(connection: PinnedConnection, request: OutgoingRequest, sender: Sender): Promise<HttpResponse> {
		for (let attempt = 1; ; attempt++) {
			const handshake = this.authenticator.begin({ url: request.url, serverCertificate: () => connection.certificate });
			let greeting = await sender({ ...request, method: 'POST', body: '' }, connection.dispatcher, handshake.first());
			const socket = connection.socketNumber;
			let proof = greeting.status === 401 ? handshake.next(challengesOf(greeting)) : undefined;
			for (let round = 1; proof !== undefined && !proof.complete && round <= MAX_ROUNDS; round++) {
				await discard(greeting);
				greeting = await sender({ ...request, method: 'POST', body: '' }, connection.dispatcher, proof.authorization);
				proof = greeting.status === 401 ? handshake.next(challengesOf(greeting)) : undefined;
			}
			if (proof === undefined) return greeting.status === 200 ? await this.unasked(greeting) : greeting;
			await discard(greeting);
			const response = await sender(request, connection.dispatcher, proof.authorization);
			if (connection.socketNumber === socket) {
				if (response.status !== 401) connection.loggedOnSocket = socket;
				return response;
			}
			// The server closed the connection between challenge and proof; a proof on another connection is refused without being looked at.
			if (attempt === MAX_ROUNDS || response.status !== 401) return response;
			await discard(response);
		}
	}

	private async unasked(greeting: HttpResponse): Promise<never> {
		await discard(greeting);
		throw new EwsError({ kind: 'malformedAnswer', text: 'no logon was asked for' }, 'The server did not ask for a logon.');
	}

	private async take(origin: string): Promise<PinnedConnection> {
		for (;;) {
			const free = this.connections.filter(({ busy }) => !busy);
			const own = free.filter((connection) => connection.origin === origin);
			const best = own.find(({ loggedOnSocket }) => loggedOnSocket > 0) ?? own[0];
			if (best !== undefined) {
				best.busy = true;
				return best;
			}
			// A server that redirects from http to https: the idle connections to one address would keep out those to the other for ever.
			const other = free.find(({ loggedOnSocket }) => loggedOnSocket === 0) ?? free[0];
			if (this.connections.length === this.max && other !== undefined) this.remove(other);
			if (this.connections.length < this.max) return this.add(origin);
			await new Promise<void>((resolve) => this.waiting.push(resolve));
		}
	}

	private add(origin: string): PinnedConnection {
		const state = { origin, socketNumber: 0, loggedOnSocket: 0, certificate: undefined as Buffer | undefined, busy: true };
		const opened = this.openPinned(origin, (_socket, certificate) => {
			state.socketNumber++;
			state.certificate = certificate;
		});
		const connection: PinnedConnection = Object.assign(state, opened);
		this.connections.push(connection);
		return connection;
	}

	/** An answer that is still being read is read to its end. */
	private remove(connection: PinnedConnection): void {
		const { client, connector } = connection;
		this.connections.splice(this.connections.indexOf(connection), 1);
		void Promise.allSettled([client.close()]).then(async () => await connector.close());
	}

	private release(connection: PinnedConnection): void {
		connection.busy = false;
		this.waiting.shift()?.();
	}
}

/** The challenges of an answer, which stand in one line. */
function challengesOf(response: HttpResponse): string[] {
	return (response.headers['www-authenticate'] ?? '').split(/,\s*(?=[A-Za-z]+(?:\s|,|$))/).map((challenge) => challenge.trim());
}
