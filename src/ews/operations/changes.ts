import type { RecordKind } from '../../records/common-fields';
import { MailboxFault } from '../../sync/fault';
import type { ChangePage, ChangedItem, FolderChange } from '../../sync/mailbox';
import type { PropertyPath } from '../mapping/property-path';
import { type WireNode, attribute, child, children, elements, flag, text } from '../mapping/wire-node';
import { referenceOf } from '../mapping/stored-item';
import { instantOf, required } from '../mapping/wire-values';
import { element, present } from '../mapping/xml-element';
import { callOne } from './call';
import { folderId, itemShape } from './item-shape';
import type { MailboxContext } from './mailbox-context';

/** EWS `t:MaxSyncChangesReturnedType`. */
const MOST_CHANGES = 512;
/** Characters. Exchange's sync states reach tens of kilobytes; they are stored with every poll, so that a larger one would fill n8n's database. */
const LONGEST_SYNC_STATE = 1_000_000;

const MODIFIED: PropertyPath = { uri: 'item:LastModifiedTime' };
const CREATED: PropertyPath = { uri: 'item:DateTimeCreated' };
/** What {@link ChangedItem} is made of. */
const DESCRIBED: Readonly<Record<RecordKind, readonly PropertyPath[]>> = {
	email: [{ uri: 'item:DateTimeReceived' }, MODIFIED],
	appointment: [CREATED, MODIFIED, { uri: 'calendar:CalendarItemType' }],
	task: [CREATED, MODIFIED],
};

/** One page of net changes (SyncFolderItems): ids, and of items of the kind `described` when they came and changed; the rest is read where it is wanted. @throws MailboxFault `syncStateLost` */
export async function readChanges(context: MailboxContext, folder: string, syncState: string | undefined, max: number, described?: RecordKind): Promise<ChangePage> {
	const message = await callOne(context, { name: 'SyncFolderItems', repeatable: true }, () => ({
		body: present(
			itemShape({ paths: described === undefined ? [] : DESCRIBED[described] }),
			element('SyncFolderId', [folderId(folder)]),
			syncState === undefined ? undefined : element('SyncState', syncState),
			element('MaxChangesReturned', String(Math.max(1, Math.min(MOST_CHANGES, max)))),
			// Templates of rules and out-of-office replies are associated items (rule `auto-reply-ignored`).
			element('SyncScope', 'NormalItems'),
		),
	}));
	const page = changePage(message);
	assertMovesOn(page, syncState);
	return page;
}

/** A state that is too large to be kept, or a page that says "there is more" and stands still: asked again and again it would never end. */
function assertMovesOn({ changes, complete, syncState }: ChangePage, before: string | undefined): void {
	const refused = { scope: 'folder', retry: { can: false } } as const;
	if (syncState.length > LONGEST_SYNC_STATE) {
		throw new MailboxFault({ ...refused, reason: 'tooLarge', message: `The folder's sync state has ${syncState.length} characters, more than the ${LONGEST_SYNC_STATE} that are kept.` });
	}
	if (!complete && changes.length === 0 && syncState === before) {
		throw new MailboxFault({ ...refused, reason: 'malformedAnswer', message: 'The server says that there are more changes in this folder and does not give them.' });
	}
}

/** A page out of SyncFolderItemsResponseMessage. @throws MailboxFault `malformedAnswer` */
export function changePage(message: WireNode): ChangePage {
	const changes = child(message, 'Changes');
	return {
		changes: [
			...children(changes, 'Create').flatMap((change) => changeOf('created', change)),
			...children(changes, 'Update').flatMap((change) => changeOf('updated', change)),
			...children(changes, 'ReadFlagChange').map((change): FolderChange => ({ type: 'readState', id: idOf(change), isRead: flag(change, 'IsRead') ?? true })),
			...children(changes, 'Delete').map((change): FolderChange => ({ type: 'deleted', id: idOf(change) })),
		],
		syncState: required(text(message, 'SyncState'), 'SyncState'),
		complete: flag(message, 'IncludesLastItemInRange') ?? true,
	};
}

function changeOf(type: 'created' | 'updated', change: WireNode): FolderChange[] {
	return elements(change).map(({ node }) => ({ type, ...referenceOf(node), ...descriptionOf(node) }));
}

function descriptionOf(item: WireNode): Partial<ChangedItem> {
	const arrivedAt = instantOf(text(item, 'DateTimeReceived') ?? text(item, 'DateTimeCreated'));
	const lastModifiedAt = instantOf(text(item, 'LastModifiedTime'));
	const type = text(item, 'CalendarItemType');
	return {
		...(arrivedAt !== undefined && { arrivedAt }),
		...(lastModifiedAt !== undefined && { lastModifiedAt }),
		...(type !== undefined && { isSeries: type === 'RecurringMaster' }),
	};
}

function idOf(change: WireNode): string {
	return required(attribute(child(change, 'ItemId'), 'Id'), 'ItemId');
}
