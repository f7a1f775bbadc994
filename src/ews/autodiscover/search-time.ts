import { MailboxFault } from '../../sync/fault';
import type { CallBudget, Timeouts } from '../transport/connection-settings';

/** Longest that one request waits: much of what Autodiscover asks is not there, and there is more to ask behind it. */
const LONGEST_WAITS = { connectMs: 5_000, headersMs: 20_000, bodyMs: 20_000 } as const satisfies Timeouts;
/** What is out of order now may be mended at the next poll, and what goes on being looked for may be found by then. */
const RETRY_MS = 30_000;
/** Longest that a timer of Node lasts. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The limits of one request: those of the login, where they are shorter than Autodiscover's own. */
export function shortWaits({ connectMs = Infinity, headersMs = Infinity, bodyMs = Infinity }: Timeouts = {}): Timeouts {
	return {
		connectMs: Math.min(connectMs, LONGEST_WAITS.connectMs),
		headersMs: Math.min(headersMs, LONGEST_WAITS.headersMs),
		bodyMs: Math.min(bodyMs, LONGEST_WAITS.bodyMs),
	};
}

/** When a caller's patience is over; undefined: never. A deadline that has passed is over in a moment, so that what is known is still given. */
export function patienceOf({ signal, deadlineAt }: CallBudget): AbortSignal | undefined {
	if (deadlineAt === undefined) return signal;
	const deadline = AbortSignal.timeout(Math.min(Math.max(Math.ceil(deadlineAt - Date.now()), 0), LONGEST_TIMER_MS));
	return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}

/**
 * What the search finds, unless the time is over before. The search is not ended by it: others may wait for it.
 *
 * @throws MailboxFault `unavailable` when the time is over, and what the search throws
 */
export async function foundInTime<T>(mailbox: string, over: AbortSignal | undefined, search: () => Promise<T>): Promise<T> {
	if (over === undefined) return await search();
	refuseLate(mailbox, over);
	let giveUp = (): void => {};
	const givenUp = new Promise<never>((_resolve, reject) => {
		giveUp = () => reject(outOfTime(mailbox));
	});
	over.addEventListener('abort', giveUp, { once: true });
	try {
		return await Promise.race([search(), givenUp]);
	} finally {
		// A signal may outlive many searches.
		over.removeEventListener('abort', giveUp);
	}
}

/** For a search that had to wait for its turn: nobody needs it any more. @throws MailboxFault `unavailable` when the time is over */
export function refuseLate(mailbox: string, over: AbortSignal | undefined): void {
	if (over?.aborted === true) throw outOfTime(mailbox);
}

function outOfTime(mailbox: string): MailboxFault {
	return new MailboxFault({
		reason: 'unavailable',
		scope: 'account',
		retry: { can: true, afterMs: RETRY_MS },
		code: 'AutodiscoverTimeout',
		message: `Autodiscover did not find the EWS address of ${mailbox} in the time it was given: a server that it asks is silent or slow. Enter the address under URL in the credential if this does not pass.`,
	});
}
