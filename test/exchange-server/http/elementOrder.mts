import { schemaViolation } from '../operations/errors.mts';
import type { XmlElement } from '../xml/element.mts';

const SHAPE = ['BaseShape', 'IncludeMimeContent', 'BodyType', 'UniqueBodyType', 'NormalizedBodyType', 'FilterHtmlContent', 'ConvertHtmlCodePageToUTF8', 'InlineImageUrlTemplate', 'BlockExternalImages', 'AddBlankTargetToLinks', 'MaximumBodySize', 'AdditionalProperties'];
const FIND_ITEM_VIEWS = ['IndexedPageItemView', 'FractionalPageItemView', 'SeekToConditionPageItemView', 'CalendarView', 'ContactsView'];

/** The sequences of messages.xsd and types.xsd that clients most often get wrong; alternatives share a place. */
const SEQUENCES: Readonly<Record<string, ReadonlyArray<string | readonly string[]>>> = {
	GetItem: ['ItemShape', 'ItemIds'],
	CreateItem: ['SavedItemFolderId', 'Items'],
	UpdateItem: ['SavedItemFolderId', 'ItemChanges'],
	DeleteItem: ['ItemIds'],
	SendItem: ['ItemIds', 'SavedItemFolderId'],
	MoveItem: ['ToFolderId', 'ItemIds', 'ReturnNewItemIds'],
	CopyItem: ['ToFolderId', 'ItemIds', 'ReturnNewItemIds'],
	FindItem: ['ItemShape', FIND_ITEM_VIEWS, ['GroupBy', 'DistinguishedGroupBy'], 'Restriction', 'SortOrder', 'ParentFolderIds', 'QueryString'],
	FindFolder: ['FolderShape', ['IndexedPageFolderView', 'FractionalPageFolderView'], 'Restriction', 'ParentFolderIds'],
	GetFolder: ['FolderShape', 'FolderIds'],
	CreateFolder: ['ParentFolderId', 'Folders'],
	SyncFolderItems: ['ItemShape', 'SyncFolderId', 'SyncState', 'Ignore', 'MaxChangesReturned', 'SyncScope'],
	SyncFolderHierarchy: ['FolderShape', 'SyncFolderId', 'SyncState'],
	GetAttachment: ['AttachmentShape', 'AttachmentIds'],
	CreateAttachment: ['ParentItemId', 'Attachments'],
	ItemShape: SHAPE,
	FolderShape: ['BaseShape', 'AdditionalProperties'],
	AttachmentShape: ['IncludeMimeContent', 'BodyType', 'FilterHtmlContent', 'AdditionalProperties'],
	ItemChange: [['ItemId', 'OccurrenceItemId', 'RecurringMasterItemId'], 'Updates', 'CalendarActivityData'],
	FileAttachment: ['AttachmentId', 'Name', 'ContentType', 'ContentId', 'ContentLocation', 'AttachmentOriginalUrl', 'Size', 'LastModifiedTime', 'IsInline', 'IsContactPhoto', 'Content'],
	Mailbox: ['Name', 'EmailAddress', 'RoutingType', 'MailboxType', 'ItemId', 'OriginalDisplayName'],
};

/** Throws ErrorSchemaValidation for children that stand in the wrong order or do not belong there, as Exchange's schema check does. */
export function checkElementOrder(element: XmlElement): void {
	const sequence = Object.hasOwn(SEQUENCES, element.name) ? SEQUENCES[element.name] : undefined;
	if (sequence) {
		let at = 0;
		for (const child of element.children) {
			const place = sequence.findIndex((names, index) => index >= at && (typeof names === 'string' ? names === child.name : names.includes(child.name)));
			if (place < 0) {
				const expected = sequence.slice(at).flat().map((name) => `${name}`).join(', ');
				throw schemaViolation(`The element '${element.name}' in namespace '${element.namespace}' has invalid child element '${child.name}' in namespace '${child.namespace}'. List of possible elements expected: '${expected}'.`);
			}
			at = place + 1;
		}
	}
	for (const child of element.children) checkElementOrder(child);
}
