import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { independentMessage } from '../../src/mime/independent-message.ts';

const remove = (text: string, options?: Parameters<typeof independentMessage>[1]): string => independentMessage(Buffer.from(text, 'latin1'), options).toString('latin1');

describe('independentMessage (email-independent)', () => {
	it('takes the outer relation fields out, folded lines too, and touches no other byte', () => {
		const before =
			'\xef\xbb\xbfReceived: by x;\r\n  now\r\nIN-REPLY-TO : <a@b>\r\nSubject: =?utf-8?Q?x?=\r\nReferences: <a@b>\r\n\t<c@d>\r\n  <e@f>\r\nThread-Topic: t\r\nThread-Index: AdAB\r\n CDEF\r\nX-Raw: \xe4\x00\r\nReferences-Not: 1\r\n\r\nIn-Reply-To: body\nbare\r\n';
		expect(remove(before)).toBe('\xef\xbb\xbfReceived: by x;\r\n  now\r\nSubject: =?utf-8?Q?x?=\r\nX-Raw: \xe4\x00\r\nReferences-Not: 1\r\n\r\nIn-Reply-To: body\nbare\r\n');
	});

	it('read-receipts: takes requests for receipts out of the outer header when told so, folded ones too, and only there', () => {
		const before = 'A: 1\r\nDisposition-Notification-To:\r\n <a@b>\r\nreturn-receipt-to: a@b\nX-Confirm-Reading-To: a@b\r\nDisposition-Notification-Options: x=optional,y\r\nReturn-Receipt-Requested: y\r\nB: 2\r\n\r\nReturn-Receipt-To: body\r\n';
		expect(remove(before, { receiptRequests: 'takeOut' })).toBe('A: 1\r\nB: 2\r\n\r\nReturn-Receipt-To: body\r\n');
		expect(remove(before, { receiptRequests: 'keep' })).toBe(before);
		expect(remove(before)).toBe(before);
	});

	it('leaves the headers of nested messages and parts alone', () => {
		const body = '--b\r\nContent-Type: message/rfc822\r\n\r\nReferences: <a@b>\r\n\r\nx\r\n--b--\r\n';
		expect(remove(`References: <a@b>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${body}`)).toBe(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${body}`);
	});

	it('works with bare line feeds, without a body, at the end and on nothing', () => {
		expect(remove('A: 1\nReferences: x\n y\nB: 2\n\nbody')).toBe('A: 1\nB: 2\n\nbody');
		expect(remove('A: 1\r\nReferences: x')).toBe('A: 1\r\n');
		expect(remove('')).toBe('');
	});

	it('normalises line endings only when asked, and never where something is signed or encrypted (smime-push)', () => {
		expect(remove('A: 1\nB: 2\r\n\nbody\n')).toBe('A: 1\nB: 2\r\n\nbody\n');
		expect(remove('A: 1\nB: 2\r\n\nbody\n', { lineEndings: 'crlf' })).toBe('A: 1\r\nB: 2\r\n\r\nbody\r\n');
		for (const type of ['multipart/signed; protocol=x', 'application/pkcs7-mime; smime-type=enveloped-data', 'multipart/encrypted', 'application/x-pkcs7-mime']) {
			expect(remove(`References: x\nContent-Type: ${type}\n\nbody\n`, { lineEndings: 'crlf' })).toBe(`Content-Type: ${type}\r\n\r\nbody\n`);
			expect(remove(`A: 1\n\n--b\nContent-Type:\n ${type}\n\nbody\n`, { lineEndings: 'crlf' })).toBe(`A: 1\r\n\r\n--b\nContent-Type:\n ${type}\n\nbody\n`);
		}
	});

	it('is idempotent and only ever takes whole header lines away, whatever the bytes', () => {
		const line = fc.constantFrom('References: a\r\n', 'Subject: x\r\n', ' folded\r\n', '\tfolded\n', 'thread-index: x\n', 'no field\r\n', '\r\n', '\n', 'In-Reply-To:\r\n', ': empty\r\n');
		fc.assert(
			fc.property(fc.array(line), fc.uint8Array({ maxLength: 50 }), (header, body) => {
				const before = Buffer.concat([Buffer.from(header.join('')), body]);
				const once = independentMessage(before);
				expect(independentMessage(once).equals(once)).toBe(true);
				expect(once.length).toBeLessThanOrEqual(before.length);
			}),
		);
	});
});
