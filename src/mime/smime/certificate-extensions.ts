import { readAsn1 } from './asn1-node';

/** An extension of a certificate (RFC 5280, 4.2). */
export interface CertificateExtension {
	objectId: string;
	/** Who does not know it must not use the certificate. */
	isCritical: boolean;
	/** DER, not read yet: of an extension that nobody asks for it may be anything. */
	value: Buffer;
}

const BOOLEAN = 1;

/** The extensions of a certificate that is given as DER. @throws SmimeError Where it is damaged. */
export function certificateExtensions(der: Buffer): CertificateExtension[] {
	const extensions = readAsn1(der).child(0).contextChild(3)?.child(0).children ?? [];
	return extensions.map((extension) => ({
		objectId: extension.child(0).objectId(),
		isCritical: extension.children.some((field) => field.isUniversal(BOOLEAN) && field.value[0] !== 0),
		value: extension.child(extension.children.length - 1).octets(),
	}));
}
