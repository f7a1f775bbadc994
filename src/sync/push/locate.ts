import type { RecordKind } from '../../records/common-fields';
import { isInvitation } from '../../rules/meetings';
import { binFolderIds } from '../bin-folders';
import type { FoundItem, StoredItem } from '../mailbox';
import { outsideBin } from '../original-first';
import { ownStamp, stampKey } from '../stamp';
import { findByStamp } from './find-by-stamp';
import { type MailboxPush, type PushJob, readOptions } from './push-job';
import type { Location } from './push-plan';
import { mayHaveRivals, removeRivals } from './rivals';

/**
 * Finds each job's item: by its exchange id if it has one, else by its stamp, in all folders of the kind and in the bin. Of several that workers created for
 * one record the first stays; a user's copy is none of them, also where the original lies in the bin.
 *
 * @throws MailboxFault when a request failed as a whole.
 */
export async function locate<K extends RecordKind>(push: MailboxPush<K>, jobs: ReadonlyArray<PushJob<K>>): Promise<Map<PushJob<K>, Location<K>>> {
	const locations = new Map<PushJob<K>, Location<K>>();
	const folders = await push.mailbox.folders();
	const bin = binFolderIds(folders);

	const named = jobs.filter((job) => job.exchangeId !== undefined);
	const read = named.length === 0 ? [] : await push.mailbox.read(push.kind, named.map((job) => job.exchangeId ?? ''), readOptions(push));
	const sought = jobs.filter((job) => job.exchangeId === undefined);
	for (const [index, job] of named.entries()) {
		const result = read[index];
		if (result?.ok === true) locations.set(job, whereItIs(push, result.value, bin));
		else if (result !== undefined && result.fault.reason !== 'gone') push.settle(job, { outcome: 'failed', message: result.fault.message, ...(result.fault.code !== undefined && { code: result.fault.code }) });
		else if (job.externalId === '') locations.set(job, { at: 'gone' });
		else sought.push(job);
	}

	const fresh = named.filter((job) => {
		const location = locations.get(job);
		return location?.at === 'read' && mayHaveRivals(push, job.externalId, location.stored);
	});
	const found = await findByStamp(push, [...sought, ...fresh], folders.filter((folder) => folder.holds === push.kind || bin.has(folder.id)));
	await removeRivals(push, found, bin);
	for (const job of sought) {
		const items = found.get(stampKey(push.connector.connectorId, job.externalId)) ?? [];
		const [own] = outsideBin(items, bin);
		const inBin = items[0];
		if (own !== undefined) locations.set(job, { at: 'stamped', found: own, stamp: own.parsed });
		else if (inBin !== undefined) locations.set(job, { at: 'bin', isInvitation: await isStoredInvitation(push, inBin), reference: inBin.reference, stamp: inBin.parsed });
		else locations.set(job, { at: job.exchangeId === undefined ? 'nowhere' : 'gone' });
	}
	return locations;
}

function whereItIs<K extends RecordKind>(push: MailboxPush<K>, stored: StoredItem<K>, bin: ReadonlySet<string>): Location<K> {
	const stamp = ownStamp(stored.stamp, push.connector.connectorId);
	return bin.has(stored.folderId) ? { at: 'bin', isInvitation: isInvitation(stored.facts), reference: stored.reference, stamp } : { at: 'read', stored, stamp };
}

async function isStoredInvitation(push: MailboxPush, item: FoundItem): Promise<boolean> {
	const [result] = await push.mailbox.identify([item.reference.id]);
	return result?.ok === true && result.value.isInvitation;
}
