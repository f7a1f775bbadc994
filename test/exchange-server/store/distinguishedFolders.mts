import type { FolderKind } from './folder.mts';

/** A folder every mailbox is born with. */
export interface DistinguishedFolder {
	readonly id: string;
	readonly parent: string | undefined;
	readonly displayName: string;
	readonly folderClass: string;
	readonly kind: FolderKind;
}

function mail(id: string, displayName: string, parent = 'msgfolderroot'): DistinguishedFolder {
	return { id, parent, displayName, folderClass: 'IPF.Note', kind: 'Folder' };
}

/** In the order of creation: parents first. */
export const DISTINGUISHED_FOLDERS: readonly DistinguishedFolder[] = [
	{ id: 'root', parent: undefined, displayName: '', folderClass: '', kind: 'Folder' },
	{ id: 'msgfolderroot', parent: 'root', displayName: 'Top of Information Store', folderClass: 'IPF', kind: 'Folder' },
	{ id: 'searchfolders', parent: 'root', displayName: 'Finder', folderClass: '', kind: 'Folder' },
	{ id: 'recoverableitemsroot', parent: 'root', displayName: 'Recoverable Items', folderClass: '', kind: 'Folder' },
	mail('recoverableitemsdeletions', 'Deletions', 'recoverableitemsroot'),
	mail('recoverableitemspurges', 'Purges', 'recoverableitemsroot'),
	mail('recoverableitemsversions', 'Versions', 'recoverableitemsroot'),
	{ id: 'calendar', parent: 'msgfolderroot', displayName: 'Calendar', folderClass: 'IPF.Appointment', kind: 'CalendarFolder' },
	{ id: 'contacts', parent: 'msgfolderroot', displayName: 'Contacts', folderClass: 'IPF.Contact', kind: 'ContactsFolder' },
	mail('conversationhistory', 'Conversation History'),
	mail('deleteditems', 'Deleted Items'),
	mail('drafts', 'Drafts'),
	mail('inbox', 'Inbox'),
	{ id: 'journal', parent: 'msgfolderroot', displayName: 'Journal', folderClass: 'IPF.Journal', kind: 'Folder' },
	mail('junkemail', 'Junk Email'),
	{ id: 'notes', parent: 'msgfolderroot', displayName: 'Notes', folderClass: 'IPF.StickyNote', kind: 'Folder' },
	mail('outbox', 'Outbox'),
	mail('sentitems', 'Sent Items'),
	{ id: 'tasks', parent: 'msgfolderroot', displayName: 'Tasks', folderClass: 'IPF.Task', kind: 'TasksFolder' },
];
