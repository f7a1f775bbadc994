import { seedDemoCalendar } from '../calendar/demo-calendar.mts';
import { seededRandom } from '../faults/faultScript.mts';
import { parseMime } from '../mail/parse.mts';
import { Outlook } from '../control/outlook.mts';
import type { Exchange } from '../store/exchange.mts';
import type { Address } from '../store/item.mts';
import { seedDemoTasks } from '../tasks/demo-tasks.mts';
import { PHRASES } from './phrases.mts';
import { rawMails } from './rawMails.mts';

/** Ordinary mails by folder: what makes up the bulk of the mailbox. */
const ORDINARY = { inbox: 190, 'Inbox/Projekte': 36, 'Inbox/Projekte/Lagerhalle': 14, 'Inbox/Kunden/Müller & Söhne': 20, sentitems: 48, deleteditems: 12, junkemail: 6 } as const;
const DRAFTS = { drafts: 5, inbox: 1 } as const;

/**
 * How many there are of each, so that a check can compare. `items` counts everything in a folder; what is in `inbox` besides
 * ordinary mails is listed under `special`.
 */
export const DEMO_COUNTS = {
	ordinary: ORDINARY,
	drafts: DRAFTS,
	/** All in the Inbox; `oof-template` is hidden (associated) and not among its `items`. */
	special: { encoding: 7, encrypted: 1, signed: 1, 'auto-reply': 1, 'delivery-report': 1, 'meeting-request': 1, nested: 1, 'inline-image': 1, odd: 4, contact: 1, 'distribution-list': 1, 'oof-template': 1 },
	items: { inbox: 190 + 1 + 18 + 2, 'Inbox/Projekte': 36, 'Inbox/Projekte/Lagerhalle': 14, 'Inbox/Kunden/Müller & Söhne': 20, sentitems: 48, deleteditems: 12, junkemail: 6, drafts: 5 },
	/** Sent messages of the Inbox: everything there but its draft, the contact and the list. The encrypted one is among them. */
	inboxMessages: 190 + 18,
} as const;

const DAY = 86_400_000;
const CATEGORIES = ['Wichtig', 'Kunde', 'Privat', 'À suivre'];

/** Fills a mailbox: the same every time, but for the dates, which reach back from the server's now. */
export async function seedDemo(exchange: Exchange, address: string): Promise<void> {
	const outlook = new Outlook(exchange, address);
	const { mailbox } = outlook;
	const random = seededRandom(20_240_817);
	const now = exchange.clock.now().getTime();
	const pick = <T,>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
	const owner: Address = exchange.addressOf(mailbox);
	let count = 0;

	const ordinary = (folder: string, index: number, of: number, isDraft: boolean): void => {
		const phrases = PHRASES[count % PHRASES.length] ?? pick(PHRASES);
		count += 1;
		const other = pick(phrases.senders);
		const isOwn = isDraft || folder === 'sentitems';
		const sentences = Array.from({ length: 2 + Math.floor(random() * 4) }, () => pick(phrases.sentences));
		const received = new Date(now - Math.floor(((of - index) / of) * 90 * DAY) - Math.floor(random() * 3_600_000));
		const isHtml = random() < 0.55;
		const attaches = random() < 0.18;
		const plain = [phrases.greeting, '', ...sentences, '', phrases.closing, isOwn ? (owner.name ?? '') : (other.name ?? '')];
		outlook.create({
			folder,
			subject: `${pick(phrases.subjects)} (${String(count).padStart(3, '0')})`,
			from: isOwn ? owner : other,
			to: [isOwn ? other : owner],
			...(random() < 0.2 && { cc: [pick(phrases.senders)] }),
			...(isHtml
				? { html: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body lang="${phrases.language}">${plain.map((line) => (line === '' ? '<br>' : `<p>${line.replace(/&/g, '&amp;')}</p>`)).join('\r\n')}</body></html>` }
				: { text: plain.join('\r\n') }),
			isRead: isOwn || random() < 0.6,
			isDraft,
			...(random() < 0.15 && { categories: [pick(CATEGORIES)] }),
			...(random() < 0.08 && { importance: 'High' as const }),
			messageId: `<demo-${String(count).padStart(4, '0')}@${other.address.split('@')[1] ?? 'example.test'}>`,
			received,
			sent: new Date(received.getTime() - 4_000),
			...(attaches && {
				attachments: [
					random() < 0.5
						? { name: phrases.language === 'de' ? 'Übersicht.csv' : 'overview.csv', contentType: 'text/csv', content: `Position;Menge\r\n${count};${Math.floor(random() * 100)}\r\n` }
						: { name: `scan-${count}.pdf`, contentType: 'application/pdf', content: Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(4_000 + Math.floor(random() * 20_000), count % 251)]) },
				],
			}),
		});
	};

	for (const [folder, total] of Object.entries(ORDINARY)) {
		outlook.createFolder(folder);
		for (let index = 0; index < total; index += 1) ordinary(folder, index, total, false);
	}
	for (const [folder, total] of Object.entries(DRAFTS)) for (let index = 0; index < total; index += 1) ordinary(folder, index, total, true);

	const inbox = outlook.folder('inbox');
	for (const [index, { mime, what }] of rawMails({ to: address, date: (daysAgo) => new Date(now - daysAgo * DAY) }).entries()) {
		const item = await parseMime(mime, new Date(now - (index + 3) * DAY));
		if (what === 'auto-reply') item.properties['item:ItemClass'] = 'IPM.Note.Rules.OofTemplate.Microsoft';
		item.properties['message:IsRead'] = false;
		mailbox.add(item, inbox);
	}
	outlook.create({ itemClass: 'IPM.Contact', subject: 'Clara Weiß', properties: { 'contacts:FileAs': 'Weiß, Clara', 'contacts:DisplayName': 'Clara Weiß', 'contacts:GivenName': 'Clara', 'contacts:Surname': 'Weiß' } });
	outlook.create({ itemClass: 'IPM.DistList', subject: 'Verteiler Vertrieb', properties: { 'contacts:DisplayName': 'Verteiler Vertrieb', 'contacts:FileAs': 'Verteiler Vertrieb' } });
	// The mailbox's own out-of-office text: a hidden item that a sync never sees.
	mailbox.add({ kind: 'Message', properties: { 'item:ItemClass': 'IPM.Note.Rules.OofTemplate.Microsoft', 'item:Subject': '', 'message:IsRead': true }, extended: {}, body: { type: 'Text', content: 'Ich bin nicht da.' }, attachments: [], draft: false }, inbox, { associated: true });

	seedDemoCalendar(exchange, address);
	seedDemoTasks(exchange, address);
}
