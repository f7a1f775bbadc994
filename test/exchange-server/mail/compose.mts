import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { Address, DetachedItem, Item } from '../store/item.mts';
import { addressesOf, addressOf, flagOf, instantOf, textOf } from '../store/item.mts';

const composed = new WeakMap<DetachedItem, { change: number; mime: Buffer }>();

function list(addresses: readonly Address[]): Array<{ name: string; address: string }> {
	return addresses.filter(({ address }) => address !== '').map(({ name, address }) => ({ name: name ?? '', address }));
}

/** The item as RFC 5322: the bytes it came as while they are still true, else composed from its properties. */
export async function mimeOf(item: DetachedItem | Item): Promise<Buffer> {
	if (item.mime) return item.mime;
	const change = 'changeKey' in item ? item.changeKey : 0;
	const known = composed.get(item);
	if (known?.change === change) return known.mime;
	const mime = await compose(item);
	composed.set(item, { change, mime });
	return mime;
}

async function compose(item: DetachedItem): Promise<Buffer> {
	const from = addressOf(item, 'message:From');
	const sender = addressOf(item, 'message:Sender');
	const sent = instantOf(item, 'item:DateTimeSent');
	const inReplyTo = textOf(item, 'item:InReplyTo');
	const references = textOf(item, 'message:References');
	const messageId = textOf(item, 'message:InternetMessageId');
	const importance = item.properties['item:Importance'];
	const attachments = await Promise.all(
		item.attachments.map(async (attachment) => {
			const common = { filename: attachment.name, ...(attachment.contentId && { cid: attachment.contentId }), contentDisposition: attachment.isInline ? ('inline' as const) : ('attachment' as const) };
			if (attachment.type === 'file') return { ...common, content: attachment.content, contentType: attachment.contentType ?? 'application/octet-stream' };
			if (attachment.type === 'item') return { ...common, filename: `${attachment.name}.eml`, content: await mimeOf(attachment.item), contentType: 'message/rfc822', contentTransferEncoding: '8bit' as const };
			return { ...common, content: attachment.url, contentType: 'text/plain' };
		}),
	);
	const composer = new MailComposer({
		...(from?.address && { from: { name: from.name ?? '', address: from.address } }),
		...(sender?.address && sender.address !== from?.address && { sender: { name: sender.name ?? '', address: sender.address } }),
		to: list(addressesOf(item, 'message:ToRecipients')),
		cc: list(addressesOf(item, 'message:CcRecipients')),
		replyTo: list(addressesOf(item, 'message:ReplyTo')),
		subject: textOf(item, 'item:Subject') ?? '',
		...(messageId && { messageId }),
		...(sent && { date: sent }),
		...(inReplyTo && { inReplyTo }),
		...(references && { references }),
		...(importance === 'High' && { priority: 'high' as const }),
		...(importance === 'Low' && { priority: 'low' as const }),
		...(item.body?.type === 'HTML' ? { html: item.body.content } : { text: item.body?.content ?? '' }),
		attachments,
		headers: {
			...(flagOf(item, 'message:IsReadReceiptRequested') && from && { 'Disposition-Notification-To': from.address }),
		},
		newline: '\r\n',
		disableUrlAccess: true,
		disableFileAccess: true,
	});
	const node = composer.compile();
	if (!sent) node.setHeader('Date', 'Thu, 01 Jan 1970 00:00:00 +0000');
	return await new Promise((resolve, reject) => {
		node.build((error, message) => {
			if (error) reject(error);
			else resolve(message);
		});
	});
}
