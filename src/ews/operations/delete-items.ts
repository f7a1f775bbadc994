import type { RecordKind } from '../../records/common-fields';
import type { ItemResult } from '../../sync/fault';
import type { DeleteMode, ItemReference } from '../../sync/mailbox';
import { knows } from '../mapping/field-table';
import { referenceOf } from '../mapping/stored-item';
import { element } from '../mapping/xml-element';
import type { ServerVersion } from '../transport/connection-settings';
import { callMany } from './call';
import { folderId, itemId } from './item-shape';
import type { MailboxContext } from './mailbox-context';
import { onlyItem } from './read-items';

const DELETES_PER_REQUEST = 100;

/** Deletes items; whole series with their master. Nothing is sent to anybody: no cancellation, no receipt. */
export async function deleteItems(context: MailboxContext, kind: RecordKind, ids: readonly string[], mode: DeleteMode): Promise<Array<ItemResult<void>>> {
	return await callMany(
		context,
		{ name: 'DeleteItem', repeatable: true },
		ids,
		DELETES_PER_REQUEST,
		(part, version) => ({
			attributes: deleteAttributes(kind, mode, version),
			body: [
				element(
					'ItemIds',
					part.map((id) => itemId(id)),
				),
			],
		}),
		() => undefined,
	);
}

/** The attributes are mandatory for calendar items and tasks (ErrorSendMeetingCancellationsRequired, ErrorAffectedTaskOccurrencesRequired). */
export function deleteAttributes(kind: RecordKind, mode: DeleteMode, version: ServerVersion): Record<string, string> {
	const attributes: Record<string, string> = { DeleteType: mode === 'toBin' ? 'MoveToDeletedItems' : 'HardDelete' };
	if (kind !== 'task') attributes['SendMeetingCancellations'] = 'SendToNone';
	if (kind === 'task') attributes['AffectedTaskOccurrences'] = 'AllOccurrences';
	// Deleting an unread mail whose sender asked for a receipt sends "deleted without being read".
	if (kind === 'email' && knows(version, 'Exchange2013')) attributes['SuppressReadReceipts'] = 'true';
	return attributes;
}

/** Moves items; they get new ids. */
export async function moveItems(context: MailboxContext, ids: readonly string[], folder: string): Promise<Array<ItemResult<ItemReference>>> {
	return await callMany(
		context,
		// Moved twice, the second answer is that there is no such item.
		{ name: 'MoveItem', repeatable: false },
		ids,
		DELETES_PER_REQUEST,
		(part) => ({
			body: [
				element('ToFolderId', [folderId(folder)]),
				element(
					'ItemIds',
					part.map((id) => itemId(id)),
				),
				element('ReturnNewItemIds', 'true'),
			],
		}),
		(message) => referenceOf(onlyItem(message)),
	);
}
