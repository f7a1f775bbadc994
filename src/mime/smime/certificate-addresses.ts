import type { X509Certificate } from 'node:crypto';
import { readAsn1 } from './asn1-node';
import type { Asn1Node } from './asn1-node';
import { certificateExtensions } from './certificate-extensions';
import { OID } from './object-ids';

const RFC822_NAME = 1;
const OTHER_NAME = 0;

/**
 * The mail addresses of a certificate's holder (RFC 8550, 3): those among its alternative names, international ones (RFC 9598) included, and then that
 * of its subject.
 *
 * @throws SmimeError Where the certificate is damaged.
 */
export function certificateAddresses({ raw }: X509Certificate): string[] {
	const names = certificateExtensions(raw).filter(({ objectId }) => objectId === OID.subjectAltName).flatMap(({ value }) => readAsn1(value).children);
	return [...names.flatMap(addressOfName), ...addressesOfSubject(raw)].filter((address) => address !== '');
}

function addressOfName(name: Asn1Node): string[] {
	if (name.isContext(RFC822_NAME)) return [textOf(name)];
	if (!name.isContext(OTHER_NAME) || name.child(0).objectId() !== OID.smtpUtf8Mailbox) return [];
	return [textOf(name.child(1).child(0))];
}

/** A name is a sequence of sets of attributes. */
function addressesOfSubject(certificate: Buffer): string[] {
	const [, , , , subject] = readAsn1(certificate).child(0).children.filter((node) => !node.isContext(0));
	const attributes = subject?.children.flatMap((set) => set.children) ?? [];
	return attributes.filter((attribute) => attribute.child(0).objectId() === OID.emailAddress).map((attribute) => textOf(attribute.child(1)));
}

function textOf(node: Asn1Node): string {
	return node.octets().toString('utf8').trim();
}
