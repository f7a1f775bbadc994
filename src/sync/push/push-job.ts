import type { AccountLink } from '../account-link';
import type { RecordKind } from '../../records/common-fields';
import { contentHash } from '../../records/content-hash';
import type { AttachmentContent } from '../../records/email';
import type { RecordError } from '../../records/record-error';
import type { RecordOf } from '../../records/record';
import { recordTitle } from '../../records/record-title';
import { asHandedOut } from '../handed-out';
import type { FolderReference, ItemReference, Mailbox, ReadOptions, StoredItem } from '../mailbox';
import type { Outcome } from '../outcome';
import { newNonce, nextAttempt, type Stamp, stampKey } from '../stamp';
import { isDoubtOver } from './doubt';
import { NEVER_PUSHED, turnsWithThis } from './ping-pong';
import type { PushOptions } from './push-types';

/** What push needs of the connector. */
export interface PushConnector {
	name: string;
	connectorId: string;
	readReceiptsRequestedBy: 'otherSystem' | 'exchange';
	/** The account of that name or mailbox; none given: the only one. @throws RecordError naming `account`. */
	link(accountOrMailbox?: string): AccountLink;
	/** The account with that mailbox address, if there is one. */
	linkOf(address: string): AccountLink | undefined;
	open(link: AccountLink): Promise<Mailbox>;
}

/** One record on its way into one mailbox. */
export interface PushJob<K extends RecordKind = RecordKind> {
	/** Which of the caller's items it belongs to. */
	index: number;
	link: AccountLink;
	record: RecordOf<K>;
	/** Empty where the item is known by its exchange id only. */
	externalId: string;
	exchangeId: string | undefined;
	changeKey: string | undefined;
	/** RFC 3339, UTC; undefined where the other system does not tell it, or not as a time. */
	modifiedAt: string | undefined;
	attachments: AttachmentContent[];
	/** The appointment is a participant's: whose record it comes from (rule `invitation-as-email`). */
	participantOf?: { organizer: AccountLink | undefined };
	/** Where it goes when it is created; none: the kind's default folder. */
	folder: FolderReference | undefined;
	/** Fields that the record leaves to its MIME text: they are written when the item is created, and stay as they are when it is updated. */
	unsaid: readonly string[];
	/** Why no new email can be made of the record, which one that is there can be written over with; undefined: it can. */
	refusedAsNew: RecordError | undefined;
	/** Fields of the content that Exchange may keep and that neither the record nor its MIME text says anything of. */
	unmentioned: readonly string[];
}

/** The record as it is written over a stored one. */
export function writtenOver<K extends RecordKind>({ record, unsaid }: PushJob<K>, stored: StoredItem<K>): RecordOf<K> {
	return Object.assign({ ...asHandedOut(record, stored) }, Object.fromEntries(Object.entries(stored.record).filter(([field]) => unsaid.includes(field))));
}

/** The push into one mailbox while it runs. */
export interface MailboxPush<K extends RecordKind = RecordKind> {
	readonly connector: PushConnector;
	readonly kind: K;
	readonly link: AccountLink;
	readonly mailbox: Mailbox;
	readonly options: PushOptions;
	/** Takes a job's outcome; each job has exactly one. */
	settle(job: PushJob<K>, outcome: JobOutcome): void;
}

/** How push reads items: everything that the content hash covers. */
export function readOptions(push: MailboxPush): ReadOptions {
	return { body: 'both', timeZone: push.options.timeZone };
}

/** What an outcome says beyond the job's own names. */
export type JobOutcome = Pick<Outcome, 'outcome' | 'message'> & Partial<Pick<Outcome, 'rule' | 'code' | 'changeKey' | 'keptFields' | 'exchangeVersion' | 'otherVersion'>> & {
	exchangeId?: string | undefined;
	/** Of the stamp, where the item stands as the record says. */
	revision?: number | undefined;
};

/** The outcome in full. */
export function outcomeOf(connector: { name: string }, job: PushJob, details: Omit<JobOutcome, 'revision'>): Outcome {
	const { exchangeId = job.exchangeId, ...rest } = details;
	return {
		...rest,
		kind: job.record.kind,
		connector: connector.name,
		account: job.link.account,
		mailbox: job.link.mailbox,
		...(job.externalId !== '' && { externalId: job.externalId }),
		...(exchangeId !== undefined && { exchangeId }),
		...recordTitle(job.record),
	};
}

/**
 * The stamp for the record of an item that is there. `write`: the content is written, not only looked at. An item that is in doubt was looked for by its stamp before:
 * where that was late enough, it is in doubt no longer.
 */
export function stampFor(push: MailboxPush, job: PushJob, previous: Stamp | undefined, write?: { isTurn: boolean }): Stamp {
	const now = push.options.now();
	// Pushed by its exchange id alone, an item stays the one that it is under its external id.
	const own = job.externalId === '' ? previous : undefined;
	const hash = contentHash(job.record);
	const revision = (previous?.revision ?? 0) + (previous === undefined || previous.hash === hash ? 0 : 1);
	return {
		key: own?.key ?? stampKey(push.connector.connectorId, job.externalId),
		nonce: previous?.nonce ?? newNonce(push.link.mailbox),
		hash,
		storedHash: '',
		pattern: previous?.pattern ?? '',
		...(previous?.excluded !== undefined && write === undefined && { excluded: previous.excluded }),
		...(previous?.binned === true && { binned: true }),
		turns: write === undefined ? (previous?.turns ?? NEVER_PUSHED) : turnsWithThis(previous, write.isTurn, now),
		...(previous?.inDoubtSince !== undefined && !isDoubtOver(previous, now) && { inDoubtSince: previous.inDoubtSince }),
		...(revision > 0 && { revision }),
		externalId: own?.externalId ?? job.externalId,
	};
}

/** The stamp for an item that is to be created. `asked`: that of the attempt before, whatever came of it. */
export function stampForNew(push: MailboxPush, job: PushJob, asked: Stamp | undefined): Stamp {
	const stamp = stampFor(push, job, undefined, { isTurn: false });
	return asked === undefined ? stamp : { ...stamp, ...afterAnother(push, asked) };
}

/** What stands in the stamp of an item that stays although a later or earlier attempt to create it may still be carried out. */
export function afterAnother(push: MailboxPush, asked: Stamp): Pick<Stamp, 'nonce' | 'inDoubtSince'> {
	return { nonce: nextAttempt(asked.nonce), inDoubtSince: Math.floor(push.options.now() / 1000) };
}

/** An item that was written, to be looked at again. */
export interface Written<K extends RecordKind = RecordKind> {
	job: PushJob<K>;
	reference: ItemReference;
	/** The server itself answered to the write with this reference: the item is what was written. Otherwise it was found later, and may have been changed. */
	proven: boolean;
	stamp: Stamp;
	/** It is whole, while its stamp says still that it is not. */
	unfinished: boolean;
	outcome: 'created' | 'updated' | 'unchanged';
	message: string;
	/** See {@link Outcome.keptFields}. */
	keptFields?: string[];
	/** What Exchange has now stands in the stamp already; it need not be read. */
	isKnown?: boolean;
}
