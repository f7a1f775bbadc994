import type { MailAddress } from '../../../src/records/common-fields.ts';
import type { EmailRecord } from '../../../src/records/email.ts';
import type { AttachmentContent } from '../../../src/records/email.ts';
import { bareEmail } from '../../records/bare-email.mts';
import { Random } from './random.mts';
import { DOMAINS, FILE_NAMES, FILE_TYPES, LOCAL_PARTS, PARAGRAPHS, PEOPLE, SUBJECTS } from './vocabulary.mts';

/** One mail of the corpus: a complete record and the bytes of its attachments, in the order of `record.attachments`. */
export interface CorpusMail {
	/** What it is, for the title of a test. */
	title: string;
	record: EmailRecord;
	attachments: AttachmentContent[];
}

/** Number of mails {@link corpusMails} gives by default. */
export const CORPUS_SIZE = 320;

/**
 * Mails as they are met in the wild, deterministic: many languages, odd names, long lines, HTML with inline images, all kinds of attachments, nested messages, empty
 * parts, many recipients. The first few are one extreme each; the rest is drawn.
 */
export function corpusMails(count: number = CORPUS_SIZE): CorpusMail[] {
	const special = specialMails();
	const drawn = Array.from({ length: Math.max(0, count - special.length) }, (_, index) => drawnMail(index));
	return [...special, ...drawn].slice(0, count);
}

function mail(title: string, record: EmailRecord, attachments: AttachmentContent[] = []): CorpusMail {
	return {
		title,
		attachments,
		record: {
			...record,
			attachments: attachments.map(({ name, contentType, inline, contentId, content }) => ({
				name,
				contentType,
				size: content.length,
				type: contentType === 'message/rfc822' ? 'message' : 'file',
				inline,
				...(contentId === undefined ? {} : { contentId }),
			})),
		},
	};
}

function specialMails(): CorpusMail[] {
	const random = new Random(7);
	const base = (name: string): EmailRecord => ({
		...bareEmail({ key: `<special-${name}@corpus.example>` }),
		from: { name: 'Anna Schmidt', address: 'anna@example.com' },
		to: [{ name: '', address: 'info@example.org' }],
		subject: `Special: ${name}`,
		sentAt: '2026-03-02T08:00:00Z',
	});
	const file = (name: string, contentType: string, content: Buffer): AttachmentContent => ({ name, contentType, inline: false, content });
	const nested = Buffer.from('From: inner@example.com\r\nSubject: inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ninner b\xc3\xb6dy\r\n', 'latin1');
	return [
		mail('empty', { ...base('empty'), subject: '' }),
		mail('no body, one attachment', base('one-attachment'), [file('a.bin', 'application/octet-stream', random.bytes(1000))]),
		mail('empty attachment', { ...base('empty-attachment'), text: 'see file' }, [file('empty.txt', 'text/plain', Buffer.alloc(0))]),
		mail('100 attachments', { ...base('hundred'), text: 'many' }, Array.from({ length: 100 }, (_, i) => file(`file ${i + 1}.bin`, 'application/octet-stream', random.bytes(50)))),
		mail('2,000 recipients', {
			...base('recipients'),
			text: 'to all',
			to: Array.from({ length: 1000 }, (_, i) => ({ name: `Empfänger ${i}`, address: `to${i}@example.com` })),
			cc: Array.from({ length: 900 }, (_, i) => ({ name: '', address: `cc${i}@example.com` })),
			bcc: Array.from({ length: 100 }, (_, i) => ({ name: `Blind, ${i}`, address: `bcc${i}@example.com` })),
		}),
		mail('nested message', { ...base('nested'), text: 'forwarded' }, [file('inner.eml', 'message/rfc822', nested)]),
		mail('winmail.dat', { ...base('tnef'), text: 'tnef' }, [file('winmail.dat', 'application/ms-tnef', Buffer.from('789f3e22', 'hex'))]),
		mail('calendar file', { ...base('calendar'), text: 'invite' }, [file('invite.ics', 'text/calendar', Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'))]),
		mail('calendar file with bare line feeds', { ...base('calendar-lf'), text: 'invite' }, [file('invite.ics', 'application/ics', Buffer.from('BEGIN:VCALENDAR\nEND:VCALENDAR'))]),
		mail('long Message-ID', { ...base('x'), key: `<${'long.'.repeat(40)}id@corpus.example>`, text: 'x' }),
		mail('line of 100,000 characters', { ...base('line'), text: 'x'.repeat(100_000) }),
		mail('HTML of 1 MB', { ...base('big-html'), html: `<p>${'Ünïcödé text <b>bold</b> '.repeat(40_000)}</p>`, text: 'short' }),
		mail('sender differs', { ...base('sender'), sender: { name: 'Büro', address: 'office@example.com' }, text: 'on behalf' }),
		mail('IDN address', { ...base('idn'), to: [{ name: 'Jürgen', address: 'j@xn--mller-kva.example' }], text: 'idn' }),
		mail('binary attachment of 1 MB', { ...base('megabyte'), text: 'big' }, [file('big.bin', 'application/octet-stream', random.bytes(1_000_000))]),
	];
}

function drawnMail(index: number): CorpusMail {
	const random = new Random(1000 + index);
	const shape = random.pick(['text', 'html', 'both', 'both', 'none'] as const);
	const inlineImages = (shape === 'html' || shape === 'both') && random.chance(0.5) ? random.int(1, 4) : 0;
	const images = Array.from({ length: inlineImages }, (_, n): AttachmentContent => ({
		name: `image00${n + 1}.png`,
		contentType: 'image/png',
		contentId: random.pick([`img${n}@corpus.example`, `image00${n}.png@01DA.${index}`, `plain${n}`]),
		inline: true,
		content: random.bytes(random.int(1, 400)),
	}));
	const files = random.chance(0.5) ? drawnFiles(random, index) : [];
	const paragraphs = random.many(PARAGRAPHS, 1, 12);
	const text = paragraphs.join('\n').replace(/\n+$/, '');
	const html = `<html><head><meta charset="utf-8"></head><body>\n${paragraphs.map((p) => `<p>${escaped(p)}</p>`).join('\n')}\n${images
		.map(({ contentId }) => `<img src="cid:${contentId ?? ''}">`)
		.join('')}</body></html>`;
	const record: EmailRecord = {
		...bareEmail({ key: `<${index}.${random.int(0, 1e9).toString(36)}@corpus.example>` }),
		from: drawnAddress(random),
		to: Array.from({ length: random.int(0, 5) }, () => drawnAddress(random)),
		cc: Array.from({ length: random.int(0, 3) }, () => drawnAddress(random)),
		bcc: random.chance(0.2) ? [drawnAddress(random)] : [],
		replyTo: random.chance(0.2) ? [drawnAddress(random), drawnAddress(random)] : [],
		subject: random.chance(0.05) ? '' : random.pick(SUBJECTS),
		sentAt: new Date(Date.UTC(random.int(1995, 2037), random.int(0, 11), random.int(1, 28), random.int(0, 23), random.int(0, 59), random.int(0, 59))).toISOString().replace('.000', ''),
		importance: random.pick(['normal', 'normal', 'low', 'high'] as const),
		sensitivity: random.pick(['normal', 'normal', 'personal', 'private', 'confidential'] as const),
		readReceipt: random.chance(0.1),
		isRead: random.chance(0.5),
		categories: random.many(['Red', 'Blau', 'Projekt Ä'], 0, 2),
		...((shape === 'text' || shape === 'both') && text !== '' ? { text } : {}),
		...(shape === 'html' || shape === 'both' ? { html } : {}),
	};
	return mail(`drawn ${index}: ${shape}, ${images.length} inline, ${files.length} files`, record, [...images, ...files]);
}

function drawnFiles(random: Random, index: number): AttachmentContent[] {
	const names = new Set(random.many(FILE_NAMES, 1, 5));
	const files = [...names].map((name): AttachmentContent => ({
		name,
		contentType: random.pick(FILE_TYPES),
		inline: false,
		content: random.chance(0.5) ? random.bytes(random.int(0, 3000)) : Buffer.from(random.many(PARAGRAPHS, 1, 5).join(random.pick(['\n', '\r\n']))),
		...(random.chance(0.1) ? { contentId: `file-${index}-${name.length}@corpus.example` } : {}),
	}));
	if (random.chance(0.2)) {
		const inner = `Message-ID: <inner-${index}@corpus.example>\r\nSubject: inner ${index}\r\nIn-Reply-To: <x@y>\r\n\r\n${random.pick(PARAGRAPHS)}\r\n`;
		files.push({ name: `inner ${index}.eml`, contentType: 'message/rfc822', inline: false, content: Buffer.from(inner) });
	}
	return files;
}

function drawnAddress(random: Random): MailAddress {
	return { name: random.pick(PEOPLE), address: `${random.pick(LOCAL_PARTS)}@${random.pick(DOMAINS)}` };
}

function escaped(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
