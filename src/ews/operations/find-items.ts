import type { RecordKind } from '../../records/common-fields';
import { MailboxFault } from '../../sync/fault';
import type { FoundItem, ListFilter, ListedItem } from '../../sync/mailbox';
import { keyOf, kindOf } from '../mapping/item-identity';
import { SEARCH_KEY } from '../mapping/mapi-properties';
import { type PropertyPath, mapiValue } from '../mapping/property-path';
import { listQuery, listRestriction, stampRestriction } from '../mapping/restriction';
import { STAMP } from '../mapping/stamp-property';
import { referenceOf } from '../mapping/stored-item';
import { type WireNode, attribute, child, elements, text } from '../mapping/wire-node';
import { hexOf, instantOf, required } from '../mapping/wire-values';
import { type XmlElement, element, present } from '../mapping/xml-element';
import { callMany, faultIn, valueOf } from './call';
import { folderId, itemShape } from './item-shape';
import type { MailboxContext } from './mailbox-context';

/** Exchange gives at most 250 items of a restricted search and 1000 of any (EWSFindCountLimit), and says where to go on. */
const PAGE = 500;
/** Stamps in one search: more make Exchange refuse the restriction as too complex. */
const PREFIXES_PER_SEARCH = 100;
/** More pages than any folder has: a server that never says it is the last one does not keep us for ever. What lies behind them would pass for gone, so the search fails. */
export const MOST_PAGES = 5000;

/** Items that carry one of the stamp prefixes. */
export async function findStamped(context: MailboxContext, prefixes: readonly string[], folders: readonly string[]): Promise<FoundItem[]> {
	if (folders.length === 0) return [];
	const unique = [...new Set(prefixes)];
	const parts: string[][] = [];
	for (let start = 0; start < unique.length; start += PREFIXES_PER_SEARCH) parts.push(unique.slice(start, start + PREFIXES_PER_SEARCH));
	const found = await Promise.all(parts.map((part) => findPart(context, part, folders)));
	return found.flat();
}

async function findPart(context: MailboxContext, prefixes: readonly string[], folders: readonly string[]): Promise<FoundItem[]> {
	try {
		return await searchFolders(
			context,
			folders,
			[{ uri: 'item:ItemClass' }, { uri: 'item:ParentFolderId' }, { uri: 'item:DateTimeCreated' }, { uri: 'item:LastModifiedTime' }, STAMP],
			[stampRestriction(prefixes)],
			Number.POSITIVE_INFINITY,
			foundItem,
		);
	} catch (error) {
		const fault = faultIn(error);
		if (fault.code !== 'ErrorRestrictionTooComplex' || prefixes.length === 1) throw fault;
		const half = Math.ceil(prefixes.length / 2);
		return [...(await findPart(context, prefixes.slice(0, half), folders)), ...(await findPart(context, prefixes.slice(half), folders))];
	}
}

function foundItem(item: WireNode): FoundItem {
	const kind = kindOf(text(item, 'ItemClass') ?? '');
	const stamp = mapiValue(item, STAMP);
	const createdAt = instantOf(text(item, 'DateTimeCreated'));
	const lastModifiedAt = instantOf(text(item, 'LastModifiedTime'));
	return {
		reference: referenceOf(item),
		folderId: required(attribute(child(item, 'ParentFolderId'), 'Id'), 'item:ParentFolderId'),
		...(kind === undefined ? {} : { kind }),
		...(stamp === undefined ? {} : { stamp }),
		...(createdAt === undefined ? {} : { createdAt }),
		...(lastModifiedAt === undefined ? {} : { lastModifiedAt }),
	};
}

const LISTED: Readonly<Record<RecordKind, { paths: readonly PropertyPath[]; newestFirst: string }>> = {
	email: { paths: [{ uri: 'message:InternetMessageId' }], newestFirst: 'item:DateTimeReceived' },
	appointment: { paths: [{ uri: 'calendar:UID' }, { uri: 'calendar:CalendarItemType' }], newestFirst: 'calendar:Start' },
	task: { paths: [], newestFirst: 'item:DateTimeCreated' },
};

/** Ids of a folder's items, newest first. */
export async function listItems(context: MailboxContext, kind: RecordKind, folder: string, filter: ListFilter, limit: number): Promise<ListedItem[]> {
	const { paths, newestFirst } = LISTED[kind];
	const { search } = filter;
	return await searchFolders(
		context,
		[folder],
		[{ uri: 'item:LastModifiedTime' }, SEARCH_KEY, ...paths],
		present(
			search === undefined || search === '' ? listRestriction(kind, filter) : undefined,
			element('SortOrder', [element('FieldOrder', [element('FieldURI', [], { FieldURI: newestFirst })], { Order: 'Descending' })]),
		),
		limit,
		(item) => listedItem(kind, item),
		search === undefined || search === '' ? undefined : listQuery(search, filter),
	);
}

function listedItem(kind: RecordKind, item: WireNode): ListedItem {
	const searchKey = hexOf(mapiValue(item, SEARCH_KEY));
	const lastModifiedAt = instantOf(text(item, 'LastModifiedTime'));
	const key = keyOf(kind, item) ?? (kind === 'task' ? searchKey : undefined);
	return {
		reference: referenceOf(item),
		...(key === undefined ? {} : { key }),
		...(searchKey === undefined ? {} : { searchKey }),
		...(kind === 'appointment' ? { isSeries: text(item, 'CalendarItemType') === 'RecurringMaster' } : {}),
		...(lastModifiedAt === undefined ? {} : { lastModifiedAt }),
	};
}

/** All pages of a search over several folders, folders side by side in one request as long as they have more. @throws MailboxFault where they do not end */
async function searchFolders<R>(
	context: MailboxContext,
	folders: readonly string[],
	paths: readonly PropertyPath[],
	conditions: readonly XmlElement[],
	limit: number,
	read: (item: WireNode) => R,
	query?: string,
): Promise<R[]> {
	const found: R[] = [];
	const seen = new Set<string>();
	let open = folders;
	for (let offset = 0, page = 0; open.length > 0 && found.length < limit; page++) {
		if (page === MOST_PAGES) throw endless('tooLarge', `has more than ${MOST_PAGES} pages; ${found.length} items were read`);
		const size = Math.min(PAGE, limit - found.length);
		const start = offset;
		const answers = await callMany(
			context,
			{ name: 'FindItem', repeatable: true },
			open,
			open.length,
			(part) => ({
				attributes: { Traversal: 'Shallow' },
				body: present(
					itemShape({ paths }),
					element('IndexedPageItemView', [], { MaxEntriesReturned: String(size), Offset: String(start), BasePoint: 'Beginning' }),
					...conditions,
					element('ParentFolderIds', part.map(folderId)),
					query === undefined ? undefined : element('QueryString', query),
				),
			}),
			(message) => pageOf(message),
		);
		const pages = answers.map((answer, index) => ({ folder: open[index] ?? '', ...valueOf(answer) }));
		for (const item of pages.flatMap(({ items }) => items)) {
			const { id } = referenceOf(item);
			if (seen.has(id)) continue;
			seen.add(id);
			found.push(read(item));
		}
		const unfinished = pages.filter(({ last, items }) => !last && items.length > 0);
		// The server may give fewer than were asked for; the shortest page says how far all are, and what comes twice is dropped above.
		offset = Math.min(...unfinished.map(({ next, items }) => next ?? start + items.length));
		if (offset <= start) throw endless('malformedAnswer', `goes on at ${offset} behind a page that begins at ${start}`);
		open = unfinished.map(({ folder }) => folder);
	}
	return Number.isFinite(limit) ? found.slice(0, limit) : found;
}

function endless(reason: 'tooLarge' | 'malformedAnswer', how: string): MailboxFault {
	return new MailboxFault({ reason, scope: 'account', retry: { can: false }, message: `A search of the mailbox does not end: it ${how}.` });
}

/** What one answer to FindItem has of what is there. */
export function pageOf(message: WireNode): { items: WireNode[]; last: boolean; next: number | undefined } {
	const root = child(message, 'RootFolder');
	const next = Number(attribute(root, 'IndexedPagingOffset') ?? NaN);
	return {
		items: elements(child(root, 'Items')).map(({ node }) => node),
		last: attribute(root, 'IncludesLastItemInRange') !== 'false',
		next: Number.isFinite(next) ? next : undefined,
	};
}
