import { hash } from 'node:crypto';

/** 12 characters that stand for an id in the cursor, where only equality matters; 72 bits, so that a million ids meet by chance once in 10⁹ cursors. */
export function shortId(id: string): string {
	return hash('sha256', id, 'base64url').slice(0, 12);
}

/** Adds to a list that is bounded: the oldest entries go first. */
export function remember(list: readonly string[], added: readonly string[], limit: number): string[] {
	const fresh = new Set(added);
	return [...list.filter((entry) => !fresh.has(entry)), ...fresh].slice(-limit);
}
