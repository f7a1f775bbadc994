import { MimeError } from '../../mime/mime-error';
import { type HeaderContent, LONGEST_HEADER, readMessageHeader } from '../../mime/message-header';
import type { AppointmentRecord } from '../../records/appointment';
import { checkedRecord } from '../../records/checked-record';
import type { MailAddress, RecordKind } from '../../records/common-fields';
import type { EmailRecord } from '../../records/email';
import { emailKey } from '../../records/email-key';
import { instantOf } from '../../records/point-in-time';
import { RecordError, recordErrorFrom } from '../../records/record-error';
import type { RecordOf } from '../../records/record';
import { asksForReceipt } from '../../rules/receipts';
import { leftOut } from '../../rules/verdict';
import type { Outcome } from '../outcome';
import { outcomeOf, type PushConnector, type PushJob } from './push-job';
import { LONGEST_EXTERNAL_ID, type PushItem, type PushOptions } from './push-types';

/**
 * What one item means for which mailboxes: an email or task for one, an appointment for its own and for those of its participants who are
 * accounts of this connector (rule `meeting-as-appointment`), a task with an assignee for the assignee's (rule `delegation-not-synced`).
 *
 * @throws RecordError when the item is wrong.
 */
export async function jobsOf<K extends RecordKind>(connector: PushConnector, kind: K, index: number, item: PushItem<K>, options: PushOptions): Promise<Array<PushJob<K> | Outcome>> {
	const externalId = item.externalId ?? '';
	if (externalId === '' && (item.exchangeId ?? '') === '') throw new RecordError('externalId', item.externalId, "the other system's id of the record (or give exchangeId)");
	if (externalId.length > LONGEST_EXTERNAL_ID) throw new RecordError('externalId', item.externalId, `at most ${LONGEST_EXTERNAL_ID} characters long`);
	const { checked, refusedAsNew } = checkedForPush(kind, item, options);
	const record = await prepared(connector, item, checked);
	const job: Omit<PushJob<K>, 'link'> = {
		index,
		record,
		externalId,
		exchangeId: item.exchangeId === '' ? undefined : item.exchangeId,
		changeKey: item.changeKey === '' ? undefined : item.changeKey,
		modifiedAt: instantOf(item.modifiedAt, options.timeZone),
		attachments: kind === 'email' ? item.attachments : [],
		folder: undefined,
		unsaid: record.kind === 'email' && record.mime !== undefined ? LEFT_TO_EXCHANGE.filter((field) => isUnsaid(item, field)) : [],
		refusedAsNew,
		unmentioned: unmentionedOf(item, record),
	};
	switch (record.kind) {
		case 'email':
			return [{ ...job, link: connector.link(item.account) }];
		case 'task':
			return [forAssignee(connector, job, record.assignee, item.account)];
		case 'appointment':
			return appointmentJobs(connector, job, record, item.account);
	}
}

/**
 * The people of an email that is there are history: Exchange keeps them, so a record of it is taken as it was handed out, also where it names somebody as no new email
 * could.
 */
function checkedForPush<K extends RecordKind>(kind: K, { record }: PushItem<K>, options: PushOptions): { checked: RecordOf<K>; refusedAsNew: RecordError | undefined } {
	const context = { timeZone: options.timeZone, now: options.now() };
	try {
		return { checked: checkedRecord(kind, record, context), refusedAsNew: undefined };
	} catch (error) {
		const refusal = recordErrorFrom(error);
		if (kind !== 'email') throw refusal;
		return { checked: checkedRecord(kind, record, { ...context, addresses: 'asStored' }), refusedAsNew: refusal };
	}
}

/**
 * An email gets its key where it has none, what its MIME text says where the record says nothing, and asks for a receipt only where this side asks (rule
 * `read-receipts`).
 */
async function prepared<K extends RecordKind>(connector: PushConnector, item: PushItem<K>, record: RecordOf<K>): Promise<RecordOf<K>> {
	if (record.kind !== 'email') return record;
	const said = record.mime === undefined ? {} : await saidByMime(item, record.mime);
	const email = { ...record, ...said };
	return { ...email, key: emailKey(email.key === '' ? undefined : email.key, email), readReceipt: asksForReceipt({ readReceipt: said.readReceipt ?? record.readReceipt }, connector.readReceiptsRequestedBy) };
}

/** Fields that can be changed in Exchange later: where the record leaves them to its MIME text, an update leaves them alone. */
const LEFT_TO_EXCHANGE = ['subject', 'isRead', 'importance', 'flag', 'categories'] as const satisfies ReadonlyArray<keyof EmailRecord>;

/** Fields of an email's content that an update cannot always write. */
const EMAIL_CONTENT = ['from', 'to', 'cc', 'bcc', 'replyTo', 'sentAt', 'text', 'sensitivity', 'attachments'] as const satisfies ReadonlyArray<keyof EmailRecord>;

function unmentionedOf(item: PushItem, record: RecordOf<RecordKind>): readonly string[] {
	switch (record.kind) {
		case 'email':
			return EMAIL_CONTENT.filter((field) => isUnmentioned(item, record, field));
		case 'appointment':
			return isUnsaid(item, 'cancelled') ? ['cancelled'] : [];
		case 'task':
			return [];
	}
}

function isUnmentioned(item: PushItem, email: EmailRecord, field: (typeof EMAIL_CONTENT)[number]): boolean {
	if (!isUnsaid(item, field) || (field === 'text' && !isUnsaid(item, 'html'))) return false;
	return email.mime === undefined || field === 'text' || field === 'attachments' || email[field] === undefined;
}

async function saidByMime(item: PushItem, mime: string): Promise<Partial<HeaderContent>> {
	try {
		// Four characters of base64 are three bytes; those behind the header are not even decoded.
		const said = await readMessageHeader(Buffer.from(mime.slice(0, Math.ceil(LONGEST_HEADER / 3) * 4), 'base64'));
		return Object.fromEntries(Object.entries(said).filter(([field]) => isUnsaid(item, field)));
	} catch (error) {
		throw mimeRefusal(error);
	}
}

function isUnsaid({ record }: PushItem, field: string): boolean {
	return record[field] === undefined || record[field] === null || record[field] === '';
}

/** Anything but a message that cannot be read is an error of ours and goes on. */
function mimeRefusal(thrown: unknown): RecordError {
	if (thrown instanceof MimeError) return new RecordError('mime', 'a message', `one that can be read: ${thrown.message}`);
	throw thrown;
}

function forAssignee<K extends RecordKind>(connector: PushConnector, job: Omit<PushJob<K>, 'link'>, assignee: MailAddress | undefined, account: string | undefined): PushJob<K> | Outcome {
	if (assignee === undefined) return { ...job, link: connector.link(account) };
	const link = connector.linkOf(assignee.address);
	if (link !== undefined && job.externalId === '' && link.mailbox !== connector.link(account).mailbox) throw new RecordError('externalId', '(empty)', 'the id of the record in the other system, as it has an assignee, whose task is found by it');
	// The exchange id names an item of the account's own mailbox; in the assignee's the stamp finds it.
	if (link !== undefined) return { ...job, ...(link.mailbox === connector.link(account).mailbox ? {} : { exchangeId: undefined, changeKey: undefined }), link };
	const verdict = leftOut('delegation-not-synced', job.record, `is assigned to ${assignee.address}, who is no account of this connector; add that account to the credential, or leave the assignee out`);
	const nobody = { ...job, link: { account: account ?? '', mailbox: assignee.address } };
	return outcomeOf(connector, nobody, { outcome: 'skipped', message: verdict.sync ? '' : verdict.message, rule: 'delegation-not-synced' });
}

function appointmentJobs<K extends RecordKind>(connector: PushConnector, job: Omit<PushJob<K>, 'link'>, record: AppointmentRecord, account: string | undefined): Array<PushJob<K>> {
	const participants = (record.participants ?? []).flatMap((participant) => connector.linkOf(participant.address) ?? []);
	const own = account !== undefined || participants.length === 0 ? connector.link(account) : undefined;
	if (job.externalId === '' && participants.some(({ mailbox }) => mailbox !== own?.mailbox)) throw new RecordError('externalId', '(empty)', 'the id of the record in the other system, as it has participants, whose appointments are found by it');
	const jobs = new Map<string, PushJob<K>>();
	if (own !== undefined) jobs.set(own.mailbox.toLowerCase(), { ...job, link: own });
	for (const link of participants) {
		const key = link.mailbox.toLowerCase();
		// The exchange id names an item of one mailbox; in the others the stamp finds it.
		const known = own === undefined && jobs.size === 0 ? {} : { exchangeId: undefined, changeKey: undefined };
		if (!jobs.has(key)) jobs.set(key, { ...job, ...known, link, participantOf: { organizer: own } });
	}
	return [...jobs.values()];
}
