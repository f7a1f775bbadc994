import { listOf } from '../xml/element.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderTarget } from './targets.mts';

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
