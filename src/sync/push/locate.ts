import type { RecordKind } from '../../records/common-fields';
import { createdFirst } from '../created-first';
import type { Folder, FoundItem, ReadOptions, StoredItem } from '../mailbox';
import { ownStamp, parseStamp, type Stamp, stampKey, stampPrefix } from '../stamp';
import type { MailboxPush, PushJob } from './push-job';
import type { Location } from './push-plan';

/** How push reads items: everything that the content hash covers. */
export function readOptions(push: MailboxPush): ReadOptions {
	return { body: 'both', timeZone: push.options.timeZone };
}

/** Ids of the folders in the bin: Deleted Items and everything below it. */
export function binFolderIds(folders: readonly Folder[]): Set<string> {
	const bin = new Set(folders.filter((folder) => folder.role === 'deletedItems').map((folder) => folder.id));
	for (let grown = true; grown; ) {
		const below = folders.filter((folder) => bin.has(folder.parentId) && !bin.has(folder.id));
		for (const folder of below) bin.add(folder.id);
		grown = below.length > 0;
	}
	return bin;
}

/**
 * Finds each job's item: by its exchange id if it has one, else by its stamp, in all folders of the kind and in the bin.
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

	const found = await findByStamp(push, sought, folders.filter((folder) => folder.holds === push.kind || bin.has(folder.id)));
	for (const job of sought) {
		const items = found.get(stampKey(push.connector.connectorId, job.externalId)) ?? [];
		const inFolder = items.find((item) => !bin.has(item.folderId));
		const inBin = items[0];
		if (inFolder !== undefined) locations.set(job, { at: 'stamped', found: inFolder, stamp: inFolder.parsed });
		else if (inBin !== undefined) locations.set(job, { at: 'bin', isInvitation: await isInvitation(push, inBin) });
		else locations.set(job, { at: job.exchangeId === undefined ? 'nowhere' : 'gone' });
	}
	return locations;
}

function whereItIs<K extends RecordKind>(push: MailboxPush<K>, stored: StoredItem<K>, bin: ReadonlySet<string>): Location<K> {
	if (!bin.has(stored.folderId)) return { at: 'read', stored, stamp: ownStamp(stored.stamp, push.connector.connectorId) };
	return { at: 'bin', isInvitation: stored.facts.kind === 'appointment' && stored.facts.isMeeting && !stored.facts.isOrganizer };
}

async function isInvitation(push: MailboxPush, item: FoundItem): Promise<boolean> {
	const [result] = await push.mailbox.identify([item.reference.id]);
	return result?.ok === true && result.value.isInvitation;
}

/** An item that was found by its stamp. */
export type StampedItem = FoundItem & { parsed: Stamp };

/** Items by the key of their stamp; of several with one key the one created first comes first. */
export async function findByStamp(push: MailboxPush, jobs: readonly PushJob[], folders: readonly Folder[]): Promise<Map<string, StampedItem[]>> {
	const keys = new Set(jobs.filter((job) => job.externalId !== '').map((job) => stampKey(push.connector.connectorId, job.externalId)));
	if (keys.size === 0) return new Map();
	const found = await push.mailbox.findStamped([...keys].map(stampPrefix), folders.map((folder) => folder.id));
	const byKey = new Map<string, StampedItem[]>();
	for (const item of found) {
		const parsed = parseStamp(item.stamp);
		if (parsed === undefined || !keys.has(parsed.key)) continue;
		const items = byKey.get(parsed.key) ?? [];
		items.push({ ...item, parsed });
		byKey.set(parsed.key, items);
	}
	for (const items of byKey.values()) items.sort(createdFirst);
	return byKey;
}
