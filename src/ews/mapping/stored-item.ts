import type { RecordKind } from '../../records/common-fields';
import type { ItemReference, StoredItem } from '../../sync/mailbox';
import { SEARCH_KEY } from './mapi-properties';
import { type PropertyPath, mapiValue } from './property-path';
import { STAMP } from './stamp-property';
import { type WireNode, attribute, child, text } from './wire-node';
import { hexOf, instantOf, required } from './wire-values';

/** What is asked of every item beside the fields of its kind. Its id comes unasked. */
export const STORED_PATHS: readonly PropertyPath[] = [
	{ uri: 'item:ParentFolderId' },
	{ uri: 'item:ItemClass' },
	{ uri: 'item:LastModifiedTime' },
	SEARCH_KEY,
	STAMP,
];

/** Id and change key of an item of an answer. @throws MailboxFault `malformedAnswer` */
export function referenceOf(item: WireNode): ItemReference {
	const id = child(item, 'ItemId');
	return { id: required(attribute(id, 'Id'), 'item:ItemId'), changeKey: attribute(id, 'ChangeKey') ?? '' };
}

/** What every stored item has beside its record and its facts. @throws MailboxFault `malformedAnswer` */
export function storedItem(item: WireNode): Omit<StoredItem<RecordKind>, 'record' | 'facts'> {
	const stamp = mapiValue(item, STAMP);
	const lastModifiedAt = instantOf(text(item, 'LastModifiedTime'));
	const searchKey = hexOf(mapiValue(item, SEARCH_KEY));
	return {
		reference: referenceOf(item),
		folderId: required(attribute(child(item, 'ParentFolderId'), 'Id'), 'item:ParentFolderId'),
		...(stamp === undefined || stamp === '' ? {} : { stamp }),
		...(lastModifiedAt === undefined ? {} : { lastModifiedAt }),
		...(searchKey === undefined ? {} : { searchKey }),
	};
}
