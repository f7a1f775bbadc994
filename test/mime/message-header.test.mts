import { describe, expect, it } from 'vitest';

import { MimeError } from '../../src/mime/mime-error.ts';
import { LONGEST_HEADER, readMessageHeader } from '../../src/mime/message-header.ts';

const read = (...lines: string[]) => readMessageHeader(Buffer.from(lines.join('\r\n'), 'latin1'));

describe('readMessageHeader', () => {
	it('reads what stands in front, whatever the body is', async () => {
		for (const body of [['Content-Type: text/html', '', '<p>Hi</p>'], ['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Subject: inner', '', 'x', '--b--'], ['Content-Type: application/pkcs7-mime', '', 'MIIB'], []]) {
			const said = await read('From: =?utf-8?q?J=C3=BCrg?= <j@x.example>', 'To: a@x.example, B <b@x.example>', 'Cc: c@x.example', 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'Date: Sun, 1 Mar 2026 11:00:00 +0100', 'X-Priority: 1', 'Sensitivity: Private', ...body);
			expect(said).toEqual({
				subject: 'Grüße',
				from: { name: 'Jürg', address: 'j@x.example' },
				to: [{ name: '', address: 'a@x.example' }, { name: 'B', address: 'b@x.example' }],
				cc: [{ name: '', address: 'c@x.example' }],
				bcc: [],
				replyTo: [],
				sentAt: '2026-03-01T10:00:00Z',
				importance: 'high',
				sensitivity: 'private',
				readReceipt: false,
			});
		}
	});

	it('received is when the last server took it: the first field, behind its last semicolon', async () => {
		const received = async (...lines: string[]) => (await read(...lines, '', '')).receivedAt;
		expect(await received('Received: from a (x; y) by b', '\twith SMTP; Sun, 1 Mar 2026 10:00:07 +0000 (UTC)', 'Received: from c by a; Sun, 1 Mar 2026 09:00:00 +0000')).toBe('2026-03-01T10:00:07Z');
		expect(await received('Received: from a by b')).toBeUndefined();
		expect(await received('Received: from a by b; nonsense')).toBeUndefined();
		expect(await received('Subject: x')).toBeUndefined();
	});

	it('read-receipts: any field that asks for a receipt counts', async () => {
		for (const name of ['Disposition-Notification-To', 'Return-Receipt-To', 'X-Confirm-Reading-To']) expect((await read(`${name}: a@x.example`, '', '')).readReceipt).toBe(true);
		expect((await read('Subject: x', '', 'Return-Receipt-To: a@x.example')).readReceipt).toBe(false);
	});

	it('nothing at all is a header that says nothing; one that is too long is refused', async () => {
		expect(await read('')).toMatchObject({ subject: '', to: [], importance: 'normal' });
		await expect(read(`X: ${'x'.repeat(LONGEST_HEADER)}`)).rejects.toThrow(MimeError);
	});
});
