/** What of ASCII is in no name of a host: an address on the web is more than its host, and whatever it has besides would be lost. */
const NO_HOST = /(?![A-Za-z0-9._-])\p{ASCII}/u;

/**
 * An international domain in the form directories and Exchange compare by (RFC 5891 A-labels), whichever form a mail, a server or the other system gives it. An address
 * with a local part beyond ASCII (RFC 6531) stays as it is.
 */
export function asciiDomain(address: string): string {
	const at = address.lastIndexOf('@');
	const domain = address.slice(at + 1);
	if (at < 0 || !isInternational(domain) || isInternational(address.slice(0, at))) return address;
	return `${address.slice(0, at)}@${asciiHost(domain)}`;
}

/** The same of the name of a host or domain; what is none stays as it is. */
export function asciiHost(name: string): string {
	if (!isInternational(name) || NO_HOST.test(name)) return name;
	const url = URL.parse(`http://${name}`);
	return url === null || url.hostname === '' ? name : url.hostname;
}

/** What all spellings of one address have in common: neither letter case nor the form of an international domain makes a difference. A name without a domain has letter case alone. */
export function addressKey(address: string): string {
	const at = address.lastIndexOf('@');
	return at < 0 ? address.toLowerCase() : `${address.slice(0, at + 1)}${asciiHost(address.slice(at + 1))}`.toLowerCase();
}

function isInternational(text: string): boolean {
	return /\P{ASCII}/u.test(text);
}
