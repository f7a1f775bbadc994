import type { RecordKind } from '../../records/common-fields';
import { recurAlike } from '../../records/canonical-appointment';
import { contentHash } from '../../records/content-hash';
import type { ExchangeRecord, RecordOf } from '../../records/record';
import { isInvitation } from '../../rules/meetings';
import { restoreVerdict } from '../../rules/restore';
import { excludedVerdict, hasTooManyExceptions, type SeriesExclusion } from '../../rules/series';
import { leftOut, namedItem, SYNCED, type Verdict } from '../../rules/verdict';
import { writtenOverVerdict } from '../../rules/verdicts';
import { handedOutHashes } from '../handed-out';
import type { FoundItem, ItemReference, StoredItem } from '../mailbox';
import { isStampedContent, type Stamp } from '../stamp';
import { isLeftUnfinished, knowsPattern } from '../unfinished';
import type { ConflictPolicy } from './push-types';

/** What is known of a record's item in Exchange. */
export type Location<K extends RecordKind = RecordKind> =
	| { at: 'nowhere' }
	/** In Deleted Items. */
	| { at: 'bin'; isInvitation: boolean; reference: ItemReference; stamp: Stamp | undefined }
	/** Named by its exchange id, but gone, and not to be found by its stamp. */
	| { at: 'gone' }
	/** Found by its stamp, not read. */
	| { at: 'stamped'; found: FoundItem; stamp: Stamp }
	/** Read in full; no stamp: it was never written by this connector. */
	| { at: 'read'; stored: StoredItem<K>; stamp: Stamp | undefined };

/** What there is to do for one record. */
export type Plan<K extends RecordKind = RecordKind> =
	| { do: 'create' }
	| { do: 'read'; id: string }
	| { do: 'nothing'; exchangeId: string; changeKey: string; stamp: Stamp; message: string; note?: Note }
	/** Nothing of the content is to be written; only the memory of it is out of date, or another record's. Its outcome is `unchanged`. */
	| { do: 'restamp'; stored: StoredItem<K>; stamp: Stamp | undefined; message: string }
	/** `isTurn`: over what was changed in Exchange since it was written before; `overwrites`: without having seen it. */
	| { do: 'update'; stored: StoredItem<K>; stamp: Stamp | undefined; isTurn: boolean; overwrites: boolean }
	| { do: 'skip'; verdict: Verdict & { sync: false }; note?: Note }
	| { do: 'reportConflict'; stored: StoredItem<K>; message: string; note?: Note };

/** What the stamp of an item is to say from now on of why it is pushed no longer, while its content stays. */
export interface Note {
	reference: ItemReference;
	stamp: Stamp;
}

/** What the plan depends on besides the location. */
export interface PlanInput<K extends RecordKind> {
	record: RecordOf<K>;
	/** Empty where the item is known by its exchange id only. */
	externalId: string;
	/** Version of the item when it was last pulled. */
	changeKey: string | undefined;
	modifiedAt: string | undefined;
	policy: ConflictPolicy;
	/** As in the options of the push. */
	clearExclusions?: boolean;
	/** As in the options of the push; default true. */
	includePrivate?: boolean;
	/** The item has just been looked for by its stamp, and its stamp is to say so; see doubt.ts. */
	settlesDoubt?: boolean;
}

/**
 * What to do for one record. Both sides changed = the record is not what the stamp says, and neither is the item. The change key that the record was
 * pulled with proves that the other system has seen the item as it is; without a stamp it is the only proof.
 */
export function plan<K extends RecordKind>(input: PlanInput<K>, location: Location<K>): Plan<K> {
	const { record } = input;
	switch (location.at) {
		case 'nowhere':
			return { do: 'create' };
		case 'gone':
			return skip(leftOut('restore-not-synced', record, 'is not in Exchange any more (it was deleted or moved there); push it without its exchange id to have it created anew'));
		case 'bin':
			return planForBinned(input, location);
		case 'stamped':
			// Who has seen the item as it is now may have changed the record back to what was pushed last: then the contents have to be compared.
			return isPushed(location.stamp, contentHash(record)) && input.changeKey !== location.found.reference.changeKey && input.clearExclusions !== true
				? { do: 'nothing', exchangeId: location.found.reference.id, changeKey: location.found.reference.changeKey, stamp: location.stamp, message: unchanged(record) }
				: { do: 'read', id: location.found.reference.id };
		case 'read':
			return planForItem(input, location.stored, location.stamp);
	}
}

/** It is noted of an invitation that it lies there: nothing else tells push later that it was restored. */
function planForBinned(input: PlanInput<RecordKind>, { isInvitation, reference, stamp }: Extract<Location, { at: 'bin' }>): Plan<never> {
	const skipped = skip(restoreVerdict('push', input.record, { isInvitation, wasInBin: true }));
	if (!isInvitation || stamp === undefined || stamp.binned === true || !isOfRecord(stamp, input)) return skipped;
	return { ...skipped, note: { reference, stamp: { ...stamp, binned: true } } };
}

function planForItem<K extends RecordKind>(input: PlanInput<K>, stored: StoredItem<K>, stamp: Stamp | undefined): Plan<K> {
	// A user's copy that the other system took for a record of its own comes with the original's stamp: that says what was copied, and nothing more of this record.
	const own = stamp !== undefined && isOfRecord(stamp, input) ? stamp : undefined;
	const cleared = input.clearExclusions === true ? withoutExclusion(own, stored) : undefined;
	const planned = planWithStamp(input, stored, cleared === undefined ? stamp : cleared, cleared ?? own);
	// What writes nothing else forgets the exclusion all the same.
	return cleared === undefined || !('message' in planned) || planned.do === 'restamp' ? planned : { ...planned, note: { reference: stored.reference, stamp: cleared } };
}

/** @param own the stamp, where it is of this record */
function planWithStamp<K extends RecordKind>(input: PlanInput<K>, stored: StoredItem<K>, stamp: Stamp | undefined, own: Stamp | undefined): Plan<K> {
	const { record } = input;
	const recordHash = contentHash(record);
	const itemHashes = handedOutHashes(stored);
	const { id: exchangeId, changeKey } = stored.reference;
	if (itemHashes.includes(recordHash)) {
		const message = unchanged(record);
		return own !== undefined && isPushed(own, recordHash) && input.settlesDoubt !== true ? { do: 'nothing', exchangeId, changeKey, stamp: own, message } : { do: 'restamp', stored, stamp: own, message };
	}
	const hasSeenItem = input.changeKey === changeKey;
	if (stamp !== undefined && isPushed(stamp, recordHash) && !hasSeenItem) {
		const message = `${namedItem(record)} has not changed since it was last pushed; Exchange's own change stays.`;
		return own === undefined ? { do: 'restamp', stored, stamp: own, message } : { do: 'nothing', exchangeId, changeKey, stamp: own, message };
	}
	const verdict = writtenOverVerdict<RecordKind>({ kind: record.kind, record: stored.record, facts: stored.facts }, { includePrivate: input.includePrivate ?? true });
	if (!verdict.sync) return skip(verdict);
	const restored = restoredInvitationVerdict(record, stored.facts, own);
	if (!restored.sync) return skip(restored);
	const series = seriesSkip(input, stored, own);
	if (series !== undefined) return series;

	const isTurn = stamp === undefined ? input.changeKey !== undefined : !itemHashes.some((hash) => isStampedContent(stamp, hash)) && !isLeftUnfinished(stamp, stored);
	return isTurn && !hasSeenItem ? conflictPlan(input, stored, own) : { do: 'update', stored, stamp: own, isTurn, overwrites: false };
}

/** Rule `invitation-restored` for an item that does not lie in Deleted Items: it did when push saw it before. */
export function restoredInvitationVerdict(record: ExchangeRecord, facts: StoredItem['facts'], stamp: Stamp | undefined): Verdict {
	return isInvitation(facts) ? restoreVerdict('push', record, { isInvitation: true, wasInBin: stamp?.binned === true }) : SYNCED;
}

/** Whether the record is what was pushed last, and came to its end: of what is unfinished the rest is to be written. */
function isPushed(stamp: Stamp, recordHash: string): boolean {
	return stamp.unfinishedSince === undefined && isStampedContent(stamp, recordHash);
}

/** Pushed by its exchange id alone, an item stays the one that it is under its external id. */
function isOfRecord(stamp: Stamp, { externalId }: PlanInput<RecordKind>): boolean {
	return externalId === '' || stamp.externalId === externalId;
}

function conflictPlan<K extends RecordKind>(input: PlanInput<K>, stored: StoredItem<K>, stamp: Stamp | undefined): Plan<K> {
	const overwrite: Plan<K> = { do: 'update', stored, stamp, isTurn: true, overwrites: true };
	const keep = (why: string): Plan<K> => ({ do: 'reportConflict', stored, message: `${namedItem(input.record)} was changed on both sides since the last sync; ${why}.` });
	switch (input.policy) {
		case 'exchangeWins':
			return keep("Exchange's version stays, as the conflict policy says");
		case 'otherSystemWins':
			return overwrite;
		case 'newerWins': {
			if (input.modifiedAt === undefined || stored.lastModifiedAt === undefined) return keep("Exchange's version stays: the time of the other change is not known (give modifiedAt, as 2026-03-02T08:00:00Z)");
			return Date.parse(input.modifiedAt) > Date.parse(stored.lastModifiedAt) ? overwrite : keep("Exchange's version is the newer one and stays");
		}
		case 'report':
			return keep('nothing was written');
	}
}

/** Rules on series that the item in Exchange decides. An exclusion is noted in the stamp, so that it stays when the pattern is changed back or exceptions go away. */
function seriesSkip<K extends RecordKind>(input: PlanInput<K>, stored: StoredItem<K>, stamp: Stamp | undefined): Plan<K> | undefined {
	const { record } = input;
	if (record.kind !== 'appointment') return undefined;
	const exclusion = stamp?.excluded ?? exclusionOf(input, stored, stamp);
	if (exclusion === undefined) return undefined;
	const skipped = skip(excludedVerdict('push', record, exclusion));
	return stamp === undefined || stamp.excluded !== undefined ? skipped : { ...skipped, note: { reference: stored.reference, stamp: { ...stamp, excluded: exclusion } } };
}

/** Its pattern was changed in Exchange, taken off altogether too, or it has too many exceptions there. What push has left unfinished says nothing of a user's pattern. */
function exclusionOf<K extends RecordKind>(input: PlanInput<K>, stored: StoredItem<K>, stamp: Stamp | undefined): SeriesExclusion | undefined {
	const { facts } = stored;
	if (facts.kind !== 'appointment') return undefined;
	const isOrWasSeries = facts.isSeries || (stamp !== undefined && stamp.pattern !== '');
	if (!isOrWasSeries) return undefined;
	const patternChanged =
		stamp === undefined
			? input.changeKey !== undefined && input.changeKey !== stored.reference.changeKey && differentRule(input.record, stored.record)
			: stamp.pattern !== '' && stamp.pattern !== facts.pattern && knowsPattern(stamp);
	if (patternChanged && input.clearExclusions !== true) return 'series-pattern-changed';
	return hasTooManyExceptions(facts.exceptionCount) ? 'series-too-many-exceptions' : undefined;
}

/** The stamp of an excluded series when the operator has it synced again: whatever pattern it has is the one that counts. Undefined: it is not excluded. */
function withoutExclusion(stamp: Stamp | undefined, { facts }: StoredItem): Stamp | undefined {
	if (stamp === undefined || facts.kind !== 'appointment') return undefined;
	const { excluded, ...rest } = stamp;
	if (excluded === undefined && (stamp.pattern === '' || stamp.pattern === facts.pattern || !knowsPattern(stamp))) return undefined;
	return { ...rest, pattern: facts.pattern };
}

function differentRule(a: RecordOf<RecordKind>, b: RecordOf<RecordKind>): boolean {
	return a.kind === 'appointment' && b.kind === 'appointment' && !recurAlike(a, b);
}

function skip(verdict: Verdict): Extract<Plan<never>, { do: 'skip' }> {
	if (verdict.sync) throw new TypeError('A verdict that leaves nothing out is no reason to skip');
	return { do: 'skip', verdict };
}

function unchanged(record: RecordOf<RecordKind>): string {
	return `${namedItem(record)} is in Exchange as it is.`;
}
