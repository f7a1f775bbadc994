import { eachItem } from '../../shared/operations/batches';
import type { Operation } from '../../shared/operations/operation';
import { messageParameters, outgoingEmail, outgoingOptions, recipientsParameter, subjectParameter } from '../../shared/operations/outgoing-email';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { folderLocator, folderReference } from '../../shared/parameters/folder-parameter';

/** Writes an email that a person finishes or {@link sendDraft} sends. */
export const createDraft: Operation = {
	value: 'createDraft',
	name: 'Create Draft',
	action: 'Create a draft',
	description: 'Write an email into Drafts without sending it',
	properties: [
		accountParameter,
		{ ...recipientsParameter, required: false },
		subjectParameter,
		...messageParameters,
		folderLocator('searchFolders', { displayName: 'Folder', name: 'folder', placeholder: 'Drafts', description: 'Where the draft goes. Leave empty for Drafts.' }),
		outgoingOptions(false),
	],
	async run(call) {
		return await eachItem(call, async (item, link, mailbox) => {
			const chosen = folderReference(call.functions.getNodeParameter('folder', item, ''));
			const mail = await outgoingEmail(call, mailbox, item);
			const reference = await mailbox.createDraft(mail, chosen === undefined ? undefined : (await mailbox.folder(chosen)).id);
			return [{ item, json: { account: link.account, mailbox: link.mailbox, exchangeId: reference.id, changeKey: reference.changeKey, subject: mail.record.subject } }];
		});
	},
};
