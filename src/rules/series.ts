import type { AppointmentRecord } from '../records/appointment';
import type { AppointmentFacts } from './facts';
import { leftOut, SYNCED, type Verdict } from './verdict';

/** Rule `series-too-many-exceptions`: with this many modified occurrences a series is still synced, with one more it is not. */
export const MAX_EXCEPTIONS = 20;

/** How an operator has an excluded series synced again, as the end of a sentence. */
const LIFT: Readonly<Record<'pull' | 'push', string>> = {
	pull: 'enter a new text under "Clear Exclusions of Series" in the trigger to have it synced again',
	push: 'switch on "Clear Exclusions of Series" in Sync for one run to have it synced again',
};

/** Rules that exclude a series for good. */
export type SeriesExclusion = 'series-pattern-changed' | 'series-too-many-exceptions';

/** What has to be remembered of a series from one poll to the next. */
export interface RememberedSeries {
	/** Fingerprint of recurrence and range ({@link AppointmentFacts.pattern}); empty once the series has become a single appointment. */
	pattern: string;
	/** Why it is synced no longer; only the operator lifts it. */
	excluded?: SeriesExclusion;
}

/** Rule `series-too-many-exceptions` for a series of Exchange. Deleted occurrences do not count. */
export function exceptionCountVerdict(record: AppointmentRecord, { exceptionCount }: AppointmentFacts): Verdict {
	return hasTooManyExceptions(exceptionCount) ? excludedVerdict('pull', record, 'series-too-many-exceptions') : SYNCED;
}

/** Rule `series-too-many-exceptions` for a series of the other system: as long as it has them. */
export function recordExceptionsVerdict(record: AppointmentRecord): Verdict {
	if (!hasTooManyExceptions(record.recurrence?.exceptions.length ?? 0)) return SYNCED;
	return leftOut('series-too-many-exceptions', record, `has more than ${MAX_EXCEPTIONS} exceptions and is not written; begin a new series, or take exceptions back`);
}

/** With so many exceptions a series is synced no longer. */
export function hasTooManyExceptions(exceptionCount: number): boolean {
	return exceptionCount > MAX_EXCEPTIONS;
}

/**
 * Whether a series of Exchange is (still) synced: rules `series-pattern-changed` and `series-too-many-exceptions`. An exclusion is sticky:
 * it stays when the pattern is changed back or exceptions go away, until the operator lifts it, that is, until `remembered` comes without it.
 *
 * Call it for every appointment that is or was a series; a series that an old client turned into a single appointment has
 * changed its pattern, too.
 *
 * @param remembered what the last call returned as `remember`; undefined for a series that is seen for the first time: then it is held to `ownPattern`. With an empty
 *   pattern: the present one is the first that counts
 * @param ownPattern pattern in our stamp: what the server made of what we wrote. A pattern equal to it is our own write and excludes nothing
 * @returns `remember`: to be handed in the next time. `reportNow`: the exclusion is new and has not been reported yet
 */
export function seriesVerdict(
	record: AppointmentRecord,
	facts: AppointmentFacts,
	remembered: RememberedSeries | undefined,
	ownPattern: string | undefined,
): { verdict: Verdict; remember: RememberedSeries; reportNow: boolean } {
	const known = remembered?.excluded;
	if (known !== undefined) {
		// The pattern is followed all the same: an operator who lifts the exclusion starts from the present one.
		return { verdict: excludedVerdict('pull', record, known), remember: { pattern: facts.pattern, excluded: known }, reportNow: false };
	}

	const exclusion = newExclusion(facts, remembered, ownPattern);
	return exclusion === undefined
		? { verdict: SYNCED, remember: { pattern: facts.pattern }, reportNow: false }
		: { verdict: excludedVerdict('pull', record, exclusion), remember: { pattern: facts.pattern, excluded: exclusion }, reportNow: true };
}

function newExclusion(facts: AppointmentFacts, remembered: RememberedSeries | undefined, ownPattern: string | undefined): SeriesExclusion | undefined {
	const before = remembered?.pattern ?? ownPattern ?? '';
	// An appointment that was single before becomes a new series; nothing has been synced by a pattern yet.
	if (before !== '' && facts.pattern !== before && facts.pattern !== ownPattern) return 'series-pattern-changed';
	return hasTooManyExceptions(facts.exceptionCount) ? 'series-too-many-exceptions' : undefined;
}

/** The series is excluded, and how that is lifted. */
export function excludedVerdict(direction: 'pull' | 'push', record: AppointmentRecord, exclusion: SeriesExclusion): Verdict {
	switch (exclusion) {
		case 'series-pattern-changed':
			return leftOut(exclusion, record, `is synced no longer because its recurrence pattern has been changed in Exchange; ${LIFT[direction]}`);
		case 'series-too-many-exceptions':
			return leftOut(exclusion, record, `has more than ${MAX_EXCEPTIONS} exceptions and is synced no longer; begin a new series, or take exceptions back and ${LIFT[direction]}`);
	}
}
