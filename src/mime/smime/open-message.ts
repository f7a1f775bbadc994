import type { X509Certificate } from 'node:crypto';
import type { SignatureState } from '../../records/email';
import { readAsn1 } from './asn1-node';
import type { Asn1Node } from './asn1-node';
import type { SmimeIdentity } from './certificate';
import { decryptEnveloped } from './enveloped-data';
import { OID } from './object-ids';
import { isCertificatesOnly, signedContent, verifySignedData } from './signed-data';
import type { SignatureSettings, SignatureVerdict } from './signed-data';
import { SmimeError } from './smime-error';
import { sendersOf } from './senders';
import { signedForms, smimeEnvelopeOf, unwrappedMessage } from './smime-entity';

/** What a message is wrapped in at its outside. */
export type SmimeKind =
	| 'none'
	/** EnvelopedData: encrypted (RFC 5652, 6). */
	| 'enveloped'
	/** AuthEnvelopedData: encrypted and authenticated, AES-GCM (RFC 5083). */
	| 'authEnveloped'
	/** SignedData with the content inside (RFC 8551, 3.5.2). */
	| 'opaqueSigned'
	/** multipart/signed (RFC 8551, 3.5.3). */
	| 'clearSigned'
	/** Certificates handed over, compressed data, or something damaged. */
	| 'other';

/** What became of a message. `mime` is a whole message again: outer header, inner content. */
export type OpenedMessage =
	/** It was not encrypted. `mime` is the message itself, or what was signed without its signature. */
	| { encryption: 'none'; mime: Buffer; signature: SignatureState; signer?: string }
	| { encryption: 'decrypted'; mime: Buffer; signature: SignatureState; signer?: string }
	/** It stays encrypted; `reason` says why, fit for users. */
	| { encryption: 'encrypted'; reason: string };

/** What {@link openSmimeMessage} works with. */
export interface OpenOptions {
	/** Certificates with private keys; expired ones open old mail. */
	identities: readonly SmimeIdentity[];
	/** Certificates that make a signature `valid`: authorities or signers. Default: none, so that no signature is more than `untrusted`. */
	trusted?: readonly X509Certificate[];
	/** The instant at which the signer's certificate must be in force. */
	at: Date;
	/** Bytes of the largest message that is looked into. Default 200 MiB. */
	size?: number;
}

const DEFAULT_SIZE = 200 * 1024 * 1024;

/** Signed, encrypted, signed again is the deepest that mail programs write (RFC 2634, triple wrapping). */
const DEEPEST_LAYERS = 4;

/**
 * Opens an S/MIME message: decrypts it and checks its signature, inside or outside of the encryption (rule `smime-pull`). Never throws; whatever is
 * wrong with an encrypted message leaves it encrypted and says why. Of several signatures the worst counts, and the innermost signer is named.
 */
export function openSmimeMessage(mime: Buffer, options: OpenOptions): OpenedMessage {
	const size = options.size ?? DEFAULT_SIZE;
	try {
		if (mime.length > size && smimeEnvelopeOf(mime).form !== 'plain') {
			return { encryption: 'encrypted', reason: `The mail has ${mime.length} bytes, more than the ${size} that are looked into` };
		}
		return opened(mime, options);
	} catch (error) {
		return { encryption: 'encrypted', reason: error instanceof SmimeError ? error.message : 'The mail is damaged' };
	}
}

function opened(mime: Buffer, options: OpenOptions): OpenedMessage {
	let entity = mime;
	let isDecrypted = false;
	const verdicts: SignatureVerdict[] = [];
	// The outer header is what its reader sees.
	const trust: SignatureSettings = { trusted: options.trusted ?? [], at: options.at, senders: sendersOf(mime) };
	for (let layer = 0; layer < DEEPEST_LAYERS; layer++) {
		const inner = innerEntity(entity, options, trust);
		if (inner === undefined) break;
		entity = inner.entity;
		isDecrypted ||= inner.isDecrypted;
		if (inner.verdict !== undefined) verdicts.push(inner.verdict);
		// A signature that cannot be read hides nothing: the mail is shown as it is.
		if (inner.isLast) break;
	}
	return {
		encryption: isDecrypted ? 'decrypted' : 'none',
		mime: entity === mime ? mime : unwrappedMessage(mime, entity),
		...worstOf(verdicts),
	};
}

interface InnerEntity {
	entity: Buffer;
	isDecrypted: boolean;
	verdict?: SignatureVerdict;
	isLast?: boolean;
}

/** One layer taken off; undefined where there is none. @throws SmimeError Where it is encrypted and cannot be decrypted. */
function innerEntity(entity: Buffer, options: OpenOptions, trust: SignatureSettings): InnerEntity | undefined {
	const envelope = smimeEnvelopeOf(entity);
	switch (envelope.form) {
		case 'plain':
			return undefined;
		case 'clearSigned': {
			const structure = signatureOf(envelope.cms);
			const verdict: SignatureVerdict = structure === undefined ? { signature: 'invalid' } : verifySignedData(structure, signedForms(envelope.content), trust);
			return { entity: envelope.content, isDecrypted: false, verdict };
		}
		case 'opaque':
			return fromOpaque(entity, readAsn1(envelope.cms), options, trust);
	}
}

function fromOpaque(entity: Buffer, cms: Asn1Node, options: OpenOptions, trust: SignatureSettings): InnerEntity | undefined {
	const kind = kindOf(cms);
	switch (kind) {
		case 'enveloped':
		case 'authEnveloped':
			return { entity: decryptEnveloped(cms.child(1).child(0), kind === 'authEnveloped', options.identities), isDecrypted: true };
		case 'opaqueSigned': {
			const structure = cms.child(1).child(0);
			if (isCertificatesOnly(structure)) return undefined;
			const content = signedContent(structure);
			if (content === undefined) return { entity, isDecrypted: false, verdict: { signature: 'invalid' }, isLast: true };
			return { entity: content, isDecrypted: false, verdict: verifySignedData(structure, [content], trust) };
		}
		case 'other':
			throw new SmimeError(`The mail is protected in a way that is not supported (${cms.child(0).objectId()})`);
		case 'none':
		case 'clearSigned':
			return undefined;
	}
}

function signatureOf(bytes: Buffer): Asn1Node | undefined {
	try {
		const cms = readAsn1(bytes);
		return kindOf(cms) === 'opaqueSigned' ? cms.child(1).child(0) : undefined;
	} catch {
		return undefined;
	}
}

function kindOf(cms: Asn1Node): SmimeKind {
	switch (cms.child(0).objectId()) {
		case OID.envelopedData:
			return 'enveloped';
		case OID.authEnvelopedData:
			return 'authEnveloped';
		case OID.signedData:
			return 'opaqueSigned';
		default:
			return 'other';
	}
}

function worstOf(verdicts: readonly SignatureVerdict[]): { signature: SignatureState; signer?: string } {
	if (verdicts.length === 0) return { signature: 'none' };
	const states = verdicts.map(({ signature }) => signature);
	const signature = states.includes('invalid') ? 'invalid' : states.includes('untrusted') ? 'untrusted' : 'valid';
	const signer = verdicts.at(-1)?.signer;
	return signer === undefined ? { signature } : { signature, signer };
}
