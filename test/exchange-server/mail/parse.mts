import type { AddressObject, Attachment as ParsedAttachment, ParsedMail } from 'mailparser';
import { simpleParser } from 'mailparser';
import type { Address, Attachment, DetachedItem } from '../store/item.mts';
import { kindOfClass } from '../properties/kinds.mts';

/** Turns the calendar part of a mail into the properties of a meeting message: registered by the calendar. */
export type CalendarMimeReader = (calendar: string, item: DetachedItem) => void;

let readCalendar: CalendarMimeReader | undefined;

/** Says what becomes of a `text/calendar; method=…` body. */
export function registerCalendarMime(reader: CalendarMimeReader): void {
	readCalendar = reader;
}

function addresses(field: AddressObject | AddressObject[] | undefined): Address[] {
	const objects = field === undefined ? [] : Array.isArray(field) ? field : [field];
	return objects.flatMap(({ value }) => value.flatMap((each) => (each.group ? each.group : [each]))).map(({ name, address }) => ({ ...(name ? { name } : {}), address: address ?? '' }));
}

function contentType(mail: ParsedMail): { value: string; params: Record<string, string> } {
	const header = mail.headers.get('content-type');
	return typeof header === 'object' && header !== null && 'value' in header && 'params' in header ? (header as { value: string; params: Record<string, string> }) : { value: 'text/plain', params: {} };
}

/** The item class Exchange gives to a MIME message (MS-OXCMAIL 2.2.3.2). */
function classOf(mail: ParsedMail): string {
	const { value, params } = contentType(mail);
	if (/^application\/(x-)?pkcs7-mime$/i.test(value)) return 'IPM.Note.SMIME';
	if (/^multipart\/signed$/i.test(value) && /pkcs7-signature/i.test(params.protocol ?? '')) return 'IPM.Note.SMIME.MultipartSigned';
	if (/^multipart\/report$/i.test(value)) {
		if (/delivery-status/i.test(params['report-type'] ?? '')) return 'REPORT.IPM.Note.NDR';
		if (/disposition-notification/i.test(params['report-type'] ?? '')) return 'REPORT.IPM.Note.IPNRN';
	}
	const calendar = mail.attachments.find((part) => part.contentType === 'text/calendar' && !part.filename);
	const method = /^METHOD:(.+?)\s*$/im.exec(calendar?.content.toString('utf8') ?? '')?.[1]?.toUpperCase();
	if (method === 'REQUEST') return 'IPM.Schedule.Meeting.Request';
	if (method === 'CANCEL') return 'IPM.Schedule.Meeting.Canceled';
	if (method === 'REPLY') return 'IPM.Schedule.Meeting.Resp.Pos';
	return 'IPM.Note';
}

/** The type that stands in the mail: the parser guesses one from the name where it says application/octet-stream. */
function statedType(part: ParsedAttachment): string {
	const stated = part.headers.get('content-type') as { value?: string } | undefined;
	return stated?.value ?? part.contentType;
}

async function attachmentOf(part: ParsedAttachment, html: string, now: Date): Promise<Attachment> {
	const contentId = part.cid ?? part.contentId?.replace(/^<|>$/g, '');
	const isInline = contentId !== undefined && (part.related || part.contentDisposition === 'inline') && html.includes(`cid:${contentId}`);
	const common = { number: 0, isInline, lastModified: now, ...(contentId && { contentId }) };
	if (part.contentType === 'message/rfc822') {
		const item = await parseMime(part.content, now);
		const subject = item.properties['item:Subject'];
		return { ...common, type: 'item', name: typeof subject === 'string' && subject !== '' ? subject : (part.filename ?? 'Message'), item };
	}
	return { ...common, type: 'file', name: part.filename ?? (contentId ? contentId.split('@')[0] : undefined) ?? 'ATT00001', contentType: statedType(part), content: part.content };
}

/** Parses a MIME message into an item; it keeps its bytes. Dates: sent from the Date header, received now. */
export async function parseMime(mime: Buffer, now: Date): Promise<DetachedItem> {
	const mail = await simpleParser(mime, { skipImageLinks: true, skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true });
	const itemClass = classOf(mail);
	const html = typeof mail.html === 'string' ? mail.html : '';
	const properties: DetachedItem['properties'] = { 'item:ItemClass': itemClass, 'item:Subject': (mail.subject ?? '').slice(0, 255), 'item:DateTimeReceived': now, 'item:DateTimeSent': mail.date ?? now };
	const from = addresses(mail.from)[0];
	const sender = mail.headers.get('sender') as AddressObject | undefined;
	if (from) properties['message:From'] = from;
	const firstSender = addresses(sender)[0] ?? from;
	if (firstSender) properties['message:Sender'] = firstSender;
	properties['message:ToRecipients'] = addresses(mail.to);
	properties['message:CcRecipients'] = addresses(mail.cc);
	properties['message:BccRecipients'] = addresses(mail.bcc);
	const replyTo = addresses(mail.replyTo);
	if (replyTo.length > 0) properties['message:ReplyTo'] = replyTo;
	if (mail.messageId) properties['message:InternetMessageId'] = mail.messageId;
	if (mail.inReplyTo) properties['item:InReplyTo'] = mail.inReplyTo;
	const references = mail.references === undefined ? [] : Array.isArray(mail.references) ? mail.references : [mail.references];
	if (references.length > 0) properties['message:References'] = references.join(' ');
	const priority = mail.headers.get('priority');
	if (priority === 'high' || priority === 'low') properties['item:Importance'] = priority === 'high' ? 'High' : 'Low';
	if (mail.headers.has('disposition-notification-to')) properties['message:IsReadReceiptRequested'] = true;
	if (mail.headers.has('return-receipt-to')) properties['message:IsDeliveryReceiptRequested'] = true;
	const sensitivity = mail.headers.get('sensitivity');
	if (typeof sensitivity === 'string') properties['item:Sensitivity'] = /confidential/i.test(sensitivity) ? 'Confidential' : /private/i.test(sensitivity) ? 'Private' : /personal/i.test(sensitivity) ? 'Personal' : 'Normal';
	const item: DetachedItem = {
		kind: kindOfClass(itemClass),
		properties,
		extended: {},
		body: html !== '' ? { type: 'HTML', content: html } : { type: 'Text', content: (mail.text ?? '').replace(/\r?\n/g, '\r\n') },
		attachments: [],
		mime,
		headers: mail.headerLines.map(({ line }) => {
			const colon = line.indexOf(':');
			return { name: line.slice(0, colon), value: line.slice(colon + 1).replace(/\r?\n\s*/g, ' ').trim() };
		}),
		draft: false,
	};
	const parts = mail.attachments.filter((part) => !(itemClass.startsWith('IPM.Schedule') && part.contentType === 'text/calendar'));
	if (itemClass === 'IPM.Note.SMIME.MultipartSigned') {
		// Exchange keeps a clear-signed message as one attachment that holds the whole signed body.
		const type = mail.headerLines.find(({ key }) => key === 'content-type')?.line ?? 'Content-Type: multipart/signed';
		const bodyAt = mime.indexOf('\r\n\r\n');
		const content = Buffer.concat([Buffer.from(`${type}\r\n\r\n`), bodyAt < 0 ? Buffer.alloc(0) : mime.subarray(bodyAt + 4)]);
		item.attachments = [{ number: 0, type: 'file', name: 'smime.p7m', contentType: 'multipart/signed', isInline: false, lastModified: now, content }];
	} else {
		item.attachments = await Promise.all(parts.map((part) => attachmentOf(part, html, now)));
	}
	const calendar = mail.attachments.find((part) => part.contentType === 'text/calendar' && !part.filename);
	if (calendar && itemClass.startsWith('IPM.Schedule')) readCalendar?.(calendar.content.toString('utf8'), item);
	return item;
}
