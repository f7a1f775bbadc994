import { folderExtendedValue, folderProperty, parseFolderShape, renderFolder } from '../properties/folderShape.mts';
import { requireChild } from '../properties/shape.mts';
import { pageOf } from '../search/paging.mts';
import { parseRestriction } from '../search/restriction.mts';
import type { Folder } from '../store/folder.mts';
import { child, listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { schemaViolation } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderTarget } from './targets.mts';

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
