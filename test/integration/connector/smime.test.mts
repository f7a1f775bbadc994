import { afterAll, describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import { ENVELOPED } from '../../exchange-server/seed/smimeSamples.mts';
import { encryptedMail, pkcs12 } from '../../mime/smime/encrypted-mail.mts';
import { OpensslWorkshop } from '../../mime/smime/openssl.mts';
import { ANNA, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();
const ENCRYPTED = encryptedMail('<confidential@x>', 'In-Reply-To: <question@x>');
const CERTIFICATE = { pkcs12: pkcs12('p12'), password: 'p12' };

describe('encrypted mails', () => {
	it('smime-pull: without a certificate a mail arrives encrypted, with its headers and smime.p7m', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, ENCRYPTED);
		const { record, attachments } = onlyEvent(await office.pull({ withAttachments: true }));
		const mail = record as EmailRecord;
		expect(mail).toMatchObject({ subject: 'Confidential', key: '<confidential@x>', encryption: 'encrypted', from: { address: 'clara@example.org' } });
		expect(mail.attachments.map(({ name }) => name)).toEqual(['smime.p7m']);
		expect(attachments.map(({ content }) => content?.equals(ENVELOPED))).toEqual([true]);
		expect(JSON.stringify(mail)).not.toContain('vertraulich');
	});

	it('smime-pull: with the certificate it arrives decrypted', async () => {
		const office = await bench({ settings: { smimeCertificates: [CERTIFICATE] } });
		await office.control.deliver(ANNA, ENCRYPTED);
		const mail = onlyEvent(await office.pull({ withAttachments: true })).record as EmailRecord;
		expect(mail).toMatchObject({ subject: 'Confidential', key: '<confidential@x>', encryption: 'decrypted' });
		expect(mail.text).toContain('vertraulich');
		expect(mail.attachments).toEqual([]);
		expect(JSON.stringify(mail)).not.toContain('question@x');
	});

	it('smime-push, smime-pull: of a gateway that knows no better type than octet-stream it is the same', async () => {
		const named = ENCRYPTED.replace(/Content-Type: application\/pkcs7-mime[^\r\n]*(?:\r\n[ \t][^\r\n]*)*/i, 'Content-Type: application/octet-stream; name="smime.p7m"');
		expect(named).not.toBe(ENCRYPTED);
		const pushed = await bench();
		await pushed.pushOne('email', { externalId: 'm1', record: { mime: Buffer.from(named).toString('base64') } });
		expect(pushed.outlook().items('inbox')).toMatchObject([{ itemClass: 'IPM.Note.SMIME' }]);
		const office = await bench({ settings: { smimeCertificates: [CERTIFICATE] } });
		await office.control.deliver(ANNA, named);
		const mail = onlyEvent(await office.pull()).record as EmailRecord;
		expect(mail).toMatchObject({ encryption: 'decrypted', attachments: [] });
		expect(mail.text).toContain('vertraulich');
	});

	it('smime-push: the bytes stay as they are below the headers, with the class of an encrypted mail', async () => {
		const office = await bench();
		const outcome = await office.pushOne('email', { externalId: 'm1', record: { key: '<confidential@x>', subject: 'Confidential', mime: Buffer.from(ENCRYPTED).toString('base64') } });
		expect(outcome.outcome).toBe('created');
		expect(office.outlook().items('inbox')).toMatchObject([{ itemClass: 'IPM.Note.SMIME', subject: 'Confidential', messageId: '<confidential@x>', isDraft: false }]);
		const [create] = office.requests().filter(({ operation }) => operation === 'CreateItem');
		const sent = Buffer.from(/<t:MimeContent[^>]*>([^<]*)</.exec(create?.request ?? '')?.[1] ?? '', 'base64').toString();
		expect(sent.slice(sent.indexOf('\r\n\r\n'))).toBe(ENCRYPTED.slice(ENCRYPTED.indexOf('\r\n\r\n')));
		expect(sent).not.toContain('In-Reply-To');
		expect((await office.pull()).events).toEqual([]);

		const reader = office.another({ ...office.connector.settings, connectorId: 'other', smimeCertificates: [CERTIFICATE] });
		expect(onlyEvent(await reader.pull(undefined, office.pullOptions())).record).toMatchObject({ encryption: 'decrypted', subject: 'Confidential' });
	});
});

describe('signed mails', () => {
	const workshop = new OpensslWorkshop(['other']);
	afterAll(() => workshop.close());

	it('smime-pull: a signature is valid where the mail says it is from its signer, else untrusted', async () => {
		const office = await bench({ settings: { smimeCertificates: [{ pkcs12: workshop.pkcs12('other', 'p12').toString('base64'), password: 'p12' }] } });
		const signed = workshop.runWith(Buffer.from('Content-Type: text/plain\r\n\r\nPay 10,000 to me\r\n'), 'cms', '-sign', '-binary', '-signer', 'other.pem', '-inkey', 'other.key');
		for (const from of ['Other <Other@example.com>', 'The Boss <boss@example.com>', 'The Boss <boss@example.com>, other@example.com']) {
			await office.control.deliver(ANNA, `From: ${from}\r\nTo: ${ANNA}\r\nSubject: ${from}\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n${signed.toString('latin1').replace(/\r?\n/g, '\r\n')}`);
		}
		const { events } = await office.pull();
		const told = events.map(({ record }) => record as EmailRecord).map(({ from, signature, signer, text }) => ({ from: from?.address.toLowerCase(), signature, signer, text }));
		expect(told).toEqual([
			{ from: 'other@example.com', signature: 'valid', signer: 'other@example.com', text: 'Pay 10,000 to me' },
			{ from: 'boss@example.com', signature: 'untrusted', signer: 'other@example.com', text: 'Pay 10,000 to me' },
			{ from: 'boss@example.com', signature: 'untrusted', signer: 'other@example.com', text: 'Pay 10,000 to me' },
		]);
	});
});
