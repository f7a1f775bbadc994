import { child, listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderIdXml, folderIn, folderTarget } from './targets.mts';

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
