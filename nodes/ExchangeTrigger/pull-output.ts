import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import type { PullEvent, PullResult } from '../../src/sync/pull/pull-types';
import type { BinaryStore } from '../shared/operations/binary-store';
import { plain } from '../shared/operations/item-json';

/** What a poll hands over: events, and on a second output what was left out, with a summary; null when there is nothing to tell. */
export function pullOutputs(functions: IPollFunctions, result: PullResult, connector: string, binary: BinaryStore): INodeExecutionData[][] | null {
	const withExcluded = hasSecondOutput(functions);
	if (result.events.length === 0 && (!withExcluded || result.outcomes.length === 0)) return null;
	const changed = result.events.map((event) => eventItem(event, binary));
	if (!withExcluded) return [changed];
	return [changed, [...result.outcomes.map((outcome) => ({ json: plain(outcome) })), { json: summaryJson(result, connector) }]];
}

/** Whether somebody wants to know what was left out. */
export function hasSecondOutput(functions: IPollFunctions): boolean {
	return functions.getNodeParameter('includeExcluded', false) === true;
}

/** One event as an item: envelope and record, flat, so that `{{ $json.subject }}` works. */
export function eventItem(event: PullEvent, binary: BinaryStore): INodeExecutionData {
	const json = plain({ ...event.envelope, ...event.record });
	if (event.attachments.length === 0) return { json };
	return { json, binary: binary.fieldsOf(event.attachments) };
}

/** Summary and faults in n8n's log; a fault of one account among many, or of one item, must not pass unseen. */
export function recordSummary(functions: IPollFunctions, result: PullResult, connector: string): void {
	const { workflow, node } = { workflow: functions.getWorkflow().id, node: functions.getNode().name };
	functions.logger.debug(`Exchange Trigger polled "${connector}"`, { workflow, node, ...summaryJson(result, connector) });
	for (const { outcome, message } of result.outcomes) {
		if (outcome === 'failed') functions.logger.warn(`Exchange Trigger: ${message}`, { workflow, node });
	}
}

function summaryJson(result: PullResult, connector: string): IDataObject {
	return plain({ outcome: 'summary', message: summarySentence(result), connector, ...result.summary });
}

function summarySentence({ summary }: PullResult): string {
	const excluded = Object.values(summary.excluded).reduce<number>((sum, count) => sum + (count ?? 0), 0);
	const more = summary.moreToCome ? ' There is more: the next poll goes on.' : '';
	const pauses = Object.entries(summary.pausedUntil).map(([mailbox, until]) => ` ${mailbox} pauses until ${until}.`);
	return `${summary.seen} seen, ${summary.emitted} handed over, ${excluded} left out by rules, ${summary.echoes} of our own, ${summary.failed} failed.${more}${pauses.join('')}`;
}
