import { eachItem, isOn, requiredText } from '../../shared/operations/batches';
import { currentReference } from '../../shared/operations/item-reference';
import type { Operation } from '../../shared/operations/operation';
import { saveCopyParameter } from '../../shared/operations/outgoing-email';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

/** Really sends a draft. */
export const sendDraft: Operation = {
	value: 'sendDraft',
	name: 'Send Draft',
	action: 'Send a draft',
	description: 'Send an email that lies in Drafts',
	properties: [
		accountParameter,
		exchangeIdParameter('draft'),
		saveCopyParameter,
	],
	async run(call) {
		return await eachItem(call, async (item, link, mailbox) => {
			const exchangeId = requiredText(call, 'exchangeId', 'Exchange ID', item);
			const keep = isOn(call, saveCopyParameter, item);
			const copyIn = keep ? (await mailbox.folder({ by: 'role', role: 'sentItems' })).id : undefined;
			await mailbox.sendDraft(await currentReference(mailbox, exchangeId), copyIn);
			return [{ item, json: { success: true, account: link.account, mailbox: link.mailbox, exchangeId } }];
		});
	},
};
