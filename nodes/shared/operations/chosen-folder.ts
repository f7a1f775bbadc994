import type { Folder, FolderReference, Mailbox } from '../../../src/sync/mailbox';
import { SettingsError } from '../settings/settings-error';

/** The folder that a builder has chosen. @throws MailboxFault when there is none, SettingsError for contacts (rule `contacts-not-supported`) */
export async function chosenFolder(mailbox: Mailbox, reference: FolderReference): Promise<Folder> {
	const folder = await mailbox.folder(reference);
	if (folder.holds === 'contact') throw new SettingsError('Folder', `is "${folder.path}", which holds contacts`, 'a folder of emails, appointments or tasks', 'contacts-not-supported');
	return folder;
}
