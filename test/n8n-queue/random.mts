/** Numbers from 0 to below 1. */
export type Random = () => number;

/** One of several by chance. */
export function oneOf<T>(random: Random, choices: readonly [T, ...T[]]): T {
	return choices[Math.floor(random() * choices.length)] ?? choices[0];
}
