import type { RecordKind } from '../../records/common-fields';
import type { ItemResult } from '../../sync/fault';
import type { ItemEdit, ItemReference } from '../../sync/mailbox';
import { emailUpdates } from '../mapping/email';
import { type FieldUpdate, knows } from '../mapping/field-table';
import { mapiElement, pathElement } from '../mapping/property-path';
import { STAMP } from '../mapping/stamp-property';
import { referenceOf } from '../mapping/stored-item';
import { type XmlElement, element } from '../mapping/xml-element';
import type { ServerVersion } from '../transport/connection-settings';
import { callMany } from './call';
import { itemId } from './item-shape';
import type { MailboxContext } from './mailbox-context';
import { onlyItem } from './read-items';

const UPDATES_PER_REQUEST = 100;

/** What is to become of one item. */
export interface ItemUpdate {
	readonly reference: ItemReference;
	/** `t:ItemId`, or an occurrence of a series; default: the reference. */
	readonly target?: XmlElement;
	readonly updates: (version: ServerVersion) => readonly FieldUpdate[];
	readonly ifChanged: ItemEdit<RecordKind>['ifChanged'];
}

/** EWS element of an item of each kind. */
export const ITEM_ELEMENT: Readonly<Record<RecordKind, string>> = { email: 'Message', appointment: 'CalendarItem', task: 'Task' };

/** Emails: the fields that differ, and the stamp. Marking as read sends no receipt (rule `read-receipts`). */
export async function updateEmails(context: MailboxContext, edits: ReadonlyArray<ItemEdit<'email'>>): Promise<Array<ItemResult<ItemReference>>> {
	return await updateItems(
		context,
		'email',
		edits.map((edit) => ({
			reference: edit.stored.reference,
			ifChanged: edit.ifChanged,
			updates: (version) => withStamp(emailUpdates(edit.stored.record, edit.record, version), edit.stamp),
		})),
	);
}

/** Writes nothing but the stamp. */
export async function restampItems(
	context: MailboxContext,
	kind: RecordKind,
	items: ReadonlyArray<{ reference: ItemReference; stamp: string }>,
): Promise<Array<ItemResult<ItemReference>>> {
	return await updateItems(
		context,
		kind,
		items.map(({ reference, stamp }) => ({ reference, ifChanged: 'overwrite', updates: () => withStamp([], stamp) })),
	);
}

/** The updates of an item and its new stamp. */
export function withStamp(updates: readonly FieldUpdate[], stamp: string | undefined): FieldUpdate[] {
	return stamp === undefined ? [...updates] : [...updates, { path: STAMP, set: mapiElement(STAMP, stamp) }];
}

/** UpdateItem for many items. Where nothing is to be written, nothing is sent and the item keeps its reference. */
export async function updateItems(context: MailboxContext, kind: RecordKind, asked: readonly ItemUpdate[]): Promise<Array<ItemResult<ItemReference>>> {
	const items = asked.map((item) => ({ ...item, updates: oncePerVersion(item.updates) }));
	const results: Array<ItemResult<ItemReference>> = items.map(({ reference }) => ({ ok: true, value: reference }));
	for (const ifChanged of ['refuse', 'overwrite'] as const) {
		const places = items.flatMap((item, place) => (item.ifChanged === ifChanged && item.updates('Exchange2016').length > 0 ? [place] : []));
		const answers = await callMany(
			context,
			{ name: 'UpdateItem', repeatable: true },
			places.flatMap((place) => items[place] ?? []),
			UPDATES_PER_REQUEST,
			(part, version) => ({
				attributes: updateAttributes(kind, ifChanged, version),
				body: [
					element(
						'ItemChanges',
						part.map((item) => itemChange(kind, item, version)),
					),
				],
			}),
			(message) => referenceOf(onlyItem(message)),
		);
		answers.forEach((answer, index) => {
			const place = places[index];
			if (place !== undefined) results[place] = answer;
		});
	}
	return results;
}

/** To compare two bodies takes long, and a request may have to be made again. */
function oncePerVersion(updates: ItemUpdate['updates']): ItemUpdate['updates'] {
	const known = new Map<ServerVersion, readonly FieldUpdate[]>();
	return (version) => {
		const found = known.get(version) ?? updates(version);
		known.set(version, found);
		return found;
	};
}

function updateAttributes(kind: RecordKind, ifChanged: ItemUpdate['ifChanged'], version: ServerVersion): Record<string, string> {
	const attributes: Record<string, string> = { ConflictResolution: ifChanged === 'refuse' ? 'NeverOverwrite' : 'AlwaysOverwrite' };
	if (kind === 'email') attributes['MessageDisposition'] = 'SaveOnly';
	if (kind === 'appointment') attributes['SendMeetingInvitationsOrCancellations'] = 'SendToNone';
	if (kind === 'email' && knows(version, 'Exchange2013')) attributes['SuppressReadReceipts'] = 'true';
	return attributes;
}

function itemChange(kind: RecordKind, item: ItemUpdate, version: ServerVersion): XmlElement {
	const { id, changeKey } = item.reference;
	const name = ITEM_ELEMENT[kind];
	return element('ItemChange', [
		item.target ?? itemId(id, item.ifChanged === 'refuse' ? changeKey : undefined),
		element(
			'Updates',
			item
				.updates(version)
				.map(({ path, set }) =>
					set === undefined ? element('DeleteItemField', [pathElement(path)]) : element('SetItemField', [pathElement(path), element(name, [set])]),
				),
		),
	]);
}
