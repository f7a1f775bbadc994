import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../src/mime/compose-message.ts';
import { independentMessage } from '../../src/mime/independent-message.ts';
import { MimeError } from '../../src/mime/mime-error.ts';
import { parseMessage } from '../../src/mime/parse-message.ts';
import { openSmimeMessage } from '../../src/mime/smime/open-message.ts';
import { corpusMails } from './corpus/corpus.mts';
import { bareEmail } from '../records/bare-email.mts';
import { cpuTimeOf } from '../cpu-time.mts';
import { runs } from '../quick-look.mts';

/** Everything a mail that comes in goes through: it ends with a record or a MimeError, soon. */
async function takeIn(mime: Buffer, limit = 1000): Promise<void> {
	const { result, cpu } = await cpuTimeOf(async () => {
		const opened = openSmimeMessage(independentMessage(mime), { identities: [], at: new Date(0) });
		return parseMessage(opened.encryption === 'encrypted' ? mime : opened.mime).catch((error: unknown) => error);
	});
	if (result instanceof Error) expect(result).toBeInstanceOf(MimeError);
	else expect(result).toHaveProperty('content.key');
	expect(cpu).toBeLessThan(limit);
}

describe('fuzz: MIME bytes', () => {
	it('pieces of MIME in any order', { timeout: 120_000 }, async () => {
		const piece = fc.constantFrom(
			'Content-Type: multipart/mixed; boundary=b\r\n', 'Content-Type: multipart/alternative; boundary="b"\r\n', 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\r\n',
			'Content-Type: message/rfc822\r\n', 'Content-Type: text/html; charset=utf-7\r\n', 'Content-Type: text/plain; format=flowed; charset=iso-2022-jp\r\n', 'Content-Type: application/pkcs7-signature\r\n',
			'Content-Type: application/pkcs7-mime\r\n', 'Content-Type: ;;;=;"\r\n', 'Content-Transfer-Encoding: base64\r\n', 'Content-Transfer-Encoding: quoted-printable\r\n', 'Content-Disposition: attachment; filename*0*=utf-8\'\'%',
			'Subject: =?utf-8?B?////?=\r\n', 'From: "<<<>>>,;:\r\n', 'To: a@b, c <d@e>, g: h@i;\r\n', 'Date: x\r\n', 'Message-ID: <>\r\n', '\r\n', '\r\n\r\n', '\n', '\r', '--b\r\n', '--b--\r\n', '=3D=\r\n=', 'MIAGCSqGSIb3DQEHAqCA', '\u0000', '<p>',
			' folded\r\n', '\t', 'cid:', '%ff',
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.uint8Array({ maxLength: 60 }), async (pieces, noise) => {
				await takeIn(Buffer.concat([Buffer.from(pieces.join('')), noise]));
			}),
			{ numRuns: runs(800) },
		);
	});

	it('real mails with changed, cut and doubled bytes', { timeout: 120_000 }, async () => {
		const mails = await Promise.all(
			corpusMails(80)
				.filter(({ title }) => title.startsWith('drawn'))
				.map(({ record, attachments }) => composeMessage(record, attachments)),
		);
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...mails), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }), fc.nat(), fc.nat(), async (mail, changes, from, to) => {
				const changed = Buffer.from(mail);
				for (const [index, byte] of changes) changed[index % changed.length] = byte;
				await takeIn(Buffer.concat([changed.subarray(0, from % mail.length), changed.subarray(to % mail.length)]));
			}),
			{ numRuns: runs(300) },
		);
	});

	it.each([
		['lines without a colon', 'x\r\n'.repeat(300_000)],
		['fields', 'X: y\r\n'.repeat(100_000)],
		['continuation lines', `Subject: x\r\n${' y\r\n'.repeat(200_000)}`],
		['recipients', `To: ${'a@b,'.repeat(200_000)}\r\n\r\n`],
		['quotes', `To: ${'"'.repeat(500_000)}\r\n\r\n`],
		['comments', `To: ${'('.repeat(500_000)}\r\n\r\n`],
		['angles', `To: ${'<'.repeat(500_000)}\r\n\r\n`],
		['encoded words', `Subject: ${'=?utf-8?Q?=41?= '.repeat(50_000)}\r\n\r\n`],
		['parameters', `Content-Type: text/plain; ${'a=b;'.repeat(100_000)}\r\n\r\nx`],
		['continued parameters', `Content-Type: text/plain; ${Array.from({ length: 20_000 }, (_, i) => `name*${i}=x;`).join('')}\r\n\r\nx`],
		['boundaries', `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b'.repeat(300_000)}`],
		['almost boundaries', `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--c\r\n'.repeat(200_000)}`],
		['flowed', `Content-Type: text/plain; format=flowed\r\n\r\n${'x \r\n'.repeat(200_000)}`],
		['soft line breaks', `Content-Transfer-Encoding: quoted-printable\r\n\r\n${'=\r\n'.repeat(300_000)}`],
		['blanks', `Subject: ${' '.repeat(900_000)}x\r\n\r\n`],
		['content ids', `Content-Type: text/html\r\n\r\n${'<img src="cid:a">'.repeat(100_000)}`],
		['signed parts', `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\r\n\r\n${'--b x\r\n'.repeat(200_000)}`],
		['signed parts whose boundary is hyphens', `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="${'-'.repeat(100_000)}"\r\n\r\n${`x${'-'.repeat(99_990)}`.repeat(9)}`],
		['hyphens, with a boundary of them', `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="${'-'.repeat(100_000)}"\r\n\r\n${'-'.repeat(900_000)}`],
		['blanks in S/MIME', `Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${' '.repeat(500_000)}x${'\t '.repeat(250_000)}x\r\n`],
		['long lines of blanks in S/MIME', `Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${`${' '.repeat(10_000)}x\r\n`.repeat(100)}`],
		['dots in the name of an attachment', `Content-Type: application/octet-stream; name="${'.'.repeat(900_000)}x"\r\n\r\n`],
	])('built to cost: a megabyte of %s', { timeout: 60_000 }, async (_title, text) => {
		await takeIn(Buffer.from(text), 3000);
	});
});

describe('fuzz: records', () => {
	it('any text in any field comes out as a message that can be read', { timeout: 120_000 }, async () => {
		const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 200 }));
		const address = fc.record({ name: text, address: fc.oneof(fc.emailAddress(), text) });
		await fc.assert(
			fc.asyncProperty(text, text, fc.option(text, { nil: undefined }), fc.array(address, { maxLength: 3 }), text, text, async (subject, body, html, to, name, type) => {
				const record = bareEmail({ key: '<fuzz@example.com>', subject, text: body, to, ...(html === undefined ? {} : { html }) });
				const mime = await composeMessage(record, [{ name, contentType: type, contentId: name, inline: true, content: Buffer.from(body) }]);
				const { content, attachments } = await parseMessage(mime);
				expect(content.key).toBe('<fuzz@example.com>');
				expect(attachments).toHaveLength(1);
				expect(attachments[0]?.content.equals(Buffer.from(body))).toBe(true);
			}),
			{ numRuns: runs(400) },
		);
	});
});
