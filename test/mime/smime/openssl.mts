import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Kinds of certificates the tests make, each with an address of its own and with that of {@link SENDER}. All are in force from 2020 to 2099 but for `expired`, which was from 2010 to 2015. */
export const CERTIFICATES = ['rsa', 'other', 'expired', 'ec256', 'ec384', 'tls'] as const;
export type CertificateName = (typeof CERTIFICATES)[number];

/** Whom the tests' mails are from, whoever signs them. */
export const SENDER = 'sender@example.com';

/** An instant at which everything but `expired` is in force. */
export const AT = new Date('2026-03-02T08:00:00Z');

const CA_CONFIG = `
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
serial = serial
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
subjectKeyIdentifier = hash
keyUsage = keyCertSign, cRLSign
[mail]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
subjectAltName = email:$ENV::MAIL, email:${SENDER}
extendedKeyUsage = emailProtection
[tls]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
subjectAltName = email:$ENV::MAIL, email:${SENDER}
extendedKeyUsage = serverAuth
`;

/** A folder with a small authority and certificates of these kinds, made by the `openssl` command. */
export class OpensslWorkshop {
	readonly folder: string;
	#files = 0;

	constructor(kinds: readonly CertificateName[] = CERTIFICATES) {
		this.folder = mkdtempSync(join(tmpdir(), 'smime-'));
		mkdirSync(this.folder, { recursive: true });
		writeFileSync(join(this.folder, 'ca.cnf'), CA_CONFIG);
		writeFileSync(join(this.folder, 'index.txt'), '');
		writeFileSync(join(this.folder, 'serial'), '0A01\n');
		this.#runAll([
			['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.csr', '-subj', '/CN=Test Authority', '-config', 'ca.cnf'],
			['ca', '-batch', '-config', 'ca.cnf', '-selfsign', '-keyfile', 'ca.key', '-in', 'ca.csr', '-out', 'ca.pem', '-notext', '-extensions', 'authority', ...dates('2010', '2099')],
			...kinds.flatMap(certificate),
		]);
	}

	/** In one shell: to start a program takes a process as large as a test's longer than most of these commands take. */
	#runAll(commands: readonly string[][]): void {
		const script = commands.map((args) => `MAIL=${mailOf(args)} openssl ${args.map((arg) => `'${arg}'`).join(' ')}`).join(' &&\n');
		execFileSync('sh', ['-c', script], { cwd: this.folder, stdio: 'pipe', timeout: 60_000 });
	}

	/** Runs `openssl` in the folder. */
	run(...args: string[]): Buffer {
		return this.runWith(undefined, ...args);
	}

	/** Runs `openssl` with bytes at its standard input. */
	runWith(input: Buffer | undefined, ...args: string[]): Buffer {
		return execFileSync('openssl', args, {
			cwd: this.folder,
			input,
			stdio: ['pipe', 'pipe', 'pipe'],
			maxBuffer: 200 * 1024 * 1024,
			timeout: 60_000,
			env: { ...process.env, MAIL: mailOf(args) },
		});
	}

	path(name: string): string {
		return join(this.folder, name);
	}

	read(name: string): Buffer {
		return readFileSync(this.path(name));
	}

	/** Puts bytes into a new file and tells its name. */
	write(content: Buffer): string {
		const name = `file${this.#files++}`;
		writeFileSync(this.path(name), content);
		return name;
	}

	/** A PKCS #12 file of that certificate. */
	pkcs12(name: CertificateName, password: string, ...options: string[]): Buffer {
		return this.run('pkcs12', '-export', '-inkey', `${name}.key`, '-in', `${name}.pem`, '-passout', `pass:${password}`, ...options);
	}

	close(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** The commands that make a key and its certificate. */
function certificate(name: CertificateName): string[][] {
	const key = name === 'ec256' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : name === 'ec384' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'] : ['rsa:2048'];
	const range = name === 'expired' ? dates('2010', '2015') : dates('2020', '2099');
	return [
		['req', '-new', '-newkey', ...key, '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=Test ${name}`, '-config', 'ca.cnf'],
		['ca', '-batch', '-config', 'ca.cnf', '-in', `${name}.csr`, '-out', `${name}.pem`, '-notext', '-extensions', name === 'tls' ? 'tls' : 'mail', ...range],
	];
}

/** Of whom a command is to make a certificate; the configuration asks the environment. */
function mailOf(args: readonly string[]): string {
	return `${args.find((arg) => arg.endsWith('.csr'))?.replace('.csr', '') ?? 'x'}@example.com`;
}

function dates(from: string, to: string): string[] {
	return ['-startdate', `${from}0101000000Z`, '-enddate', `${to}0101000000Z`];
}
