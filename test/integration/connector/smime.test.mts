import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { EmailRecord } from '../../../src/records/email.ts';
import { CERTIFICATE, ENVELOPED, PRIVATE_KEY } from '../../exchange-server/seed/smimeSamples.mts';
import { ANNA, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();
const BASE64 = ENVELOPED.toString('base64').replace(/.{76}/g, '$&\r\n');

const ENCRYPTED = [
	'From: Clara <clara@example.org>',
	`To: ${ANNA}`,
	'Subject: Confidential',
	'Message-ID: <confidential@x>',
	'In-Reply-To: <question@x>',
	'Date: Sun, 1 Mar 2026 10:00:00 +0000',
	'MIME-Version: 1.0',
	'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
	'Content-Transfer-Encoding: base64',
	'Content-Disposition: attachment; filename="smime.p7m"',
	'',
	BASE64,
	'',
].join('\r\n');

let folder: string;
let pkcs12: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'connector-smime-'));
	writeFileSync(join(folder, 'anna.key'), PRIVATE_KEY);
	writeFileSync(join(folder, 'anna.pem'), CERTIFICATE);
	execFileSync('openssl', ['pkcs12', '-export', '-inkey', 'anna.key', '-in', 'anna.pem', '-passout', 'pass:p12', '-out', 'anna.p12'], { cwd: folder, stdio: 'pipe' });
	pkcs12 = readFileSync(join(folder, 'anna.p12')).toString('base64');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
		const office = await bench({ settings: { smimeCertificates: [{ pkcs12, password: 'p12' }] } });
		await office.control.deliver(ANNA, ENCRYPTED);
		const mail = onlyEvent(await office.pull({ withAttachments: true })).record as EmailRecord;
		expect(mail).toMatchObject({ subject: 'Confidential', key: '<confidential@x>', encryption: 'decrypted' });
		expect(mail.text).toContain('vertraulich');
		expect(mail.attachments).toEqual([]);
		expect(JSON.stringify(mail)).not.toContain('question@x');
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

		const reader = office.another({ ...office.connector.settings, connectorId: 'other', smimeCertificates: [{ pkcs12, password: 'p12' }] });
		expect(onlyEvent(await reader.pull(undefined, office.pullOptions())).record).toMatchObject({ encryption: 'decrypted', subject: 'Confidential' });
	});
});
