import { parseExtendedProperty } from '../properties/extended.mts';
import { folderExtendedValue, folderProperty, parseFolderShape, renderFolder } from '../properties/folderShape.mts';
import { requireChild } from '../properties/shape.mts';
import { parseRestriction } from '../search/restriction.mts';
import { pageOf } from '../search/paging.mts';
import type { Folder, FolderKind } from '../store/folder.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, childText, listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { EwsError, schemaViolation } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderIdXml, folderIn, folderTarget } from './targets.mts';

const ID_ONLY = { base: 'IdOnly', additional: new Set<string>(), extended: [] } as const;

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation
registerOperation('GetFolder', (request, context) => {
	const shape = parseFolderShape(requireChild(request, 'FolderShape'));
	return eachItem(
		'GetFolder',
		listOf(request, 'FolderIds'),
		context,
		(id) => {
			const { mailbox, folder } = folderTarget(id, context);
			return success('GetFolder', element('m:Folders', renderFolder(mailbox, folder, shape)));
		},
		element('m:Folders'),
	);
});

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation
registerOperation('FindFolder', (request, context) => {
	const shape = parseFolderShape(requireChild(request, 'FolderShape'));
	const traversal = request.attributes.Traversal;
	if (traversal !== 'Shallow' && traversal !== 'Deep' && traversal !== 'SoftDeleted') throw schemaViolation(`The 'Traversal' attribute is invalid - The value '${traversal ?? ''}' is invalid.`);
	const restriction = child(request, 'Restriction');
	return eachItem('FindFolder', listOf(request, 'ParentFolderIds'), context, (id) => {
		const { mailbox, folder } = folderTarget(id, context);
		const below = traversal === 'Deep' ? mailbox.treeOf(folder).slice(1) : traversal === 'Shallow' ? mailbox.childrenOf(folder) : [];
		const matches = restriction
			? parseRestriction<Folder>(restriction, {
					property: (path) => (each) => folderProperty(mailbox, each, path),
					extended: (path) => (each) => folderExtendedValue(mailbox, each, path)?.value,
				})
			: () => true;
		const page = pageOf(below.filter(matches), child(request, 'IndexedPageFolderView') ?? child(request, 'FractionalPageFolderView'), 1_000);
		return success('FindFolder', element('m:RootFolder', element('t:Folders', page.rows.map((each) => renderFolder(mailbox, each, shape)).join('')), page.attributes));
	});
});

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
			return success('CreateFolder', element('m:Folders', renderFolder(mailbox, create(source, mailbox, folder), ID_ONLY)));
		},
		element('m:Folders'),
	),
);

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/updatefolder-operation
registerOperation('UpdateFolder', (request, context) =>
	eachItem(
		'UpdateFolder',
		listOf(request, 'FolderChanges'),
		context,
		(change) => {
			const { mailbox, folder } = folderTarget(change.children[0], context);
			for (const update of listOf(change, 'Updates')) {
				const value = update.children[1]?.children[0];
				if (value?.name === 'DisplayName') {
					if (folder.distinguished) throw new EwsError('ErrorAccessDenied');
					folder.displayName = value.text;
				} else if (value?.name === 'ExtendedProperty') {
					const { path, value: extended } = parseExtendedProperty(value);
					folder.extended[path.key] = extended;
				}
			}
			mailbox.touchFolder(folder);
			return success('UpdateFolder', element('m:Folders', renderFolder(mailbox, folder, ID_ONLY)));
		},
		element('m:Folders'),
	),
);

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/deletefolder-operation
registerOperation('DeleteFolder', (request, context) =>
	eachItem('DeleteFolder', listOf(request, 'FolderIds'), context, (id) => {
		const { mailbox, folder } = folderTarget(id, context);
		if (folder.distinguished) throw new EwsError('ErrorDeleteDistinguishedFolder');
		if (request.attributes.DeleteType === 'MoveToDeletedItems') {
			folder.parent = mailbox.folderNamed('deleteditems').number;
			mailbox.touchFolder(folder);
		} else mailbox.removeFolder(folder);
		return success('DeleteFolder');
	}),
);

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/movefolder-operation
registerOperation('MoveFolder', (request, context) =>
	eachItem(
		'MoveFolder',
		listOf(request, 'FolderIds'),
		context,
		(id) => {
			const target = folderIn(child(request, 'ToFolderId'), context, 'ErrorToFolderNotFound');
			const { mailbox, folder } = folderTarget(id, context);
			if (folder.distinguished) throw new EwsError('ErrorMoveDistinguishedFolder');
			if (mailbox.treeOf(folder).includes(target.folder) || target.mailbox !== mailbox) throw new EwsError('ErrorMoveCopyFailed');
			folder.parent = target.folder.number;
			mailbox.touchFolder(folder);
			return success('MoveFolder', element('m:Folders', element('t:Folder', folderIdXml(mailbox, folder))));
		},
		element('m:Folders'),
	),
);

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/emptyfolder-operation
registerOperation('EmptyFolder', (request, context) =>
	eachItem('EmptyFolder', listOf(request, 'FolderIds'), context, (id) => {
		const { mailbox, folder } = folderTarget(id, context);
		const gone = request.attributes.DeleteType === 'HardDelete';
		const bin = mailbox.folderNamed(request.attributes.DeleteType === 'SoftDelete' || folder.distinguished === 'deleteditems' ? 'recoverableitemsdeletions' : 'deleteditems');
		for (const item of [...folder.items.values()]) {
			if (gone) mailbox.remove(item);
			else mailbox.move(item, bin, { keepChangeKey: true });
		}
		if (request.attributes.DeleteSubFolders === 'true') for (const below of mailbox.childrenOf(folder)) mailbox.removeFolder(below);
		return success('EmptyFolder');
	}),
);
