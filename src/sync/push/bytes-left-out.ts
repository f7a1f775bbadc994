import type { RecordKind } from '../../records/common-fields';
import type { PushJob } from './push-job';

/** Names of the attachments that an email lists and nobody gives the bytes of: links, and files that were not downloaded. A MIME text has its own. */
export function attachmentsWithoutBytes<K extends RecordKind>({ record, attachments }: PushJob<K>): string[] {
	if (record.kind !== 'email' || record.mime !== undefined) return [];
	const given = attachments.map(({ name }) => name);
	const unmatched = record.attachments.filter(({ name }) => {
		const place = given.indexOf(name);
		if (place >= 0) given.splice(place, 1);
		return place < 0;
	});
	// A binary field may have another name than the record has for it.
	return unmatched.filter(({ binaryProperty }) => binaryProperty === undefined || given.pop() === undefined).map(({ name }) => name);
}
