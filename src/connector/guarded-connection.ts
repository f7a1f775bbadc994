import type { MailboxConnection } from '../ews/transport/ews-connection';
import type { LogonGuard } from './logon-guard';

/** The requests of a mailbox, none of which is sent while its login pauses. */
export function guardedConnection(connection: MailboxConnection, guard: LogonGuard): MailboxConnection {
	return {
		access: connection.access,
		get pausedForMs() {
			return connection.pausedForMs;
		},
		run: (request, send, budget) => guard.run(() => connection.run(request, send, budget)),
		batch: (request, send, read, budget) => guard.run(() => connection.batch(request, send, read, budget)),
	};
}
