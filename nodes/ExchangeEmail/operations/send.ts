import { eachItem } from '../../shared/operations/batches';
import type { Operation } from '../../shared/operations/operation';
import { messageParameters, outgoingEmail, outgoingOptions, recipientsParameter, subjectParameter } from '../../shared/operations/outgoing-email';
import { accountParameter } from '../../shared/parameters/account-parameter';

/** Really sends an email. */
export const send: Operation = {
	value: 'send',
	name: 'Send',
	action: 'Send an email',
	description: 'Send an email from a mailbox',
	properties: [accountParameter, recipientsParameter, subjectParameter, ...messageParameters, outgoingOptions(true)],
	async run(call) {
		return await eachItem(call, async (item, link, mailbox) => {
			const mail = await outgoingEmail(call, mailbox, item);
			await mailbox.send(mail);
			return [{ item, json: { success: true, account: link.account, mailbox: link.mailbox, subject: mail.record.subject, to: mail.record.to.map(({ address }) => address) } }];
		});
	},
};
