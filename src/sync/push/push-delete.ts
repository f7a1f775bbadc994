import pLimit from 'p-limit';
import type { AccountLink } from '../account-link';
import type { RecordKind } from '../../records/common-fields';
import { RecordError, recordErrorFrom } from '../../records/record-error';
import type { ExchangeRecord } from '../../records/record';
import { recordTitle } from '../../records/record-title';
import { excludedVerdict } from '../../rules/series';
import { firstExclusion, namedItem, type Verdict } from '../../rules/verdict';
import { writtenOverVerdict } from '../../rules/verdicts';
import { binFolderIds } from '../bin-folders';
import { faultFrom, type MailboxFault } from '../fault';
import { isAsStamped } from '../handed-out';
import type { Folder, Mailbox, StoredItem } from '../mailbox';
import { outsideBin } from '../original-first';
import type { Outcome } from '../outcome';
import { ownStamp, stampKey } from '../stamp';
import { isLeftUnfinished } from '../unfinished';
import { findByStamp } from './find-by-stamp';
import type { PushConnector } from './push-job';
import { restoredInvitationVerdict } from './push-plan';
import type { PushDelete, PushDeleteOptions } from './push-types';
import { mayHaveRivals, removeRivals } from './rivals';

const MAILBOXES_AT_ONCE = 4;

/** One item to be deleted in one mailbox. */
interface DeleteJob {
	index: number;
	link: AccountLink;
	target: PushDelete;
}

/** Deletes in one mailbox while they run. */
interface MailboxDelete {
	connector: PushConnector;
	kind: RecordKind;
	mailbox: Mailbox;
	options: PushDeleteOptions;
	settle(job: DeleteJob, outcome: Pick<Outcome, 'outcome' | 'message'> & Partial<Outcome>): void;
}

/**
 * Deletes items in Exchange. An item that Exchange changed since the last sync stays: the change wins. One that is not there any more counts as
 * `unchanged`. Nobody is told: a meeting is deleted without a cancellation (rule `meeting-as-appointment`).
 */
export async function pushDelete(connector: PushConnector, kind: RecordKind, targets: readonly PushDelete[], options: PushDeleteOptions): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	const byMailbox = new Map<string, DeleteJob[]>();
	for (const [index, target] of targets.entries()) {
		try {
			if (!target.externalId && !target.exchangeId) throw new RecordError('externalId', target.externalId, "the other system's id of the record (or give exchangeId)");
			const job = { index, target, link: connector.link(target.account) };
			const key = job.link.mailbox.toLowerCase();
			byMailbox.set(key, [...(byMailbox.get(key) ?? []), job]);
		} catch (error) {
			const refusal = recordErrorFrom(error);
			outcomes[index] = { outcome: 'failed', code: 'InvalidRecord', kind, connector: connector.name, account: target.account ?? '', mailbox: '', message: `${refusal.message}.`, ...named(target) };
		}
	}
	const limit = pLimit(MAILBOXES_AT_ONCE);
	await Promise.all([...byMailbox.values()].map((jobs) => limit(() => deleteInMailbox(connector, kind, jobs, options, outcomes))));
	return outcomes;
}

async function deleteInMailbox(connector: PushConnector, kind: RecordKind, jobs: readonly DeleteJob[], options: PushDeleteOptions, outcomes: Outcome[]): Promise<void> {
	const settle: MailboxDelete['settle'] = (job, outcome) => {
		outcomes[job.index] = { kind, connector: connector.name, account: job.link.account, mailbox: job.link.mailbox, ...named(job.target), ...outcome };
	};
	const link = jobs[0]?.link;
	if (link === undefined) return;
	try {
		await deleteJobs({ connector, kind, options, settle, mailbox: await connector.open(link) }, jobs);
	} catch (error) {
		const fault = faultFrom(error);
		for (const job of jobs) {
			if (outcomes[job.index] === undefined) settle(job, { outcome: 'failed', message: `${link.mailbox} cannot be written to: ${fault.message}`, ...(fault.code !== undefined && { code: fault.code }) });
		}
	}
}

async function deleteJobs(context: MailboxDelete, jobs: readonly DeleteJob[]): Promise<void> {
	const bin = binFolderIds(await context.mailbox.folders());
	const toDelete: Doomed[] = [];
	for (const [job, found] of await locateAll(context, jobs)) {
		if (found === 'gone') context.settle(job, { outcome: 'unchanged', message: 'The item is not in Exchange any more.' });
		else if ('unread' in found) {
			if (mayBeDeletedUnread(context, found.unread)) toDelete.push({ job, id: found.id, record: undefined });
			else context.settle(job, { outcome: 'failed', exchangeId: found.id, message: `The item was not deleted, as it cannot be told whether it was changed in Exchange: ${found.unread.message}`, ...(found.unread.code !== undefined && { code: found.unread.code }) });
		}
		else if (bin.has(found.folderId) && context.options.mode === 'toBin') context.settle(job, { outcome: 'unchanged', exchangeId: found.reference.id, message: `${namedItem(found.record)} lies in Deleted Items already.`, ...recordTitle(found.record) });
		else {
			const { record, reference } = found;
			const verdict = deleteVerdict(context, found);
			if (!verdict.sync) context.settle(job, { outcome: 'skipped', rule: verdict.rule, exchangeId: reference.id, message: verdict.message, ...recordTitle(record) });
			else if (context.options.evenIfChanged || !changedInExchange(context, job, found)) toDelete.push({ job, id: reference.id, record });
			else context.settle(job, { outcome: 'conflict', exchangeId: reference.id, changeKey: reference.changeKey, exchangeVersion: record, message: `${namedItem(record)} was changed in Exchange since the last sync and stays: a change wins over a delete.`, ...recordTitle(record) });
		}
	}
	if (toDelete.length === 0) return;
	const deleted = await context.mailbox.delete(context.kind, toDelete.map(({ id }) => id), context.options.mode);
	for (const [index, { job, id, record }] of toDelete.entries()) {
		const result = deleted[index];
		const name = record === undefined ? 'The item' : namedItem(record);
		const title = record === undefined ? {} : recordTitle(record);
		if (result?.ok === true) context.settle(job, { outcome: 'deleted', exchangeId: id, message: `${name} was deleted${context.options.mode === 'permanently' ? ' for good' : ' (moved to Deleted Items)'}.`, ...title });
		else if (result?.fault.reason === 'gone') context.settle(job, { outcome: 'unchanged', message: `${name} is not in Exchange any more.`, ...title });
		else context.settle(job, { outcome: 'failed', exchangeId: id, message: `${name} could not be deleted: ${result?.fault.message ?? 'the server gave no answer for it.'}`, ...(result?.fault.code !== undefined && { code: result.fault.code }), ...title });
	}
}

/** What is not synced any more is not deleted by the other system either. */
function deleteVerdict({ connector }: MailboxDelete, { record, facts, stamp }: StoredItem): Verdict {
	const own = ownStamp(stamp, connector.connectorId);
	if (own?.excluded !== undefined && record.kind === 'appointment') return excludedVerdict('push', record, own.excluded);
	return firstExclusion(restoredInvitationVerdict(record, facts, own), writtenOverVerdict({ kind: record.kind, record, facts }, { includePrivate: true }));
}

/** An item that is going to be deleted. */
interface Doomed {
	job: DeleteJob;
	id: string;
	record: ExchangeRecord | undefined;
}

/** What a job's item turned out to be: read, there but not to be read, or gone. */
type Found = StoredItem | { id: string; unread: MailboxFault } | 'gone';

/** A damaged item can never be read: it would stay for ever. One that cannot be read for now may have been changed, and a change wins. */
function mayBeDeletedUnread({ options }: MailboxDelete, { reason }: MailboxFault): boolean {
	return options.evenIfChanged || reason === 'itemRefused' || reason === 'tooLarge';
}

/** By exchange id where one is given; one that is gone there, because the item was moved, is looked for by its stamp. */
async function locateAll(context: MailboxDelete, jobs: readonly DeleteJob[]): Promise<Map<DeleteJob, Found>> {
	const found = new Map<DeleteJob, Found>();
	const folders = await context.mailbox.folders();
	const bin = binFolderIds(folders);
	await readInto(found, context, jobs.filter((job) => job.target.exchangeId).map((job) => ({ job, id: job.target.exchangeId ?? '' })));
	const isSought = (job: DeleteJob): boolean => (found.get(job) ?? 'gone') === 'gone' && job.target.externalId !== undefined;
	const sought = jobs.filter(isSought);
	const fresh = jobs.filter((job) => {
		const read = found.get(job);
		return typeof read === 'object' && 'record' in read && mayHaveRivals(context, job.target.externalId ?? '', read);
	});
	const ids = await idsByStamp(context, [...sought, ...fresh], folders, bin);
	await readInto(found, context, ids.filter(({ job }) => isSought(job)));
	for (const job of jobs) if (!found.has(job)) found.set(job, 'gone');
	return found;
}

async function readInto(found: Map<DeleteJob, Found>, context: MailboxDelete, items: ReadonlyArray<{ job: DeleteJob; id: string }>): Promise<void> {
	if (items.length === 0) return;
	const results = await context.mailbox.read(context.kind, items.map(({ id }) => id), { body: 'both', timeZone: context.options.timeZone });
	for (const [index, { job, id }] of items.entries()) {
		const result = results[index];
		if (result?.ok === true) found.set(job, result.value);
		else found.set(job, result === undefined || result.fault.reason === 'gone' ? 'gone' : { id, unread: result.fault });
	}
}

/** The record's own items: of several with one stamp the original, wherever it lies; the others are users' copies. */
async function idsByStamp(context: MailboxDelete, jobs: readonly DeleteJob[], folders: readonly Folder[], bin: ReadonlySet<string>): Promise<Array<{ job: DeleteJob; id: string }>> {
	if (jobs.length === 0) return [];
	const records = jobs.map((job) => ({ job, externalId: job.target.externalId ?? '' }));
	const found = await findByStamp(context, records, folders.filter((folder) => folder.holds === context.kind || bin.has(folder.id)));
	await removeRivals(context, found, bin);
	return records.flatMap(({ job, externalId }) => {
		const items = found.get(stampKey(context.connector.connectorId, externalId)) ?? [];
		const own = outsideBin(items, bin)[0] ?? items[0];
		return own === undefined ? [] : [{ job, id: own.reference.id }];
	});
}

function changedInExchange({ connector }: MailboxDelete, job: DeleteJob, stored: StoredItem): boolean {
	if (job.target.changeKey === stored.reference.changeKey) return false;
	const stamp = ownStamp(stored.stamp, connector.connectorId);
	if (stamp !== undefined) return !isAsStamped(stamp, stored) && !isLeftUnfinished(stamp, stored);
	return job.target.changeKey !== undefined && job.target.changeKey !== '';
}

function named(target: PushDelete): Pick<Outcome, 'externalId' | 'exchangeId'> {
	return { ...(target.externalId && { externalId: target.externalId }), ...(target.exchangeId && { exchangeId: target.exchangeId }) };
}
