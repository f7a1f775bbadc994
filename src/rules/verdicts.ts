import type { RecordKind } from '../records/common-fields';
import type { RecordOf } from '../records/record';
import { archivedVerdict, draftPullVerdict, draftPushVerdict } from './emails';
import type { FactsByKind } from './facts';
import { absenceVerdict, contactVerdict, privateVerdict } from './general';
import { exceptionCountVerdict, recordExceptionsVerdict } from './series';
import { delegatedTaskVerdict, recurringTaskPullVerdict, recurringTaskPushVerdict, taskMessageVerdict } from './tasks';
import { firstExclusion, type Verdict } from './verdict';

/** What the connector's switches say about rules. */
export interface RuleContext {
	/** Private items (`sensitivity: private`) are synced (rule `private-left-out`). */
	includePrivate: boolean;
}

type PullRules = { [K in RecordKind]: (record: RecordOf<K>, facts: FactsByKind[K], context: RuleContext) => Verdict };
type PushRules = { [K in RecordKind]: (record: RecordOf<K>, context: RuleContext) => Verdict };

const PULL_RULES: PullRules = {
	email: (record, facts, { includePrivate }) =>
		firstExclusion(contactVerdict(record, facts), taskMessageVerdict(record, facts), draftPullVerdict(record, facts), privateVerdict(record, includePrivate)),
	appointment: (record, facts, { includePrivate }) => firstExclusion(privateVerdict(record, includePrivate), exceptionCountVerdict(record, facts)),
	task: (record, facts, { includePrivate }) =>
		firstExclusion(delegatedTaskVerdict(record, facts), recurringTaskPullVerdict(record, facts), privateVerdict(record, includePrivate)),
};

const PUSH_RULES: PushRules = {
	email: (record, { includePrivate }) => firstExclusion(draftPushVerdict(record), archivedVerdict(record), privateVerdict(record, includePrivate)),
	appointment: (record, { includePrivate }) =>
		firstExclusion(absenceVerdict(record), privateVerdict(record, includePrivate), recordExceptionsVerdict(record)),
	task: (record, { includePrivate }) => firstExclusion(recurringTaskPushVerdict(record), privateVerdict(record, includePrivate)),
};

const WRITTEN_OVER_RULES: PullRules = {
	email: (record, facts, { includePrivate }) => firstExclusion(draftPullVerdict(record, facts), privateVerdict(record, includePrivate)),
	appointment: (record, _facts, { includePrivate }) => privateVerdict(record, includePrivate),
	task: (record, facts, { includePrivate }) => firstExclusion(delegatedTaskVerdict(record, facts), recurringTaskPullVerdict(record, facts), privateVerdict(record, includePrivate)),
};

/**
 * Whether an item of Exchange goes to the other system, as far as the item alone decides. What depends on its past is decided by
 * `seriesVerdict` (to be asked before this one, as its exclusions are remembered) and `restoreVerdict`.
 */
export function pullVerdict<K extends RecordKind>(item: { kind: K; record: RecordOf<K>; facts: FactsByKind[K] }, context: RuleContext): Verdict {
	return PULL_RULES[item.kind](item.record, item.facts, context);
}

/** Whether a record of the other system goes to Exchange, as far as the record alone decides; see `restoreVerdict` for what depends on the item's past. */
export function pushVerdict<K extends RecordKind>(kind: K, record: RecordOf<K>, context: RuleContext): Verdict {
	return PUSH_RULES[kind](record, context);
}

/** Whether what an item of Exchange has become lets it be written over or deleted by the other system: what is not synced out of Exchange is not synced into it either. */
export function writtenOverVerdict<K extends RecordKind>(item: { kind: K; record: RecordOf<K>; facts: FactsByKind[K] }, context: RuleContext): Verdict {
	return WRITTEN_OVER_RULES[item.kind](item.record, item.facts, context);
}
