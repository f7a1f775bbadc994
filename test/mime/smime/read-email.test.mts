import { afterAll, describe, expect, it } from 'vitest';
import { readEmail } from '../../../src/mime/read-email.ts';
import { openPkcs12 } from '../../../src/mime/smime/pkcs12.ts';
import { AT, OpensslWorkshop } from './openssl.mts';

const workshop = new OpensslWorkshop(['rsa', 'expired']);
afterAll(() => workshop.close());

const ENTITY = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\nsecret\r\n');
const HEADER = 'From: a@example.com\r\nSubject: outside\r\nMessage-ID: <read@example.com>\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\n';
const encrypted = Buffer.concat([Buffer.from(HEADER), workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes256', 'expired.pem', 'rsa.pem')]);

describe('readEmail (smime-pull)', () => {
	it('with the certificate, even an expired one: the inner mail under the outer header', async () => {
		const { identities } = openPkcs12(workshop.pkcs12('expired', 'x'), 'x');
		const { content, attachments } = await readEmail(encrypted, { identities, at: AT });
		expect(content).toMatchObject({ key: '<read@example.com>', subject: 'outside', text: 'secret', encryption: 'decrypted', signature: 'none', attachments: [] });
		expect(content).not.toHaveProperty('encryptionReason');
		expect(attachments).toEqual([]);
	});

	it('without: header, smime.p7m, reason, no error', async () => {
		const { content, attachments } = await readEmail(encrypted, { identities: [], at: AT });
		expect(content).toMatchObject({
			key: '<read@example.com>',
			subject: 'outside',
			encryption: 'encrypted',
			encryptionReason: expect.stringContaining('No S/MIME certificate is given'),
			signature: 'none',
			attachments: [{ name: 'smime.p7m', contentType: 'application/pkcs7-mime', type: 'file', inline: false }],
		});
		expect(content).not.toHaveProperty('text');
		expect(attachments).toHaveLength(1);
	});

	it('a plain mail is read as it is', async () => {
		const { content } = await readEmail(Buffer.from(`${HEADER}\r\nhello`), { identities: [], at: AT });
		expect(content).toMatchObject({ text: 'hello', encryption: 'none', signature: 'none' });
	});

	it('signed: the signer, and no signature among the attachments', async () => {
		const signed = Buffer.concat([Buffer.from(HEADER), workshop.runWith(ENTITY, 'cms', '-sign', '-signer', 'rsa.pem', '-inkey', 'rsa.key')]);
		const { content } = await readEmail(signed, { identities: [], at: AT });
		expect(content).toMatchObject({ text: 'secret', encryption: 'none', signature: 'untrusted', signer: 'rsa@example.com', attachments: [] });
	});
});
