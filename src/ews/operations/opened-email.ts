import { MimeError } from '../../mime/mime-error';
import { parseMessage } from '../../mime/parse-message';
import type { EmailRecord } from '../../records/email';
import type { ReadOptions, StoredItem } from '../../sync/mailbox';
import { handleText } from '../mapping/email-attachments';
import type { OpenedMessage } from './smime-opener';

/**
 * A stored S/MIME mail with what is inside it: text, HTML and attachments of the inner message under the outer headers, for the mailbox knows those.
 * What could not be opened keeps its outside and says why (rule `smime-pull`).
 */
export async function withOpenedMessage(stored: StoredItem<'email'>, opened: OpenedMessage, options: ReadOptions): Promise<StoredItem<'email'>> {
	const outside: EmailRecord = { ...stored.record, encryption: opened.encryption, signature: opened.signature };
	delete outside.encryptionReason;
	if (opened.signer !== undefined) outside.signer = opened.signer;
	if (opened.encryption === 'encrypted' && opened.encryptionReason !== undefined) outside.encryptionReason = opened.encryptionReason;
	if (opened.mime === undefined) return { ...stored, record: outside };
	try {
		const { content } = await parseMessage(opened.mime);
		const inside: EmailRecord = { ...outside, attachments: [] };
		delete inside.text;
		delete inside.html;
		if (content.html !== undefined && options.body !== 'text') inside.html = content.html;
		if (content.text !== undefined && (options.body !== 'html' || content.html === undefined)) inside.text = content.text;
		inside.attachments = content.attachments.map((attachment, index) => ({
			...attachment,
			attachmentId: handleText({ from: 'mime', itemId: stored.reference.id, index }),
		}));
		return { ...stored, record: inside };
	} catch (error) {
		return { ...stored, record: { ...outside, encryption: 'encrypted', encryptionReason: reasonIn(error) } };
	}
}

/** Why a message could not be taken apart; anything else is an error of ours and goes on. */
function reasonIn(thrown: unknown): string {
	if (thrown instanceof MimeError) return thrown.message;
	throw thrown;
}
