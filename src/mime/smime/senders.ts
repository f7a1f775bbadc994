import type { X509Certificate } from 'node:crypto';
import { addressParser } from 'postal-mime';
import { canonicalAddress } from '../../records/canonical-fields';
import { readRawHeader } from '../raw-header';
import type { RawHeader } from '../raw-header';
import { certificateAddresses } from './certificate-addresses';

/** Longest From or Sender field that is looked at, in bytes. */
const LONGEST_FIELD = 64 * 1024;

/**
 * Whom a message's reader takes for the author, as canonical addresses: the first address of From, which is the one that a record has, and that of Sender. A
 * field that stands twice says nothing, as mail programs differ in which they show (RFC 5322, 3.6, allows one).
 */
export function sendersOf(mime: Buffer): string[] {
	const header = readRawHeader(mime);
	return [...firstAddress(header, 'from'), ...firstAddress(header, 'sender')].map(canonicalAddress);
}

function firstAddress(header: RawHeader, name: string): string[] {
	const [field, ...more] = header.fields.filter((candidate) => candidate.name === name);
	if (field === undefined || more.length > 0 || field.value.length > LONGEST_FIELD) return [];
	const text = Buffer.from(field.value, 'latin1').toString('utf8');
	const first = addressParser(text, { flatten: true }).find(({ address }) => address !== undefined && address !== '');
	return first?.address === undefined ? [] : [first.address];
}

/**
 * Whether a certificate is one of a sender's: where it has mail addresses, one of them must be From's or Sender's (RFC 8550, 3), or anybody with a certificate of a trusted authority
 * could sign in another's name. Without regard to case, as no mail system tells two mailboxes by it.
 */
export function isOfSender(x509: X509Certificate, senders: readonly string[]): boolean {
	const addresses = certificateAddresses(x509);
	return addresses.length === 0 || addresses.some((address) => senders.includes(canonicalAddress(address)));
}
