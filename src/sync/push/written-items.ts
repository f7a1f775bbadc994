import { offerTurn } from '../../event-loop/offer-turn';
import type { RecordKind } from '../../records/common-fields';
import { binFolderIds } from '../bin-folders';
import { storedHashOf } from '../handed-out';
import type { ItemReference } from '../mailbox';
import { formatStamp, parseStamp, type Stamp, stampKey } from '../stamp';
import { findByStamp } from './find-by-stamp';
import { type MailboxPush, type PushJob, readOptions, type Written } from './push-job';
import { rivalsOf } from './rivals';

/**
 * Looks at what was written before it is reported: of two items that two workers created for one record at the same moment one stays, and what
 * Exchange made of the content goes into the stamp, so that our own write never looks like a change.
 *
 * @returns the jobs whose item another worker had created first: to be run again, so that the later content reaches the item that stays.
 */
export async function settleWritten<K extends RecordKind>(push: MailboxPush<K>, written: ReadonlyArray<Written<K>>): Promise<Array<PushJob<K>>> {
	const { kept, lost } = await withoutRivals(push, written);
	const references = await restampNormalised(push, kept);
	for (const item of kept) {
		const reference = references.get(item) ?? item.reference;
		const changeKey = item.proven ? { changeKey: reference.changeKey } : {};
		push.settle(item.job, { outcome: item.outcome, message: item.message, exchangeId: reference.id, ...changeKey, revision: item.stamp.revision, ...(item.keptFields !== undefined && { keptFields: item.keptFields }) });
	}
	return lost;
}

/**
 * Deletes what this push created where another worker had created an item for the same record before. The later of two always sees the earlier, as
 * it looks after it has created; should it end in between, the worker of the earlier or the next push takes its item away. Times are whole seconds: of two items of
 * one second the nonce decides, and its worker deletes the other one, too, as that worker may have looked before there were two.
 */
async function withoutRivals<K extends RecordKind>(push: MailboxPush<K>, written: ReadonlyArray<Written<K>>): Promise<{ kept: ReadonlyArray<Written<K>>; lost: Array<PushJob<K>> }> {
	const created = written.filter((item) => item.outcome === 'created' && item.job.externalId !== '');
	if (created.length === 0) return { kept: written, lost: [] };
	const folders = await push.mailbox.folders();
	const bin = binFolderIds(folders);
	const found = await findByStamp(push, created.map(({ job }) => job), folders.filter((folder) => folder.holds === push.kind && !bin.has(folder.id)));

	const lost = new Set<Written<K>>();
	const doomed: string[] = [];
	for (const item of created) {
		const [first, ...others] = found.get(stampKey(push.connector.connectorId, item.job.externalId)) ?? [];
		if (first === undefined) continue;
		// The same request carried out twice: by a proxy that repeated it, or by a server that answered with an error and had acted all the same.
		doomed.push(...[first, ...others].filter(({ parsed, reference }) => parsed.nonce === item.stamp.nonce && reference.id !== item.reference.id).map(({ reference }) => reference.id));
		if (first.parsed.nonce !== item.stamp.nonce) {
			lost.add(item);
			doomed.push(item.reference.id);
		} else {
			doomed.push(...rivalsOf([first, ...others]).map(({ reference }) => reference.id));
		}
	}
	if (doomed.length === 0) return { kept: written, lost: [] };
	await push.mailbox.delete(push.kind, doomed, 'permanently');
	return { kept: written.filter((item) => !lost.has(item)), lost: [...lost].map((item) => item.job) };
}

/**
 * Calendars and tasks are normalised (ranges, dates, reminders). An email is kept by Exchange as it is, but says more than its record where that is
 * not complete. A series that took several requests is finished by this in any case.
 */
async function restampNormalised<K extends RecordKind>(push: MailboxPush<K>, all: ReadonlyArray<Written<K>>): Promise<Map<Written<K>, ItemReference>> {
	const references = new Map<Written<K>, ItemReference>();
	const written = all.filter(({ job, isKnown = isWholeEmail(job) }) => !isKnown);
	if (written.length === 0) return references;
	const results = await push.mailbox.read(push.kind, written.map(({ reference }) => reference.id), readOptions(push));
	const stale: Array<{ item: Written<K>; reference: ItemReference; stamp: string }> = [];
	for (const [index, item] of written.entries()) {
		await offerTurn();
		const result = results[index];
		const seen = result?.ok === true ? result.value : undefined;
		const pattern = seen?.facts.kind === 'appointment' ? seen.facts.pattern : '';
		// Gone or unreadable a moment after it was written: the next push or pull will say so.
		if (seen === undefined) continue;
		// A user has changed it since, or may have: what stands there now is theirs, and the next pull tells it.
		if (!item.proven || seen.reference.changeKey !== item.reference.changeKey) {
			if (item.unfinished && isUnfinishedOf(item.stamp, seen.stamp)) stale.push({ item, reference: seen.reference, stamp: formatStamp({ ...item.stamp, pattern }) });
			continue;
		}
		references.set(item, seen.reference);
		const stamp: Stamp = { ...item.stamp, pattern, storedHash: storedHashOf(seen, item.stamp.hash) };
		if (item.unfinished || stamp.pattern !== item.stamp.pattern || stamp.storedHash !== item.stamp.storedHash) stale.push({ item, reference: seen.reference, stamp: formatStamp(stamp) });
	}
	if (stale.length === 0) return references;
	const restamped = await push.mailbox.restamp(push.kind, stale);
	for (const [index, { item }] of stale.entries()) {
		const result = restamped[index];
		if (result?.ok === true && references.has(item)) references.set(item, result.value);
	}
	return references;
}

/** Whether a stamp is the unfinished one of that write: another worker may have written the record since. */
function isUnfinishedOf({ nonce, hash }: Stamp, text: string | undefined): boolean {
	const found = parseStamp(text);
	return found?.unfinishedSince !== undefined && found.nonce === nonce && found.hash === hash;
}

/**
 * Whether the record of a new email names everything that Exchange will give back of it: a MIME text and files hold what only Exchange reads out of them, a mail gets a
 * date in any case, a flag may get days, and Exchange 2010 has none.
 */
function isWholeEmail({ record, attachments }: PushJob): boolean {
	if (record.kind !== 'email' || record.mime !== undefined || attachments.length > 0 || record.attachments.length > 0) return false;
	return record.from !== undefined && record.sentAt !== undefined && record.flag.status === 'notFlagged';
}
