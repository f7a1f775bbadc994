import type { StoredItem } from '../mailbox';
import { type AccountPull, type AccountPullBase, countExclusion } from './account-pull';
import type { AccountState, FolderState, SeriesState } from './cursor';
import { identityOf } from './lasting-identity';
import { isAtPlace, placeBefore } from './own-places';
import { shortId } from './short-id';

/** So many series of an account are known to be excluded, or to have been, wherever they are moved. */
const REMEMBERED_EXCLUSIONS = 500;

/**
 * What is remembered of a series: under its id, as its delete says no more than that; where it is new in this folder, what was decided on it before it was
 * moved here. An exclusion ends when the operator says so, and a series whose exclusion was lifted is not held to the pattern of before.
 */
export function rememberedSeries(pull: AccountPull, state: FolderState, item: StoredItem<'appointment'>): SeriesState | undefined {
	const here = state.series?.[shortId(item.reference.id)];
	if (here !== undefined && here.unread !== 'old') return here;
	const identity = identityOf(item);
	const exclusion = identity === undefined ? undefined : pull.state.exclusions?.[identity];
	if (exclusion === undefined) return here;
	return exclusion === 'lifted' ? { pattern: '', unread: 'lifted' } : { pattern: item.facts.pattern, excluded: exclusion };
}

/** Remembers of a series what the next poll has to know. */
export function rememberSeries(pull: AccountPull, state: FolderState, item: StoredItem<'appointment'>, series: SeriesState): void {
	(state.series ??= {})[shortId(item.reference.id)] = series;
	if (series.excluded === undefined) return;
	const before = placeBefore(pull, item);
	if (before !== undefined) pull.excludedAway.set(before, series.excluded);
	const identity = identityOf(item);
	if (identity === undefined) return;
	const others = Object.entries(pull.state.exclusions ?? {}).filter(([other]) => other !== identity);
	pull.state.exclusions = Object.fromEntries([...others, [identity, series.excluded] as const].slice(-REMEMBERED_EXCLUSIONS));
}

/** Of a series that was moved before it was excluded, no delete is told where it lay: one of this poll, one that is held back, or one that is still to come from a folder for which there was no room. */
export function leaveOutMovedDeletes(pull: AccountPullBase): void {
	const { deletes, excludedAway, state } = pull;
	for (const [mark, exclusion] of excludedAway) {
		const told = deletes.findIndex(({ envelope }) => isAtPlace(mark, envelope.exchangeId));
		if (told >= 0) {
			deletes.splice(told, 1);
			countExclusion(pull, exclusion);
		}
		for (const { series = {}, deletesAgain = {} } of Object.values(state.folders)) {
			for (const [id, remembered] of Object.entries(series)) if (id.startsWith(mark)) series[id] = { ...remembered, excluded: exclusion };
			for (const id of Object.keys(deletesAgain)) if (isAtPlace(mark, id)) delete deletesAgain[id];
		}
	}
}

/** The operator has all series synced again: the pattern that each has at its next change is the one that counts from then on, whatever push has written. */
export function liftExclusions(account: AccountState): void {
	for (const { series = {} } of Object.values(account.folders)) {
		for (const [id, { excluded }] of Object.entries(series)) if (excluded !== undefined) series[id] = { pattern: '', unread: 'lifted' };
	}
	if (account.exclusions !== undefined) account.exclusions = Object.fromEntries(Object.keys(account.exclusions).map((identity) => [identity, 'lifted'] as const));
}
