import { MailboxFault } from '../../sync/fault';
import { EwsError } from '../errors/ews-error';
import type { CallBudget } from './connection-settings';
import type { Clock } from './clock';

/**
 * Holds all requests of one account while the server asks to be left alone: Exchange counts what arrives during a back-off against it.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
 */
export class BackOffGate {
	private until = 0;

	constructor(
		private readonly clock: Clock,
		private readonly mailbox: string,
	) {}

	/** Milliseconds that are left of the pause. */
	get pausedForMs(): number {
		return Math.max(0, this.until - this.clock.now());
	}

	/** Pauses for at least so long from now. */
	pause(ms: number): void {
		this.until = Math.max(this.until, this.clock.now() + ms);
	}

	/** Waits until the pause is over. @throws MailboxFault `throttled` when it outlasts the caller's deadline; EwsError `aborted` */
	async pass(budget: CallBudget, deadlineAt: number): Promise<void> {
		for (;;) {
			if (budget.signal?.aborted === true) throw new EwsError({ kind: 'aborted', by: 'caller' }, 'The request was cancelled before it was sent.');
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
		code: 'ErrorServerBusy',
		message: `The server asked for a pause of ${Math.ceil(afterMs / 1000)} more seconds. Mailbox: ${mailbox}.`,
	});
}
