import { algorithmOf, writeDer } from './asn1-node';
import type { Asn1Node } from './asn1-node';
import type { SmimeIdentity } from './certificate';
import { decryptCbc, decryptGcm } from './content-cipher';
import { type KeyEntry, keyEntries, recipientSerials } from './key-recovery';
import { SmimeError, smimeErrorOf } from './smime-error';

/** So many entries for one certificate are tried; mail programs write one for each ... */
export const MOST_ENTRIES_OF_ONE = 3;
/** ... and so many for all certificates together. */
const MOST_ENTRIES = 12;

/** What decrypting needs of EnvelopedData (RFC 5652, 6.1) and AuthEnvelopedData (RFC 5083, 2.1), which differ behind the content only. */
interface Envelope {
	recipientInfos: Asn1Node;
	decrypt(key: Buffer): Buffer;
}

/**
 * Decrypts an EnvelopedData or AuthEnvelopedData with the first identity that can.
 *
 * @returns The content: for S/MIME a MIME entity.
 * @throws SmimeError No certificate matches, an algorithm is not known, something is damaged; the message says which.
 */
export function decryptEnveloped(structure: Asn1Node, isAuthenticated: boolean, identities: readonly SmimeIdentity[]): Buffer {
	const envelope = isAuthenticated ? authenticatedEnvelope(structure) : plainEnvelope(structure);
	const entries = keyEntries(envelope.recipientInfos, identities);
	if (entries.length === 0) throw new SmimeError(noMatch(envelope.recipientInfos, identities.length));
	const few = fewOfEach(entries);
	const triedKeys = new Set<string>();
	let failure: unknown;
	for (const entry of few) {
		try {
			const key = entry.recover();
			const name = key.toString('hex');
			if (triedKeys.has(name)) continue;
			triedKeys.add(name);
			return envelope.decrypt(key);
		} catch (error) {
			failure ??= error;
		}
	}
	const first = smimeErrorOf(failure, 'The encrypted content is damaged');
	if (few.length === entries.length) throw first;
	throw new SmimeError(`${first.message}; of the ${entries.length} keys that the mail has for the given certificates, ${few.length} were tried`, { cause: first });
}

/** Each costs a decryption of the whole content, and whoever sends a mail may name a certificate as often as they like. */
function fewOfEach(entries: readonly KeyEntry[]): KeyEntry[] {
	const seen = new Map<SmimeIdentity, number>();
	const few = entries.filter(({ identity }) => {
		const count = (seen.get(identity) ?? 0) + 1;
		seen.set(identity, count);
		return count <= MOST_ENTRIES_OF_ONE;
	});
	return few.slice(0, MOST_ENTRIES);
}

function noMatch(recipientInfos: Asn1Node, given: number): string {
	const serials = recipientSerials(recipientInfos);
	const wanted = serials.length === 0 ? '' : `; it is encrypted for serial number ${serials.join(', ')}`;
	return given === 0 ? `No S/MIME certificate is given${wanted}` : `No S/MIME certificate that is given fits this mail${wanted}`;
}

function plainEnvelope(structure: Asn1Node): Envelope {
	const { recipientInfos, algorithm, data } = readEnvelope(structure);
	return { recipientInfos, decrypt: (key) => decryptCbc(algorithm, key, data) };
}

function authenticatedEnvelope(structure: Asn1Node): Envelope {
	const { recipientInfos, algorithm, data, rest } = readEnvelope(structure);
	const attributes = rest.find((node) => node.isContext(1));
	const tag = rest.find((node) => node.isUniversal(4))?.octets() ?? Buffer.alloc(0);
	// What is authenticated is the attributes as a SET, not under the tag they travel with.
	const authenticated = attributes === undefined ? Buffer.alloc(0) : writeDer(0x31, ...attributes.children.map((node) => node.raw));
	return { recipientInfos, decrypt: (key) => decryptGcm(algorithm, key, data, authenticated, tag) };
}

function readEnvelope(structure: Asn1Node): { recipientInfos: Asn1Node; algorithm: ReturnType<typeof algorithmOf>; data: Buffer; rest: Asn1Node[] } {
	const fields = structure.children;
	const at = fields.findIndex((node) => node.isUniversal(17));
	const recipientInfos = fields[at];
	const contentInfo = fields[at + 1];
	if (recipientInfos === undefined || contentInfo === undefined) throw new SmimeError('The encrypted content is damaged');
	return {
		recipientInfos,
		algorithm: algorithmOf(contentInfo.child(1)),
		data: contentInfo.contextChild(0)?.octets() ?? Buffer.alloc(0),
		rest: fields.slice(at + 2),
	};
}
