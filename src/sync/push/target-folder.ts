import { addressKey } from '../../records/ascii-domain';
import type { RecordKind } from '../../records/common-fields';
import { RecordError } from '../../records/record-error';
import type { ExchangeRecord } from '../../records/record';
import { faultFrom } from '../fault';
import type { Folder, FolderReference } from '../mailbox';
import type { MailboxPush, PushJob } from './push-job';

/**
 * The folder a new item goes to.
 *
 * @throws RecordError when it holds something else; MailboxFault when it is missing and not to be created.
 */
export async function targetFolder<K extends RecordKind>(push: MailboxPush<K>, job: PushJob<K>): Promise<Folder> {
	const reference = job.folder ?? push.options.folder ?? defaultFolder(job.record, push.link.mailbox);
	const folder = await existingOrCreated(push, reference);
	if (folder.holds === push.kind) return folder;
	const why = folder.holds === 'contact' ? ': contacts are not synced (rule contacts-not-supported)' : '';
	throw new RecordError('folder', folder.path, `a folder that holds ${push.kind}s${why}`);
}

async function existingOrCreated(push: MailboxPush, reference: FolderReference): Promise<Folder> {
	try {
		return await push.mailbox.folder(reference);
	} catch (error) {
		const fault = faultFrom(error);
		if (fault.reason !== 'gone' || !push.options.createFolder || reference.by !== 'path') throw fault;
		return await push.mailbox.createFolder(reference.path, push.kind);
	}
}

/** Inbox for mails that came in, Sent Items for those this mailbox sent, Calendar, Tasks. */
function defaultFolder(record: ExchangeRecord, mailbox: string): FolderReference {
	switch (record.kind) {
		case 'email':
			return { by: 'role', role: record.from !== undefined && addressKey(record.from.address) === addressKey(mailbox) ? 'sentItems' : 'inbox' };
		case 'appointment':
			return { by: 'role', role: 'calendar' };
		case 'task':
			return { by: 'role', role: 'tasks' };
	}
}
