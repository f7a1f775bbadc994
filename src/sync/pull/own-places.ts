import type { StoredItem } from '../mailbox';
import { isCreatedIn, type Stamp } from '../stamp';
import type { AccountPull, AccountPullBase } from './account-pull';
import { originalStamp } from './copies';
import { shortId } from './short-id';

/** So many of the newest items are remembered: enough for what push writes between two polls; older ones their stamp's own time gives away. */
const REMEMBERED_PLACES = 1_000;

const ITEM_LENGTH = 8;
const PLACE_LENGTH = 16;
/** Two nonces meet by chance in one of a million looks: then one of our own items is told. */
const NONCE_LENGTH = 5;
/** Stands in a place before what the nonce of a stamped item is known by. */
const NONCE = '.';
const MINUTE_MS = 60_000;

/** The clocks of the machines that pull and push are so far apart at most, in what follows from one look at a folder. */
const CLOCKS_DIFFER_MS = 60_000;

/** Begins to remember: what push wrote before, and a first run did not read, may have been anywhere. */
export function beginPlaces(pull: AccountPullBase): void {
	pull.state.placesSince ??= pull.options.firstRun.from === 'beginning' ? 0 : pull.options.now();
}

/**
 * Notes under which id items were seen. A move gives an item another one while its search key stays: so one that a user moves right after it was written
 * is told from one that push has just created, also where its old id is seen to be gone by another poll than the one that sees the new one. Items without a stamp count
 * as well: the first push of what was handed over may come before the move. A copy that outlives the item has another search key, and the nonce of its stamp.
 */
export function notePlaces(pull: AccountPull, items: readonly StoredItem[]): void {
	const { state, options } = pull;
	const minute = Math.floor(options.now() / MINUTE_MS).toString(36);
	const places = items.flatMap((item) => (item.searchKey === undefined ? [] : [placeOf(item.searchKey, item.reference.id) + minute + nonceMark(originalStamp(pull, item))]));
	if (places.length === 0) return;
	const moved = new Set(places.map((place) => place.slice(0, ITEM_LENGTH)));
	const all = [...(state.places ?? []).filter((place) => !moved.has(place.slice(0, ITEM_LENGTH))), ...places];
	const forgotten = all.slice(0, Math.max(0, all.length - REMEMBERED_PLACES)).at(-1);
	if (forgotten !== undefined) state.placesSince = Math.max(state.placesSince ?? 0, notedAt(forgotten));
	state.places = all.slice(-REMEMBERED_PLACES);
}

/** Until when it was noted; cursors of old do not say. */
function notedAt(place: string): number {
	return ((Number.parseInt(place.slice(PLACE_LENGTH), 36) || 0) + 1) * MINUTE_MS;
}

/** Whether the item was seen before under another id, or what it is a copy of. */
export function wasElsewhere(pull: AccountPull, { searchKey, reference }: StoredItem, stamp: Stamp): boolean {
	if (searchKey === undefined) return false;
	const place = placeOf(searchKey, reference.id);
	const before = lastPlace(pull, place);
	if (before !== undefined) return !before.startsWith(place);
	const mark = nonceMark(stamp);
	return pull.state.places?.some((one) => one.endsWith(mark)) === true;
}

/** Whether push has created the item in the mailbox of another account, from which it was moved or copied. A mailbox that is none of the accounts may be this one under another address. */
export function wasInAnotherMailbox({ connector, link }: AccountPull, { nonce }: Stamp): boolean {
	return isCreatedIn(nonce, link.mailbox) === false && connector.accounts.some(({ mailbox }) => isCreatedIn(nonce, mailbox) === true);
}

/** Mark of the id under which the item was seen before, where that is another one. */
export function placeBefore(pull: AccountPull, { searchKey, reference }: StoredItem): string | undefined {
	if (searchKey === undefined) return undefined;
	const place = placeOf(searchKey, reference.id);
	const before = lastPlace(pull, place);
	return before === undefined || before.startsWith(place) ? undefined : before.slice(ITEM_LENGTH, PLACE_LENGTH);
}

/** What was noted last of the item that has this place. */
function lastPlace({ state }: AccountPull, place: string): string | undefined {
	return state.places?.find((one) => one.startsWith(place.slice(0, ITEM_LENGTH)));
}

/** Whether an id is the one of a place. */
export function isAtPlace(mark: string, id: string): boolean {
	return shortId(id).startsWith(mark);
}

/** Whether the item was seen before under this very id. */
export function wasHere(pull: AccountPull, { searchKey, reference }: StoredItem): boolean {
	if (searchKey === undefined) return false;
	const place = placeOf(searchKey, reference.id);
	return pull.state.places?.some((one) => one.startsWith(place)) === true;
}

/** Whether a stamped item that was never seen before may be one that lay elsewhere: written before places were remembered, or forgotten since. */
export function mayHaveBeenElsewhere({ state }: AccountPull, { searchKey, reference }: StoredItem, stamp: Stamp | undefined): boolean {
	if (searchKey === undefined || stamp === undefined || state.placesSince === undefined) return true;
	const item = placeOf(searchKey, reference.id).slice(0, ITEM_LENGTH);
	const places = state.places ?? [];
	if (places.some((place) => place.startsWith(item))) return false;
	return stamp.turns.since * 1000 < state.placesSince + CLOCKS_DIFFER_MS;
}

function nonceMark(stamp: Stamp | undefined): string {
	return stamp === undefined ? '' : NONCE + shortId(stamp.nonce).slice(0, NONCE_LENGTH);
}

function placeOf(searchKey: string, id: string): string {
	return `${shortId(searchKey).slice(0, ITEM_LENGTH)}${shortId(id).slice(0, ITEM_LENGTH)}`;
}
