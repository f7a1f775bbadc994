import type { ExchangeRecord } from '../records/record';
import { leftOut, SYNCED, type Verdict } from './verdict';

/** What must be known of an item's past to tell a restored one from a new one. */
export interface BinHistory {
	/** A meeting this mailbox was invited to, or a meeting message. */
	isInvitation: boolean;
	/** Pull: it has been seen in Deleted Items before. Push: it lies there now, or has been restored from there. */
	wasInBin: boolean;
}

/**
 * Rules `restore-not-synced` and `invitation-restored`: what comes back from Deleted Items is not emitted again, and what lies there is
 * not written anew. An invitation is the exception in one direction: restored in Exchange it is emitted again, but never pushed.
 */
export function restoreVerdict(direction: 'pull' | 'push', record: ExchangeRecord, { isInvitation, wasInBin }: BinHistory): Verdict {
	if (!wasInBin) return SYNCED;
	switch (direction) {
		case 'pull':
			return isInvitation ? SYNCED : leftOut('restore-not-synced', record, 'has been restored from Deleted Items, and restoring is not synced; create it anew to have it synced');
		case 'push':
			return isInvitation
				? leftOut('invitation-restored', record, 'is an invitation that has been deleted in Exchange; restored there, it is synced to the other system, and not from it any more')
				: leftOut('restore-not-synced', record, 'has been deleted in Exchange, and restoring is not synced; create it as a new item with another external id to have it again');
	}
}
