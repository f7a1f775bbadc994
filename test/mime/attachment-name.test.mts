import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeAttachmentName, safeAttachmentNames } from '../../src/mime/attachment-name.ts';
import { cpuTime } from '../cpu-time.mts';

const BIN = 'application/octet-stream';

describe('safeAttachmentName', () => {
	it.each([
		['report.pdf', 'report.pdf'],
		['../../etc/passwd', 'passwd'],
		['..\\..\\boot.ini', 'boot.ini'],
		['C:\\x\\y.txt', 'y.txt'],
		['/abs/z', 'z'],
		['..', 'attachment.bin'],
		['...', 'attachment.bin'],
		['.', 'attachment.bin'],
		['', 'attachment.bin'],
		['   ', 'attachment.bin'],
		['.htaccess', '.htaccess'],
		['CON', '_CON'],
		['nul.txt', '_nul.txt'],
		['com1.tar.gz', '_com1.tar.gz'],
		['COM¹', '_COM¹'],
		['console.log', 'console.log'],
		['a<b>c:d"e|f?g*h.txt', 'a_b_c_d_e_f_g_h.txt'],
		['file.txt::$DATA', 'file.txt__$DATA'],
		['a\u0000b\u001fc\u007f.txt', 'abc.txt'],
		['invoice\u202egpj.exe', 'invoicegpj.exe'],
		['\ufeffmark.txt', 'mark.txt'],
		['trailing. . .', 'trailing'],
		[' . .', 'attachment.bin'],
		[' .a. b .', '.a. b'],
		['line\r\nbreak.txt', 'linebreak.txt'],
		['e\u0301.txt', 'é.txt'],
		['half \ud83d.txt', 'half _.txt'],
	])('%j → %j', (name, safe) => {
		expect(safeAttachmentName(name, BIN)).toBe(safe);
	});

	it.each([
		['message/rfc822', 'message.eml'],
		['text/calendar', 'invite.ics'],
		['application/ms-tnef', 'winmail.dat'],
		['application/pkcs7-mime', 'smime.p7m'],
		['image/png', 'attachment.png'],
		['unknown/unknown', 'attachment.bin'],
		['constructor', 'attachment.bin'],
	])('a part %s without a name is %s', (contentType, name) => {
		expect(safeAttachmentName(undefined, contentType)).toBe(name);
	});

	it('cuts what is too long in front of the extension, between characters', () => {
		const name = safeAttachmentName(`${'ä🎉'.repeat(100)}.docx`, BIN);
		expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
		expect(Buffer.byteLength(name)).toBeGreaterThan(245);
		expect(name).toMatch(/^(ä🎉)+ä?\.docx$/u);
	});

	it.each([
		['dots', `${'.'.repeat(1_000_000)}x`],
		['dots and blanks', `${' .'.repeat(500_000)}x`],
		['dots at the end', `x${'.'.repeat(1_000_000)}`],
	])('takes a megabyte of %s in no time', { timeout: 20_000 }, (_title, name) => {
		const { cpu } = cpuTime(() => safeAttachmentName(name, BIN));
		expect(cpu).toBeLessThan(1000);
	});

	it('is safe and idempotent for every text', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.stringMatching(/^[./\\: a-c\u202e\u0000]{0,20}$/)), (name) => {
				const safe = safeAttachmentName(name, BIN);
				expect(safe).toMatch(/^[^<>:"/\\|?*\u0000-\u001f]+$/);
				expect(safe).not.toMatch(/^\.*$|[ .]$|^ /);
				expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
				expect(safeAttachmentName(safe, BIN)).toBe(safe);
			}),
		);
	});
});

describe('safeAttachmentNames', () => {
	it('numbers names that are taken, whatever their case', () => {
		const names = ['a.txt', 'A.TXT', 'a (2).txt', 'a.txt', 'b'].map((name) => ({ name, contentType: BIN }));
		expect(safeAttachmentNames(names)).toEqual(['a.txt', 'A (2).TXT', 'a (2) (2).txt', 'a (3).txt', 'b']);
	});

	it('all names differ and fit, however many there are', () => {
		const name = fc.constantFrom('a.txt', 'A.txt', 'a (2).txt', `${'x'.repeat(300)}.txt`, undefined, '', 'con');
		fc.assert(
			fc.property(fc.array(name, { maxLength: 60 }), (list) => {
				const safe = safeAttachmentNames(list.map((entry) => ({ name: entry, contentType: BIN })));
				expect(new Set(safe.map((entry) => entry.toLowerCase())).size).toBe(list.length);
				for (const entry of safe) expect(Buffer.byteLength(entry)).toBeLessThanOrEqual(255);
			}),
		);
	});
});
