import type { StoredItem } from '../mailbox';
import type { Stamp } from '../stamp';
import type { AccountPull, AccountPullBase } from './account-pull';
import { remember, shortId } from './short-id';

/** So many of the newest stamped items are remembered: enough for what push writes between two polls; older ones their stamp's own time gives away. */
const REMEMBERED_PLACES = 1_000;

const ITEM_LENGTH = 8;

/** The clocks of the machines that pull and push are so far apart at most, in what follows from one look at a folder. */
const CLOCKS_DIFFER_MS = 60_000;

/** Begins to remember: what push wrote before, and a first run did not read, may have been anywhere. */
export function beginPlaces(pull: AccountPullBase): void {
	pull.state.placesSince ??= pull.options.firstRun.from === 'beginning' ? 0 : pull.options.now();
}

/**
 * Notes under which id a stamped item was seen. A move gives it another one while its search key stays: so one that a user moves right after it was written
 * is told from one that push has just created, also where its old id is seen to be gone by another poll than the one that sees the new one.
 */
export function notePlaces(pull: AccountPull, items: readonly StoredItem[]): void {
	const places = items.flatMap((item) => (item.stamp === undefined || item.searchKey === undefined ? [] : [placeOf(item.searchKey, item.reference.id)]));
	if (places.length === 0) return;
	const moved = new Set(places.map((place) => place.slice(0, ITEM_LENGTH)));
	const others = (pull.state.places ?? []).filter((place) => !moved.has(place.slice(0, ITEM_LENGTH)));
	pull.state.places = remember(others, places, REMEMBERED_PLACES);
}

/** Whether the item was seen before under another id. */
export function wasElsewhere(pull: AccountPull, { searchKey, reference }: StoredItem): boolean {
	if (searchKey === undefined) return false;
	const place = placeOf(searchKey, reference.id);
	const before = pull.state.places?.find((one) => one.startsWith(place.slice(0, ITEM_LENGTH)));
	return before !== undefined && before !== place;
}

/** Whether the item was seen before under this very id. */
export function wasHere(pull: AccountPull, { searchKey, reference }: StoredItem): boolean {
	return searchKey !== undefined && pull.state.places?.includes(placeOf(searchKey, reference.id)) === true;
}

/** Whether a stamped item that was never seen before may be one that lay elsewhere: written before places were remembered, or forgotten since. */
export function mayHaveBeenElsewhere({ state }: AccountPull, { searchKey, reference }: StoredItem, stamp: Stamp | undefined): boolean {
	if (searchKey === undefined || stamp === undefined || state.placesSince === undefined) return true;
	const item = placeOf(searchKey, reference.id).slice(0, ITEM_LENGTH);
	const places = state.places ?? [];
	if (places.some((place) => place.startsWith(item))) return false;
	return places.length >= REMEMBERED_PLACES || stamp.turns.since * 1000 < state.placesSince + CLOCKS_DIFFER_MS;
}

function placeOf(searchKey: string, id: string): string {
	return `${shortId(searchKey).slice(0, ITEM_LENGTH)}${shortId(id).slice(0, ITEM_LENGTH)}`;
}
