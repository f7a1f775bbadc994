import type { AppointmentRecord } from '../records/appointment';
import type { AppointmentFacts } from './facts';
import { leftOut, SYNCED, type Verdict } from './verdict';

/** Rule `series-too-many-exceptions`: with this many modified occurrences a series is still synced, with one more it is not. */
export const MAX_EXCEPTIONS = 20;

/** How an operator has an excluded series pulled again, as the end of a sentence. */
const LIFT = 'enter a new text under "Clear Exclusions of Series" in the trigger to have it synced again';

/** Rules that exclude a series for good. */
export type SeriesExclusion = 'series-pattern-changed' | 'series-too-many-exceptions';

/** What has to be remembered of a series from one poll to the next. */
export interface RememberedSeries {
	/** Fingerprint of recurrence and range ({@link AppointmentFacts.pattern}); empty once the series has become a single appointment. */
	pattern: string;
	/** Why it is synced no longer; only the operator lifts it. */
	excluded?: SeriesExclusion;
}

/** Rule `series-too-many-exceptions`. Deleted occurrences do not count. */
export function exceptionCountVerdict(record: AppointmentRecord, exceptionCount: number): Verdict {
	return exceptionCount > MAX_EXCEPTIONS ? excludedVerdict(record, 'series-too-many-exceptions') : SYNCED;
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
		return { verdict: excludedVerdict(record, known), remember: { pattern: facts.pattern, excluded: known }, reportNow: false };
	}

	const exclusion = newExclusion(facts, remembered, ownPattern);
	return exclusion === undefined
		? { verdict: SYNCED, remember: { pattern: facts.pattern }, reportNow: false }
		: { verdict: excludedVerdict(record, exclusion), remember: { pattern: facts.pattern, excluded: exclusion }, reportNow: true };
}

function newExclusion(facts: AppointmentFacts, remembered: RememberedSeries | undefined, ownPattern: string | undefined): SeriesExclusion | undefined {
	const before = remembered?.pattern ?? ownPattern ?? '';
	// An appointment that was single before becomes a new series; nothing has been synced by a pattern yet.
	if (before !== '' && facts.pattern !== before && facts.pattern !== ownPattern) return 'series-pattern-changed';
	return facts.exceptionCount > MAX_EXCEPTIONS ? 'series-too-many-exceptions' : undefined;
}

function excludedVerdict(record: AppointmentRecord, exclusion: SeriesExclusion): Verdict {
	switch (exclusion) {
		case 'series-pattern-changed':
			return leftOut(exclusion, record, `is synced no longer because its recurrence pattern has been changed in Exchange; ${LIFT}`);
		case 'series-too-many-exceptions':
			return leftOut(exclusion, record, `has more than ${MAX_EXCEPTIONS} exceptions and is synced no longer; begin a new series, or take exceptions back and ${LIFT}`);
	}
}
