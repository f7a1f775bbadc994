import { NodeApiError } from 'n8n-workflow';

import type { Outcome } from '../../../src/sync/outcome';
import { plain } from './item-json';
import type { AnswerRoute, ItemAnswer, OperationCall } from './operation';

/**
 * Outcomes as answers: each item's own first, then those of its participants' mailboxes.
 *
 * @throws NodeApiError when nothing but failures came out and the builder has neither an output for them nor lets the node continue: then the
 * execution shows as failed and n8n's Retry On Fail works
 */
export function outcomeAnswers(call: OperationCall, outcomes: ReadonlyArray<readonly Outcome[]>, separateOutputs: boolean): ItemAnswer[] {
	const all = outcomes.flat();
	const [first] = all;
	if (first !== undefined && all.every(({ outcome }) => outcome === 'failed') && !separateOutputs && !call.functions.continueOnFail()) {
		const others = all.length === 1 ? '' : ` (and ${all.length - 1} more)`;
		throw new NodeApiError(
			call.functions.getNode(),
			{ message: first.message },
			{
				message: `${call.connector.settings.name}: ${first.message}${others}`,
				description: [first.code === undefined ? '' : `Code: ${first.code}.`, 'Switch on Separate Outputs to have failed items on an output of their own.'].filter((part) => part !== '').join(' '),
				itemIndex: outcomes.findIndex((each) => each.length > 0),
			},
		);
	}
	return outcomes.flatMap((each, item) => each.map((outcome) => ({ item, json: plain(outcome), route: routeOf(outcome) })));
}

function routeOf(outcome: Outcome): AnswerRoute {
	switch (outcome.outcome) {
		case 'created':
		case 'updated':
		case 'deleted':
		case 'unchanged':
			return 'synced';
		case 'skipped':
			return 'skipped';
		case 'conflict':
			return 'conflicts';
		case 'failed':
			return 'failed';
	}
}
