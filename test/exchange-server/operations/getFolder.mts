import { parseFolderShape, renderFolder } from '../properties/folderShape.mts';
import { requireChild } from '../properties/shape.mts';
import { listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderTarget } from './targets.mts';

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
