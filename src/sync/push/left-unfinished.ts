import type { RecordKind } from '../../records/common-fields';
import { faultFrom } from '../fault';
import { storedHashOf } from '../handed-out';
import type { ItemReference } from '../mailbox';
import { formatStamp, type Stamp } from '../stamp';
import { unfinished } from '../unfinished';
import { type MailboxPush, type PushJob, readOptions } from './push-job';

/** An item of which a part was written, and whose job failed. */
export interface LeftUnfinished<K extends RecordKind = RecordKind> {
	job: PushJob<K>;
	/** What it was to get once it was whole. */
	stamp: Stamp;
	reference: ItemReference;
}

/**
 * Notes in the stamps of items that had to be left unfinished what they hold: then they are our own write to every poll, however long the rest is refused, and what a
 * user makes of them is a change. That they are unfinished stays there, for the next push of the record.
 */
export async function noteUnfinished<K extends RecordKind>(push: MailboxPush<K>, left: ReadonlyArray<LeftUnfinished<K>>): Promise<void> {
	if (left.length === 0) return;
	try {
		const results = await push.mailbox.read(push.kind, left.map(({ reference }) => reference.id), readOptions(push));
		const notes = left.flatMap(({ stamp, reference }, index) => {
			const result = results[index];
			// A user has changed it since: what stands there is theirs.
			if (result?.ok !== true || result.value.reference.changeKey !== reference.changeKey) return [];
			const { facts } = result.value;
			const storedHash = storedHashOf(result.value, stamp.hash);
			const noted: Stamp = { ...stamp, pattern: facts.kind === 'appointment' ? facts.pattern : '' };
			return [{ reference: result.value.reference, stamp: formatStamp(storedHash === '' ? noted : { ...unfinished(noted, push.options.now()), storedHash }) }];
		});
		if (notes.length > 0) await push.mailbox.restamp(push.kind, notes);
	} catch (error) {
		// They have failed, and that is told; without the note a poll waits for the next push, for as long as it does where a worker ended.
		faultFrom(error);
	}
}
