import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../src/mime/compose-message.ts';
import { parseMessage } from '../../src/mime/parse-message.ts';
import { bareEmail } from '../records/bare-email.mts';

const RECORD = bareEmail({ key: '<key@example.com>', from: { name: 'A', address: 'a@example.com' }, sentAt: '2026-03-02T08:00:00Z' });

/** Unfolded header lines by lower-case name. */
function headers(mime: Buffer): Map<string, string> {
	const head = mime.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
	return new Map(
		head
			.replace(/\r\n[ \t]/g, ' ')
			.split('\r\n')
			.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
	);
}

describe('composeMessage', () => {
	it('keeps Message-ID, dates and all addresses, Bcc included', async () => {
		const fields = headers(
			await composeMessage({
				...RECORD,
				sender: { name: '', address: 's@example.com' },
				to: [{ name: '', address: 't@example.com' }],
				cc: [{ name: '', address: 'c@example.com' }],
				bcc: [{ name: '', address: 'b@example.com' }],
				replyTo: [{ name: '', address: 'r@example.com' }],
			}),
		);
		expect(Object.fromEntries(fields)).toMatchObject({
			'message-id': '<key@example.com>',
			date: 'Mon, 02 Mar 2026 08:00:00 +0000',
			from: 'A <a@example.com>',
			sender: 's@example.com',
			to: 't@example.com',
			cc: 'c@example.com',
			bcc: 'b@example.com',
			'reply-to': 'r@example.com',
		});
	});

	it('writes no relation to other mails (email-independent)', async () => {
		const fields = headers(await composeMessage({ ...RECORD, subject: 'Re: AW: x', text: 'x' }));
		for (const name of ['in-reply-to', 'references', 'thread-index', 'thread-topic']) expect(fields.has(name)).toBe(false);
	});

	it('asks for a read receipt only when both the caller and the record say so (read-receipts)', async () => {
		const asked = async (readReceipt: boolean, allowReadReceipt?: boolean): Promise<string | undefined> =>
			headers(await composeMessage({ ...RECORD, readReceipt }, [], allowReadReceipt === undefined ? {} : { allowReadReceipt })).get('disposition-notification-to');
		expect(await asked(true, true)).toBe('<a@example.com>');
		expect(await asked(true, false)).toBeUndefined();
		expect(await asked(true)).toBeUndefined();
		expect(await asked(false, true)).toBeUndefined();
	});

	it('derives a stable Message-ID where the key is none', async () => {
		const one = headers(await composeMessage({ ...RECORD, key: '4711', text: 'x' })).get('message-id');
		const two = headers(await composeMessage({ ...RECORD, key: '', text: 'x' })).get('message-id');
		expect(one).toMatch(/^<sha256-[0-9a-f]{64}@derived\.invalid>$/);
		expect(two).toBe(one);
	});

	it('no field of a record can add a header line', async () => {
		const evil = 'x\r\nX-Evil: 1';
		const mime = await composeMessage(
			{ ...RECORD, key: `<${evil}@x>`, subject: evil, from: { name: evil, address: `a@x${evil}` }, to: [{ name: evil, address: evil }] },
			[{ name: evil, contentType: `text/plain${evil}`, contentId: evil, inline: true, content: Buffer.from('x') }],
			{ allowReadReceipt: true },
		);
		expect(mime.toString('latin1')).not.toMatch(/^X-Evil/m);
	});

	it('a text that holds the boundary of its own message does not break it', async () => {
		const record = { ...RECORD, html: '<p>x</p>', text: 'y' };
		const boundary = /boundary="?([^"\r\n]+)/.exec((await composeMessage(record)).toString())?.[1] ?? '';
		expect(boundary).not.toBe('');
		const text = `before\n--${boundary}\nafter\n--${boundary}--`;
		expect((await parseMessage(await composeMessage({ ...record, text }))).content.text).toBe(text);
	});

	it('bare line feeds of a nested message become CRLF, everything else of it stays', async () => {
		const content = Buffer.from('Subject: inner\n\nbody \xe4\n', 'latin1');
		const mime = await composeMessage({ ...RECORD, text: 'x' }, [{ name: 'in.eml', contentType: 'message/rfc822', inline: false, content }]);
		expect((await parseMessage(mime)).attachments[0]?.content).toEqual(Buffer.from('Subject: inner\r\n\r\nbody \xe4\r\n', 'latin1'));
	});

	it('an inline attachment without HTML, or of text, becomes an ordinary one', async () => {
		const image = { name: 'a.png', contentType: 'image/png', contentId: 'c', inline: true, content: Buffer.from('x') };
		const withoutHtml = await parseMessage(await composeMessage({ ...RECORD, text: 'x' }, [image]));
		expect(withoutHtml.attachments).toEqual([{ ...image, inline: false }]);
		const text = { ...image, name: 'a.txt', contentType: 'text/plain' };
		const withHtml = await parseMessage(await composeMessage({ ...RECORD, text: 'x', html: '<p>x</p>' }, [text]));
		expect(withHtml.content.text).toBe('x');
		expect(withHtml.attachments).toEqual([{ ...text, inline: false }]);
	});
});
