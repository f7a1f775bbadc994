import { parseExtendedProperty } from '../properties/extended.mts';
import { FOLDER_ID_ONLY, renderFolder } from '../properties/folderShape.mts';
import { listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderTarget } from './targets.mts';

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
			return success('UpdateFolder', element('m:Folders', renderFolder(mailbox, folder, FOLDER_ID_ONLY)));
		},
		element('m:Folders'),
	),
);
