import type { X509Certificate } from 'node:crypto';
import type { OpenedMessage, SmimeOpener } from '../ews/operations/smime-opener';
import type { SmimeIdentity } from '../mime/smime/certificate';
import { openSmimeMessage } from '../mime/smime/open-message';
import { type OpenedPkcs12, openPkcs12 } from '../mime/smime/pkcs12';
import { SmimeError } from '../mime/smime/smime-error';
import { RecordError, recordErrorFrom } from '../records/record-error';
import type { ConnectorSettings } from './connector-settings';

/** The contents of a connector's PKCS #12 files. */
export interface OpenedCertificates {
	identities: SmimeIdentity[];
	/** The certificates themselves and the authorities that were exported along: whose signatures are believed. */
	trusted: X509Certificate[];
}

/**
 * Opens the connector's PKCS #12 files.
 *
 * @throws RecordError naming the file by its position when one cannot be opened; neither password nor content is repeated.
 */
export function openedCertificates({ smimeCertificates }: Pick<ConnectorSettings, 'smimeCertificates'>): OpenedCertificates {
	const opened = smimeCertificates.map(({ pkcs12, password }, index) => openedFile(pkcs12, password, index));
	const identities = opened.flatMap((file) => file.identities);
	const certificates = [...identities.map(({ certificate }) => certificate), ...opened.flatMap((file) => file.certificates)];
	return { identities, trusted: certificates.map(({ x509 }) => x509) };
}

/**
 * Opens S/MIME mails with the connector's certificates; without any, signatures are still checked. The files are opened when the first such mail
 * comes, as that takes thousands of rounds each. A file that cannot be opened never costs a mail: it arrives encrypted, and says why.
 */
export function smimeOpener(settings: Pick<ConnectorSettings, 'smimeCertificates'>, now: () => number): SmimeOpener {
	let certificates: OpenedCertificates | RecordError | undefined;
	return {
		async open(mime): Promise<OpenedMessage> {
			certificates ??= certificatesOrError(settings);
			const usable = certificates instanceof RecordError ? { identities: [], trusted: [] } : certificates;
			const message = openSmimeMessage(mime, { ...usable, at: new Date(now()) });
			if (message.encryption === 'encrypted') {
				const encryptionReason = certificates instanceof RecordError ? certificates.message : message.reason;
				return { encryption: 'encrypted', encryptionReason, signature: 'none' };
			}
			const { encryption, signature, signer, mime: inner } = message;
			return { mime: inner, encryption, signature, ...(signer !== undefined && { signer }) };
		},
	};
}

function openedFile(pkcs12: string, password: string, index: number): OpenedPkcs12 {
	let reason: string;
	try {
		return openPkcs12(pkcs12, password);
	} catch (error) {
		reason = smimeErrorFrom(error).message;
	}
	throw new RecordError(`smimeCertificates[${index + 1}]`, '(hidden)', `a PKCS #12 file and its password: ${reason}`);
}

function smimeErrorFrom(error: unknown): SmimeError {
	if (error instanceof SmimeError) return error;
	throw error;
}

function certificatesOrError(settings: Pick<ConnectorSettings, 'smimeCertificates'>): OpenedCertificates | RecordError {
	try {
		return openedCertificates(settings);
	} catch (error) {
		return recordErrorFrom(error);
	}
}
