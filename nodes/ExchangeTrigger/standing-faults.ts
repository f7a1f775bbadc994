import type { Outcome } from '../../src/sync/outcome';

/**
 * Tells faults of accounts and folders once and not with every poll: a wrong password would start an execution each minute. A fault that went away
 * and comes back is told again. Faults and exclusions of single items are told once by the pull itself.
 *
 * @param before what {@link ToldFaults.standing} was after the poll before
 */
export function toldOnce(outcomes: readonly Outcome[], before: readonly string[]): ToldFaults {
	const standing: string[] = [];
	const news = outcomes.filter((outcome) => {
		if (outcome.outcome !== 'failed' || outcome.exchangeId !== undefined) return true;
		const fault = signatureOf(outcome);
		if (!standing.includes(fault)) standing.push(fault);
		return !before.includes(fault);
	});
	return { news, standing };
}

/** What is new of a poll's outcomes, and the faults that stand. */
export interface ToldFaults {
	news: Outcome[];
	/** Plain texts, to be kept until the next poll. */
	standing: string[];
}

/** Whether a fault that was told before stands among those of the present poll. */
export function isStanding(fault: Outcome, standing: readonly string[]): boolean {
	return standing.includes(signatureOf(fault));
}

/** A fault without what differs each time: ids of requests and points in time. */
function signatureOf({ mailbox, message }: Outcome): string {
	return `${mailbox}: ${message.replace(/Request id: \S+/gi, '').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '')}`.slice(0, 300);
}
