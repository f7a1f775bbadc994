import { X509Certificate } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { openSmimeMessage } from '../../../src/mime/smime/open-message.ts';
import { OpensslWorkshop } from './openssl.mts';

const workshop = new OpensslWorkshop([]);
afterAll(() => workshop.close());

const AUTHORITY = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash';
const authority = (constraints: string, ...more: string[]): string => [AUTHORITY.replace('CA:TRUE', `CA:TRUE${constraints}`), ...more].join('\n');
/** A signed message with the address that the signers' certificates have. */
const fromCeo = (signed: Buffer): Buffer => Buffer.concat([Buffer.from('From: The CEO <ceo@example.com>\r\n'), signed]);
const signer = (...more: string[]): string => ['basicConstraints=CA:FALSE', 'extendedKeyUsage=emailProtection', 'subjectAltName=email:ceo@example.com', ...more].join('\n');

interface Link {
	/** As a configuration of openssl has them. */
	extensions: string;
	/** Default: a name of its own. */
	subject?: string;
}

let chains = 0;

/** The state of a signature whose signer's certificate is the last of a chain that begins with a root, and says so where openssl differs. @param trusted The link that is trusted. */
function stateOf(links: readonly Link[], trusted = 0): string {
	const chain = `chain${chains++}`;
	const name = (index: number): string => `${chain}-${index}`;
	links.forEach(({ extensions, subject }, index) => {
		const config = workshop.write(Buffer.from(`[req]\ndistinguished_name=name\n[name]\n[own]\n${extensions}\n`));
		const issuer = index === 0 ? [] : ['-CA', `${name(index - 1)}.pem`, '-CAkey', `${name(index - 1)}.key`];
		const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name(index)}.key`];
		workshop.run('req', '-x509', ...key, '-subj', subject ?? `/CN=${name(index)}`, '-days', '365', ...issuer, '-config', config, '-extensions', 'own', '-out', `${name(index)}.pem`);
	});
	const last = name(links.length - 1);
	const between = workshop.write(Buffer.concat(links.map((_link, index) => workshop.read(`${name(index)}.pem`))));
	const mime = fromCeo(workshop.runWith(Buffer.from('Content-Type: text/plain\r\n\r\nPay now.\r\n'), 'smime', '-sign', '-binary', '-signer', `${last}.pem`, '-inkey', `${last}.key`, '-certfile', between));
	const anchor = `${name(trusted)}.pem`;
	const opened = openSmimeMessage(mime, { identities: [], trusted: [new X509Certificate(workshop.read(anchor))], at: new Date() });
	const state = opened.encryption === 'encrypted' ? opened.reason : opened.signature;
	return (state === 'valid') === opensslVerifies(mime, anchor) ? state : `${state}, and openssl differs`;
}

function opensslVerifies(mime: Buffer, anchor: string): boolean {
	try {
		workshop.runWith(mime, 'smime', '-verify', '-partial_chain', '-CAfile', anchor);
		return true;
	} catch {
		return false;
	}
}

const ROOT: Link = { extensions: AUTHORITY };
const ISSUING: Link = { extensions: AUTHORITY };

describe('whose signature is valid, as openssl has it (RFC 5280, 6.1; RFC 8550, 4.4)', () => {
	it.each<[string, Link[], string]>([
		['a signer below the root', [ROOT, { extensions: signer() }], 'valid'],
		['two authorities in between', [ROOT, ISSUING, ISSUING, { extensions: signer() }], 'valid'],
		['as many authorities as may be', [{ extensions: authority(',pathlen:1') }, { extensions: authority(',pathlen:0') }, { extensions: signer() }], 'valid'],
		['an authority below one that may have none', [ROOT, { extensions: authority(',pathlen:0') }, ISSUING, { extensions: signer() }], 'untrusted'],
		['an authority below one that may have none, further up', [ROOT, { extensions: authority(',pathlen:1') }, ISSUING, ISSUING, { extensions: signer() }], 'untrusted'],
		['an authority below a root that may have none', [{ extensions: authority(',pathlen:0') }, ISSUING, { extensions: signer() }], 'untrusted'],
		['a new key of an authority that may have none below', [ROOT, { subject: '/CN=Renewed', extensions: authority(',pathlen:0') }, { subject: '/CN=Renewed', extensions: authority(',pathlen:0') }, { extensions: signer() }], 'valid'],
		['an authority for other names', [ROOT, { extensions: authority('', 'nameConstraints=critical,permitted;email:partner.example') }, { extensions: signer() }], 'untrusted'],
		['an authority for other names that is trusted', [{ extensions: authority('', 'nameConstraints=critical,permitted;email:partner.example') }, { extensions: signer() }], 'untrusted'],
		['a signer with something critical that nobody knows', [ROOT, { extensions: signer('1.2.3.4=critical,DER:0500') }], 'untrusted'],
		['a signer with something that nobody knows', [ROOT, { extensions: signer('1.2.3.4=DER:0500') }], 'valid'],
		['an authority with something critical that nobody knows', [ROOT, { extensions: authority('', '1.2.3.4=critical,DER:0500') }, { extensions: signer() }], 'untrusted'],
		['policies, critical', [ROOT, { extensions: authority('', 'certificatePolicies=critical,1.2.3.5', 'inhibitAnyPolicy=critical,0') }, { extensions: signer('certificatePolicies=critical,1.2.3.5') }], 'valid'],
		['a key for encryption only', [ROOT, { extensions: signer('keyUsage=critical,keyEncipherment') }], 'untrusted'],
		['a key for signatures', [ROOT, { extensions: signer('keyUsage=critical,digitalSignature,keyEncipherment') }], 'valid'],
		['a key for signatures that bind', [ROOT, { extensions: signer('keyUsage=nonRepudiation') }], 'valid'],
		['a key agreement that only deciphers', [ROOT, { extensions: signer('keyUsage=keyAgreement,decipherOnly') }], 'untrusted'],
		['an authority that signs no certificates', [ROOT, { extensions: AUTHORITY.replace('keyCertSign,', '') }, { extensions: signer() }], 'untrusted'],
		['an authority for servers', [ROOT, { extensions: authority('', 'extendedKeyUsage=serverAuth') }, { extensions: signer() }], 'untrusted'],
		['an authority for mail', [ROOT, { extensions: authority('', 'extendedKeyUsage=emailProtection,clientAuth') }, { extensions: signer() }], 'valid'],
	])('%s', { timeout: 30_000 }, (_title, links, state) => {
		expect(stateOf(links)).toBe(state);
	});

	it('an authority that has several certificates, for the same key, is trusted by the one that leads further', { timeout: 30_000 }, () => {
		const config = workshop.write(Buffer.from(`[req]\ndistinguished_name=name\n[name]\n[authority]\n${AUTHORITY}\n[signer]\n${signer()}\n`));
		const made = (file: string, section: string, subject: string, issuer: string, ...key: string[]): void =>
			void workshop.run('req', '-x509', ...key, '-subj', subject, '-days', '365', ...(issuer === '' ? [] : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`]), '-config', config, '-extensions', section, '-out', `${file}.pem`);
		const newKey = (file: string): string[] => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${file}.key`];
		for (const root of ['cross-trusted', 'cross-other']) made(root, 'authority', `/CN=${root}`, '', ...newKey(root));
		made('cross-issuing', 'authority', '/CN=Issuing', 'cross-other', ...newKey('cross-issuing'));
		made('cross-signed', 'authority', '/CN=Issuing', 'cross-trusted', '-key', 'cross-issuing.key');
		made('cross-signer', 'signer', '/CN=Signer', 'cross-issuing', ...newKey('cross-signer'));
		for (const order of [['cross-issuing', 'cross-other', 'cross-signed'], ['cross-signed', 'cross-issuing', 'cross-other']]) {
			const others = workshop.write(Buffer.concat(order.map((file) => workshop.read(`${file}.pem`))));
			const mime = fromCeo(workshop.runWith(Buffer.from('Content-Type: text/plain\r\n\r\nPay now.\r\n'), 'smime', '-sign', '-binary', '-signer', 'cross-signer.pem', '-inkey', 'cross-signer.key', '-certfile', others));
			const trusting = (root: string): unknown => openSmimeMessage(mime, { identities: [], trusted: [new X509Certificate(workshop.read(`${root}.pem`))], at: new Date() });
			expect(trusting('cross-trusted')).toMatchObject({ signature: 'valid' });
			expect(trusting('cross-other')).toMatchObject({ signature: 'valid' });
			expect(trusting('cross-signer')).toMatchObject({ signature: 'valid' });
		}
		made('cross-nobody', 'authority', '/CN=nobody', '', ...newKey('cross-nobody'));
		const mime = fromCeo(workshop.runWith(Buffer.from('Content-Type: text/plain\r\n\r\nPay now.\r\n'), 'smime', '-sign', '-binary', '-signer', 'cross-signer.pem', '-inkey', 'cross-signer.key', '-certfile', 'cross-issuing.pem'));
		expect(openSmimeMessage(mime, { identities: [], trusted: [new X509Certificate(workshop.read('cross-nobody.pem'))], at: new Date() })).toMatchObject({ signature: 'untrusted' });
	});

	it('a signer who is trusted must be one who may sign', { timeout: 30_000 }, () => {
		expect(stateOf([ROOT, { extensions: signer() }], 1)).toBe('valid');
		expect(stateOf([ROOT, { extensions: signer('keyUsage=critical,keyEncipherment') }], 1)).toBe('untrusted');
	});

	it('an authority that is trusted itself needs no root, and no more than it may have stand below it', { timeout: 30_000 }, () => {
		expect(stateOf([ROOT, { extensions: authority(',pathlen:0') }, { extensions: signer() }], 1)).toBe('valid');
		expect(stateOf([ROOT, { extensions: authority(',pathlen:0') }, ISSUING, { extensions: signer() }], 1)).toBe('untrusted');
	});
});
