import type { EmailRecord } from '../records/email';
import type { AttachmentContent } from '../sync/mailbox';
import { parseMessage } from './parse-message';
import type { MessageContent, ParseLimits } from './parse-message';
import { openSmimeMessage } from './smime/open-message';
import type { OpenOptions } from './smime/open-message';

/** What a MIME message says of an email, S/MIME included: a record without what only the mailbox knows. */
export interface ReadEmail {
	content: MessageContent & Pick<EmailRecord, 'encryption' | 'encryptionReason' | 'signature' | 'signer'>;
	/** In the order of `content.attachments`. */
	attachments: AttachmentContent[];
}

/**
 * Reads a message as it comes out of a mailbox: opens S/MIME where it can (rule `smime-pull`) and takes the result apart. A message that
 * cannot be decrypted arrives with its headers, `smime.p7m` and the reason.
 *
 * @throws MimeError Where a limit is passed or the message is no MIME; never because of S/MIME.
 */
export async function readEmail(mime: Buffer, smime: OpenOptions, limits: ParseLimits = {}): Promise<ReadEmail> {
	const opened = openSmimeMessage(mime, smime);
	if (opened.encryption === 'encrypted') {
		const { content, attachments } = await parseMessage(mime, limits);
		return { content: { ...content, encryption: 'encrypted', encryptionReason: opened.reason, signature: 'none' }, attachments };
	}
	const { encryption, signature, signer } = opened;
	const { content, attachments } = await parseMessage(opened.mime, limits);
	return { content: { ...content, encryption, signature, ...(signer === undefined ? {} : { signer }) }, attachments };
}
