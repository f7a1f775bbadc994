import type { Importance, MailAddress, RecordBase, Sensitivity } from './common-fields';

/** Follow-up flag of an email (MS-OXOFLAG; EWS `item:Flag`). Dates are plain dates, `YYYY-MM-DD`. */
export interface EmailFlag {
	status: 'notFlagged' | 'flagged' | 'complete';
	startDate?: string;
	dueDate?: string;
	completeDate?: string;
}

/** One attachment of an email, without its bytes: those travel as n8n binary data or through {@link AttachmentContent}. */
export interface EmailAttachment {
	/** File name, safe to write to a disk: no path, no reserved characters. */
	name: string;
	/** MIME type, lower case, without parameters. */
	contentType: string;
	/** Size in bytes as the server or the MIME states it. */
	size: number;
	/** `file`: bytes. `message`: a nested message, handed over as `.eml`. `reference`: a cloud link without bytes. */
	type: 'file' | 'message' | 'reference';
	/** Shown inside the HTML, referred to as `cid:` + contentId. */
	inline: boolean;
	/** Content-ID without angle brackets. */
	contentId?: string;
	/** Where the item's binary data holds the bytes: the property name n8n shows. */
	binaryProperty?: string;
	/** Handle to download the bytes later; opaque. */
	attachmentId?: string;
	/** For `reference`: where the link leads. */
	url?: string;
}

/** What became of a message's S/MIME encryption on its way here (rule `smime-pull`). */
export type Encryption = 'none' | 'encrypted' | 'decrypted';

/** What is known of a message's S/MIME signature; `untrusted`: it verifies, but the signer's certificate is not trusted, has expired or is not the sender's. */
export type SignatureState = 'none' | 'valid' | 'invalid' | 'untrusted';

/**
 * One email: the same JSON out of Exchange Trigger, out of Get and into Sync.
 * Relations to other mails (In-Reply-To, References, Thread-*, conversation ids) are not part of it: rule `email-independent`.
 */
export interface EmailRecord extends RecordBase {
	kind: 'email';
	/**
	 * Identity that survives moves: the Message-ID with its angle brackets (RFC 5322, 3.6.4), or one derived from the content
	 * where a mail has none (see src/records/email-key.ts).
	 */
	key: string;
	subject: string;
	from?: MailAddress;
	/** Who really sent it, where that is not `from` (RFC 5322, 3.6.2). */
	sender?: MailAddress;
	to: MailAddress[];
	cc: MailAddress[];
	bcc: MailAddress[];
	replyTo: MailAddress[];
	/** RFC 3339 instant in UTC, whole seconds. */
	sentAt?: string;
	/** RFC 3339 instant in UTC, whole seconds. */
	receivedAt?: string;
	/** Plain text: the mail's own, or derived from its HTML. */
	text?: string;
	/** HTML as the mail has it; absent where the mail is plain text. */
	html?: string;
	isRead: boolean;
	importance: Importance;
	sensitivity: Sensitivity;
	flag: EmailFlag;
	/** A read receipt is asked for (rule `read-receipts`). */
	readReceipt: boolean;
	attachments: EmailAttachment[];
	encryption: Encryption;
	/** Why an encrypted mail could not be decrypted; only with `encryption: encrypted`. */
	encryptionReason?: string;
	signature: SignatureState;
	/** Who signed it: the certificate's mail address, else its subject. */
	signer?: string;
	/** Only into Sync: the other system has archived it (rule `archived-not-pushed`). */
	archived?: boolean;
	/** Only into Sync: it is a draft of the other system (rule `drafts-not-synced`). */
	isDraft?: boolean;
	/** Only into Sync: the whole message as RFC 5322 text, base64; passed on byte for byte but for `email-independent`. */
	mime?: string;
}

/** Bytes of one attachment. */
export interface AttachmentContent {
	name: string;
	contentType: string;
	contentId?: string;
	inline: boolean;
	content: Buffer;
}
