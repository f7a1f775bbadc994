import type { IPollFunctions } from 'n8n-workflow';

/** What n8n grants a poll where it does not say: its own five minutes. */
export const DEFAULT_BUDGET_MS = 300_000;

/**
 * What the first poll of an activation takes for its budget. n8n gives an activation 84 s (0.7 of `N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS`, by
 * default 120), the first poll included, and counts it as failed afterwards (seen in 2.41: workflow-publication-outbox-consumer).
 */
const FIRST_POLL_MS = 30_000;
/** A server that is slow to answer is waited for within the 84 s, so that it does not keep the workflow from being activated. */
const FIRST_POLL_ENDS_MS = 60_000;

/** Part of the budget after which no new page is begun; the rest is for finishing the page, attachments and the hand-over. */
const LAST_PAGE_AT = 0.7;
/** Part of the budget after which a request that failed is not tried again. */
const LAST_REQUEST_AT = 0.85;
/** Part of the budget after which nothing is waited for: a poll that n8n gives up hands over nothing. */
const ENDS_AT = 0.95;

/** How long a poll goes on, in milliseconds from its beginning. */
export interface PollTime {
	lastPageMs: number;
	lastRequestMs: number;
	/** What is under way then is given up. */
	endsMs: number;
}

/**
 * How long this poll may take.
 *
 * @param first it is the one by which n8n activates the trigger; where n8n polls with durable cursors, the time it grants is short anyway
 */
export function pollTime(functions: IPollFunctions, first: boolean): PollTime {
	const granted = grantedMs(functions);
	const short = first && granted === DEFAULT_BUDGET_MS;
	const budgetMs = short ? FIRST_POLL_MS : granted;
	return {
		lastPageMs: Math.floor(budgetMs * LAST_PAGE_AT),
		lastRequestMs: Math.floor(budgetMs * LAST_REQUEST_AT),
		endsMs: short ? FIRST_POLL_ENDS_MS : Math.floor(budgetMs * ENDS_AT),
	};
}

/** Milliseconds that n8n grants a poll. */
export function grantedMs(functions: IPollFunctions): number {
	// An older n8n has no such method.
	return typeof functions.getPollBudgetMs === 'function' ? functions.getPollBudgetMs() : DEFAULT_BUDGET_MS;
}
