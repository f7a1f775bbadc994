import type { IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { RecordKind } from '../../src/records/common-fields';
import type { FolderReference, FolderRole } from '../../src/sync/mailbox';
import type { Watch } from '../../src/sync/pull/pull-types';
import { folderReference } from '../shared/parameters/folder-parameter';

/** Names of the list searches, by kind. */
export const FOLDER_SEARCH: Record<RecordKind, string> = { email: 'searchEmailFolders', appointment: 'searchCalendars', task: 'searchTaskFolders' };

const PARAMETERS: Record<RecordKind, string> = { email: 'emailFolders', appointment: 'appointmentFolders', task: 'taskFolders' };
const DEFAULT_ROLES: Record<RecordKind, readonly FolderRole[]> = { email: ['inbox', 'sentItems'], appointment: ['calendar'], task: ['tasks'] };
const KINDS: readonly RecordKind[] = ['email', 'appointment', 'task'];

/** What the trigger watches. @throws NodeOperationError when nothing is chosen */
export function watchedFolders(functions: IPollFunctions, includeSubfolders: boolean): Watch[] {
	const chosen: unknown = functions.getNodeParameter('kinds', []);
	const kinds = KINDS.filter((kind) => Array.isArray(chosen) && chosen.includes(kind));
	if (kinds.length === 0) throw new NodeOperationError(functions.getNode(), 'Nothing is watched: choose emails, appointments or tasks under "Watch"');
	return kinds.map((kind) => {
		const folders = foldersIn(functions.getNodeParameter(PARAMETERS[kind], {}));
		return { kind, folders: folders.length > 0 ? folders : DEFAULT_ROLES[kind].map((role) => ({ by: 'role', role })), includeSubfolders };
	});
}

function foldersIn(collection: unknown): FolderReference[] {
	if (typeof collection !== 'object' || collection === null || !('folders' in collection) || !Array.isArray(collection.folders)) return [];
	return collection.folders.flatMap((row: unknown) => {
		const reference = typeof row === 'object' && row !== null && 'folder' in row ? folderReference(row.folder) : undefined;
		return reference === undefined ? [] : [reference];
	});
}
