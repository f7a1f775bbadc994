import type { RecordKind } from '../../../src/records/common-fields';
import type { AccountLink } from '../../../src/sync/account-link';
import type { ListFilter, Mailbox, ReadOptions } from '../../../src/sync/mailbox';
import { enteredNumber } from '../parameters/entered-options';
import { folderReference } from '../parameters/folder-parameter';
import { DEFAULT_ROLE } from '../parameters/item-locator';
import { limitParameter, returnAllParameter } from '../parameters/item-parameters';
import { isOn } from './batches';
import { chosenFolder } from './chosen-folder';
import { itemJson } from './item-json';
import type { ItemAnswer, OperationCall } from './operation';

/** Items of one read; the mailbox shares requests among them. */
const READ_AT_ONCE = 200;
/** What "Return All" means at most: more would not fit into one execution's memory. */
const ALL = 100_000;

/** How many one Get Many returns for an input item. @throws SettingsError */
export function limitOf(call: OperationCall, item: number): number {
	if (isOn(call, returnAllParameter, item)) return ALL;
	return enteredNumber(limitParameter, call.functions.getNodeParameter('limit', item, 50), 1, ALL) ?? 50;
}

/** Id of the folder that an input item names, or of the kind's own. @throws MailboxFault, SettingsError */
export async function folderIdOf(call: OperationCall, mailbox: Mailbox, kind: RecordKind, item: number): Promise<string> {
	const reference = folderReference(call.functions.getNodeParameter('folder', item, '')) ?? { by: 'role', role: DEFAULT_ROLE[kind] };
	return (await chosenFolder(mailbox, reference)).id;
}

/** Lists a folder, newest first, and reads what it lists. An item that vanishes in between is left out. */
export async function listAndRead<K extends RecordKind>(
	call: OperationCall,
	place: { kind: K; link: AccountLink; mailbox: Mailbox; folderId: string; item: number },
	filter: ListFilter,
	limit: number,
	options: ReadOptions,
): Promise<ItemAnswer[]> {
	const listed = await place.mailbox.list(place.kind, place.folderId, filter, limit);
	const answers: ItemAnswer[] = [];
	for (let start = 0; start < listed.length; start += READ_AT_ONCE) {
		const ids = listed.slice(start, start + READ_AT_ONCE).map(({ reference }) => reference.id);
		for (const result of await place.mailbox.read(place.kind, ids, options)) {
			if (result.ok) answers.push({ item: place.item, json: itemJson(call.connector, place.link, result.value) });
			else if (result.fault.reason !== 'gone') answers.push({ item: place.item, error: result.fault });
		}
	}
	return answers;
}
