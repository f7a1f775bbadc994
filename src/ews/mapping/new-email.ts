import type { EmailRecord } from '../../records/email';
import type { ServerVersion } from '../transport/connection-settings';
import { inSchemaOrder } from './element-order';
import { flagElement } from './email-fields';
import { knows } from './field-table';
import { categoriesElement } from './item-fields';
import { DELIVERY_TIME, MESSAGE_FLAGS, MESSAGE_FLAG_READ, SUBMIT_TIME } from './mapi-properties';
import { mapiElement } from './property-path';
import { STAMP } from './stamp-property';
import { IMPORTANCE, SENSITIVITY, wireWord } from './wire-values';
import { type XmlElement, element, present } from './xml-element';

/** What a new mail is written from. */
export interface NewEmail {
	record: EmailRecord;
	/** RFC 5322, CRLF. */
	mime: Buffer;
	/** Message class of an S/MIME mail; undefined: an ordinary one. */
	itemClass?: string | undefined;
	stamp?: string | undefined;
}

/**
 * `t:Message` of a mail that was sent or received elsewhere. PidTagMessageFlags without MSGFLAG_UNSENT makes it one that is no draft; it can be
 * set in this very request only (MS-OXCMSG 2.2.1.6).
 */
export function newEmail({ record, mime, itemClass, stamp }: NewEmail, version: ServerVersion): XmlElement {
	const flags = record.isRead ? MESSAGE_FLAG_READ : 0;
	return element(
		'Message',
		inSchemaOrder(
			present(
				element('MimeContent', mime, { CharacterSet: 'UTF-8' }),
				itemClass === undefined ? undefined : element('ItemClass', itemClass),
				record.sensitivity === 'normal' ? undefined : element('Sensitivity', wireWord(SENSITIVITY, record.sensitivity)),
				categoriesElement(record.categories),
				element('Importance', wireWord(IMPORTANCE, record.importance)),
				mapiElement(MESSAGE_FLAGS, String(flags)),
				timeElement(DELIVERY_TIME, record.receivedAt ?? record.sentAt),
				timeElement(SUBMIT_TIME, record.sentAt ?? record.receivedAt),
				stamp === undefined ? undefined : mapiElement(STAMP, stamp),
				record.flag.status === 'notFlagged' || !knows(version, 'Exchange2013') ? undefined : flagElement(record.flag),
				element('IsRead', String(record.isRead)),
			),
		),
	);
}

/** `t:Message` of a mail that is to be sent or kept as a draft. */
export function outgoingEmail(record: EmailRecord, mime: Buffer): XmlElement {
	return element(
		'Message',
		inSchemaOrder(
			present(
				element('MimeContent', mime, { CharacterSet: 'UTF-8' }),
				record.sensitivity === 'normal' ? undefined : element('Sensitivity', wireWord(SENSITIVITY, record.sensitivity)),
				categoriesElement(record.categories),
				element('Importance', wireWord(IMPORTANCE, record.importance)),
			),
		),
	);
}

function timeElement(path: typeof DELIVERY_TIME, instant: string | undefined): XmlElement | undefined {
	return instant === undefined ? undefined : mapiElement(path, instant);
}

