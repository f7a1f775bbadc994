import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';
import type { FolderReference, FolderRole } from '../../../src/sync/mailbox';
import { withEditorMailbox } from './editor-mailbox';
import { locator } from './locator';

const ROLES: readonly FolderRole[] = ['inbox', 'sentItems', 'drafts', 'outbox', 'deletedItems', 'junkEmail', 'calendar', 'tasks', 'contacts', 'root'];

/** How a folder is chosen: from a list with search, by path, or by id. */
export function folderLocator(searchListMethod: string, wanted: Pick<INodeProperties, 'displayName' | 'name' | 'description'> & { placeholder?: string }): INodeProperties {
	const { placeholder, ...names } = wanted;
	return {
		...names,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: placeholder ?? 'Choose a folder…',
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By Path',
				name: 'path',
				type: 'string',
				placeholder: 'e.g. Inbox/Projects',
				hint: 'Names from the top, separated by /. A / inside a name is written \\/.',
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. AAMkADEzOTExYjJkLTYxZDAtNDgxOC04YjQyLTU0OGY1Yzg3Y2JiZgAuAAAAAAB…',
				hint: 'The folderId that the Exchange nodes hand out',
			},
		],
	};
}

/** The folder that a locator names; undefined where it is empty. @throws SettingsError */
export function folderReference(parameter: unknown): FolderReference | undefined {
	const { mode, value } = locator(parameter, 'Folder');
	if (value === '') return undefined;
	if (mode === 'id') return { by: 'id', id: value };
	if (mode === 'list') {
		const [scheme, ...rest] = value.split(':');
		const target = rest.join(':');
		const role = ROLES.find((each) => each === target);
		if (scheme === 'role' && role !== undefined) return { by: 'role', role };
		if (scheme === 'id') return { by: 'id', id: target };
		if (scheme === 'path') return { by: 'path', path: target };
	}
	return { by: 'path', path: value };
}

/** Folders that hold a kind, for a list with search. A connector with several mailboxes names folders by path, because an id is of one mailbox only. */
export function folderSearch(kind: RecordKind) {
	return async function searchFolders(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
		return await withEditorMailbox(this, async (mailbox, connector) => {
			const byPath = connector.accounts.length > 1;
			const folders = (await mailbox.folders()).filter((folder) => folder.holds === kind && folder.path.toLowerCase().includes((filter ?? '').toLowerCase()));
			return {
				results: folders
					.sort((one, other) => one.path.localeCompare(other.path))
					.map((folder) => ({
						name: `${folder.path} (${folder.itemCount})`,
						value: folder.role !== undefined ? `role:${folder.role}` : byPath ? `path:${folder.path}` : `id:${folder.id}`,
					})),
			};
		});
	};
}
