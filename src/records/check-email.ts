import { z } from 'zod';
import { body, categories, day, field, type FieldReader, instant, line, LONGEST_LIST, oneOf, readShape, Refusal, refuseOtherKind, shapeByZone, truth, wholeNumber, withoutUndefined, zoneOf } from './accepted-forms';
import type { EmailAttachment, EmailFlag, EmailRecord } from './email';
import { normalisedMessageId } from './email-key';
import { type AddressReaders, ADDRESSES, STORED_ADDRESSES } from './mail-addresses';

/** Longest MIME text, in base64 characters: Exchange takes messages of up to 150 MB. */
const LONGEST_MIME = 200 * 1024 * 1024;
const LONGEST_URL = 32_768;

const shapeFor = shapeByZone((zone) => shape(zone, ADDRESSES));
const storedShapeFor = shapeByZone((zone) => shape(zone, STORED_ADDRESSES));

function shape(zone: string, { one, several }: AddressReaders) {
	return z.object({
		key: messageId,
		subject: line(''),
		from: one,
		sender: one,
		to: several,
		cc: several,
		bcc: several,
		replyTo: several,
		sentAt: instant(undefined, zone),
		receivedAt: instant(undefined, zone),
		text: body(undefined),
		html: body(undefined),
		isRead: truth(false),
		importance: oneOf(['low', 'normal', 'high'], 'normal'),
		sensitivity: oneOf(['normal', 'personal', 'private', 'confidential'], 'normal'),
		categories,
		flag: flag(zone),
		readReceipt: truth(false),
		attachments,
		encryption: oneOf(['none', 'encrypted', 'decrypted'], 'none'),
		encryptionReason: body(undefined, LONGEST_URL),
		signature: oneOf(['none', 'valid', 'invalid', 'untrusted'], 'none'),
		signer: line(undefined),
		archived: truth(undefined),
		isDraft: truth(undefined),
		mime,
	});
}

/**
 * Makes an email record of what a builder sends. Defaults: unread, normal importance and sensitivity, no flag, no receipt; `key` is empty where there is no
 * Message-ID. `flag` may also be its status alone, or true for flagged.
 *
 * @param context.timeZone zone for times without one, and for the flag's dates
 * @param context.addresses `asStored`: people are taken as reading an email of Exchange names them, too
 * @throws RecordError
 */
export function checkEmail(input: Record<string, unknown>, context: { timeZone: string; addresses?: 'asStored' }): EmailRecord {
	refuseOtherKind(input, 'email');
	const zone = zoneOf(undefined, context.timeZone);
	const read = readShape(context.addresses === 'asStored' ? storedShapeFor(zone) : shapeFor(zone), input);
	return withoutUndefined({ kind: 'email' as const, ...read });
}

const messageId: FieldReader<string> = field('', (value) => {
	if (typeof value !== 'string') return new Refusal('a Message-ID such as <id@host.example>');
	if (value.trim() === '') return '';
	return normalisedMessageId(value) ?? new Refusal('a Message-ID such as <id@host.example>, of at most 995 characters');
});

const FLAG_STATES = ['notFlagged', 'flagged', 'complete'] as const;

function flag(zone: string): FieldReader<EmailFlag> {
	const status = oneOf(FLAG_STATES, 'notFlagged');
	const shape = z.object({ status, startDate: day(undefined, zone), dueDate: day(undefined, zone), completeDate: day(undefined, zone) });
	return z.preprocess((value) => {
		if (value === undefined || value === null || value === false || value === 'false' || value === '') return {};
		if (value === true || value === 'true') return { status: 'flagged' };
		return typeof value === 'object' ? value : { status: value };
	}, shape.transform((read) => onlyWhatTheStatusHas(withoutUndefined(read))));
}

/** Dates of a state the flag is not in mean nothing, and Exchange refuses them. */
function onlyWhatTheStatusHas(read: EmailFlag): EmailFlag {
	switch (read.status) {
		case 'notFlagged':
			return { status: 'notFlagged' };
		case 'flagged':
			return withoutUndefined({ status: read.status, startDate: read.startDate, dueDate: read.dueDate });
		case 'complete':
			return read;
	}
}

const attachment: FieldReader<EmailAttachment> = z
	.object({
		name: line('', 1024).transform((name) => (name.trim() === '' ? 'attachment' : name)),
		contentType: line('application/octet-stream').transform((type) => (type.split(';')[0] ?? '').trim().toLowerCase()),
		size: wholeNumber(0, 0, Number.MAX_SAFE_INTEGER),
		type: oneOf(['file', 'message', 'reference'], 'file'),
		inline: truth(false),
		contentId: line(undefined).transform((id) => id?.trim().replace(/^<(.*)>$/, '$1')),
		binaryProperty: line(undefined, 1024),
		attachmentId: line(undefined),
		url: line(undefined, LONGEST_URL),
	})
	.transform((read) => withoutUndefined(read));

const attachments: FieldReader<EmailAttachment[]> = z.preprocess((value) => value ?? [], z.unknown().superRefine(listOnly).pipe(z.array(attachment)));

function listOnly(value: unknown, context: z.RefinementCtx): void {
	if (Array.isArray(value) && value.length <= LONGEST_LIST) return;
	context.addIssue({ code: z.ZodIssueCode.custom, message: `a list of at most ${LONGEST_LIST} attachments`, params: { part: value }, fatal: true });
}

const mime: FieldReader<string | undefined> = field<string | undefined, undefined>(undefined, (value) => {
	if (typeof value !== 'string' || value.length > LONGEST_MIME) return new Refusal('an RFC 5322 message as base64');
	const base64 = value.replace(/\s+/g, '');
	if (base64 === '') return undefined;
	return base64.length % 4 !== 1 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? base64 : new Refusal('an RFC 5322 message as base64');
});
