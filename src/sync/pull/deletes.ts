import { type AccountPull, countExclusion, originOf } from './account-pull';
import { isLeftOutAsRestored } from './bin';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import { isUntold } from './pending-items';
import type { PullEvent } from './pull-types';
import { forgetRival } from './rivals-seen';
import { shortId } from './short-id';

/** A delete of an item that nobody has heard of, or of an excluded series, is none. */
export function takeDelete(pull: AccountPull, folder: WatchedFolder, state: FolderState, pending: Record<string, PendingItem>, id: string): void {
	const short = shortId(id);
	const series = state.series?.[short];
	const unheardOf = forgetRival(state, id) || isUntold(pending[id]);
	delete pending[id];
	delete state.series?.[short];
	delete state.diverged?.[short];
	if (series?.excluded !== undefined) {
		countExclusion(pull, series.excluded);
		return;
	}
	if (unheardOf || isLeftOutAsRestored(pull, id) || (!state.caughtUp && state.syncState === undefined)) return;
	pull.deletes.push(deleteEvent(pull, folder, id, series !== undefined && (series.pattern !== '' || series.unread !== undefined)));
}

/** Rule `series-deleted-permanently`: `permanent` is for series only. */
export function deleteEvent(pull: AccountPull, folder: WatchedFolder, exchangeId: string, permanent: boolean): PullEvent {
	return {
		envelope: {
			event: 'deleted',
			...originOf(pull, folder),
			exchangeId,
			permanent,
		},
		attachments: [],
	};
}
