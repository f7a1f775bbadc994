/**
 * An international domain in the form directories and Exchange compare by (RFC 5891 A-labels), whichever form a mail, a server or the other system gives it. An address
 * with a local part beyond ASCII (RFC 6531) stays as it is.
 */
export function asciiDomain(address: string): string {
	const at = address.lastIndexOf('@');
	const domain = address.slice(at + 1);
	if (at < 0 || !/\P{ASCII}/u.test(domain) || /\P{ASCII}/u.test(address.slice(0, at))) return address;
	const url = URL.parse(`http://${domain}`);
	return url === null || url.hostname === '' ? address : `${address.slice(0, at)}@${url.hostname}`;
}
