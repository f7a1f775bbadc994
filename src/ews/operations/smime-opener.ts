import type { Encryption, SignatureState } from '../../records/email';

/** What opening an S/MIME message came to. */
export interface OpenedMessage {
	/** The readable message inside; undefined: it stays as it is. */
	mime?: Buffer;
	encryption: Encryption;
	/** Why it could not be decrypted. */
	encryptionReason?: string;
	signature: SignatureState;
	signer?: string;
}

/** Opens S/MIME with the certificates of a connector. Never throws: what cannot be opened says why. */
export interface SmimeOpener {
	open(mime: Buffer): Promise<OpenedMessage>;
}
