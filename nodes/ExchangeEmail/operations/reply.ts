import type { INodeProperties } from 'n8n-workflow';

import { eachItem, isOn, requiredText } from '../../shared/operations/batches';
import { currentReference } from '../../shared/operations/item-reference';
import type { Operation } from '../../shared/operations/operation';
import { messageParameters, outgoingEmail, outgoingOptions } from '../../shared/operations/outgoing-email';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

const replyToAllParameter: INodeProperties = { displayName: 'Reply to All', name: 'replyToAll', type: 'boolean', default: false, description: 'Whether the answer goes to all recipients of the email and not to its sender alone' };

/** Really sends an answer; Exchange adds recipients, subject and the quoted mail. */
export const reply: Operation = {
	value: 'reply',
	name: 'Reply',
	action: 'Reply to an email',
	description: 'Answer an email; Exchange adds the recipients, the subject and the quoted email',
	properties: [
		accountParameter,
		exchangeIdParameter('email'),
		replyToAllParameter,
		...messageParameters,
		outgoingOptions(true),
	],
	async run(call) {
		return await eachItem(call, async (item, link, mailbox) => {
			const exchangeId = requiredText(call, 'exchangeId', 'Exchange ID', item);
			const toAll = isOn(call, replyToAllParameter, item);
			const mail = await outgoingEmail(call, mailbox, item);
			await mailbox.reply(await currentReference(mailbox, exchangeId), mail, toAll);
			return [{ item, json: { success: true, account: link.account, mailbox: link.mailbox, exchangeId } }];
		});
	},
};
