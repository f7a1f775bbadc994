import { EwsMailbox, type EwsMailboxOptions } from '../../../src/ews/EwsMailbox.ts';
import { basicAuthenticator } from '../../../src/ews/transport/basic-authenticator.ts';
import { openEwsConnection } from '../../../src/ews/transport/open-ews-connection.ts';
import type { ItemResult } from '../../../src/sync/fault.ts';
import { type RunningExchange, startExchange } from '../../exchange-server/startExchange.mts';

export const ANNA = 'anna@example.test';
export const BEN = 'ben@example.test';

/** A running Exchange with two users, and Anna's mailbox as the product sees it. */
export interface Setup {
	readonly server: RunningExchange;
	readonly mailbox: EwsMailbox;
	/** EWS operations since the last call, by name. */
	requests(): Record<string, number>;
	another(address: string, options?: EwsMailboxOptions): EwsMailbox;
	close(): Promise<void>;
}

export async function setUp(options: EwsMailboxOptions = {}): Promise<Setup> {
	const server = await startExchange({
		users: [ANNA, BEN].map((address) => ({ address, password: 'secret', name: address.split('@')[0] ?? '' })),
	});
	const connections: Array<{ close(): Promise<void> }> = [];
	const open = (address: string, mailboxOptions: EwsMailboxOptions): EwsMailbox => {
		const connection = openEwsConnection({ url: server.url, authenticator: basicAuthenticator({ user: address, password: 'secret' }) });
		connections.push(connection);
		return new EwsMailbox(connection.mailbox({ address, mode: 'own' }), mailboxOptions);
	};
	return {
		server,
		mailbox: open(ANNA, options),
		requests() {
			const counts: Record<string, number> = {};
			for (const { operation } of server.control.requests()) if (operation !== undefined) counts[operation] = (counts[operation] ?? 0) + 1;
			server.control.clearRequests();
			return counts;
		},
		another: (address, mailboxOptions = {}) => open(address, mailboxOptions),
		async close() {
			await Promise.all(connections.map((connection) => connection.close()));
			await server.close();
		},
	};
}

/** The values of results that must all be there. */
export function values<T>(results: ReadonlyArray<ItemResult<T>>): T[] {
	return results.map((result) => {
		if (!result.ok) throw result.fault;
		return result.value;
	});
}

/** All requests together. */
export function total(counts: Record<string, number>): number {
	return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
