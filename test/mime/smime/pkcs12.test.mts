import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openPkcs12 } from '../../../src/mime/smime/pkcs12.ts';
import { decryptRc2Cbc } from '../../../src/mime/smime/rc2.ts';
import { SmimeError } from '../../../src/mime/smime/smime-error.ts';
import { cpuTime } from '../../cpu-time.mts';
import { OpensslWorkshop } from './openssl.mts';
import { runs } from '../../quick-look.mts';

const workshop = new OpensslWorkshop(['rsa', 'expired', 'ec256']);
afterAll(() => workshop.close());

const message = (action: () => unknown): string => {
	try {
		action();
		return 'nothing';
	} catch (error) {
		return error instanceof SmimeError ? error.message : `not an SmimeError: ${String(error)}`;
	}
};

describe('PKCS #12 (smime-pull)', () => {
	it.each([
		['as OpenSSL 3 writes it: PBES2, AES-256, SHA-256', []],
		['as Windows exports it: RC2-40 and 3DES with SHA-1', ['-legacy']],
		['3DES throughout', ['-legacy', '-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES']],
		['RC2-40 throughout', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-RC2-40']],
		['RC2-128 throughout', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-RC2-128']],
		['2-key 3DES', ['-legacy', '-certpbe', 'PBE-SHA1-2DES', '-keypbe', 'PBE-SHA1-2DES']],
		['PBES2 with AES-128', ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-128-CBC']],
		['PBES2 with 3DES', ['-certpbe', 'DES-EDE3-CBC', '-keypbe', 'DES-EDE3-CBC']],
		['SHA-512 for the password', ['-macalg', 'sha512']],
		['without a check of the password', ['-nomac']],
		['certificate not encrypted', ['-certpbe', 'NONE']],
		['nothing encrypted', ['-certpbe', 'NONE', '-keypbe', 'NONE']],
		['with the authority', ['-certfile', 'ca.pem']],
	])('opens %s', (_title, options) => {
		const { identities, certificates } = openPkcs12(workshop.pkcs12('rsa', 'pässwörd €', ...options), 'pässwörd €');
		expect(identities.map(({ certificate }) => certificate.x509.subject)).toEqual(['CN=Test rsa']);
		expect(identities[0]?.privateKey.asymmetricKeyType).toBe('rsa');
		expect(certificates.map(({ x509 }) => x509.subject)).toEqual(options.includes('-certfile') ? ['CN=Test Authority'] : []);
	});

	it('opens an elliptic key, an expired certificate, an empty password, base64 text with line breaks', () => {
		expect(openPkcs12(workshop.pkcs12('ec256', 'x'), 'x').identities[0]?.privateKey.asymmetricKeyType).toBe('ec');
		expect(openPkcs12(workshop.pkcs12('expired', 'x'), 'x').identities).toHaveLength(1);
		for (const options of [[], ['-legacy']]) expect(openPkcs12(workshop.pkcs12('rsa', '', ...options), '').identities).toHaveLength(1);
		const text = workshop.pkcs12('rsa', 'x').toString('base64').replace(/.{64}/g, '$&\n');
		expect(openPkcs12(` ${text}\n`, 'x').identities).toHaveLength(1);
	});

	it('a wrong password, garbage and emptiness are told apart, without naming the password', () => {
		const file = workshop.pkcs12('rsa', 'right');
		expect(message(() => openPkcs12(file, 'wrong-secret'))).toBe('The password of the PKCS #12 file is wrong');
		expect(message(() => openPkcs12(workshop.pkcs12('rsa', 'right', '-legacy'), 'wrong-secret'))).toBe('The password of the PKCS #12 file is wrong');
		expect(message(() => openPkcs12(workshop.pkcs12('rsa', 'right', '-nomac'), 'wrong-secret'))).not.toMatch(/nothing|wrong-secret|not an/);
		expect(message(() => openPkcs12('bm8gc3VjaCBmaWxl', 'x'))).toMatch(/no PKCS #12 file/);
		expect(message(() => openPkcs12('', 'x'))).toMatch(/no PKCS #12 file/);
		expect(message(() => openPkcs12(workshop.read('rsa.pem'), 'x'))).toMatch(/no PKCS #12 file/);
		expect(message(() => openPkcs12(workshop.run('pkcs12', '-export', '-nokeys', '-in', 'rsa.pem', '-passout', 'pass:x'), 'x'))).toMatch(/no certificate with its private key/);
	});

	it('an algorithm that is not supported comes with the command that converts the file', () => {
		const file = workshop.pkcs12('rsa', 'x', '-certpbe', 'CAMELLIA-256-CBC', '-keypbe', 'CAMELLIA-256-CBC');
		expect(message(() => openPkcs12(file, 'x'))).toMatch(/not supported \([0-9.]+\); convert the file: openssl pkcs12 -legacy/);
	});

	it('fails with an SmimeError, quickly, whatever is changed in a file', { timeout: 60_000 }, () => {
		const file = workshop.pkcs12('rsa', 'x', '-nomac', '-certpbe', 'NONE', '-keypbe', 'NONE');
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 }), fc.nat(file.length), (changes, cut) => {
				const changed = Buffer.from(file);
				for (const [index, byte] of changes) changed[index] = byte;
				const { result, cpu } = cpuTime(() => message(() => openPkcs12(changes.length > 3 ? changed.subarray(0, cut) : changed, 'x')));
				expect(result).not.toMatch(/^not an/);
				expect(cpu).toBeLessThan(1000);
			}),
			{ numRuns: runs(200) },
		);
	});
});

describe('RC2', () => {
	// RFC 2268, 5: key, effective bits, cipher text of one block of plain text.
	it.each([
		['ffffffffffffffff', 64, '278b27e42e2f0d49', 'ffffffffffffffff'],
		['3000000000000000', 64, '30649edf9be7d2c2', '1000000000000001'],
		['88', 64, '61a8a244adacccf0', '0000000000000000'],
		['88bca90e90875a', 64, '6ccf4308974c267f', '0000000000000000'],
		['88bca90e90875a7f0f79c384627bafb2', 64, '1a807d272bbe5db1', '0000000000000000'],
		['88bca90e90875a7f0f79c384627bafb2', 128, '2269552ab0f85ca6', '0000000000000000'],
	])('RFC 2268 test vector with key %s and %i bits', (key, bits, cipher, plain) => {
		// A second block that ends in right padding makes the first one visible: CBC only adds the block before.
		const first = Buffer.from(cipher, 'hex');
		for (let last = 0; last < 65536; last++) {
			const second = Buffer.alloc(8);
			second.writeUInt16LE(last);
			const result = decryptRc2Cbc(Buffer.from(key, 'hex'), bits, Buffer.alloc(8), Buffer.concat([first, second]));
			if (result === undefined || result.length < 8) continue;
			expect(result.subarray(0, 8).toString('hex')).toBe(plain);
			return;
		}
		expect.unreachable('no block with right padding found');
	});
});
