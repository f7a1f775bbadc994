import type { X509Certificate } from 'node:crypto';
import { addressParser } from 'postal-mime';
import { readRawHeader } from '../raw-header';
import { certificateAddresses } from './certificate';

/** More addresses than these in From and Sender are not looked at. */
const MOST_SENDERS = 100;

/** The addresses of a message's From and Sender, in lower case: whom its reader takes for the author. */
export function sendersOf(mime: Buffer): string[] {
	const values = readRawHeader(mime).fields.filter(({ name }) => name === 'from' || name === 'sender').map(({ value }) => value);
	return values
		.flatMap((value) => addressParser(value, { flatten: true }))
		.slice(0, MOST_SENDERS)
		.flatMap(({ address }) => (address === undefined || address === '' ? [] : [address.toLowerCase()]));
}

/**
 * Whether a certificate is one of a sender's: where it has mail addresses, one of them must be From's or Sender's (RFC 8550, 3), or anybody with a certificate of a trusted authority
 * could sign in another's name. Without regard to case, as no mail system tells two mailboxes by it.
 */
export function isOfSender(x509: X509Certificate, senders: readonly string[]): boolean {
	const addresses = certificateAddresses(x509);
	return addresses.length === 0 || addresses.some((address) => senders.includes(address.toLowerCase()));
}
