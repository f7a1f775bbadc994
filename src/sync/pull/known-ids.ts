import { shortId } from './short-id';

/**
 * The items of a folder as last seen: exchange id → short fingerprint of its change key.
 *
 * Kept for calendars and tasks, so that a lost sync state still yields exact creates, updates and deletes.
 */
export type KnownIds = Map<string, string>;

/** Fingerprint of a change key as {@link KnownIds} holds it. */
export function changeMark(changeKey: string): string {
	return shortId(changeKey).slice(0, 6);
}

/**
 * One text for all: sorted ids, each as the number of characters it shares with the one before (base 36), the rest, and the mark. Exchange's
 * ids of one folder differ in their last 10 to 20 characters only, so that an item takes about 30 bytes instead of 170.
 */
export function encodeKnownIds(known: KnownIds): string {
	let previous = '';
	const lines: string[] = [];
	for (const id of [...known.keys()].sort()) {
		let shared = 0;
		while (shared < id.length && id[shared] === previous[shared]) shared++;
		lines.push(`${shared.toString(36)} ${id.slice(shared)} ${known.get(id) ?? ''}`);
		previous = id;
	}
	return lines.join('\n');
}

/** The opposite of {@link encodeKnownIds}. */
export function decodeKnownIds(text: string | undefined): KnownIds {
	const known: KnownIds = new Map();
	if (text === undefined || text === '') return known;
	let previous = '';
	for (const line of text.split('\n')) {
		const [shared = '0', rest = '', mark = ''] = line.split(' ');
		const id = previous.slice(0, Number.parseInt(shared, 36)) + rest;
		known.set(id, mark);
		previous = id;
	}
	return known;
}
