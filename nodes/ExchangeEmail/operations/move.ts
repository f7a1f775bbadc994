import { NodeOperationError } from 'n8n-workflow';

import { answersOf, byMailbox, requiredText } from '../../shared/operations/batches';
import { byChosenFolder } from '../../shared/operations/chosen-folder';
import type { Operation } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { folderLocator, folderReference } from '../../shared/parameters/folder-parameter';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

/** Emails into another folder of the same mailbox. */
export const move: Operation = {
	value: 'move',
	name: 'Move',
	action: 'Move an email',
	description: 'Move an email to another folder. Its Exchange ID changes: the new one is handed out.',
	properties: [
		accountParameter,
		exchangeIdParameter('email'),
		{ ...folderLocator('searchFolders', { displayName: 'To Folder', name: 'folder', description: 'Folder of the same mailbox that the email goes to' }), required: true },
	],
	async run(call) {
		return await byMailbox(
			call,
			(item) => {
				const folder = folderReference(call.functions.getNodeParameter('folder', item, ''));
				if (folder === undefined) throw new NodeOperationError(call.functions.getNode(), 'No folder is chosen to move the email to', { itemIndex: item });
				return { exchangeId: requiredText(call, 'exchangeId', 'Exchange ID', item), folder };
			},
			async ({ link, mailbox, entries }) =>
				await byChosenFolder(call, mailbox, entries, async (folder, group) => {
					const moved = await mailbox.move(
						group.map(({ value }) => value.exchangeId),
						folder.id,
					);
					return answersOf(group, moved, (reference, { item, value }) => ({
						item,
						json: {
							account: link.account,
							mailbox: link.mailbox,
							exchangeId: reference.id,
							changeKey: reference.changeKey,
							previousExchangeId: value.exchangeId,
							folder: folder.path,
							folderId: folder.id,
						},
					}));
				}),
		);
	},
};
