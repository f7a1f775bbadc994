import type { MailboxConnection } from '../ews/transport/ews-connection';
import { faultFrom, type MailboxFault } from '../sync/fault';
import type { LogonLimit } from './logon-limit';

/** What the accounts of a connector learn from each other. */
export interface SharedRefusal {
	/** A refusal that concerns all of them, such as a token that is not given: nobody asks again. */
	fault?: MailboxFault;
}

/**
 * The requests of a mailbox, none of which is sent while its login pauses, or once the logon was refused to all.
 *
 * @param failed told of each fault
 */
export function guardedConnection(connection: MailboxConnection, limit: LogonLimit, refusal: SharedRefusal, failed: (fault: MailboxFault) => void): MailboxConnection {
	const guarded = async <T>(send: () => Promise<T>): Promise<T> =>
		await limit.run(connection.access.address, async () => {
			if (refusal.fault !== undefined) throw refusal.fault;
			try {
				return await send();
			} catch (error) {
				const fault = faultFrom(error);
				if (fault.reason === 'logonRefused' && fault.scope === 'connector') refusal.fault = fault;
				failed(fault);
				throw fault;
			}
		});
	return {
		access: connection.access,
		get pausedForMs() {
			return connection.pausedForMs;
		},
		run: async (request, send, budget) => await guarded(async () => await connection.run(request, send, budget)),
		batch: async (request, send, read, budget) => await guarded(async () => await connection.batch(request, send, read, budget)),
	};
}
