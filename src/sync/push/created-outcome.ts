import type { RecordKind } from '../../records/common-fields';
import { namedItem } from '../../rules/verdict';
import { keptCancellation } from './kept-fields';
import type { PushJob, Written } from './push-job';

/** What is told of an item that was created. */
export function createdOutcome<K extends RecordKind>(job: PushJob<K>): Pick<Written<K>, 'message' | 'keptFields'> & { outcome: 'created' } {
	const missing = attachmentsWithoutBytes(job);
	if (missing.length > 0) {
		const names = new Intl.ListFormat('en').format(missing.map((name) => `"${name}"`));
		return { outcome: 'created', message: `${namedItem(job.record)} was created without ${names}: the record has no bytes of ${missing.length === 1 ? 'it' : 'them'}.`, keptFields: ['attachments'] };
	}
	const message = `${namedItem(job.record)} was created.`;
	return { message, ...keptCancellation(job, undefined, message), outcome: 'created' };
}

/** Names of the attachments that an email lists and nobody gives the bytes of: links, and files that were not downloaded. A MIME text has its own. */
function attachmentsWithoutBytes({ record, attachments }: PushJob): string[] {
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
