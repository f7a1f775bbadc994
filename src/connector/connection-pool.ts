import { createHash } from 'node:crypto';
import { openEwsConnection } from '../ews/transport/open-ews-connection';
import type { ConnectionSettings } from '../ews/transport/connection-settings';
import type { EwsConnection } from '../ews/transport/ews-connection';

/** Connections that nobody uses are kept open for the next poll, so many at the most. */
const IDLE_CONNECTIONS = 32;

interface Pooled {
	connection: EwsConnection;
	users: number;
}

/** Of this process. A connection serves one login only: the key holds the login's fingerprint. */
const POOL = new Map<string, Pooled>();

/** A connection that is shared with everybody who has the same settings and login. */
export interface BorrowedConnection {
	connection: EwsConnection;
	/** Gives it back; it stays open for the next one. */
	release(): Promise<void>;
}

/**
 * Borrows a connection: polls come every minute, and each would otherwise pay for TLS and logon anew.
 *
 * @param identity everything that tells one login and its settings from another, secrets included; only its fingerprint is kept
 */
export function borrowConnection(identity: readonly unknown[], settings: () => ConnectionSettings): BorrowedConnection {
	const key = createHash('sha256').update(JSON.stringify(identity)).digest('base64url');
	const pooled = POOL.get(key) ?? { connection: openEwsConnection(settings()), users: 0 };
	pooled.users++;
	POOL.delete(key);
	POOL.set(key, pooled);
	let released = false;
	return {
		connection: pooled.connection,
		async release() {
			if (released) return;
			released = true;
			pooled.users--;
			await closeSurplus();
		},
	};
}

async function closeSurplus(): Promise<void> {
	for (const [key, pooled] of POOL) {
		if (POOL.size <= IDLE_CONNECTIONS) return;
		if (pooled.users > 0) continue;
		POOL.delete(key);
		await pooled.connection.close();
	}
}

/** Closes everything that nobody uses: for tests, and for a process that ends. */
export async function closeIdleConnections(): Promise<void> {
	for (const [key, pooled] of POOL) {
		if (pooled.users > 0) continue;
		POOL.delete(key);
		await pooled.connection.close();
	}
}
