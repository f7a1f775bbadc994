import { EwsError } from '../ews/errors/ews-error';
import { faultOf } from '../ews/errors/mailbox-fault';
import type { CallBudget } from '../ews/transport/connection-settings';
import type { EwsRequest, MailboxConnection } from '../ews/transport/ews-connection';
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
	const guarded = async <T>({ operation, repeatable }: EwsRequest, budget: CallBudget = {}, send: () => Promise<T>): Promise<T> => {
		const { address } = connection.access;
		try {
			return await limit.run(address, async () => await unlessRefused(send), budget.signal);
		} catch (error) {
			// Given up while another's logon was waited for.
			throw error instanceof EwsError ? faultOf(error, { host: 'Exchange', operation, mailbox: address, repeatable }) : error;
		}
	};
	const unlessRefused = async <T>(send: () => Promise<T>): Promise<T> => {
		if (refusal.fault !== undefined) throw refusal.fault;
		try {
			return await send();
		} catch (error) {
			const fault = faultFrom(error);
			if (fault.reason === 'logonRefused' && fault.scope === 'connector') refusal.fault = fault;
			failed(fault);
			throw fault;
		}
	};
	return {
		access: connection.access,
		get pausedForMs() {
			return connection.pausedForMs;
		},
		run: async (request, send, budget) => await guarded(request, budget, async () => await connection.run(request, send, budget)),
		batch: async (request, send, read, budget) => await guarded(request, budget, async () => await connection.batch(request, send, read, budget)),
	};
}
