import type { RecordKind } from '../../../src/records/common-fields';
import type { RecordOf } from '../../../src/records/record';
import type { FolderReference, FolderRole } from '../../../src/sync/mailbox';
import { folderReference } from '../parameters/folder-parameter';
import { answersOf, byMailbox } from './batches';
import { byChosenFolder } from './chosen-folder';
import { plain } from './item-json';
import type { ItemAnswer, OperationCall } from './operation';

/** Creates one item for each input item, those of one folder together. `fields` reads an input item's parameters. */
export async function createItems<K extends RecordKind>(
	call: OperationCall,
	kind: K,
	defaultFolder: FolderRole,
	fields: (item: number) => Record<string, unknown>,
): Promise<ItemAnswer[]> {
	const { checkedRecord } = await import('../../../src/records/checked-record');
	const { timeZone } = call.connector.settings;
	return await byMailbox(
		call,
		(item): { record: RecordOf<K>; folder: FolderReference } => ({
			record: checkedRecord(kind, fields(item), { timeZone, now: Date.now() }),
			folder: folderReference(call.functions.getNodeParameter('folder', item, '')) ?? { by: 'role', role: defaultFolder },
		}),
		async ({ link, mailbox, entries }) =>
			await byChosenFolder(call, mailbox, entries, async (folder, group) => {
				const created = await mailbox.create(
					kind,
					group.map(({ value }) => ({ record: value.record, folderId: folder.id })),
				);
				return answersOf(group, created, (reference, { item, value }) => ({
					item,
					json: plain({
						connector: call.connector.settings.name,
						account: link.account,
						mailbox: link.mailbox,
						folder: folder.path,
						folderId: folder.id,
						exchangeId: reference.id,
						changeKey: reference.changeKey,
						...value.record,
					}),
				}));
			}),
	);
}
