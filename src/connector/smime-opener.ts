import type { OpenedMessage, SmimeOpener } from '../ews/operations/smime-opener';
import { openSmimeMessage } from '../mime/smime/open-message';
import type { SmimeIdentity } from '../mime/smime/certificate';
import { openPkcs12 } from '../mime/smime/pkcs12';
import { SmimeError } from '../mime/smime/smime-error';
import { RecordError } from '../records/record-error';
import type { ConnectorSettings } from './connector-settings';

/** PKCS #12 files are opened with thousands of rounds each: once per connector, when the first encrypted mail comes. */
export function smimeOpener(settings: ConnectorSettings, now: () => number): SmimeOpener | undefined {
	const { smimeCertificates } = settings;
	if (smimeCertificates.length === 0) return undefined;
	let identities: SmimeIdentity[] | undefined;
	return {
		async open(mime): Promise<OpenedMessage> {
			identities ??= smimeCertificates.flatMap(({ pkcs12, password }, index) => opened(pkcs12, password, index));
			const message = openSmimeMessage(mime, { identities, trusted: identities.map(({ certificate }) => certificate.x509), at: new Date(now()) });
			if (message.encryption === 'encrypted') return { encryption: 'encrypted', encryptionReason: message.reason, signature: 'none' };
			const { encryption, signature, signer, mime: inner } = message;
			return { mime: inner, encryption, signature, ...(signer !== undefined && { signer }) };
		},
	};
}

function opened(pkcs12: string, password: string, index: number): SmimeIdentity[] {
	try {
		return openPkcs12(pkcs12, password).identities;
	} catch (error) {
		if (!(error instanceof SmimeError)) throw error;
		throw new RecordError(`smimeCertificates[${index + 1}]`, '(hidden)', `a PKCS #12 file and its password: ${error.message}`);
	}
}
