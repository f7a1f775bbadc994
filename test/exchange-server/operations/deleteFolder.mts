import { listOf } from '../xml/element.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderTarget } from './targets.mts';

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
