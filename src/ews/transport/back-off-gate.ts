import { MailboxFault } from '../../sync/fault';
import { givenUp } from '../errors/given-up';
import { SERVER_BUSY } from '../errors/mailbox-fault';
import type { CallBudget } from './connection-settings';
import type { AskedPauses } from './asked-pauses';
import type { Clock } from './clock';

/**
 * Holds the requests for a mailbox while the server asks to be left alone by an account on which it charges them: Exchange counts what arrives during a
 * back-off against it.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
 */
export class BackOffGate {
	/**
	 * @param pauses of the process
	 * @param accounts see {@link chargedAccounts}
	 */
	constructor(
		private readonly clock: Clock,
		private readonly pauses: AskedPauses,
		private readonly accounts: readonly string[],
		private readonly mailbox: string,
	) {}

	/** Milliseconds that are left of the pause. */
	get pausedForMs(): number {
		return this.pauses.left(this.accounts);
	}

	/** Pauses for at least so long from now. */
	pause(ms: number): void {
		this.pauses.begin(this.accounts, ms);
	}

	/** Waits until the pause is over. @throws MailboxFault `throttled` when it outlasts the caller's deadline; EwsError `aborted` */
	async pass(budget: CallBudget, deadlineAt: number): Promise<void> {
		for (;;) {
			if (budget.signal?.aborted === true) throw givenUp(budget.signal, { mayBeSent: false });
			const remaining = this.pausedForMs;
			if (remaining === 0) return;
			if (this.clock.now() + remaining > deadlineAt) throw throttled(remaining, this.mailbox);
			await this.clock.wait(remaining, budget.signal);
		}
	}
}

function throttled(afterMs: number, mailbox: string): MailboxFault {
	return new MailboxFault({
		reason: 'throttled',
		scope: 'account',
		retry: { can: true, afterMs },
		code: SERVER_BUSY,
		message: `The server asked for a pause of ${Math.ceil(afterMs / 1000)} more seconds. Mailbox: ${mailbox}.`,
	});
}
