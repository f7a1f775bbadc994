import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { composeMessage } from '../../../src/mime/compose-message.ts';
import { independentMessage } from '../../../src/mime/independent-message.ts';
import { parseMessage } from '../../../src/mime/parse-message.ts';
import { openSmimeMessage } from '../../../src/mime/smime/open-message.ts';
import type { OpenedMessage } from '../../../src/mime/smime/open-message.ts';
import { openPkcs12 } from '../../../src/mime/smime/pkcs12.ts';
import { bareEmail } from '../../records/bare-email.mts';
import { cpuTime } from '../../cpu-time.mts';
import { AT, CERTIFICATES, OpensslWorkshop, SENDER } from './openssl.mts';
import type { CertificateName } from './openssl.mts';
import { rows, runs } from '../../quick-look.mts';

const workshop = new OpensslWorkshop();
afterAll(() => workshop.close());

const identities = Object.fromEntries(CERTIFICATES.map((name) => [name, openPkcs12(workshop.pkcs12(name, 'pw'), 'pw').identities])) as Record<
	CertificateName,
	ReturnType<typeof openPkcs12>['identities']
>;
const authority = new X509Certificate(workshop.read('ca.pem'));
const all = Object.values(identities).flat();
const open = (mime: Buffer, given = all): OpenedMessage => openSmimeMessage(mime, { identities: given, trusted: [authority], at: AT });

/** The MIME entity that is protected: text, HTML and an attachment, non-ASCII, with CRLF. */
const ENTITY = Buffer.from(
	[
		'Content-Type: multipart/mixed; boundary="in"',
		'',
		'--in',
		'Content-Type: multipart/alternative; boundary="alt"',
		'',
		'--alt',
		'Content-Type: text/plain; charset=utf-8',
		'Content-Transfer-Encoding: 8bit',
		'',
		'Geheime Grüße',
		'--alt',
		'Content-Type: text/html; charset=utf-8',
		'Content-Transfer-Encoding: quoted-printable',
		'',
		'<p>Geheime Gr=C3=BC=C3=9Fe</p>',
		'--alt--',
		'--in',
		'Content-Type: application/pdf; name="geheim.pdf"',
		'Content-Disposition: attachment; filename="geheim.pdf"',
		'Content-Transfer-Encoding: base64',
		'',
		'JVBERi0=',
		'--in--',
		'',
	].join('\r\n'),
);

const HEADER = `From: Sender <${SENDER}>\r\nTo: rsa@example.com\r\nSubject: =?utf-8?Q?=C3=84u=C3=9Feres?=\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <smime@example.com>\r\n`;

/** A message of an entity that `openssl` wrote, under the outer header. */
function message(entity: Buffer): Buffer {
	return Buffer.concat([Buffer.from(HEADER), Buffer.from(entity.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')]);
}

const CONTENT_CIPHERS = ['-des3', '-aes128', '-aes192', '-aes256', '-aes-128-gcm', '-aes-192-gcm', '-aes-256-gcm'] as const;
const KEY_WAYS: Readonly<Record<string, { to: CertificateName; options: string[] }>> = {
	'RSA PKCS#1 v1.5': { to: 'rsa', options: [] },
	'RSA-OAEP SHA-1': { to: 'rsa', options: ['-keyopt', 'rsa_padding_mode:oaep'] },
	'RSA-OAEP SHA-256': { to: 'rsa', options: ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256'] },
	'RSA, expired certificate': { to: 'expired', options: [] },
	'ECDH P-256': { to: 'ec256', options: [] },
	'ECDH P-384, SHA-384': { to: 'ec384', options: ['-keyopt', 'ecdh_kdf_md:sha384'] },
	'ECDH cofactor, AES-256 wrap': { to: 'ec256', options: ['-aes256-wrap', '-keyopt', 'ecdh_cofactor_mode:1'] },
	'RSA by key id': { to: 'rsa', options: ['-keyid'] },
	'ECDH by key id': { to: 'ec256', options: ['-keyid'] },
};

function encrypt(entity: Buffer, cipher: string, { to, options }: { to: CertificateName; options: string[] }, ...more: string[]): Buffer {
	const flags = options.filter((option) => option === '-keyid' || option.endsWith('-wrap'));
	const keyOptions = options.filter((option) => !flags.includes(option));
	return workshop.runWith(entity, 'cms', '-encrypt', '-binary', cipher, ...flags, ...more, '-recip', `${to}.pem`, ...keyOptions);
}

function sign(entity: Buffer, by: CertificateName, form: 'clear' | 'opaque', ...more: string[]): Buffer {
	return workshop.runWith(entity, 'cms', '-sign', '-binary', ...(form === 'opaque' ? ['-nodetach'] : []), '-signer', `${by}.pem`, '-inkey', `${by}.key`, ...more);
}

/** `openssl` writes a MIME header of its own; Outlook and others write the entity with CRLF. */
function entityOf(output: Buffer): Buffer {
	return Buffer.from(output.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

async function expectContent(result: OpenedMessage): Promise<void> {
	expect(result.encryption === 'encrypted' ? result.reason : '').toBe('');
	if (result.encryption === 'encrypted') return;
	const { content, attachments } = await parseMessage(result.mime);
	expect(content).toMatchObject({
		key: '<smime@example.com>',
		subject: 'Äußeres',
		from: { name: 'Sender', address: SENDER },
		to: [{ name: '', address: 'rsa@example.com' }],
		sentAt: '2026-03-02T08:00:00Z',
		text: 'Geheime Grüße',
		html: '<p>Geheime Grüße</p>',
	});
	expect(attachments.map(({ name, contentType, content: bytes }) => [name, contentType, bytes.toString()])).toEqual([['geheim.pdf', 'application/pdf', '%PDF-']]);
}

/** Where the last bytes of the keys stand that openssl has encrypted by RSA. */
function keysIn(der: Buffer): number[] {
	const keyOfRsa2048 = Buffer.from('04820100', 'hex');
	const places: number[] = [];
	for (let at = der.indexOf(keyOfRsa2048); at >= 0; at = der.indexOf(keyOfRsa2048, at + 1)) places.push(at + keyOfRsa2048.length + 255);
	return places;
}

const SIGNED: Readonly<Record<string, { by: CertificateName; state: string; options: string[] }>> = {
	'RSA SHA-256': { by: 'rsa', state: 'valid', options: [] },
	'RSA SHA-1': { by: 'rsa', state: 'valid', options: ['-md', 'sha1'] },
	'RSA SHA-512': { by: 'rsa', state: 'valid', options: ['-md', 'sha512'] },
	'RSA-PSS': { by: 'rsa', state: 'valid', options: ['-keyopt', 'rsa_padding_mode:pss'] },
	'RSA without attributes': { by: 'rsa', state: 'valid', options: ['-noattr'] },
	'RSA by key id': { by: 'rsa', state: 'valid', options: ['-keyid'] },
	'ECDSA P-256': { by: 'ec256', state: 'valid', options: [] },
	'ECDSA P-384': { by: 'ec384', state: 'valid', options: ['-md', 'sha384'] },
	'RSA, expired certificate': { by: 'expired', state: 'untrusted', options: [] },
	'RSA, certificate for servers': { by: 'tls', state: 'untrusted', options: [] },
	'RSA MD5': { by: 'rsa', state: 'invalid', options: ['-md', 'md5'] },
};

const table: string[][] = [];
afterAll(() => {
	const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
	const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '));
	process.stdout.write(`\nopenssl matrix: ${table.length} kinds of messages\n${lines.join('\n')}\n`);
});

describe('messages made by openssl: encrypted (smime-pull)', () => {
	for (const cipher of CONTENT_CIPHERS) {
		it.each(rows(Object.entries(KEY_WAYS)))(`${cipher} × %s`, async (way, key) => {
			const mime = message(encrypt(ENTITY, cipher, key));
			const result = open(mime);
			expect(result).toMatchObject({ encryption: 'decrypted', signature: 'none' });
			await expectContent(result);
			table.push(['encrypted', `${cipher.slice(1)}, ${way}`, 'decrypted, signature none']);
		});
	}

	it.each([
		['3DES key wrap', ['-des3', '-des3-wrap'], 'ec256'],
		['as a stream, in pieces', ['-aes256', '-stream'], 'rsa'],
		['RC2-40 of old Outlook', ['-provider', 'legacy', '-provider', 'default', '-rc2-40'], 'rsa'],
		['RC2-128 of old Outlook', ['-provider', 'legacy', '-provider', 'default', '-rc2-128'], 'rsa'],
	] as const)('%s', async (title, options, to) => {
		const result = open(message(workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', ...options, `${to}.pem`)));
		expect(result).toMatchObject({ encryption: 'decrypted' });
		await expectContent(result);
		table.push(['encrypted', title, 'decrypted, signature none']);
	});

	it('for several recipients: each opens it', async () => {
		const mime = message(workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes256', 'other.pem', 'ec256.pem', 'rsa.pem', 'expired.pem'));
		for (const name of ['other', 'ec256', 'rsa', 'expired'] as const) await expectContent(open(mime, identities[name]));
		expect(open(mime, identities.ec384)).toMatchObject({ encryption: 'encrypted' });
		table.push(['encrypted', 'four recipients, each alone', 'decrypted, signature none']);
	});

	it('body as binary, as octet-stream named smime.p7m, with the old x- type', async () => {
		const der = workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes256', '-outform', 'DER', 'rsa.pem');
		const binary = Buffer.concat([Buffer.from(`${HEADER}Content-Type: application/x-pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n`), der]);
		await expectContent(open(binary));
		const base64 = der.toString('base64').replace(/.{76}/g, '$&\r\n');
		const named = Buffer.from(`${HEADER}Content-Type: application/octet-stream; name="smime.p7m"\r\nContent-Transfer-Encoding: BASE64\r\n\r\n${base64}\r\n`);
		await expectContent(open(named));
	});

	it('body as quoted-printable, with blanks that a gateway put behind its lines', async () => {
		const der = workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes256', '-outform', 'DER', 'rsa.pem');
		const quoted = Array.from(der, (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('').replace(/.{75}/g, '$&= \t\r\n');
		await expectContent(open(Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quoted}`)));
	});
});

describe('messages made by openssl: signed (smime-pull)', () => {
	for (const form of ['clear', 'opaque'] as const) {
		it.each(Object.entries(SIGNED))(`${form}-signed, %s`, async (way, { by, state, options }) => {
			const mime = message(entityOf(sign(ENTITY, by, form, ...options)));
			const result = open(mime, []);
			expect(result).toMatchObject({ encryption: 'none', signature: state, signer: `${by}@example.com` });
			await expectContent(result);
			table.push([`${form}-signed`, way, `none, signature ${state}`]);
		});
	}

	it('nobody is trusted: untrusted; the signer alone is: valid; at another time: untrusted', () => {
		const mime = message(entityOf(sign(ENTITY, 'rsa', 'clear')));
		const state = (trusted: X509Certificate[], at: Date): unknown => {
			const result = openSmimeMessage(mime, { identities: [], trusted, at });
			return result.encryption === 'none' ? result.signature : result;
		};
		expect(state([], AT)).toBe('untrusted');
		expect(state([new X509Certificate(workshop.read('rsa.pem'))], AT)).toBe('valid');
		expect(state([new X509Certificate(workshop.read('other.pem'))], AT)).toBe('untrusted');
		expect(state([authority], new Date('2019-01-01T00:00:00Z'))).toBe('untrusted');
	});

	it('changed content: invalid, and still readable', async () => {
		const clear = message(entityOf(sign(ENTITY, 'rsa', 'clear')));
		const changed = Buffer.from(clear.toString('latin1').replace('JVBERi0=', 'JVBERi1='), 'latin1');
		expect(open(changed)).toMatchObject({ encryption: 'none', signature: 'invalid', signer: 'rsa@example.com' });
		const der = workshop.runWith(ENTITY, 'cms', '-sign', '-binary', '-nodetach', '-signer', 'rsa.pem', '-inkey', 'rsa.key', '-outform', 'DER');
		der[der.indexOf('JVBERi0=')] = 0x4b;
		const opaque = Buffer.concat([Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: binary\r\n\r\n`), der]);
		expect(open(opaque)).toMatchObject({ encryption: 'none', signature: 'invalid' });
	});

	it('without the certificate of the signer, with a damaged signature: invalid, content readable', async () => {
		const bare = open(message(entityOf(sign(ENTITY, 'rsa', 'clear', '-nocerts'))));
		expect(bare).toMatchObject({ encryption: 'none', signature: 'invalid' });
		await expectContent(bare);
		const damaged = open(Buffer.from(message(entityOf(sign(ENTITY, 'rsa', 'clear'))).toString('latin1').replace(/(smime\.p7s"\r\n\r\n)M[\s\S]{200}/, '$1AAAA'), 'latin1'));
		expect(damaged).toMatchObject({ encryption: 'none', signature: 'invalid' });
		await expectContent(damaged);
	});

	it.each([
		['From: The Boss <boss@example.com>\r\n', 'untrusted'],
		['From: The Boss <boss@example.com>\r\nSender: RSA@example.com\r\n', 'valid'],
		['From: "rsa@example.com" <boss@example.com>\r\n', 'untrusted'],
		['Subject: from nobody\r\n', 'untrusted'],
	])('counts for the sender alone: %j is %s', (header, signature) => {
		const mime = Buffer.concat([Buffer.from(header), entityOf(sign(ENTITY, 'rsa', 'clear'))]);
		expect(open(mime, [])).toMatchObject({ signature, signer: 'rsa@example.com' });
	});

	it('two signers: both must be right', () => {
		const two = entityOf(workshop.runWith(ENTITY, 'cms', '-sign', '-binary', '-signer', 'rsa.pem', '-inkey', 'rsa.key', '-signer', 'ec256.pem', '-inkey', 'ec256.key'));
		expect(open(message(two))).toMatchObject({ signature: 'valid' });
		const oneExpired = entityOf(workshop.runWith(ENTITY, 'cms', '-sign', '-binary', '-signer', 'rsa.pem', '-inkey', 'rsa.key', '-signer', 'expired.pem', '-inkey', 'expired.key'));
		expect(open(message(oneExpired))).toMatchObject({ signature: 'untrusted' });
	});
});

describe('messages made by openssl: both (smime-pull)', () => {
	for (const form of ['clear', 'opaque'] as const) {
		it.each(rows(Object.entries(KEY_WAYS)))(`${form}-signed inside encrypted, %s`, async (way, key) => {
			for (const cipher of ['-aes256', '-aes-256-gcm', '-des3']) {
				for (const [by, state] of [['ec256', 'valid'], ['expired', 'untrusted']] as const) {
					const result = open(message(encrypt(entityOf(sign(ENTITY, by, form)), cipher, key)));
					expect(result).toMatchObject({ encryption: 'decrypted', signature: state, signer: `${by}@example.com` });
					await expectContent(result);
					table.push([`${form}-signed inside encrypted`, `${by}; ${cipher.slice(1)}, ${way}`, `decrypted, signature ${state}`]);
				}
			}
		});

		it.each(rows(Object.entries(KEY_WAYS)))(`encrypted inside ${form}-signed, %s`, async (way, key) => {
			for (const cipher of ['-aes128', '-aes-128-gcm']) {
				const result = open(message(entityOf(sign(entityOf(encrypt(ENTITY, cipher, key)), 'rsa', form))));
				expect(result).toMatchObject({ encryption: 'decrypted', signature: 'valid', signer: 'rsa@example.com' });
				await expectContent(result);
				table.push([`encrypted inside ${form}-signed`, `rsa; ${cipher.slice(1)}, ${way}`, 'decrypted, signature valid']);
			}
		});
	}

	it('triple wrapped: signed, encrypted, signed', async () => {
		const triple = entityOf(sign(entityOf(encrypt(entityOf(sign(ENTITY, 'ec256', 'opaque')), '-aes256', { to: 'rsa', options: [] })), 'expired', 'clear'));
		const result = open(message(triple));
		expect(result).toMatchObject({ encryption: 'decrypted', signature: 'untrusted', signer: 'ec256@example.com' });
		await expectContent(result);
		table.push(['triple wrapped', 'ec256; aes256, RSA; expired', 'decrypted, signature untrusted']);
	});
});

describe('what cannot be opened arrives encrypted (smime-pull)', () => {
	const encrypted = message(encrypt(ENTITY, '-aes256', { to: 'rsa', options: [] }));

	it('without certificate, or with another one: the reason names the serial number it is for', () => {
		const serial = identities.rsa[0]?.certificate.x509.serialNumber ?? '?';
		expect(open(encrypted, [])).toEqual({ encryption: 'encrypted', reason: `No S/MIME certificate is given; it is encrypted for serial number ${serial}` });
		expect(open(encrypted, identities.other)).toEqual({
			encryption: 'encrypted',
			reason: `No S/MIME certificate that is given fits this mail; it is encrypted for serial number ${serial}`,
		});
	});

	it('its record still has headers and smime.p7m', async () => {
		const { content, attachments } = await parseMessage(encrypted);
		expect(content).toMatchObject({ subject: 'Äußeres', key: '<smime@example.com>' });
		expect(attachments.map(({ name }) => name)).toEqual(['smime.p7m']);
	});

	it('an algorithm that is not supported, a password instead of a certificate, compressed data', () => {
		const camellia = message(workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-camellia256', 'rsa.pem'));
		expect(open(camellia)).toMatchObject({ encryption: 'encrypted', reason: expect.stringMatching(/not supported \(1\.2\.392/) });
		const password = message(workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes256', '-pwri_password', 'x'));
		expect(open(password)).toMatchObject({ encryption: 'encrypted' });
		const other = Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\nContent-Transfer-Encoding: base64\r\n\r\nMA8GCyqGSIb3DQEJEAEJoAA=\r\n`);
		expect(open(other)).toMatchObject({ encryption: 'encrypted' });
	});

	it('changed GCM content is noticed', () => {
		const der = workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes-256-gcm', '-outform', 'DER', 'rsa.pem');
		for (const offset of [30, 60]) {
			const changed = Buffer.from(der);
			changed[der.length - offset] = (changed[der.length - offset] ?? 0) ^ 1;
			const mime = Buffer.concat([Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n`), changed]);
			expect(open(mime)).toEqual({ encryption: 'encrypted', reason: 'The encrypted content is damaged' });
		}
	});

	it.each([
		['AES-CBC, wrong padding', ['-aes256'], (der: Buffer) => [der.length - 17]],
		['3DES, wrong padding', ['-des3'], (der: Buffer) => [der.length - 9]],
		['RC2, wrong padding', ['-provider', 'legacy', '-provider', 'default', '-rc2-128'], (der: Buffer) => [der.length - 9]],
		['AES-GCM, wrong tag', ['-aes-256-gcm'], (der: Buffer) => [der.length - 1]],
		['AES-GCM, wrong keys', ['-aes-256-gcm'], keysIn],
	])('a certificate that a mail names again and again is tried for few of its keys: %s', { timeout: 60_000 }, (_title, cipher, damagedBytes) => {
		const entity = Buffer.concat([Buffer.from('Content-Type: text/plain\r\n\r\n'), Buffer.alloc(8 * 1024 * 1024, 'x')]);
		const der = workshop.runWith(entity, 'cms', '-encrypt', '-binary', ...cipher, '-outform', 'DER', ...Array.from({ length: 1800 }, () => 'rsa.pem'));
		for (const at of damagedBytes(der)) der[at] = (der[at] ?? 0) ^ 1;
		const mime = Buffer.concat([Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n`), der]);
		const { result, cpu } = cpuTime(() => open(mime));
		expect(result).toEqual({ encryption: 'encrypted', reason: expect.stringMatching(/; of the 1800 keys that the mail has for the given certificates, 3 were tried$/) });
		expect(cpu).toBeLessThan(1000);
	});

	it('one key of two for the same certificate is enough', async () => {
		const der = workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes-256-gcm', '-outform', 'DER', 'rsa.pem', 'rsa.pem');
		const [first] = keysIn(der);
		if (first === undefined) throw new Error('no key');
		der[first] = (der[first] ?? 0) ^ 1;
		await expectContent(open(Buffer.concat([Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n`), der])));
	});

	it('empty, cut off, garbage', () => {
		const header = `${HEADER}Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
		for (const body of ['', 'AAAA', '!!!!', encrypted.toString('latin1').split('\r\n\r\n')[1]?.slice(0, 500) ?? '']) {
			expect(open(Buffer.from(header + body))).toMatchObject({ encryption: 'encrypted', reason: expect.stringMatching(/damaged|incomplete/) });
		}
	});

	it('a key agreement of another recipient that is not supported does not keep this one from reading', async () => {
		const der = workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes256', '-outform', 'DER', 'ec384.pem', 'rsa.pem');
		// dhSinglePass-stdDH-sha1kdf-scheme becomes an object identifier that nobody knows.
		const known = Buffer.from('2b81051086483f0002', 'hex');
		expect(der.includes(known)).toBe(true);
		der[der.indexOf(known) + known.length - 1] = 0x7f;
		const mime = Buffer.concat([Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n`), der]);
		await expectContent(open(mime, identities.rsa));
		expect(open(mime, identities.ec384)).toMatchObject({ encryption: 'encrypted', reason: expect.stringMatching(/key agreement that is not supported \(1\.3\.133/) });
	});

	it.each(['bare text\r\n\r\nwith: colons\r\n', 'no line end', 'Dear A: hello\r\n\r\nB\r\n'])('content without a MIME header is text, none of it lost: %j', async (text) => {
		const result = open(message(encrypt(Buffer.from(text), '-aes256', { to: 'rsa', options: [] })));
		expect(result.encryption).toBe('decrypted');
		if (result.encryption === 'encrypted') return;
		expect((await parseMessage(result.mime)).content.text).toBe(text.replace(/\r\n/g, '\n').trimEnd());
	});

	it('larger than allowed', () => {
		expect(openSmimeMessage(encrypted, { identities: all, at: AT, size: 1000 })).toMatchObject({ encryption: 'encrypted', reason: expect.stringContaining('1000') });
		const plain = Buffer.from(`${HEADER}\r\n${'x'.repeat(2000)}`);
		expect(openSmimeMessage(plain, { identities: all, at: AT, size: 1000 })).toEqual({ encryption: 'none', signature: 'none', mime: plain });
	});
});

describe('what is not S/MIME stays as it is', () => {
	it.each([
		['plain', 'Content-Type: text/plain\r\n\r\nx'],
		['PGP signed', 'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n'],
		['signed without a signature', 'Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n'],
		['without header', ''],
	])('%s', (_title, text) => {
		const mime = Buffer.from(text);
		expect(open(mime)).toEqual({ encryption: 'none', signature: 'none', mime });
	});

	it('a message of certificates only is not touched', () => {
		const der = workshop.run('crl2pkcs7', '-nocrl', '-certfile', 'rsa.pem', '-outform', 'DER');
		const mime = Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime; smime-type=certs-only; name=smime.p7c\r\nContent-Transfer-Encoding: base64\r\n\r\n${der.toString('base64')}\r\n`);
		expect(open(mime)).toEqual({ encryption: 'none', signature: 'none', mime });
	});
});

describe('push hands protected mail on byte for byte (smime-push)', () => {
	it('openssl still verifies and decrypts it after the relations are taken out, line endings asked for or not', async () => {
		const relations = 'In-Reply-To: <a@b>\r\nReferences: <a@b>\r\n <c@d>\r\n';
		for (const lineEndings of ['asTheyAre', 'crlf'] as const) {
			const signed = independentMessage(Buffer.concat([Buffer.from(relations), message(entityOf(sign(ENTITY, 'rsa', 'clear')))]), { lineEndings });
			expect(signed.toString('latin1')).not.toMatch(/In-Reply-To|References/);
			// openssl reads the lines of a clear-signed part with line feeds and signs them with CRLF again, unless told that they are binary.
			expect(workshop.runWith(signed, 'cms', '-verify', '-CAfile', 'ca.pem', '-purpose', 'any').equals(ENTITY)).toBe(true);
			const encrypted = independentMessage(Buffer.concat([Buffer.from(relations), message(encrypt(ENTITY, '-aes256', { to: 'rsa', options: [] }))]), { lineEndings });
			expect(workshop.runWith(encrypted, 'cms', '-decrypt', '-binary', '-inkey', 'rsa.key', '-recip', 'rsa.pem').equals(ENTITY)).toBe(true);
		}
	});

	it('a mail of the composer, signed and encrypted by openssl, comes back as the record it was', async () => {
		const record = bareEmail({ key: '<round@example.com>', subject: 'Äöü', text: 'Text €', html: '<p>Text €</p>', sentAt: '2026-03-02T08:00:00Z', from: { name: 'A', address: 'rsa@example.com' } });
		const composed = await composeMessage(record);
		const split = composed.indexOf('\r\nMIME-Version');
		const entity = composed.subarray(composed.indexOf('Content-Type'));
		const outer = composed.subarray(0, split + 2);
		const result = open(Buffer.concat([outer, entityOf(encrypt(entityOf(sign(entity, 'rsa', 'clear')), '-aes256', { to: 'rsa', options: [] }))]));
		expect(result).toMatchObject({ encryption: 'decrypted', signature: 'valid' });
		if (result.encryption === 'encrypted') return;
		const { content } = await parseMessage(result.mime);
		expect(content).toMatchObject({ key: record.key, subject: record.subject, text: record.text, html: record.html, sentAt: record.sentAt, from: record.from });
	});
});

describe('fuzz: CMS bytes', () => {
	const samples = [
		workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes256', '-outform', 'DER', 'rsa.pem', 'ec256.pem'),
		workshop.runWith(ENTITY, 'cms', '-encrypt', '-binary', '-aes-256-gcm', '-stream', '-outform', 'DER', 'ec256.pem'),
		workshop.runWith(ENTITY, 'cms', '-sign', '-binary', '-nodetach', '-signer', 'rsa.pem', '-inkey', 'rsa.key', '-outform', 'DER'),
	];
	const header = Buffer.from(`${HEADER}Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n`);
	const check = (cms: Buffer): void => {
		const mime = Buffer.concat([header, cms]);
		const { result, cpu } = cpuTime(() => open(mime));
		expect(['none', 'decrypted', 'encrypted']).toContain(result.encryption);
		expect(cpu).toBeLessThan(1000);
	};

	it('changed bytes: no crash, no hang over a second', { timeout: 120_000 }, () => {
		fc.assert(
			fc.property(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }), (sample, changes) => {
				const changed = Buffer.from(sample);
				for (const [index, byte] of changes) changed[index % changed.length] = byte;
				check(changed);
			}),
			{ numRuns: runs(1000) },
		);
	});

	it('cut, doubled and random bytes', { timeout: 120_000 }, () => {
		fc.assert(
			fc.property(fc.constantFrom(...samples), fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 300 }), (sample, from, to, noise) => {
				const [start, end] = [from % sample.length, to % sample.length];
				check(Buffer.concat([sample.subarray(0, start), noise, sample.subarray(end)]));
				check(Buffer.from(noise));
			}),
			{ numRuns: runs(700) },
		);
	});

	it('structures built to cost: deep, wide, long lengths', () => {
		check(Buffer.from('3080'.repeat(100_000), 'hex'));
		check(Buffer.from(`30840${'7'.repeat(7)}${'3000'.repeat(100_000)}`, 'hex'));
		check(Buffer.concat([Buffer.from('308006092a864886f70d010703a080308002010031', 'hex'), Buffer.from('80', 'hex'), Buffer.from('3000'.repeat(150_000), 'hex')]));
		check(Buffer.from(`2480${'0401'.repeat(200_000)}`, 'hex'));
		check(Buffer.alloc(1_000_000, 0x24));
	});
});
