import { MailboxFault } from '../../sync/fault';
import { referenceOf } from '../mapping/stored-item';
import { element } from '../mapping/xml-element';
import { callMany, valueOf } from './call';
import { pageOf } from './find-items';
import { folderId, itemShape } from './item-shape';
import type { MailboxContext } from './mailbox-context';

/** Exchange shows no more at once (EWSFindCountLimit), and a calendar view has no pages. */
const VIEW = 1000;
/** A shorter time range is not divided any more. */
const SHORTEST_RANGE_MS = 60_000;

/**
 * Ids of what a calendar shows between two instants: single appointments and occurrences, series expanded. A range in which there is more than one view shows is divided, its
 * first half first.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendarview
 *
 * @throws MailboxFault `tooLarge` where more than a view shows goes on at the same time
 */
export async function viewCalendar(context: MailboxContext, folder: string, start: string, end: string, limit: number): Promise<string[]> {
	const ids = new Set<string>();
	const ranges: Array<[from: number, to: number]> = [[Date.parse(start), Date.parse(end)]];
	for (let range = ranges.pop(); range !== undefined && ids.size < limit; range = ranges.pop()) {
		const [from, to] = range;
		const view = await viewRange(context, folder, from, to, Math.min(VIEW, limit));
		if (view.isWhole || limit <= VIEW) {
			for (const id of view.ids) ids.add(id);
			continue;
		}
		if (to - from <= SHORTEST_RANGE_MS) {
			const message = `More than ${view.ids.length} appointments of the calendar go on at ${new Date(from).toISOString()}: ask for another time range.`;
			throw new MailboxFault({ reason: 'tooLarge', scope: 'folder', retry: { can: false }, message });
		}
		const middle = from + Math.floor((to - from) / 2);
		ranges.push([middle, to], [from, middle]);
	}
	return [...ids].slice(0, limit);
}

async function viewRange(context: MailboxContext, folder: string, from: number, to: number, most: number): Promise<{ ids: string[]; isWhole: boolean }> {
	const answers = await callMany(
		context,
		{ name: 'FindItem', repeatable: true },
		[folder],
		1,
		(part) => ({
			attributes: { Traversal: 'Shallow' },
			body: [
				itemShape({ paths: [] }),
				element('CalendarView', [], { MaxEntriesReturned: String(Math.max(1, most)), StartDate: new Date(from).toISOString(), EndDate: new Date(to).toISOString() }),
				element('ParentFolderIds', part.map(folderId)),
			],
		}),
		(message) => {
			const { items, last } = pageOf(message);
			return { ids: items.map((item) => referenceOf(item).id), isWhole: last };
		},
	);
	return valueOf(answers[0]);
}
