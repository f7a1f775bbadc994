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
	/** @param access whose login it is, and how it reaches the mailbox; without, its own */
	another(address: string, options?: EwsMailboxOptions, access?: { login: string; mode: 'own' | 'delegate' }): EwsMailbox;
	close(): Promise<void>;
}

export async function setUp(options: EwsMailboxOptions = {}): Promise<Setup> {
	const server = await startExchange({
		users: [ANNA, BEN].map((address) => ({ address, password: 'secret', name: address.split('@')[0] ?? '' })),
	});
	const connections: Array<{ close(): Promise<void> }> = [];
	const open = (address: string, mailboxOptions: EwsMailboxOptions, { login, mode }: { login: string; mode: 'own' | 'delegate' } = { login: address, mode: 'own' }): EwsMailbox => {
		const connection = openEwsConnection({ url: server.url, authenticator: basicAuthenticator({ user: login, password: 'secret' }) });
		connections.push(connection);
		return new EwsMailbox(connection.mailbox({ address, mode }), mailboxOptions);
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
		another: (address, mailboxOptions = {}, access) => open(address, mailboxOptions, access),
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
