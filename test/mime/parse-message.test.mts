import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { MimeError } from '../../src/mime/mime-error.ts';
import { parseMessage } from '../../src/mime/parse-message.ts';

/** Header lines and a body given as text with line feeds, written with CRLF; the body may be bytes. */
function message(header: string, body: string | Buffer = ''): Buffer {
	return Buffer.concat([
		Buffer.from(`${header.trim().replace(/\n/g, '\r\n')}\r\n\r\n`),
		typeof body === 'string' ? Buffer.from(body.replace(/\r?\n/g, '\r\n')) : body,
	]);
}

/** Written with line feeds in a template, sent with CRLF. */
function lines(text: string): Buffer {
	return Buffer.from(text.trimStart().replace(/\n/g, '\r\n'));
}

describe('charsets', () => {
	const ISO_2022_JP = Buffer.from('GyRCRnxLXDhsGyhCIGFuZCBBU0NJSQ==', 'base64');
	it.each([
		['iso-2022-jp', ISO_2022_JP, '日本語 and ASCII'],
		['windows-1252', iconv.encode('“Größe” – 5 €', 'windows-1252'), '“Größe” – 5 €'],
		['iso-8859-15', iconv.encode('5 €', 'iso-8859-15'), '5 €'],
		['KOI8-R', iconv.encode('Привет, мир', 'koi8-r'), 'Привет, мир'],
		['GB18030', iconv.encode('中文𠀀字', 'gb18030'), '中文𠀀字'],
		['Big5', iconv.encode('繁體', 'big5'), '繁體'],
		['Shift_JIS', iconv.encode('日本語', 'shift_jis'), '日本語'],
		['EUC-KR', iconv.encode('한국어', 'euc-kr'), '한국어'],
		['utf-8', Buffer.from('naïve 🎉'), 'naïve 🎉'],
		['x-unknown-charset', Buffer.from('ASCII stays'), 'ASCII stays'],
	])('%s in a body', async (charset, body, text) => {
		for (const encoding of ['8bit', 'base64'] as const) {
			const bytes = encoding === 'base64' ? Buffer.from(body.toString('base64')) : body;
			const { content } = await parseMessage(message(`Content-Type: text/plain; charset="${charset}"\nContent-Transfer-Encoding: ${encoding}`, bytes));
			expect(content.text).toBe(text);
		}
	});

	it.each(['utf-7', 'UTF7', 'unicode-1-1-utf-7', 'utf-7-imap'])('%s is refused: no markup comes out of it', async (charset) => {
		const { content } = await parseMessage(message(`Content-Type: text/html; charset=${charset}\nSubject: =?${charset}?Q?+ADw-b+AD4-?=`, '+ADw-script+AD4-alert(1)+ADw-/script+AD4-'));
		expect(content.html).toBe('+ADw-script+AD4-alert(1)+ADw-/script+AD4-');
		expect(content.subject).not.toContain('<');
	});

	it('RFC 2047: encoded words in subject and names, split inside a character, in several charsets', async () => {
		const { content } = await parseMessage(
			message(`
From: =?iso-8859-1?Q?J=FCrgen_Gro=DF?= <j@example.com>
To: =?utf-8?B?5bGx55Sw?= <y@example.com>, "=?koi8-r?B?8NLJ18XU?=" <p@example.com>, plain@example.com
Subject: =?utf-8?B?w6TD?= =?utf-8?B?tsO8?=
 =?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=`),
		);
		expect(content.from).toEqual({ name: 'Jürgen Groß', address: 'j@example.com' });
		expect(content.to).toEqual([
			{ name: '山田', address: 'y@example.com' },
			{ name: 'Привет', address: 'p@example.com' },
			{ name: '', address: 'plain@example.com' },
		]);
		expect(content.subject).toBe('äöü日本語');
	});

	it.each([
		[`filename*=UTF-8''B%C3%A4r%20%E2%82%AC.pdf`, 'Bär €.pdf'],
		[`filename*0*=UTF-8''B%C3%A4; filename*1*=r%20; filename*2="end.pdf"`, 'Bär end.pdf'],
		[`filename="=?utf-8?Q?B=C3=A4r.pdf?="`, 'Bär.pdf'],
		[`filename*=iso-2022-jp''%1B%24B%46%7C%4B%5C%1B%28B.txt`, '日本.txt'],
		[`filename="quoted \\"name\\".txt"`, 'quoted _name_.txt'],
	])('RFC 2231 and what is met instead: %s', async (parameter, name) => {
		const { attachments } = await parseMessage(message(`Content-Type: application/octet-stream\nContent-Disposition: attachment; ${parameter}`, 'x'));
		expect(attachments.map((attachment) => attachment.name)).toEqual([name]);
	});

	it('format=flowed (RFC 3676) with DelSp, quotes and signature', async () => {
		const { content } = await parseMessage(message('Content-Type: text/plain; format=flowed', 'One paragraph \nin two lines.\n\n-- \nAnna\n'));
		expect(content.text).toBe('One paragraph in two lines.\n\n-- \nAnna');
		const deleted = await parseMessage(message('Content-Type: text/plain; format=flowed; delsp=yes', 'Donau \ndampf\n'));
		expect(deleted.content.text).toBe('Donaudampf');
	});
});

describe('structure', () => {
	it('mixed, related and alternative, nested as Outlook does', async () => {
		const { content, attachments } = await parseMessage(
			lines(`
From: a@example.com
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=M

preamble
--M
Content-Type: multipart/related; boundary=R; type="multipart/alternative"

--R
Content-Type: multipart/alternative; boundary=A

--A
Content-Type: text/plain; charset=utf-8

plain text
--A
Content-Type: text/html; charset=utf-8

<p>html <img src="cid:image001.png@01D9"></p>
--A--
--R
Content-Type: image/png; name="image001.png"
Content-ID: <image001.png@01D9>
Content-Transfer-Encoding: base64

AAEC
--R--
--M
Content-Type: application/pdf; name="a.pdf"
Content-Disposition: attachment
Content-Transfer-Encoding: base64

JVBERi0=
--M--
epilogue
`),
		);
		expect(content.text).toBe('plain text');
		expect(content.html).toBe('<p>html <img src="cid:image001.png@01D9"></p>');
		expect(attachments).toEqual([
			{ name: 'image001.png', contentType: 'image/png', contentId: 'image001.png@01D9', inline: true, content: Buffer.from([0, 1, 2]) },
			{ name: 'a.pdf', contentType: 'application/pdf', inline: false, content: Buffer.from('%PDF-') },
		]);
		expect(content.attachments.map(({ name, size, type, inline }) => [name, size, type, inline])).toEqual([
			['image001.png', 3, 'file', true],
			['a.pdf', 5, 'file', false],
		]);
	});

	it('HTML alone gets its text from the HTML', async () => {
		const { content } = await parseMessage(message('Content-Type: text/html', '<style>p{}</style><h1>Title</h1><p>One<br>two &amp; <a href="https://e.example/x">three</a></p>'));
		expect(content.text).toBe('Title\n\nOne\ntwo & three [https://e.example/x]');
	});

	it('HTML with the footer of a mailing list keeps both', async () => {
		const { content } = await parseMessage(
			lines('Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>body</p>\n--b\nContent-Type: text/plain\n\nfooter\n--b--\n'),
		);
		expect(content.text).toMatch(/body[\s\S]*footer/);
		expect(content.html).toContain('<p>body</p>');
	});

	it('the text of HTML beside text is what a reader sees of it, each in its place, and not much longer', async () => {
		const beside = (html: string) => lines(`Content-Type: multipart/mixed; boundary=b\n\n--b\n\nbefore\n--b\nContent-Type: text/html; charset=utf-8\n\n${html}\n--b\n\nbehind\n--b--\n`);
		expect((await parseMessage(beside(`<h1>Title</h1><p>${'word '.repeat(40)}</p><ul><li>a</li></ul>`))).content.text).toBe(`before\nTitle\n\n${'word '.repeat(40).trim()}\n\n * a\nbehind`);
		for (const nesting of ['<blockquote>', '<ul><li>']) {
			const html = `${nesting.repeat(900)}${'<p>x'.repeat(5_000)}`;
			const { content } = await parseMessage(beside(html));
			expect(content.text?.length).toBeLessThan(3 * html.length + 64 * 1024);
			expect(content.text).toMatch(/^before\n[\s\S]+\nbehind$/);
		}
	});

	it('the text of many parts of HTML is not much longer than all of them', async () => {
		const html = `${'<blockquote>'.repeat(32)}${'<p>x'.repeat(250)}`;
		const part = `--b\nContent-Type: text/html\n\n${html}\n`;
		const { content } = await parseMessage(lines(`Content-Type: multipart/mixed; boundary=b\n\n--b\n\nbefore\n${part.repeat(400)}--b\n\nbehind\n--b--\n`));
		expect(content.text?.length).toBeLessThan(3 * 400 * html.length + 2 * 64 * 1024);
		expect(content.text).toMatch(/^before\n[\s\S]+\nbehind$/);
	});

	it('a calendar part of an alternative is an attachment, byte for byte', async () => {
		const { content, attachments } = await parseMessage(
			lines(
				'Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nmeeting\n--b\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n\n--b--\n',
			),
		);
		expect(content.text).toBe('meeting');
		expect(attachments).toEqual([
			{ name: 'invite.ics', contentType: 'text/calendar', inline: false, content: Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n') },
		]);
	});

	it.each(['', 'Content-Disposition: inline\n', 'Content-Disposition: attachment; filename="x.eml"\n'])('a nested message is one attachment .eml, byte for byte (%j)', async (disposition) => {
		const inner = 'From: b@example.com\nSubject: inner\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\ninner text\n--c\nContent-Disposition: attachment; filename=deep.txt\n\ndeep\n--c--\n';
		const { content, attachments } = await parseMessage(
			lines(`Subject: outer\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nouter text\n--b\nContent-Type: message/rfc822\n${disposition}\n${inner}\n--b--\n`),
		);
		expect(content.text).toBe('outer text');
		expect(content.attachments).toEqual([expect.objectContaining({ type: 'message', contentType: 'message/rfc822', name: disposition.includes('x.eml') ? 'x.eml' : 'message.eml' })]);
		expect(attachments[0]?.content.toString()).toBe(inner.replace(/\n/g, '\r\n'));
		const nested = await parseMessage(attachments[0]?.content ?? Buffer.alloc(0));
		expect(nested.content).toMatchObject({ subject: 'inner', text: 'inner text' });
		expect(nested.attachments.map(({ name }) => name)).toEqual(['deep.txt']);
	});

	it('winmail.dat is kept as it is', async () => {
		const { attachments } = await parseMessage(message('Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64', 'eJ8+Ig=='));
		expect(attachments).toEqual([{ name: 'winmail.dat', contentType: 'application/ms-tnef', inline: false, content: Buffer.from('789f3e22', 'hex') }]);
	});

	it('a delivery report keeps its parts', async () => {
		const { content, attachments } = await parseMessage(
			lines('Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nnot delivered\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b\nContent-Type: text/rfc822-headers\n\nSubject: x\n--b--\n'),
		);
		expect(content.text).toBe('not delivered');
		expect(attachments.map(({ contentType }) => contentType)).toEqual(['message/delivery-status', 'text/rfc822-headers']);
	});

	it('a type that is stated is not guessed anew from the name', async () => {
		const { attachments } = await parseMessage(message('Content-Type: application/octet-stream; name="a.pdf"\nContent-Disposition: attachment', 'x'));
		expect(attachments[0]?.contentType).toBe('application/octet-stream');
	});
});

describe('headers', () => {
	it('addresses, dates, importance, sensitivity, receipt', async () => {
		const { content } = await parseMessage(
			message(`
From: "Doe, Jane" <jane@example.com>
Sender: office@example.com
Reply-To: a@example.com, b@example.com
To: Team: x@example.com, "Y, Z" <yz@example.com>;, undisclosed-recipients:;
Cc: (comment) c@example.com
Bcc: blind@example.com
Date: Mon, 2 Mar 2026 09:00:00 +0100 (CET)
Message-ID:
 <abc@example.com>
X-Priority: 1 (Highest)
Sensitivity: Company-Confidential
Disposition-Notification-To: <jane@example.com>
Subject: folded
	subject`),
		);
		expect(content).toMatchObject({
			key: '<abc@example.com>',
			from: { name: 'Doe, Jane', address: 'jane@example.com' },
			sender: { name: '', address: 'office@example.com' },
			replyTo: [{ address: 'a@example.com' }, { address: 'b@example.com' }],
			to: [{ name: '', address: 'x@example.com' }, { name: 'Y, Z', address: 'yz@example.com' }],
			cc: [{ address: 'c@example.com' }],
			bcc: [{ address: 'blind@example.com' }],
			sentAt: '2026-03-02T08:00:00Z',
			importance: 'high',
			sensitivity: 'confidential',
			readReceipt: true,
		});
		expect(content.subject.replace(/\s+/, ' ')).toBe('folded subject');
	});

	it.each([
		['Mon, 2 Mar 2026 09:00:00 +0100', '2026-03-02T08:00:00Z'],
		['Mon, 02 Mar 2026 08:00:00 GMT', '2026-03-02T08:00:00Z'],
		['2 Mar 2026 03:00 EST', '2026-03-02T08:00:00Z'],
		['Mon, 2 Mar 2026 08:00:00 -0000 (UTC)', '2026-03-02T08:00:00Z'],
		['Tue, 2 Mar 2026 08:00:00 +0000', '2026-03-02T08:00:00Z'],
		['Mon,  2 Mar 2026  08:00:00', '2026-03-02T08:00:00Z'],
		['Mon, 2 Mar 2026 08:00:00 CEST', '2026-03-02T08:00:00Z'],
		['2 Mar 99 08:00:00 Z', '1999-03-02T08:00:00Z'],
		['2026-03-02T09:00:00+01:00', '2026-03-02T08:00:00Z'],
	])('the date %j is %s, wherever it is read', async (date, instant) => {
		expect((await parseMessage(message(`Subject: x\nDate: ${date}`))).content.sentAt).toBe(instant);
	});

	it.each(['garbage', 'garbage 5', 'Mon, 99 Foo 2026', '', '1 Jan 99999 00:00:00 +0000'])('a date that is none is left out: %j', async (date) => {
		expect((await parseMessage(message(`Subject: x\nDate: ${date}`))).content).not.toHaveProperty('sentAt');
	});

	it('no relation to other mails comes out (email-independent)', async () => {
		const { content } = await parseMessage(message('Subject: Re: x\nIn-Reply-To: <secret-relation@x>\nReferences: <secret-relation@x>\nThread-Index: AdAB\nThread-Topic: secret-relation'));
		expect(JSON.stringify(content)).not.toMatch(/secret-relation|AdAB|inReplyTo|references|thread/i);
	});

	it('a mail without Message-ID gets the same derived key on every way', async () => {
		const one = await parseMessage(message('From: A@example.com\nDate: Mon, 2 Mar 2026 09:00:00 +0100\nSubject: x', 'body\n'));
		const two = await parseMessage(message('Date: 2 Mar 2026 08:00:00 GMT\nFrom: "A" <a@example.com>\nSubject: x\nContent-Transfer-Encoding: base64', Buffer.from('body').toString('base64')));
		expect(one.content.key).toMatch(/^<sha256-[0-9a-f]{64}@derived\.invalid>$/);
		expect(two.content.key).toBe(one.content.key);
	});
});

describe('odd bytes', () => {
	it('an empty message', async () => {
		const { content, attachments } = await parseMessage(Buffer.alloc(0));
		expect(content).toMatchObject({ subject: '', to: [], attachments: [] });
		expect(attachments).toEqual([]);
	});

	it('a byte order mark in front', async () => {
		const { content } = await parseMessage(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), message('Subject: with mark\nMessage-ID: <a@b>', 'x')]));
		expect(content).toMatchObject({ subject: 'with mark', key: '<a@b>', text: 'x' });
	});

	it('bare line feeds', async () => {
		const { content, attachments } = await parseMessage(Buffer.from('Subject: lf\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\ntwo\n--b\nContent-Disposition: attachment; filename=a.txt\n\nfile\n--b--\n'));
		expect(content).toMatchObject({ subject: 'lf', text: 'one\ntwo' });
		expect(attachments[0]?.content.toString()).toBe('file');
	});

	it('a header alone, a boundary that never ends, a boundary that never comes', async () => {
		expect((await parseMessage(Buffer.from('Subject: only'))).content.subject).toBe('only');
		expect((await parseMessage(lines('Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut off'))).content.text).toBe('cut off');
		expect((await parseMessage(lines('Content-Type: multipart/mixed; boundary=b\n\nno part'))).content.attachments).toEqual([]);
	});

	it('2,000 recipients and 100 attachments', async () => {
		const recipients = Array.from({ length: 2000 }, (_, i) => `"Person ${i}" <p${i}@example.com>`).join(',\r\n ');
		const files = Array.from({ length: 100 }, (_, i) => `--b\r\nContent-Disposition: attachment; filename="f${i}.txt"\r\n\r\n${i}\r\n`).join('');
		const { content, attachments } = await parseMessage(Buffer.from(`To: ${recipients}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${files}--b--\r\n`));
		expect(content.to).toHaveLength(2000);
		expect(content.to[1999]).toEqual({ name: 'Person 1999', address: 'p1999@example.com' });
		expect(attachments).toHaveLength(100);
		expect(attachments[99]?.content.toString()).toBe('99');
	});

	it('names that try to leave their folder', async () => {
		const names = ['../../etc/passwd', 'C:\\Windows\\system32\\x.dll', 'CON', 'a.txt', 'A.txt', ''];
		const parts = names.map((name) => `--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="${name.replace(/\\/g, '\\\\')}"\n\nx\n`).join('');
		const { attachments } = await parseMessage(lines(`Content-Type: multipart/mixed; boundary=b\n\n${parts}--b--\n`));
		expect(attachments.map(({ name }) => name)).toEqual(['passwd', 'x.dll', '_CON', 'a.txt', 'A (2).txt', 'attachment.txt']);
	});
});

describe('limits', () => {
	const reason = async (mime: Buffer, limits: Parameters<typeof parseMessage>[1]): Promise<string> =>
		parseMessage(mime, limits).then(
			() => 'none',
			(error: unknown) => (error instanceof MimeError ? error.reason : String(error)),
		);

	it('reached behind an attachment, which then has no end', async () => {
		const pdf = `--b\nContent-Type: text/plain; name="n"\nContent-Disposition: attachment\n\n1\n`;
		expect(await reason(lines(`Content-Type: multipart/mixed; boundary=b\n\n${pdf}--b\nX: ${'x'.repeat(200_000)}\n\n--b--`), { header: 4000 })).toBe('headerTooLong');
		expect(await reason(lines(`Content-Type: multipart/mixed; boundary=b\n\n${pdf.repeat(1100)}--b--`), { parts: 1000 })).toBe('tooManyParts');
	});

	it('size, header, parts', async () => {
		expect(await reason(message('Subject: x', 'x'.repeat(100)), { size: 100 })).toBe('tooLarge');
		expect(await reason(message(`Subject: ${'x'.repeat(5000)}`, ''), { header: 4000 })).toBe('headerTooLong');
		expect(await reason(lines(`Content-Type: multipart/mixed; boundary=b\n\n--b\nX: ${'x'.repeat(5000)}\n\n--b--`), { header: 4000 })).toBe('headerTooLong');
		expect(await reason(lines(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(20)}--b--`), { parts: 10 })).toBe('tooManyParts');
	});

	it('10,000 levels of nesting are refused, and so are 10,000 parts, both at once', async () => {
		const deep = Array.from({ length: 10_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`).join('');
		expect(await reason(lines(deep), {})).toBe('tooManyParts');
		expect(await reason(lines(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(10_000)}--b--`), {})).toBe('tooManyParts');
	});

	it('an error quotes nothing of the mail', async () => {
		const error = await parseMessage(message('Subject: secret', 'secret'), { size: 3 }).catch((caught: unknown) => caught);
		expect(String(error)).not.toContain('secret');
	});
});
