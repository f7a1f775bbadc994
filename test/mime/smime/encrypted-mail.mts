import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CERTIFICATE, ENVELOPED, PRIVATE_KEY } from '../../exchange-server/seed/smimeSamples.mts';

/** The certificate of the samples and its key as a PKCS #12 file in Base64. */
export function pkcs12(password: string): string {
	const folder = mkdtempSync(join(tmpdir(), 'pkcs12-'));
	try {
		writeFileSync(join(folder, 'anna.key'), PRIVATE_KEY);
		writeFileSync(join(folder, 'anna.pem'), CERTIFICATE);
		execFileSync('openssl', ['pkcs12', '-export', '-inkey', 'anna.key', '-in', 'anna.pem', '-passout', `pass:${password}`, '-out', 'anna.p12'], { cwd: folder, stdio: 'pipe' });
		return readFileSync(join(folder, 'anna.p12')).toString('base64');
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A mail from Clara to Anna that is encrypted for it, with further headers where a test wants some. */
export function encryptedMail(messageId: string, ...headers: string[]): string {
	return [
		'From: Clara <clara@example.org>',
		'To: anna@example.test',
		'Subject: Confidential',
		`Message-ID: ${messageId}`,
		...headers,
		'Date: Sun, 1 Mar 2026 10:00:00 +0000',
		'MIME-Version: 1.0',
		'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
		'Content-Transfer-Encoding: base64',
		'Content-Disposition: attachment; filename="smime.p7m"',
		'',
		ENVELOPED.toString('base64').replace(/.{76}/g, '$&\r\n'),
		'',
	].join('\r\n');
}
