import { namedItem } from '../../rules/verdict';
import { differingFields } from '../../records/content-hash';
import type { StoredItem } from '../mailbox';
import type { Stamp } from '../stamp';
import type { JobOutcome, PushJob } from './push-job';

/**
 * The window in which turns of one record are counted. n8n polls once a minute at most, and a turn takes a poll: within a few minutes there would never be enough
 * of them, however long two systems go on.
 */
export const PING_PONG_WINDOW_MS = 60 * 60_000;
/** So many turns of one record within the window are believed to be work; more are two systems that answer each other. Polls five minutes apart still get there. */
export const PING_PONG_LIMIT = 10;

/** Of a record that was not written yet. */
export const NEVER_PUSHED: Stamp['turns'] = { count: 0, since: 0 };

/** The count with one more write now: a turn, if it is written over what was changed in Exchange since the write before. */
export function turnsWithThis(stamp: Stamp | undefined, isTurn: boolean, now: number): Stamp['turns'] {
	const begun = Math.floor(now / 1000);
	if (stamp === undefined || !isInWindow(stamp, now)) return { count: isTurn ? 1 : 0, since: begun };
	const { count, since } = stamp.turns;
	if (!isTurn) return { count, since };
	return { count: count + 1, since: count === 0 ? begun : since };
}

/** Until when (milliseconds since 1970) a record is left alone because it goes back and forth; undefined: it is not. */
export function pingPongUntil(stamp: Stamp | undefined, isTurn: boolean, now: number): number | undefined {
	if (stamp === undefined || !isTurn || !isInWindow(stamp, now) || stamp.turns.count < PING_PONG_LIMIT) return undefined;
	return stamp.turns.since * 1000 + PING_PONG_WINDOW_MS;
}

/** What the builder is told of it, with both versions. As nothing is written, Exchange has no change to hand over any more, and the other system nothing to answer. */
export function pingPongOutcome({ record }: PushJob, stored: StoredItem, until: number): JobOutcome {
	const fields = differingFields(record, stored.record).join(', ');
	return {
		outcome: 'failed',
		code: 'PingPong',
		message: `${namedItem(record)} went back and forth ${PING_PONG_LIMIT} times within an hour: each time it was written, something in Exchange changed it (a rule, an add-in, another connector), and the other system answered. It stays as it is in Exchange, and nothing is written over it until ${new Date(until).toISOString()}. The two versions differ in ${fields}. Have the other system take over what Exchange has, or leave out of the record what it writes differently.`,
		exchangeId: stored.reference.id,
		changeKey: stored.reference.changeKey,
		exchangeVersion: stored.record,
		otherVersion: record,
	};
}

function isInWindow(stamp: Stamp, now: number): boolean {
	const age = now - stamp.turns.since * 1000;
	return age >= 0 && age < PING_PONG_WINDOW_MS;
}
