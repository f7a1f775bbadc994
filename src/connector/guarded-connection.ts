import type { MailboxConnection } from '../ews/transport/ews-connection';
import type { LogonLimit } from './logon-limit';

/** The requests of a mailbox, none of which is sent while its login pauses. */
export function guardedConnection(connection: MailboxConnection, limit: LogonLimit): MailboxConnection {
	return {
		access: connection.access,
		get pausedForMs() {
			return connection.pausedForMs;
		},
		run: (request, send, budget) => limit.run(() => connection.run(request, send, budget)),
		batch: (request, send, read, budget) => limit.run(() => connection.batch(request, send, read, budget)),
	};
}
