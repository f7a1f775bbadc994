import type { AccountState } from './cursor';

/** Rule `continue-on-error`: so long the connector pauses when it is switched off. */
export const PAUSE_AFTER_FAULT_MS = 5 * 60_000;
/** No pause lasts longer: a server's back-off is believed for a day. */
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

/** From now on nothing is asked of the mailbox for so long. @returns until when, milliseconds since 1970 */
export function pauseAccount(state: AccountState, now: number, ms: number, reason: string): number {
	state.pausedSince = now;
	state.pausedUntil = now + ms;
	state.pauseReason = reason;
	return state.pausedUntil;
}

/**
 * Until when an account pauses; one whose pause is over is as if it never had any. So is one whose pause begins later than now: the clock was set back since, and how
 * much of the pause has passed it does not tell. Where the server asked for it, the process that was told still knows.
 */
export function pauseOfAccount(state: AccountState, now: number): number | undefined {
	const { pausedUntil, pausedSince = (pausedUntil ?? 0) - LONGEST_PAUSE_MS } = state;
	if (pausedUntil !== undefined && pausedSince <= now && now < pausedUntil) return pausedUntil;
	delete state.pausedSince;
	delete state.pausedUntil;
	delete state.pauseReason;
	return undefined;
}
