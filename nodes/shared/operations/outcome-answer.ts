import { NodeApiError } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';
import type { Outcome } from '../../../src/sync/outcome';
import { binaryOfFailed, failedJson, hasErrorOutput } from './answer-outputs';
import { plain } from './item-json';
import type { AnswerRoute, ItemAnswer, OperationCall } from './operation';

/**
 * Outcomes as answers: each item's own first, then those of its participants' mailboxes. Those that failed leave by *Failed* where the builder has separated the
 * outputs, else by n8n's error output where the node has one.
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
	const byErrorOutput = ({ outcome }: Outcome): boolean => outcome === 'failed' && !separateOutputs && hasErrorOutput(call.functions);
	if (!separateOutputs) {
		hintAtWhatDidNotSync(
			call,
			all.filter((outcome) => !byErrorOutput(outcome)),
		);
	}
	return outcomes.flatMap((each, item) =>
		each.map((outcome) => ({
			item,
			...(byErrorOutput(outcome) ? { json: failedJson(outcome.message, plain(outcome)), ...binaryOfFailed(call.functions, item) } : { json: plain(outcome) }),
			route: routeOf(outcome),
		})),
	);
}

/** Tells in the editor how many items did not sync and by which rule; on one output among many they are easily overlooked. */
function hintAtWhatDidNotSync(call: OperationCall, outcomes: readonly Outcome[]): void {
	const counts = new Map<string, number>();
	for (const outcome of outcomes) {
		if (routeOf(outcome) === 'synced') continue;
		const cause = `${outcome.outcome}${outcome.rule === undefined ? '' : ` by rule ${outcome.rule}`}`;
		counts.set(cause, (counts.get(cause) ?? 0) + 1);
	}
	if (counts.size === 0) return;
	const causes = [...counts].map(([cause, count]) => `${count} ${cause}`).join(', ');
	call.functions.addExecutionHints({ message: `Not everything was synced: ${causes}. Switch on Separate Outputs to treat these items on their own.`, location: 'outputPane' });
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

/** What became of an input item whose parameters cannot be read; the others are not affected. */
export function unreadableOutcome({ connector }: OperationCall, kind: RecordKind, error: unknown, externalId?: string): Outcome {
	return {
		outcome: 'failed',
		kind,
		connector: connector.settings.name,
		account: '',
		mailbox: '',
		...(externalId === undefined ? {} : { externalId }),
		message: error instanceof Error ? error.message : String(error),
	};
}
