import type { IDataObject } from 'n8n-workflow';

import type { Outcome } from '../../src/sync/outcome';
import { plain } from '../shared/operations/item-json';
import { isStanding } from './standing-faults';

/** So many are kept while polls end with errors. */
const MOST_KEPT = 500;

/**
 * What polls that ended with an error had left out: n8n takes nothing from such a poll, and the cursor has gone on, so that nobody would be told. The next poll that
 * hands something over tells it. Faults of accounts were told by the error; they are told once more where they have outlasted it.
 *
 * @param standing faults of the present poll, see standing-faults.ts
 */
export function untoldOutcomes(memory: IDataObject, standing: readonly string[]): Outcome[] {
	const { outcomes, more } = keptIn(memory);
	const untold = outcomes.filter((outcome) => !isOfAccount(outcome) || isStanding(outcome, standing));
	const [last] = outcomes.slice(-1);
	if (more === 0 || last === undefined) return untold;
	const { connector, account, mailbox } = last;
	return [...untold, { outcome: 'failed', connector, account, mailbox, message: `${more} more that were left out or failed are not told one by one: too much came together while polls ended with errors. What failed stands in n8n's log.` }];
}

/** Keeps what a poll leaves untold that ends with an error. */
export function keepUntold(memory: IDataObject, news: readonly Outcome[]): void {
	const { outcomes, more } = keptIn(memory);
	const all = [...outcomes, ...news];
	const kept = all.slice(0, MOST_KEPT);
	memory['untold'] = plain({ outcomes: kept, more: more + all.length - kept.length });
}

/** Everything is told. */
export function forgetUntold(memory: IDataObject): void {
	if ('untold' in memory) delete memory['untold'];
}

/** A fault of an account names neither item nor kind. */
function isOfAccount({ outcome, kind, exchangeId }: Outcome): boolean {
	return outcome === 'failed' && kind === undefined && exchangeId === undefined;
}

function keptIn(memory: IDataObject): { outcomes: Outcome[]; more: number } {
	// n8n hands out observed proxies.
	const kept: unknown = memory['untold'] === undefined ? undefined : JSON.parse(JSON.stringify(memory['untold']));
	if (typeof kept !== 'object' || kept === null || !('outcomes' in kept) || !Array.isArray(kept.outcomes)) return { outcomes: [], more: 0 };
	return { outcomes: kept.outcomes as Outcome[], more: 'more' in kept && typeof kept.more === 'number' ? kept.more : 0 };
}
