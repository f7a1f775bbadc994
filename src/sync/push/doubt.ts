import type { Stamp } from '../stamp';

/** A request that nobody waits for any more is carried out within this time or never: Exchange and what stands before it end what takes longer. */
const LONGEST_HELD_BACK_MS = 10 * 60_000;

/** Whether a look by stamp has settled it whether earlier attempts to create the item were carried out. Where the clock was set back, a later look does. */
export function isDoubtOver({ inDoubtSince }: Stamp, now: number): boolean {
	return inDoubtSince !== undefined && now - inDoubtSince * 1000 > LONGEST_HELD_BACK_MS;
}
