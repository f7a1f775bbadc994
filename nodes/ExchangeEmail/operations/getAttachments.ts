import type { INodeProperties } from 'n8n-workflow';

import type { EmailAttachment } from '../../../src/records/email';
import { hasBytes, storeAttachments } from '../../../src/sync/attachments';
import type { Mailbox } from '../../../src/sync/mailbox';
import { BinaryStore } from '../../shared/operations/binary-store';
import { eachItem, isOn, requiredText, valueOf } from '../../shared/operations/batches';
import { plainRead } from '../../shared/operations/get-operation';
import { plain } from '../../shared/operations/item-json';
import type { ItemAnswer, Operation, OperationCall } from '../../shared/operations/operation';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

const downloadParameter: INodeProperties = { displayName: 'Download', name: 'download', type: 'boolean', default: true, description: 'Whether to hand out the content as binary data and not the names and sizes alone' };
const includeInlineParameter: INodeProperties = { displayName: 'Include Inline Attachments', name: 'includeInline', type: 'boolean', default: false, description: 'Whether to include pictures that are shown inside the HTML' };

/** Attachments of an email, one output item for each. */
export const getAttachments: Operation = {
	value: 'getAttachments',
	name: 'Get Attachments',
	action: 'Get attachments of an email',
	description: 'List or download the attachments of an email, one output item for each',
	properties: [
		accountParameter,
		exchangeIdParameter('email'),
		downloadParameter,
		includeInlineParameter,
	],
	async run(call) {
		return await eachItem(call, async (item, link, mailbox) => {
			const exchangeId = requiredText(call, 'exchangeId', 'Exchange ID', item);
			const [found] = await mailbox.read('email', [exchangeId], plainRead(call, 'text'));
			const stored = valueOf(found);
			const withInline = isOn(call, includeInlineParameter, item);
			const wanted = stored.record.attachments.filter((attachment) => withInline || !attachment.inline);
			const about = { account: link.account, mailbox: link.mailbox, exchangeId, subject: stored.record.subject };
			const listed = wanted.map((attachment) => ({ attachment, answer: { item, json: plain({ ...about, ...attachment }) } }));
			return isOn(call, downloadParameter, item) ? await downloaded(call, mailbox, listed) : listed.map(({ answer }) => answer);
		});
	},
};

type Listed = Array<{ attachment: EmailAttachment; answer: Exclude<ItemAnswer, { error: unknown }> }>;

async function downloaded(call: OperationCall, mailbox: Mailbox, listed: Listed): Promise<ItemAnswer[]> {
	// A link to the cloud has no bytes in the mailbox.
	const withBytes = listed.filter(({ attachment }) => hasBytes(attachment));
	const binary = new BinaryStore(call.functions);
	const results = await storeAttachments(
		mailbox,
		withBytes.map(({ attachment }) => attachment),
		binary.store,
	);
	return listed.map((entry): ItemAnswer => {
		const index = withBytes.indexOf(entry);
		return index < 0 ? entry.answer : { ...entry.answer, binary: { data: binary.dataOf(valueOf(results[index])) } };
	});
}
