import { eachItem, requiredText } from '../../shared/operations/batches';
import { currentReference } from '../../shared/operations/item-reference';
import type { Operation } from '../../shared/operations/operation';
import { messageParameters, outgoingEmail, outgoingOptions, recipientsParameter } from '../../shared/operations/outgoing-email';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

/** Really sends an email on; Exchange adds the mail and its attachments. */
export const forward: Operation = {
	value: 'forward',
	name: 'Forward',
	action: 'Forward an email',
	description: 'Send an email on to somebody else, with its attachments',
	properties: [accountParameter, exchangeIdParameter('email'), recipientsParameter, ...messageParameters, outgoingOptions(true)],
	async run(call) {
		return await eachItem(call, async (item, link, mailbox) => {
			const exchangeId = requiredText(call, 'exchangeId', 'Exchange ID', item);
			const mail = await outgoingEmail(call, mailbox, item);
			await mailbox.forward(await currentReference(mailbox, exchangeId), mail);
			return [{ item, json: { success: true, account: link.account, mailbox: link.mailbox, exchangeId, to: mail.record.to.map(({ address }) => address) } }];
		});
	},
};
