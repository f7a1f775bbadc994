import type { Stamp } from '../stamp';

/** The window in which writes of one record are counted. */
export const PING_PONG_WINDOW_MS = 10 * 60_000;
/** So many writes of one record within the window are believed to be work; more are two systems that answer each other. */
export const PING_PONG_LIMIT = 20;

/** Of a record that was not written yet. */
export const NEVER_PUSHED: Stamp['pushes'] = { count: 0, since: 0 };

/** The count with one more write now. */
export function pushesWithThis(stamp: Stamp | undefined, now: number): Stamp['pushes'] {
	if (stamp === undefined || !isInWindow(stamp, now)) return { count: 1, since: Math.floor(now / 1000) };
	return { count: stamp.pushes.count + 1, since: stamp.pushes.since };
}

/** Until when (milliseconds since 1970) a record is left alone because it goes back and forth; undefined: it is not. */
export function pingPongUntil(stamp: Stamp | undefined, now: number): number | undefined {
	if (stamp === undefined || !isInWindow(stamp, now) || stamp.pushes.count < PING_PONG_LIMIT) return undefined;
	return stamp.pushes.since * 1000 + PING_PONG_WINDOW_MS;
}

function isInWindow(stamp: Stamp, now: number): boolean {
	const age = now - stamp.pushes.since * 1000;
	return age >= 0 && age < PING_PONG_WINDOW_MS;
}
