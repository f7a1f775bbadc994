import { parseExtendedProperty } from '../properties/extended.mts';
import { FOLDER_ID_ONLY, renderFolder } from '../properties/folderShape.mts';
import type { Folder, FolderKind } from '../store/folder.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { child, childText, listOf } from '../xml/element.mts';
import type { XmlElement } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderIn } from './targets.mts';

const KIND_OF_CLASS: ReadonlyArray<readonly [string, FolderKind]> = [
	['IPF.Appointment', 'CalendarFolder'],
	['IPF.Contact', 'ContactsFolder'],
	['IPF.Task', 'TasksFolder'],
];

const CLASS_OF_KIND: Readonly<Record<FolderKind, string>> = { Folder: 'IPF.Note', CalendarFolder: 'IPF.Appointment', ContactsFolder: 'IPF.Contact', TasksFolder: 'IPF.Task', SearchFolder: 'IPF.Note' };

function create(source: XmlElement, mailbox: Mailbox, parent: Folder): Folder {
	const given = source.name as FolderKind;
	const displayName = childText(source, 'DisplayName') ?? '';
	if (displayName === '') throw new EwsError('ErrorFolderSave', { text: 'Folder save failed.' });
	if (mailbox.childrenOf(parent).some((each) => each.displayName.toLowerCase() === displayName.toLowerCase())) throw new EwsError('ErrorFolderExists', { text: `A folder with the specified name already exists., Could not create folder ${displayName}.` });
	const folderClass = childText(source, 'FolderClass') ?? CLASS_OF_KIND[given] ?? 'IPF.Note';
	const kind = KIND_OF_CLASS.find(([prefix]) => folderClass.startsWith(prefix))?.[1] ?? 'Folder';
	const folder = mailbox.createFolder({ parent: parent.number, displayName, folderClass, kind });
	for (const extended of source.children.filter(({ name }) => name === 'ExtendedProperty')) {
		const { path, value } = parseExtendedProperty(extended);
		folder.extended[path.key] = value;
	}
	return folder;
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolder-operation
registerOperation('CreateFolder', (request, context) =>
	eachItem(
		'CreateFolder',
		listOf(request, 'Folders'),
		context,
		(source) => {
			const { mailbox, folder } = folderIn(child(request, 'ParentFolderId'), context);
			return success('CreateFolder', element('m:Folders', renderFolder(mailbox, create(source, mailbox, folder), FOLDER_ID_ONLY)));
		},
		element('m:Folders'),
	),
);
