import type { MailboxFault } from '../fault';
import type { AccountPullBase } from './account-pull';
import type { AccountState } from './cursor';

/** With so many halvings mails come one by one. */
const MOST_HALVINGS = 6;

/**
 * How much is asked for at first: half as much after each poll that was over before anything had come. What is asked for at once on a slow line would otherwise be cut at
 * the same place for ever.
 *
 * @param usual how much it is else
 */
export function firstStep({ cutShort = 0 }: AccountState, usual: number): number {
	return Math.max(1, usual >> cutShort);
}

/** Takes note of how the account's part of a poll has ended. */
export function noteStep({ state, events }: AccountPullBase, fault: MailboxFault | undefined): void {
	const { cutShort = 0 } = state;
	if (fault?.reason === 'aborted') {
		if (events.length === 0) state.cutShort = Math.min(MOST_HALVINGS, cutShort + 1);
	} else if (cutShort > 1) state.cutShort = cutShort - 1;
	else delete state.cutShort;
}
