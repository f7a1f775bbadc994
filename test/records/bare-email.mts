import type { EmailRecord } from '../../src/records/email.ts';

/** A mail with nothing in it but what a test says. */
export function bareEmail(fields: Partial<EmailRecord> = {}): EmailRecord {
	return {
		kind: 'email',
		key: '',
		subject: '',
		to: [],
		cc: [],
		bcc: [],
		replyTo: [],
		isRead: false,
		importance: 'normal',
		sensitivity: 'normal',
		flag: { status: 'notFlagged' },
		readReceipt: false,
		categories: [],
		attachments: [],
		encryption: 'none',
		signature: 'none',
		...fields,
	};
}
