import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private key and a certificate, PEM. */
export interface Certificate {
	readonly key: string;
	readonly cert: string;
}

/** Makes a self-signed certificate for localhost with the openssl command. */
export function selfSignedCertificate(): Certificate {
	const folder = mkdtempSync(join(tmpdir(), 'exchange-certificate-'));
	try {
		const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
		const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:exchange.example.test,IP:127.0.0.1,IP:::1'];
		execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '825', '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore', timeout: 20_000 });
		return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
