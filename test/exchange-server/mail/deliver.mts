import { randomUUID } from 'node:crypto';
import type { Exchange, SentThing } from '../store/exchange.mts';
import type { Address, DetachedItem, Item } from '../store/item.mts';
import { addressesOf, addressOf, emptyItem, flagOf, textOf } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { EwsError } from '../operations/errors.mts';

/** Called for every item that arrives in an Inbox (the calendar attendant listens here). */
export type ArrivalListener = (item: Item, mailbox: Mailbox, exchange: Exchange) => void;

const arrivalListeners: ArrivalListener[] = [];

export function onArrival(listener: ArrivalListener): void {
	arrivalListeners.push(listener);
}

/** Everybody a message goes to. */
export function recipientsOf(item: DetachedItem): Address[] {
	return ['message:ToRecipients', 'message:CcRecipients', 'message:BccRecipients'].flatMap((path) => [...addressesOf(item, path)]);
}

/** A Message-ID of this server. */
export function newMessageId(mailbox: Mailbox): string {
	return `<${randomUUID().replace(/-/g, '')}@${mailbox.address.split('@')[1] ?? 'exchange.test'}>`;
}

/** Puts a received item into a mailbox's Inbox (or another folder): unread, no draft, received now. */
export function deliverTo(exchange: Exchange, mailbox: Mailbox, content: DetachedItem, folder = mailbox.folderNamed('inbox')): Item {
	const arrived: DetachedItem = {
		...content,
		properties: { ...content.properties, 'message:IsRead': false, 'item:DateTimeReceived': exchange.clock.now(), 'message:ReceivedBy': exchange.addressOf(mailbox), 'message:ReceivedRepresenting': exchange.addressOf(mailbox) },
		extended: { ...content.extended },
		attachments: content.attachments.map((attachment) => ({ ...attachment, number: 0 })),
		...(content.body && { body: { ...content.body } }),
		draft: false,
	};
	delete arrived.properties['message:BccRecipients'];
	if (arrived.mime) arrived.mime = withoutBcc(arrived.mime);
	if (arrived.headers) arrived.headers = arrived.headers.filter(({ name }) => name.toLowerCase() !== 'bcc');
	delete arrived.properties['item:Categories'];
	delete arrived.properties['item:Flag'];
	const item = mailbox.add(arrived, folder);
	for (const listener of arrivalListeners) listener(item, mailbox, exchange);
	return item;
}

/** The message without its Bcc header: nobody who gets it may see who else did. */
function withoutBcc(mime: Buffer): Buffer {
	const end = mime.indexOf('\r\n\r\n');
	const head = mime.toString('latin1', 0, end < 0 ? mime.length : end + 2);
	const cleaned = head.replace(/^bcc:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*/gim, '');
	return cleaned === head ? mime : Buffer.concat([Buffer.from(cleaned, 'latin1'), mime.subarray(end < 0 ? mime.length : end + 2)]);
}

/** What a thing that is sent counts as in the outbox log. */
function whatIs(item: DetachedItem): SentThing['what'] {
	switch (item.kind) {
		case 'MeetingRequest':
			return 'meeting-request';
		case 'MeetingResponse':
			return 'meeting-response';
		case 'MeetingCancellation':
			return 'meeting-cancellation';
		default:
			return 'message';
	}
}

/** Sends a message from a mailbox to all its recipients: own mailboxes get it at once, the outbox log notes it in any case. */
export function send(exchange: Exchange, from: Mailbox, content: DetachedItem): void {
	const recipients = recipientsOf(content);
	if (recipients.length === 0) throw new EwsError('ErrorMissingRecipients');
	if (recipients.some(({ address }) => !/^[^\s@]+@[^\s@]+$/.test(address))) throw new EwsError('ErrorInvalidRecipients');
	const now = exchange.clock.now();
	const { properties } = content;
	properties['message:InternetMessageId'] ??= newMessageId(from);
	properties['message:From'] ??= exchange.addressOf(from);
	properties['message:Sender'] ??= properties['message:From'];
	properties['item:DateTimeSent'] = now;
	properties['item:DateTimeReceived'] = now;
	const local: Mailbox[] = [];
	const unknown: string[] = [];
	for (const address of new Set(recipients.map((each) => each.address.toLowerCase()))) {
		const mailbox = exchange.mailboxOf(address);
		if (mailbox) local.push(mailbox);
		else if (exchange.isOwnDomain(address)) unknown.push(address);
	}
	const subject = textOf(content, 'item:Subject') ?? '';
	const messageId = textOf(content, 'message:InternetMessageId');
	exchange.noteSent({ what: whatIs(content), from: from.address, to: recipients.map(({ address }) => address), subject, deliveredTo: local.map(({ address }) => address), ...(messageId && { messageId }) });
	for (const mailbox of local) deliverTo(exchange, mailbox, content);
	if (flagOf(content, 'message:IsDeliveryReceiptRequested')) for (const mailbox of local) report(exchange, mailbox, from, content, 'delivery-receipt');
	for (const address of unknown) undeliverable(exchange, from, subject, address);
}

const REPORTS = {
	'read-receipt': { itemClass: 'REPORT.IPM.Note.IPNRN', prefix: 'Read: ', body: 'Your message was read.' },
	'non-read-receipt': { itemClass: 'REPORT.IPM.Note.IPNNRN', prefix: 'Not read: ', body: 'Your message was deleted without being read.' },
	'delivery-receipt': { itemClass: 'REPORT.IPM.Note.DR', prefix: 'Delivered: ', body: 'Your message has been delivered.' },
} as const;

/** Sends a report about a message to whoever sent it. */
export function report(exchange: Exchange, from: Mailbox, to: Mailbox | Address, about: DetachedItem, what: keyof typeof REPORTS): void {
	const { itemClass, prefix, body } = REPORTS[what];
	const mailbox = 'guid' in to ? to : exchange.mailboxOf(to.address);
	const subject = prefix + (textOf(about, 'item:Subject') ?? '');
	exchange.noteSent({ what, from: from.address, to: [to.address], subject, deliveredTo: mailbox ? [mailbox.address] : [] });
	if (!mailbox) return;
	const item = emptyItem('Message', itemClass);
	item.body = { type: 'Text', content: body };
	Object.assign(item.properties, { 'item:Subject': subject, 'message:From': exchange.addressOf(from), 'message:Sender': exchange.addressOf(from), 'message:ToRecipients': [exchange.addressOf(mailbox)], 'item:DateTimeSent': exchange.clock.now(), 'message:InternetMessageId': newMessageId(from) });
	deliverTo(exchange, mailbox, item);
}

function undeliverable(exchange: Exchange, to: Mailbox, subject: string, address: string): void {
	const item = emptyItem('Message', 'REPORT.IPM.Note.NDR');
	item.body = { type: 'Text', content: `Your message wasn't delivered to ${address}. The address couldn't be found (550 5.1.10 RESOLVER.ADR.RecipientNotFound).` };
	const postmaster = { name: 'Microsoft Outlook', address: `postmaster@${to.address.split('@')[1] ?? 'exchange.test'}` };
	Object.assign(item.properties, { 'item:Subject': `Undeliverable: ${subject}`, 'message:From': postmaster, 'message:Sender': postmaster, 'message:ToRecipients': [exchange.addressOf(to)], 'item:DateTimeSent': exchange.clock.now(), 'message:InternetMessageId': newMessageId(to) });
	exchange.noteSent({ what: 'report', from: postmaster.address, to: [to.address], subject: `Undeliverable: ${subject}`, deliveredTo: [to.address] });
	deliverTo(exchange, to, item);
}

const ANSWERED = 'receipt:answered';

/**
 * Marks an item read or unread as a client does. A message whose sender asked for a read receipt gets one sent the first
 * time it is marked read, unless the request suppresses receipts: then none is ever sent.
 */
export function markRead(exchange: Exchange, mailbox: Mailbox, item: Item, isRead: boolean, suppressReceipts: boolean): boolean {
	const changed = mailbox.setRead(item, isRead);
	if (changed && isRead) answerReceipt(exchange, mailbox, item, suppressReceipts, 'read-receipt');
	return changed;
}

/** An unread message that asked for a receipt is deleted: its sender is told, unless suppressed. */
export function noteDeletion(exchange: Exchange, mailbox: Mailbox, item: Item, suppressReceipts: boolean): void {
	if (!flagOf(item, 'message:IsRead')) answerReceipt(exchange, mailbox, item, suppressReceipts, 'non-read-receipt');
}

/** No receipt is ever sent for this item. */
export function suppressReceipt(item: Item): void {
	item.extended[ANSWERED] = { type: 'Boolean', value: 'true' };
}

function answerReceipt(exchange: Exchange, mailbox: Mailbox, item: Item, suppress: boolean, what: 'read-receipt' | 'non-read-receipt'): void {
	if (item.draft || !flagOf(item, 'message:IsReadReceiptRequested') || item.extended[ANSWERED]) return;
	const sender = addressOf(item, 'message:From');
	item.extended[ANSWERED] = { type: 'Boolean', value: 'true' };
	if (suppress || !sender || sender.address.toLowerCase() === mailbox.address) return;
	report(exchange, mailbox, sender, item, what);
}
