import type { Folder, FolderReference, Mailbox } from '../../../src/sync/mailbox';
import { SettingsError } from '../settings/settings-error';
import type { BatchEntry } from './batches';
import { grouped } from './batches';
import type { ItemAnswer, OperationCall } from './operation';

/** The folder that a builder has chosen. @throws MailboxFault when there is none, SettingsError for contacts (rule `contacts-not-supported`) */
export async function chosenFolder(mailbox: Mailbox, reference: FolderReference): Promise<Folder> {
	const folder = await mailbox.folder(reference);
	if (folder.holds === 'contact') throw new SettingsError('Folder', `is "${folder.path}", which holds contacts`, 'a folder of emails, appointments or tasks', 'contacts-not-supported');
	return folder;
}

/**
 * Works folder by folder, so that the items of one share requests. A fault of one folder is the answer of its items: those of the others have been written, or
 * will be. Where the builder wants the node to stop at the first error, nothing more is written.
 */
export async function byChosenFolder<T extends { folder: FolderReference }>(
	call: OperationCall,
	mailbox: Mailbox,
	entries: ReadonlyArray<BatchEntry<T>>,
	work: (folder: Folder, entries: Array<BatchEntry<T>>) => Promise<ItemAnswer[]>,
): Promise<ItemAnswer[]> {
	const answers: ItemAnswer[] = [];
	for (const { of: reference, entries: group } of grouped(entries, ({ value }) => value.folder)) {
		try {
			answers.push(...(await work(await chosenFolder(mailbox, reference), group)));
		} catch (error) {
			answers.push(...group.map(({ item }) => ({ item, error })));
			if (!call.functions.continueOnFail()) break;
		}
	}
	return answers;
}
