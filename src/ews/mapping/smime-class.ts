import { rawFieldValue, readRawHeader, readStructuredValue } from '../../mime/raw-header';
import { isOpaque } from '../../mime/smime/smime-entity';

/**
 * Message class of an S/MIME message: what makes Outlook show it as one (MS-OXOSMIME 2.1). Undefined for any other message.
 */
export function smimeClassOf(mime: Buffer): string | undefined {
	const header = readRawHeader(mime);
	const type = readStructuredValue(rawFieldValue(header, 'content-type') ?? '');
	const { value, params } = type;
	if (isOpaque(header, type)) {
		// A part that only carries certificates is no protected message.
		return params.get('smime-type')?.toLowerCase() === 'certs-only' ? undefined : 'IPM.Note.SMIME';
	}
	const isSignature = /^application\/(?:x-)?pkcs7-signature$/.test(params.get('protocol')?.toLowerCase() ?? '');
	return value === 'multipart/signed' && isSignature ? 'IPM.Note.SMIME.MultipartSigned' : undefined;
}
