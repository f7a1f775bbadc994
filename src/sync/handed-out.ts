import type { RecordKind } from '../records/common-fields';
import { contentHash } from '../records/content-hash';
import { withMetadataOf, withoutMeetingMetadata } from '../records/meeting-metadata';
import type { ExchangeRecord, RecordOf } from '../records/record';
import type { StoredItem } from './mailbox';
import { isStampedContent, type Stamp } from './stamp';

/**
 * Hashes of an item's content in each form in which it may have been handed out: as it stands and, if it is a meeting, without the block that
 * Exchange puts in front of its text (rule `meeting-metadata`). Neither a record nor a stamp says in which.
 */
export function handedOutHashes({ record, facts }: StoredItem): string[] {
	const forms: ExchangeRecord[] = [record];
	if (record.kind === 'appointment' && facts.kind === 'appointment' && facts.isMeeting) {
		const told = withoutMeetingMetadata(record);
		if (told !== record) forms.push(told);
	}
	return forms.map(contentHash);
}

/** Hash of what Exchange made of content that was written, in the form that each poll knows, whether it leaves that block out or not; empty where it is what was written. */
export function storedHashOf(item: StoredItem, written: string): string {
	const hashes = handedOutHashes(item);
	return hashes.includes(written) ? '' : (hashes.at(-1) ?? '');
}

/** Whether an item's content, as it may have been handed out, is what the last push wrote. */
export function isAsStamped(stamp: Stamp, item: StoredItem): boolean {
	return handedOutHashes(item).some((hash) => isStampedContent(stamp, hash));
}

/** A record as it is to be written over an item: what was left out of it when it was handed out stays. */
export function asHandedOut<K extends RecordKind>(record: RecordOf<K>, { record: stored, facts }: StoredItem): RecordOf<K> {
	const given: ExchangeRecord = record;
	if (given.kind !== 'appointment' || stored.kind !== 'appointment' || facts.kind !== 'appointment' || !facts.isMeeting) return record;
	const { text, recurrence } = withMetadataOf(stored, given);
	return Object.assign({ ...record }, { text }, recurrence === undefined ? {} : { recurrence });
}
