import { X509Certificate } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { openSmimeMessage } from '../../../src/mime/smime/open-message.ts';
import { cpuTime } from '../../cpu-time.mts';
import { OpensslWorkshop } from './openssl.mts';

const workshop = new OpensslWorkshop([]);
afterAll(() => workshop.close());

/** Certificates by what names their holder; alternative names as a configuration of openssl has them. */
const HOLDERS = {
	'an alternative name': { subject: '/CN=Other', names: ['email.1=other@example.com'] },
	'two alternative names': { subject: '/CN=Other', names: ['email.1=first@example.com', 'email.2=Other@EXAMPLE.com'] },
	'its subject': { subject: '/CN=Other/emailAddress=other@example.com', names: [] },
	'an alternative name and its subject': { subject: '/CN=Other/emailAddress=other@example.com', names: ['email.1=first@example.com'] },
	'an international domain': { subject: '/CN=Other', names: ['email.1=anna@xn--bcher-kva.example'] },
	'an international address': { subject: '/CN=Other', names: ['otherName.1=1.3.6.1.5.5.7.8.9;FORMAT:UTF8,UTF8:jürgen@example.com'] },
	'no address': { subject: '/CN=Other', names: ['DNS.1=example.com', 'otherName.1=1.2.3.4;UTF8:other@example.com'] },
} as const;
type Holder = keyof typeof HOLDERS;

const made = new Map<Holder, string>();

function certificateOf(holder: Holder): string {
	const known = made.get(holder);
	if (known !== undefined) return known;
	const { subject, names } = HOLDERS[holder];
	const name = `holder${made.size}`;
	const config = workshop.write(Buffer.from(`[req]\ndistinguished_name=name\n[name]\n[own]\nextendedKeyUsage=emailProtection\n${names.length === 0 ? '' : ['subjectAltName=@names', '[names]', ...names, ''].join('\n')}`));
	workshop.run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`, '-subj', subject, '-days', '365', '-config', config, '-extensions', 'own', '-out', `${name}.pem`);
	made.set(holder, name);
	return name;
}

const ENTITY = 'Content-Type: text/plain\r\n\r\nPay 10,000 to me\r\n';

/** A message under these header fields, signed by the holder, whose certificate is trusted. */
function opened(holder: Holder, fields: readonly string[], entity = ENTITY): ReturnType<typeof openSmimeMessage> {
	const name = certificateOf(holder);
	const signed = workshop.runWith(Buffer.from(entity), 'cms', '-sign', '-binary', '-signer', `${name}.pem`, '-inkey', `${name}.key`).toString('latin1').replace(/\r?\n/g, '\r\n');
	const mime = Buffer.concat([...fields.map((field) => Buffer.from(`${field}\r\n`)), Buffer.from(signed, 'latin1')]);
	return openSmimeMessage(mime, { identities: [], trusted: [new X509Certificate(workshop.read(`${name}.pem`))], at: new Date() });
}

describe('smime-pull: a signature is valid for whom the mail says it is from (RFC 8550, 3)', { timeout: 30_000 }, () => {
	it.each<[string, Holder, string[], 'valid' | 'untrusted']>([
		['From is the signer', 'an alternative name', ['From: Other <other@example.com>'], 'valid'],
		['From is somebody else', 'an alternative name', ['From: The Boss <boss@example.com>'], 'untrusted'],
		['From has the address as its name', 'an alternative name', ['From: "other@example.com" <boss@example.com>'], 'untrusted'],
		['From is written otherwise', 'an alternative name', ['FROM:\r\n OTHER@Example.COM'], 'valid'],
		['Sender is the signer', 'an alternative name', ['From: boss@example.com', 'Sender: other@example.com'], 'valid'],
		['From is the signer, Sender is not', 'an alternative name', ['From: other@example.com', 'Sender: boss@example.com'], 'valid'],
		['neither is', 'an alternative name', ['From: boss@example.com', 'Sender: desk@example.com', 'Reply-To: other@example.com'], 'untrusted'],
		['there is neither', 'an alternative name', [], 'untrusted'],
		['the signer stands second in From', 'an alternative name', ['From: boss@example.com, other@example.com'], 'untrusted'],
		['the signer stands in one From of two', 'an alternative name', ['From: boss@example.com', 'From: other@example.com'], 'untrusted'],
		['the second of two addresses', 'two alternative names', ['From: other@example.com'], 'valid'],
		['none of two addresses', 'two alternative names', ['From: boss@example.com'], 'untrusted'],
		['the address of the subject', 'its subject', ['From: other@example.com'], 'valid'],
		['not the address of the subject', 'its subject', ['From: boss@example.com'], 'untrusted'],
		['the address of the subject beside another', 'an alternative name and its subject', ['From: other@example.com'], 'valid'],
		['an international domain', 'an international domain', ['From: Anna <anna@bücher.example>'], 'valid'],
		['an international address', 'an international address', ['From: jürgen@example.com'], 'valid'],
		['not the international address', 'an international address', ['From: jurgen@example.com'], 'untrusted'],
		['a certificate without addresses', 'no address', ['From: boss@example.com'], 'valid'],
	])('%s', (_title, holder, fields, signature) => {
		expect(opened(holder, fields)).toMatchObject({ encryption: 'none', signature });
	});

	it('header fields inside do not count, as nobody sees them', () => {
		expect(opened('an alternative name', ['From: boss@example.com'], `From: other@example.com\r\n${ENTITY}`)).toMatchObject({ signature: 'untrusted' });
	});

	it('the signer is named by the first address', () => {
		expect(opened('two alternative names', ['From: boss@example.com'])).toMatchObject({ signer: 'first@example.com' });
		expect(opened('its subject', ['From: boss@example.com'])).toMatchObject({ signer: 'other@example.com' });
		expect(opened('an international address', ['From: boss@example.com'])).toMatchObject({ signer: 'jürgen@example.com' });
		expect(opened('no address', ['From: boss@example.com'])).toMatchObject({ signer: 'CN=Other' });
	});

	it.each(['<', '"', '(', 'a@b.example, ', 'g:', '\\', '=?utf-8?q?a?='])('a From field of nothing but %j is read in no time', (piece) => {
		for (const length of [60_000, 600_000]) {
			const mime = Buffer.from(`From: ${piece.repeat(length / piece.length)}\r\n\r\nx`);
			expect(cpuTime(() => openSmimeMessage(mime, { identities: [], at: new Date() })).cpu).toBeLessThan(1000);
		}
	});
});
